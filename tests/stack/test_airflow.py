"""A real Airflow harvests a village with one dead host: that host is red, its neighbours are green and complete."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest

from scrapers.corpus import open_corpus
from scrapers.errors import UserError
from scrapers.settings import PREFIX
from stack.airflow import ROOT, LocalAirflow, archive_environment
from tests.stack.conftest import Site, archive_of
from tests.stack.sinks import MailSink, StatsdSink, WebhookSink
from tests.village import Village

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]
DAG = "harvest_demo"
SITES = 6
"""One dead host among fewer would be a fifth of them, and fail the run."""


@pytest.fixture(scope="module")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """Six of the village's sites, of six systems: `make demo` takes all of them through Airflow."""
    village = Village()
    village.sites = village.sites[:SITES]
    with village:
        yield archive_of(village, store_server.connect("airflow"), tmp_path_factory.mktemp("airflow") / "sources")


@dataclass
class Sinks:
    """Who hears of this Airflow."""

    statsd: StatsdSink = field(default_factory=StatsdSink)
    webhook: WebhookSink = field(default_factory=WebhookSink)
    mail: MailSink = field(default_factory=MailSink)

    def environment(self) -> dict[str, str]:
        """Return the settings by which Airflow finds them, as docs/runbook.md shows them."""
        mail = {
            "notifier": "airflow.providers.smtp.notifications.smtp.SmtpNotifier",
            "to": "ops@example.org",
            "from_email": "archive@example.org",
            "subject": "{{ headline }}",
            "html_content": "<pre>{{ told | e }}</pre>{{ link }}",
        }
        webhook = {
            "notifier": "airflow.providers.http.notifications.http.HttpNotifier",
            "http_conn_id": "ops_webhook",
            "endpoint": "hook",
            "json": {"text": "{{ headline }}: {{ told }} {{ link }}"},
        }
        plain = {"disable_ssl": True, "disable_tls": True}
        smtp = {"conn_type": "smtp", "host": "127.0.0.1", "port": self.mail.port, "extra": plain}
        return {
            PREFIX + "NOTIFY": json.dumps([mail, webhook]),
            PREFIX + "DEADLINE_HOURS": "0.001",  # less than five tasks can take, one after the other
            "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(smtp),
            "AIRFLOW_CONN_OPS_WEBHOOK": json.dumps(
                {"conn_type": "http", "host": f"http://127.0.0.1:{self.webhook.port}"}
            ),
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(self.statsd.port),
            "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
        }


@pytest.fixture(scope="module")
def sinks() -> Iterator[Sinks]:
    made = Sinks()
    yield made
    for one in (made.statsd, made.webhook, made.mail):
        one.close()


@pytest.fixture(scope="module")
def airflow(site: Site, sinks: Sinks, tmp_path_factory) -> Iterator[LocalAirflow]:  # type: ignore[no-untyped-def]
    environment = {**archive_environment(site.settings), **sinks.environment()}
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


def declared_metrics() -> dict[str, str]:
    code = """import json; from archive_dags.metrics import METRICS
print('RESULT', json.dumps({name: kind for name, (kind, *_) in METRICS.items()}))"""
    place = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=place, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout.partition("RESULT ")[2])
    return found


def announcements(airflow: LocalAirflow, run: str) -> list[dict[str, Any]]:
    events = airflow.call("GET", "/api/v2/assets/events?limit=100")["asset_events"]
    return [found for found in events if found["source_run_id"] == run]


def test_an_airflow_that_does_not_answer_is_told_with_its_log(tmp_path: Path) -> None:
    gone = LocalAirflow(tmp_path, environment={})
    (tmp_path / "simple_auth_manager_passwords.json.generated").write_text('{"admin": "x"}')
    with pytest.raises(UserError, match=r"did not answer GET /api.*standalone\.log"):
        gone.run_state(DAG, "any")


def test_one_dead_host_is_red_and_its_neighbours_are_complete(airflow: LocalAirflow, site: Site, sinks: Sinks) -> None:
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
    assert event["extra"]["province"] == "demo"
    assert event["extra"]["quality"]["rows"] == len(kept)
    assert f"The corpus: {len(kept)} reports" in airflow.call("GET", f"/api/v2/dags/{DAG}/dagRuns/{run}")["note"]
    assert_counted(sinks.statsd, event["extra"])
    note = airflow.call("GET", f"/api/v2/dags/{DAG}/dagRuns/{run}")["note"]
    assert f"**{len(kept)} new**" in note
    assert f"1 of {len(hosts)} hosts gave nothing: `{dead.host}:{site.village.port}`" in note
    assert_logged(airflow, run, tasks)


def assert_counted(statsd: StatsdSink, extra: dict[str, Any]) -> None:
    """The metrics of the run say what its asset event says, and each name we declare was sent as its kind."""
    prefix = "airflow.report_archive."
    kinds = {"counter": "c", "timer": "ms", "gauge": "g"}
    heard = {name.removeprefix(prefix): found for name, found in statsd.kinds().items() if name.startswith(prefix)}
    declared = {name.removeprefix("report_archive."): {kinds[kind]} for name, kind in declared_metrics().items()}
    assert heard == declared
    for outcome, count in extra["outcomes"].items():
        assert statsd.total(prefix + "addresses", province="demo", outcome=outcome) == count
    assert statsd.total(prefix + "reports", kind="new") == extra["outcomes"]["archived_new"]
    assert statsd.total(prefix + "fetches", outcome="captured") > extra["outcomes"]["archived_new"]
    assert statsd.total(prefix + "bytes") > 100_000
    assert statsd.total(prefix + "findings_open") == extra["findings"]
    assert (statsd.total(prefix + "hosts_silent"), statsd.total(prefix + "hosts")) == (1, len(extra["hosts"]))


def assert_logged(airflow: LocalAirflow, run: str, tasks: list[dict[str, Any]]) -> None:
    """Each address has a structured line with run, host and address in its task's log."""
    task = next(t for t in tasks if t["task_id"] == "host.crawl" and t["state"] == "success")
    place = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/host.crawl/logs/1?map_index={task['map_index']}"
    lines = [line for line in airflow.call("GET", place)["content"] if isinstance(line, dict) and "address" in line]
    assert lines
    for line in lines:
        assert line["run"] == f"demo.{run}"
        assert line["host"] == task["rendered_map_index"]
    assert any(line["address"].startswith(f"http://{task['rendered_map_index']}/") for line in lines)


def test_too_many_silent_hosts_fail_the_run_with_the_list_and_are_told(
    airflow: LocalAirflow, site: Site, sinks: Sinks
) -> None:
    source = next(line for line in site.village.registry().splitlines() if line.startswith("id = ")).split('"')[1]
    site.village.sites[0].down = True
    _, state, tasks = finish(airflow, {"sources": [source]})
    site.village.sites[0].down = False
    assert state == "failed"
    assert states(tasks, "gate") == {"": "failed"}
    assert states(tasks, "record") == {"": "success"}
    told = [heard["text"] for heard in sinks.webhook.heard if "gate failed" in heard["text"]]
    assert len(told) == 1
    assert f"1 of 1 hosts gave nothing:\n- {site.village.sites[0].host}" in told[0]
    assert f"{airflow.url}/dags/{DAG}/runs/" in told[0]
    mails = [message_from_string(mail) for mail in sinks.mail.heard]
    (mail,) = [mail for mail in mails if mail["subject"] == f"{DAG}: gate failed"]
    assert mail["to"] == "ops@example.org"
    assert sinks.statsd.total("airflow.report_archive.runs", state="failed") == 1


def test_a_run_that_is_late_is_told(airflow: LocalAirflow, sinks: Sinks) -> None:
    end = time.monotonic() + 180
    while not any("not done after" in heard["text"] for heard in sinks.webhook.heard):
        assert time.monotonic() < end, "no deadline was heard of"
        time.sleep(1)


def test_a_wrong_param_is_refused_before_there_is_a_run(airflow: LocalAirflow) -> None:
    for conf, words in (({"years": [1999]}, "2004"), ({"recheck": "often"}, "due"), ({"limit": -1}, "minimum")):
        with pytest.raises(UserError, match=rf"(?s)refused POST .*400.*{words}"):
            airflow.trigger(DAG, conf)


def test_a_wrong_param_is_refused_on_the_command_line_too(airflow: LocalAirflow) -> None:
    program = Path(sys.executable).parent / "airflow"
    words = [str(program), "dags", "trigger", DAG, "--conf", '{"years": [1999]}']
    done = subprocess.run(words, env=airflow.environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "2004" in done.stdout + done.stderr


def test_a_task_of_a_run_with_a_deadline_can_be_cleared(airflow: LocalAirflow) -> None:
    run = airflow.call("GET", f"/api/v2/dags/{DAG}/dagRuns?limit=1")["dag_runs"][0]["dag_run_id"]
    body = {"dry_run": False, "only_failed": False, "dag_run_id": run, "task_ids": ["gate"]}
    assert airflow.call("POST", f"/api/v2/dags/{DAG}/clearTaskInstances", body)["task_instances"]
    end = time.monotonic() + 120
    while airflow.run_state(DAG, run) not in {"success", "failed"}:
        assert time.monotonic() < end
        time.sleep(1)


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
