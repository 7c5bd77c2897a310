"""What Airflow sees when it parses the DAG files: one DAG a registry file, its shape, its params, no heavy import."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARSE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import importlib.util
spec = importlib.util.spec_from_file_location("dag_file", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
dags = [value for value in vars(module).values() if type(value).__name__ == "DAG"]
heavy = [name for name in ("requests", "trafilatura", "boto3", "bs4", "deltalake", "polars", "scrapers.harvest")
         if name in sys.modules and name not in BEFORE]
print("RESULT " + json.dumps({
    "dags": {dag.dag_id: {
        "schedule": type(dag.timetable).__name__,
        "crons": [one.expression for one in getattr(dag.timetable, "timetables", [])],
        "runs": dag.max_active_runs, "doc": dag.doc_md or "",
        "tags": sorted(dag.tags), "owners": sorted({task.owner for task in dag.tasks}),
        "params": sorted(dag.params),
        "tasks": {task.task_id: str(getattr(task.trigger_rule, "value", task.trigger_rule)) for task in dag.tasks},
        "queues": {task.task_id: task.queue for task in dag.tasks if task.queue != "default"},
        "outlets": {task.task_id: len(task.outlets) for task in dag.tasks if task.outlets}} for dag in dags},
    "heavy": heavy}))
"""


def run(tmp_path: Path, script: str, **files: str) -> "subprocess.CompletedProcess[str]":
    sources = tmp_path / "sources"
    sources.mkdir()
    for name, text in files.items():
        (sources / f"{name}.toml").write_text(text, encoding="utf-8")
    before = "import sys, warnings; warnings.simplefilter('ignore'); import airflow.sdk; BEFORE = set(sys.modules)\n"
    return subprocess.run(
        [
            sys.executable,
            "-c",
            before + "from airflow.sdk import dag\nBEFORE = set(sys.modules)\n" + script,
            str(ROOT / "dags" / "harvest.py"),
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}",
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
            "REPORT_ARCHIVE_SOURCES": str(sources),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def parse(tmp_path: Path, **files: str) -> dict[str, object]:
    import json

    done = run(tmp_path, PARSE, **files)
    result = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert result, done.stderr[-2000:]
    parsed: dict[str, object] = json.loads(result[0].removeprefix("RESULT "))
    return parsed


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return parse(
        tmp_path_factory.mktemp("dags"),
        demo='title = "Demo"\nprovince = "000000"\n[schedule]\ncron = []\n',
        hunan='title = "湖南"\nprovince = "430000"\nowner = "hunan-team"\n[schedule]\ncron = ["5 4 * * 1"]\n',
        fujian='title = "福建"\nprovince = "350000"\n',
        broken="title = ",
        text='schedule = "daily"\n',
        never='[schedule]\ncron = ["61 2 * * *"]\n',
        **{"no name": 'title = "Airflow refuses this name"\n'},
    )


def test_one_dag_a_registry_file_even_a_broken_one(parsed) -> None:  # type: ignore[no-untyped-def]
    assert set(parsed["dags"]) == {f"harvest_{name}" for name in ("demo", "hunan", "fujian", "broken", "text", "never")}
    assert parsed["dags"]["harvest_text"]["schedule"] == parsed["dags"]["harvest_never"]["schedule"] == "NullTimetable"


def test_what_waits_for_sites_and_what_computes_run_on_queues_that_the_stack_s_workers_serve(parsed) -> None:  # type: ignore[no-untyped-def]
    queues = parsed["dags"]["harvest_demo"]["queues"]
    assert queues == {"host.crawl": "fetch", "host.extract": "extract"}
    served = re.search(r"WORKER_QUEUES:-([a-z,]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert served
    assert {"default", *queues.values()} <= set(served[1].split(","))


def test_a_registry_without_files_is_an_import_error_that_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="REPORT_ARCHIVE_SOURCES"):
        parse(tmp_path)


def test_a_host_that_left_the_registry_and_a_run_that_is_no_harvest_are_told(tmp_path: Path) -> None:
    asked = """
from types import SimpleNamespace as Thing
def told(function, *given):
    try:
        return function(*given)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
module.works = lambda: Thing(settings=Thing(sources=module.sources_directory()))
from scrapers.harvest import Selection
chosen = Selection()
module.selection = lambda: chosen
print("TOLD " + told(module.queue, "demo", "www.a.gov.cn"))
print("TOLD " + told(module.announced, None))
print("TOLD " + " ".join(told(module.announced, ["a"])))
print("TOLD " + told(module.announced, []))
chosen = Selection(dry_run=True)
print("TOLD " + told(module.announced, ["a"]))
chosen = Selection(failed=True)
print("TOLD " + told(module.announced, []))
"""
    source = '[[source]]\nid = "b"\nagency = ""\ndivision = "430903"\nplatform = "trs"\nurl = "http://www.b.gov.cn/"\n'
    done = run(tmp_path, PARSE + asked, demo='province = "000000"\n' + source)
    words = [line.removeprefix("TOLD ") for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert len(words) == 6, done.stderr[-2000:]
    assert words[0].startswith("RegistryError: demo.toml no longer has a source on www.a.gov.cn")
    assert words[1].startswith("NothingPlanned: `plan` named no host")
    assert words[2] == "a"
    assert words[3].startswith("AirflowSkipException: no source of this province is active")
    assert words[4].startswith("AirflowSkipException: a dry run")
    assert words[5].startswith("AirflowSkipException: nothing failed")


def test_what_runs_unattended_is_told_when_it_is_late(tmp_path: Path) -> None:
    asked = """
for name in ("harvest", "audit", "release"):
    path = sys.argv[1].replace("harvest.py", name + ".py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print("TOLD", [len(value.deadline) for value in vars(module).values() if type(value).__name__ == "DAG"])
"""
    done = run(tmp_path, PARSE + asked, demo='province = "000000"\n[schedule]\ncron = []\n')
    assert [line for line in done.stdout.splitlines() if line.startswith("TOLD")] == ["TOLD [1]"] * 3, done.stderr[
        -900:
    ]


def test_parsing_imports_nothing_heavy(parsed) -> None:  # type: ignore[no-untyped-def]
    assert parsed["heavy"] == []


def test_the_shape(parsed) -> None:  # type: ignore[no-untyped-def]
    dag = parsed["dags"]["harvest_hunan"]
    assert set(dag["tasks"]) == {"plan", "host.crawl", "host.extract", "record", "gate"}
    assert dag["tasks"]["host.extract"] == dag["tasks"]["record"] == "all_done"
    assert dag["tasks"]["gate"] == "all_success"
    assert dag["outlets"] == {"record": 1}
    assert dag["runs"] == 1
    assert {"years", "sources", "only_failed", "recheck", "limit", "dry_run"} <= set(dag["params"])
    assert "What red means" in dag["doc"]


def test_a_province_may_name_its_own_schedule_and_owner(parsed) -> None:  # type: ignore[no-untyped-def]
    dags = parsed["dags"]
    assert dags["harvest_fujian"]["schedule"] == "MultipleCronTriggerTimetable"
    assert dags["harvest_fujian"]["crons"] == ["30 2 * 1-4,12 *", "30 2 * 5-11 1"]
    assert dags["harvest_hunan"]["crons"] == ["5 4 * * 1"]
    assert dags["harvest_demo"]["schedule"] == "NullTimetable"
    assert dags["harvest_fujian"]["owners"] == ["report-archive"]
    assert dags["harvest_hunan"]["owners"] == ["hunan-team"]
