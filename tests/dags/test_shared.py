"""What the DAG files share refuses at once, and says how to mend it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs import dag_pages

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
import archive_dags
from archive_dags import base, notices

def told(call, *given):
    try:
        return str(call(*given))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def named(*given):
    os.environ["REPORT_ARCHIVE_NOTIFY"] = json.dumps(given)
    return told(notices.named)

class Ti:
    def __init__(self, dag):
        self.dag_id, self.task_id, self.run_id = dag, "gate", "r"

def counted(dag):
    found = []
    notices.ended = lambda province, state: found.append(f"{province} {state}")
    os.environ["REPORT_ARCHIVE_NOTIFY"] = ""
    notices.failed({"ti": Ti(dag), "exception": ValueError("red")})
    return found

words = {
    "failed": [counted(dag) for dag in ("harvest_43-hunan", "audit")],
    "old": told(archive_dags.require_floor, "3.1.7"), "older": told(archive_dags.require_floor, "2.11.0"),
    "new": told(archive_dags.require_floor, "3.10.0b1"),
    "full": told(base.require_room, sys.argv[1] + "/not/there/yet", 1 << 60),
    "room": told(base.require_room, sys.argv[1]),
    "unknown": named({"notifier": "no.such.Notifier"}), "other": named({"notifier": "builtins.dict"}),
    "option": named({"notifier": "airflow.providers.smtp.notifications.smtp.SmtpNotifier"}),
    "good": named({"notifier": "airflow.providers.http.notifications.http.HttpNotifier", "http_conn_id": "x"}),
    "policy": [rule.exception for rule in base.POLICY.rules],
}
print("RESULT " + json.dumps(words, default=str))
"""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("shared")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}",
            "AIRFLOW_HOME": str(folder / "airflow"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    result = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert result, done.stderr[-2000:]
    found: dict[str, str] = json.loads(result[0].removeprefix("RESULT "))
    return found


def test_an_airflow_below_the_floor_is_refused_with_the_fix(words: dict[str, str]) -> None:
    for name in ("old", "older"):
        assert words[name].startswith("ImportError: Airflow ")
        assert "is older than 3.3" in words[name]
        assert "airflow db migrate" in words[name]
    assert words["new"] == "None"


def test_a_full_disk_is_refused_with_the_fix(words: dict[str, str]) -> None:
    assert words["full"].startswith("SettingsError: ")
    assert "MiB left" in words["full"]
    assert "Make room" in words["full"]
    assert words["room"] == "None"


def test_a_notifier_that_cannot_be_made_is_named(words: dict[str, str]) -> None:
    assert "REPORT_ARCHIVE_NOTIFY: no.such.Notifier cannot be made" in words["unknown"]
    assert "builtins.dict is no Airflow notifier" in words["other"]
    assert "SmtpNotifier cannot be made" in words["option"]
    assert "HttpNotifier" in words["good"]


def test_a_failure_is_counted_under_its_province_or_its_dag(words: dict[str, str]) -> None:
    assert list(words["failed"]) == [["43-hunan failed"], ["audit failed"]]


def test_the_page_of_the_dags_is_stale_when_somebody_has_touched_it(tmp_path: Path) -> None:
    page = ROOT / "docs" / "dags.md"
    assert dag_pages.fresh(page)
    touched = tmp_path / "dags.md"
    assert not dag_pages.fresh(touched)
    touched.write_text(page.read_text(encoding="utf-8").replace("by hand", "daily"), encoding="utf-8")
    assert not dag_pages.fresh(touched)
