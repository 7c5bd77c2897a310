"""The benchmark of the reader on pages of our own: every figure it prints for them is known, and it holds what it says.

`tests/pages/reading` has one page for each kind of site system, each with a trap, and a hand-made truth beside it.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.truth import Found, Page, load, marks, total

ROOT = Path(__file__).parents[1]
READING = ROOT / "tests" / "pages" / "reading"
RIGHT = {"f1": 1.0, "precision": 1.0, "recall": 1.0, "exact": 10, "hash": 10, "title": 10, "date": 10, "source": 10}


@pytest.mark.parametrize("flags", [[], ["--held-out"]])
def test_ours_reads_every_page_right(flags):
    command = [sys.executable, "-m", "benchmarks.extraction", str(READING), "--only", "ours", "--rounds", "1", "--json"]
    done = subprocess.run([*command, *flags], cwd=ROOT, capture_output=True, check=True)
    result = json.loads(done.stdout)
    ours = result["readers"]["ours"]
    wrong = {name: miss for name, miss in ours["misses"].items() if miss}
    assert wrong == {}
    assert {name: ours[name] for name in RIGHT} == RIGHT
    assert (result["pages"], result["hosts"], result["with_source"]) == (10, 10, 10)
    assert min(ours[name] for name in ("docs_per_second", "cpu_ms", "peak_mb")) > 0


PAGE = Page("a.html", b"", "", "a", Found("一二三四五六七八", "题目", "2024-01-02", "某局"))


@pytest.mark.parametrize(
    ("found", "f1", "right"),
    [
        (PAGE.truth, 1.0, {"exact", "hash", "title", "date", "source"}),
        (
            Found("一二三四\n五六七八", "题 目", "2024-01-02", "某 局"),
            1.0,
            {"exact", "hash", "title", "date", "source"},
        ),
        (Found("一二三四"), 1 / 3, set()),
        (Found(), 0.0, set()),
    ],
)
def test_marks(found, f1, right):
    row = marks(PAGE, found)
    assert row["f1"] == pytest.approx(f1)
    assert {name for name in ("exact", "hash", "title", "date", "source") if row[name]} == right


def test_a_page_without_a_source_label_gives_no_mark_for_one():
    page = Page("a.html", b"", "", "a", Found("一二三四五六七八", "题目", "2024-01-02", ""))
    assert not marks(page, Found())["source"]
    assert total([marks(PAGE, PAGE.truth), marks(page, Found())]) | {"exact": 1, "f1": 0.5} == total(
        [marks(PAGE, PAGE.truth), marks(page, Found())]
    )


def test_a_directory_without_a_truth_says_what_is_missing(tmp_path):
    with pytest.raises(SystemExit, match=r"truth\.jsonl is not there"):
        load(tmp_path)


def test_a_reader_that_is_not_installed_is_named_with_the_fix():
    if importlib.util.find_spec("gne"):
        pytest.skip("gne is installed here")
    command = [sys.executable, "-m", "benchmarks.extraction", str(READING), "--only", "gne"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make .bench/.locked" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_set_is_ours_and_whole():
    pages = load(READING)
    assert {page.name for page in pages} == {path.name for path in READING.glob("*.html")}
    assert all(page.url.startswith("http://") and page.host.endswith(".example") for page in pages)
