"""E1 to E4 and E6 to E10 of the failure model: Airflow's processes die while hosts are crawled, and nobody is needed.

The scenarios run side by side in one Airflow. Afterwards the archive equals that of a harvest nobody disturbed, every
invariant holds, and no host was asked faster than its delay.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from scrapers.errors import UserError
from tests.faults.airflow_scene import Scene, check_polite, check_whole, drive, open_scene, wait_until_quiet

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

OUTAGE = 60.0
NAMES = ("e1", "e2", "e3", "e4", "e6", "e7", "e8", "e9", "e10")


@pytest.fixture(scope="module")
def scene(store_server, tmp_path_factory) -> Iterator[Scene]:  # type: ignore[no-untyped-def]
    with open_scene(store_server, "kills", tmp_path_factory.mktemp("kills"), NAMES) as made:
        yield made


def pid_of(scene: Scene, name: str) -> int:
    """Return the process that runs a scenario's crawl."""
    pid = scene.crawl(name)["pid"]
    assert pid, f"the crawl of {name} has no process yet"
    assert "airflow" in Path(f"/proc/{pid}/cmdline").read_text()
    return int(pid)


def parent_of(pid: int) -> int:
    """Return a process's parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def e1(scene: Scene, name: str) -> None:
    os.kill(pid_of(scene, name), signal.SIGKILL)


def e2(scene: Scene, name: str) -> None:
    os.kill(parent_of(pid_of(scene, name)), signal.SIGKILL)


def e3(scene: Scene, _: str) -> None:
    scene.airflow.kill("scheduler")
    scene.airflow.launch("scheduler")


def e4(scene: Scene, _: str) -> None:
    scene.airflow.kill("api-server", family=True)
    time.sleep(OUTAGE)
    scene.airflow.launch("api-server")


def e6(scene: Scene, name: str) -> None:
    os.kill(pid_of(scene, name), signal.SIGTERM)


def e7(_scene: Scene, _name: str) -> None:
    """Wait: the clock strikes."""


def e8(scene: Scene, name: str) -> None:
    body = {"dry_run": False, "only_failed": False, "dag_run_id": scene.runs[name], "task_ids": ["host.crawl"]}
    scene.airflow.call("POST", f"/api/v2/dags/harvest_{name}/clearTaskInstances", body)


def e9(scene: Scene, name: str) -> None:
    task = f"/api/v2/dags/harvest_{name}/dagRuns/{scene.runs[name]}/taskInstances/host.crawl/0"
    scene.airflow.call("PATCH", task, {"new_state": "failed"})


def e10(scene: Scene, name: str) -> None:
    days = [datetime.now(UTC) - timedelta(days=2), datetime.now(UTC)]
    body = {
        "dag_id": f"harvest_{name}",
        "from_date": days[0].isoformat(),
        "to_date": days[1].isoformat(),
        "reprocess_behavior": "completed",
        "max_active_runs": 1,
    }
    while not accepted(scene, body):
        time.sleep(1)


def accepted(scene: Scene, backfill: dict[str, object]) -> bool:
    """Ask for a backfill; Airflow on SQLite refuses one while anybody else writes."""
    try:
        scene.airflow.call("POST", "/api/v2/backfills", backfill)
    except UserError as error:
        if "Database is locked" not in str(error):
            raise
        return False
    return True


def test_tasks_and_supervisors_die_are_cleared_failed_and_backfilled(scene: Scene) -> None:
    """E1, E2, E6, E7, E8, E9 and E10 side by side."""
    strikes = (
        {"e8": e8}
        if os.environ.get("ONLY8")
        else {"e1": e1, "e2": e2, "e6": e6, "e7": e7, "e8": e8, "e9": e9, "e10": e10}
    )
    drive(scene, strikes)
    for name in ("e1", "e2", "e6", "e7", "e8"):
        assert scene.tries[name] >= 2, f"{name} was struck and never felt it"
        assert scene.state(name) == "success", name


def test_e9_what_was_marked_failed_stops_and_goes_on_when_cleared(scene: Scene) -> None:
    assert scene.crawl("e9")["state"] == "failed"
    before = len(scene.asked("e9"))
    time.sleep(3)
    assert len(scene.asked("e9")) == before, "a task that was marked failed still asks its host"
    # With what comes after it, as the UI offers first: cleared alone, nobody would read and record what it brings.
    body = {
        "dry_run": False,
        "only_failed": False,
        "dag_run_id": scene.runs["e9"],
        "task_ids": ["host.crawl"],
        "include_downstream": True,
    }
    scene.airflow.call("POST", "/api/v2/dags/harvest_e9/clearTaskInstances", body)
    end = time.monotonic() + 180
    while scene.state("e9") != "success" or scene.crawl("e9")["state"] != "success":
        assert time.monotonic() < end, scene.state("e9")
        time.sleep(1)


def test_e10_a_backfill_beside_the_schedule_ends_well(scene: Scene) -> None:
    end = time.monotonic() + 240
    while True:
        runs = scene.airflow.call("GET", "/api/v2/dags/harvest_e10/dagRuns?limit=50")["dag_runs"]
        if all(run["state"] in {"success", "failed"} for run in runs) and len(runs) >= 3:
            break
        assert time.monotonic() < end, [(run["dag_run_id"], run["state"]) for run in runs]
        time.sleep(1)
    assert {run["state"] for run in runs} == {"success"}
    assert {"manual", "backfill"} <= {run["run_type"] for run in runs}
    assert len({run["logical_date"] for run in runs if run["logical_date"]}) == len(
        [run for run in runs if run["logical_date"]]
    )


def test_e3_a_killed_scheduler_loses_nothing(scene: Scene) -> None:
    drive(scene, {"e3": e3})
    assert scene.state("e3") == "success"


def test_e4_an_api_server_that_is_away_for_a_minute_loses_nothing(scene: Scene) -> None:
    drive(scene, {"e4": e4})
    assert scene.state("e4") == "success"


def test_no_host_was_asked_faster_than_its_delay(scene: Scene) -> None:
    wait_until_quiet(scene)
    check_polite(scene)


def test_the_archive_is_that_of_an_undisturbed_harvest(
    scene: Scene, new_store: Callable[[], Store], tmp_path: Path
) -> None:
    check_whole(scene, new_store(), tmp_path / "calm")
