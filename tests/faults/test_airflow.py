"""E1 to E12 of the failure model: Airflow's processes die while hosts are crawled, and nobody is needed.

One Airflow as the compose stack runs it, on PostgreSQL and Celery. What strikes one task happens side by side; what
strikes a part that all share, one after the other. Afterwards the archive equals that of a harvest nobody disturbed,
every invariant holds, and no host was asked sooner than its delay. Needs PostgreSQL and Redis (apt: `postgresql`,
`redis-server`) and what requirements-image.txt adds: `make test-faults`.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from tests.faults.airflow_scene import (
    SITES,
    VISIBILITY,
    Scene,
    check_polite,
    check_whole,
    open_scene,
    wait_until_quiet,
)
from tests.faults.servers import Postgres, Redis, missing

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

OUTAGE = 60.0


@pytest.fixture(scope="module")
def scene(store_server, tmp_path_factory) -> Iterator[Scene]:  # type: ignore[no-untyped-def]
    if find_spec("airflow.providers.postgres") is None or find_spec("airflow.providers.celery") is None:
        missing("no Celery or PostgreSQL provider here: make test-faults")
    with (
        Postgres() as postgres,
        Redis() as redis,
        open_scene(store_server, postgres, redis, tmp_path_factory.mktemp("scene")) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def struck(scene: Scene) -> Scene:
    """The scene after each scenario that strikes one task; those struck by Airflow and the broker take the longest."""
    scene.trigger("e7", "e12")
    scene.strike({"e1": e1, "e2": e2, "e6": e6, "e8": e8, "e9": e9, "e10": e10})
    return scene


def pid_of(scene: Scene, name: str) -> int:
    """Return the process that runs a scenario's crawl."""
    pid = scene.crawl(name)["pid"]
    assert pid, f"the crawl of {name} has no process yet"
    assert "airflow" in Path(f"/proc/{pid}/cmdline").read_text()
    scene.pids[name] = int(pid)
    return int(pid)


def e1(scene: Scene, name: str) -> None:
    os.kill(pid_of(scene, name), signal.SIGKILL)


def e2(scene: Scene, name: str) -> None:
    parent = Path(f"/proc/{pid_of(scene, name)}/stat").read_text().rsplit(")", 1)[1].split()[1]
    os.kill(int(parent), signal.SIGKILL)


def e6(scene: Scene, name: str) -> None:
    os.kill(pid_of(scene, name), signal.SIGTERM)


def clear(scene: Scene, name: str, *, downstream: bool) -> None:
    body = {
        "dry_run": False,
        "only_failed": False,
        "dag_run_id": scene.runs[name],
        "task_ids": ["host.crawl"],
        "include_downstream": downstream,
    }
    scene.airflow.call("POST", f"/api/v2/dags/harvest_{name}/clearTaskInstances", body)


def e8(scene: Scene, name: str) -> None:
    clear(scene, name, downstream=False)


def e9(scene: Scene, name: str) -> None:
    pid_of(scene, name)
    task = f"/api/v2/dags/harvest_{name}/dagRuns/{scene.runs[name]}/taskInstances/host.crawl/0"
    scene.airflow.call("PATCH", task, {"new_state": "failed"})


def e10(scene: Scene, name: str) -> None:
    days = [datetime.now(UTC) - timedelta(days=2), datetime.now(UTC)]
    body = {
        "dag_id": f"harvest_{name}",
        "from_date": days[0].isoformat(),
        "to_date": days[1].isoformat(),
        "reprocess_behavior": "completed",
    }
    scene.airflow.call("POST", "/api/v2/backfills", body)


def e11(scene: Scene, _: str) -> None:
    scene.airflow.kill("second scheduler")


def e3(scene: Scene, _: str) -> None:
    scene.airflow.kill("scheduler")
    scene.airflow.launch("scheduler")


def e4(scene: Scene, name: str) -> None:
    scene.airflow.kill("api-server", family=True)
    before = len(scene.asked(name))
    scene.site(name).let_go()
    time.sleep(OUTAGE)
    assert len(scene.asked(name)) > before, "the crawl stood still while nobody answered"
    scene.airflow.launch("api-server")


def e5(scene: Scene, _: str) -> None:
    scene.postgres.crash()
    time.sleep(5)
    scene.postgres.start()


def whole(scene: Scene, name: str) -> None:
    """Its run ends well, and so does the crawl: a run is green also where one of its crawls gave up half way."""
    assert scene.ended(name) == "success"
    assert scene.crawl(name)["state"] == "success", scene.crawl(name)


@pytest.mark.parametrize("name", ["e1", "e2", "e6", "e8"])
def test_a_crawl_that_is_killed_orphaned_told_to_end_or_cleared_is_taken_up_again(struck: Scene, name: str) -> None:
    whole(struck, name)
    assert struck.crawl(name)["try_number"] >= 2, f"{name} was struck and never felt it"


def test_e7_a_crawl_that_takes_too_long_goes_on_where_it_was_stopped(struck: Scene) -> None:
    whole(struck, "e7")
    assert struck.crawl("e7")["try_number"] >= 2


def test_e9_what_was_marked_failed_stops_and_goes_on_when_cleared(struck: Scene) -> None:
    struck.ended("e9")
    assert struck.crawl("e9")["state"] == "failed"
    # Its supervisor hears of it at its next heartbeat.
    struck.wait(lambda: not Path(f"/proc/{struck.pids['e9']}").exists(), lambda: "its process still runs", 60)
    before = len(struck.asked("e9"))
    time.sleep(2 * SITES["e9"][1])
    assert len(struck.asked("e9")) == before, "a task that was marked failed still asks its host"
    # With what comes after it, as the UI offers first: cleared alone, nobody would read and record what it brings.
    clear(struck, "e9", downstream=True)
    struck.wait(lambda: struck.crawl("e9")["state"] == "success", lambda: str(struck.crawl("e9")), 180)
    whole(struck, "e9")


def test_e12_a_task_that_is_handed_out_twice_runs_once_at_a_time(struck: Scene) -> None:
    """The broker strikes: the crawl takes longer than its patience."""
    whole(struck, "e12")
    asked = struck.asked("e12")
    assert asked[-1] - asked[0] > VISIBILITY


@pytest.mark.parametrize(
    ("name", "blow"),
    [
        pytest.param("e11", e11, id="e11-one-of-two-schedulers-dies"),
        pytest.param("e3", e3, id="e3-a-scheduler-is-killed"),
        pytest.param("e5", e5, id="e5-the-database-restarts"),
        pytest.param("e4", e4, id="e4-the-api-server-is-away-for-a-minute"),
    ],
)
def test_a_part_that_all_share_is_struck_and_nothing_is_lost(
    struck: Scene, name: str, blow: Callable[[Scene, str], None]
) -> None:
    struck.strike({name: blow})
    whole(struck, name)


def test_e10_a_backfill_beside_the_schedule_ends_well(struck: Scene) -> None:
    def runs() -> list[dict[str, str]]:
        found: list[dict[str, str]] = struck.airflow.call("GET", "/api/v2/dags/harvest_e10/dagRuns?limit=50")[
            "dag_runs"
        ]
        return found

    def ended() -> bool:
        return len(runs()) >= 3 and all(run["state"] in {"success", "failed"} for run in runs())

    struck.wait(ended, lambda: str([(run["dag_run_id"], run["state"]) for run in runs()]), 240)
    assert {run["state"] for run in runs()} == {"success"}
    assert {"manual", "backfill"} <= {run["run_type"] for run in runs()}
    dates = [run["logical_date"] for run in runs() if run["logical_date"]]
    assert len(set(dates)) == len(dates)


def test_no_host_was_asked_sooner_than_its_delay(struck: Scene) -> None:
    wait_until_quiet(struck)
    check_polite(struck)


def test_the_archive_is_that_of_an_undisturbed_harvest(
    struck: Scene, new_store: Callable[[], Store], tmp_path: Path
) -> None:
    check_whole(struck, new_store(), tmp_path / "calm")
