"""A real Airflow harvests a village with one dead host: that host is red, its neighbours are green and complete."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrapers.corpus import open_corpus
from scrapers.errors import UserError
from scrapers.settings import PREFIX
from stack.airflow import LocalAirflow
from tests.stack.conftest import Site, archive_of
from tests.village import Village

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]
DAG = "harvest_demo"


@pytest.fixture(scope="module")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    with Village() as village:
        yield archive_of(village, store_server.connect("airflow"), tmp_path_factory.mktemp("airflow") / "sources")


@pytest.fixture(scope="module")
def airflow(site: Site, tmp_path_factory) -> Iterator[LocalAirflow]:  # type: ignore[no-untyped-def]
    settings = site.settings
    connection = {
        "conn_type": "aws",
        "login": settings.access_key,
        "password": settings.secret_key,
        "extra": {"endpoint_url": settings.endpoint, "region_name": settings.region, "bucket": settings.bucket},
    }
    environment = {
        PREFIX + "SOURCES": str(settings.sources),
        PREFIX + "PRIVATE_NETWORKS": "127.0.0.0/8",
        PREFIX + "DELAY": "0",
        "AIRFLOW_CONN_REPORT_ARCHIVE": json.dumps(connection),
    }
    with LocalAirflow(tmp_path_factory.mktemp("airflow-home"), environment=environment) as running:
        yield running


def finish(
    airflow: LocalAirflow, conf: dict[str, object] | None = None, dag: str = DAG
) -> tuple[str, str, list[dict[str, Any]]]:
    run = airflow.trigger(dag, conf)
    end = time.monotonic() + 420
    while (state := airflow.run_state(dag, run)) not in {"success", "failed"}:
        assert time.monotonic() < end, f"the run did not end; Airflow's log is {airflow.log}"
        time.sleep(1)
    return run, state, airflow.tasks(dag, run)


def states(tasks: list[dict[str, Any]], task: str) -> dict[str, str]:
    return {found["rendered_map_index"] or "": found["state"] for found in tasks if found["task_id"] == task}


def announcements(airflow: LocalAirflow, run: str) -> list[dict[str, Any]]:
    events = airflow.call("GET", "/api/v2/assets/events?limit=100")["asset_events"]
    return [found for found in events if found["source_run_id"] == run]


def test_an_airflow_that_does_not_answer_is_told_with_its_log(tmp_path: Path) -> None:
    gone = LocalAirflow(tmp_path, environment={})
    (tmp_path / "simple_auth_manager_passwords.json.generated").write_text('{"admin": "x"}')
    with pytest.raises(UserError, match=r"did not answer GET /api.*standalone\.log"):
        gone.run_state(DAG, "any")


def test_one_dead_host_is_red_and_its_neighbours_are_complete(airflow: LocalAirflow, site: Site) -> None:
    dead = site.village.sites[0]
    dead.down = True
    run, state, tasks = finish(airflow)
    dead.down = False
    assert state == "success", [(t["task_id"], t["state"]) for t in tasks]
    crawls = states(tasks, "host.crawl")
    hosts = {f"{s.host}:{site.village.port}" for s in site.village.sites}
    assert set(crawls) == hosts
    assert {host for host, found in crawls.items() if found == "failed"} == {f"{dead.host}:{site.village.port}"}
    assert set(states(tasks, "host.extract").values()) == {"success"}
    kept = {e.copy_of or e.text_id for e in site.village.manifest() if e.outcome == "archived" and e.site != dead.name}
    assert len(open_corpus(site.settings).reports().collect()) == len(kept)
    (event,) = announcements(airflow, run)
    assert event["extra"]["outcomes"]["archived_new"] == len(kept)
    assert list(event["extra"]["silent"]) == [f"{dead.host}:{site.village.port}"]


def test_too_many_silent_hosts_fail_the_run_with_the_list(airflow: LocalAirflow, site: Site) -> None:
    source = next(line for line in site.village.registry().splitlines() if line.startswith("id = ")).split('"')[1]
    site.village.sites[0].down = True
    _, state, tasks = finish(airflow, {"sources": [source]})
    site.village.sites[0].down = False
    assert state == "failed"
    assert states(tasks, "gate") == {"": "failed"}
    assert states(tasks, "record") == {"": "success"}


def test_a_source_nobody_declared_is_refused_at_once(airflow: LocalAirflow) -> None:
    run, state, tasks = finish(airflow, {"sources": ["no-such-source"]})
    assert state == "failed"
    assert states(tasks, "record") == {"": "failed"}
    assert announcements(airflow, run) == []
    (plan,) = [found for found in tasks if found["task_id"] == "plan"]
    assert (plan["state"], plan["try_number"]) == ("failed", 1)


def test_a_dry_run_stores_and_announces_nothing(airflow: LocalAirflow, site: Site) -> None:
    before = list(site.works.store.list("ledger/"))
    run, state, tasks = finish(airflow, {"dry_run": True})
    assert state == "success"
    assert set(states(tasks, "host.crawl").values()) == {"success"}
    assert states(tasks, "record") == states(tasks, "gate") == {"": "skipped"}
    assert announcements(airflow, run) == []
    assert list(site.works.store.list("ledger/")) == before


def test_a_second_harvest_archives_nothing_new(airflow: LocalAirflow, site: Site) -> None:
    finish(airflow)
    before = open_corpus(site.settings).reports().collect().sort("report_id")
    _, state, _ = finish(airflow)
    assert state == "success"
    assert open_corpus(site.settings).reports().collect().sort("report_id").equals(before)


def test_the_catalog_is_frozen_and_the_bytes_are_read_again(airflow: LocalAirflow, site: Site) -> None:
    _, state, _ = finish(airflow, {"name": "from-airflow"}, "release")
    assert state == "success"
    corpus = open_corpus(site.settings)
    assert corpus.release("from-airflow").reports().collect().height == corpus.reports().collect().height
    _, state, tasks = finish(airflow, dag="audit")
    assert state == "success", [(one["task_id"], one["state"]) for one in tasks]
    key = next(site.works.store.list("raw/"))
    site.works.store._client.delete_object(Bucket=site.works.store.bucket, Key=key)
    _, state, tasks = finish(airflow, dag="audit")
    assert state == "failed"
    assert {one["task_id"]: one["state"] for one in tasks} == {"read_again": "success", "gate": "failed"}
