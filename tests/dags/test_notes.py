"""The note on a run names counts and hosts, and stays within what Airflow keeps."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "plugins")
from run_notes_plugin import note_of
summary = {"hosts": [f"www.{n}.gov.cn" for n in range(40)], "outcomes": {"archived_new": 3, "unchanged": 60},
           "silent": {f"www.{n}.gov.cn": "down" for n in range(7)}, "findings": 9, "new_reports": 3, "revised": 1,
           "list_pages": 12, "list_pages_conditional": 9, "list_pages_unchanged": 8,
           "quality": {"rows": 200, "filled": {"agency": 200, "signed_on": 151}, "flags": {"ocr": 2, "too_short": 4}}}
print(note_of(summary, "http://x/"))
print(len(note_of({**summary, "silent": {"h" * 300 + str(n): "" for n in range(9)}}, "http://x/")))
print(note_of({**summary, "silent": {}, "outcomes": {}, "quality": None}, "http://x/"))
"""


def test_a_note_says_what_a_run_did() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert "Harvest: **3 new**, 1 revised; 3 archived_new, 60 unchanged." in done.stdout
    assert "7 of 40 hosts gave nothing: `www.0.gov.cn`," in done.stdout
    assert "`www.4.gov.cn` and 2 more." in done.stdout
    assert "12 list pages asked for, 9 only whether they had changed; 8 had not." in done.stdout
    assert done.stdout.count("The corpus:") == 1
    assert "The corpus: 200 reports; known are agency 100%, signed_on 76%; 2 ocr, 4 too_short." in done.stdout
    assert "9 findings. [What the run did, by host](http://x/)" in done.stdout
    assert "\n1000\n" in done.stdout
    assert "nothing fetched" in done.stdout
