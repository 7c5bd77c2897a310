"""What Airflow sees when it parses the DAG files: one DAG a registry file, its shape, its params, no heavy import."""

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
        "schedule": type(dag.timetable).__name__, "runs": dag.max_active_runs, "doc": dag.doc_md or "",
        "tags": sorted(dag.tags), "params": sorted(dag.params),
        "tasks": {task.task_id: str(getattr(task.trigger_rule, "value", task.trigger_rule)) for task in dag.tasks},
        "outlets": {task.task_id: len(task.outlets) for task in dag.tasks if task.outlets}} for dag in dags},
    "heavy": heavy}))
"""


def parse(tmp_path: Path, **files: str) -> dict[str, object]:
    import json

    sources = tmp_path / "sources"
    sources.mkdir()
    for name, text in files.items():
        (sources / f"{name}.toml").write_text(text, encoding="utf-8")
    before = "import sys, warnings; warnings.simplefilter('ignore'); import airflow.sdk; BEFORE = set(sys.modules)\n"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            before + "from airflow.sdk import dag\nBEFORE = set(sys.modules)\n" + PARSE,
            str(ROOT / "dags" / "harvest.py"),
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
            "REPORT_ARCHIVE_SOURCES": str(sources),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    result = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert result, done.stderr[-2000:]
    parsed: dict[str, object] = json.loads(result[0].removeprefix("RESULT "))
    return parsed


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return parse(
        tmp_path_factory.mktemp("dags"),
        demo='title = "Demo"\nprovince = "000000"\n[schedule]\ncron = []\n',
        hunan='title = "湖南"\nprovince = "430000"\n',
        broken="title = ",
    )


def test_one_dag_a_registry_file_even_a_broken_one(parsed) -> None:  # type: ignore[no-untyped-def]
    assert set(parsed["dags"]) == {"harvest_demo", "harvest_hunan", "harvest_broken"}


def test_parsing_imports_nothing_heavy(parsed) -> None:  # type: ignore[no-untyped-def]
    assert parsed["heavy"] == []


def test_the_shape(parsed) -> None:  # type: ignore[no-untyped-def]
    dag = parsed["dags"]["harvest_hunan"]
    assert set(dag["tasks"]) == {"plan", "host.crawl", "host.extract", "record", "gate"}
    assert dag["tasks"]["host.extract"] == dag["tasks"]["record"] == "all_done"
    assert dag["tasks"]["gate"] == "all_success"
    assert dag["outlets"] == {"record": 1}
    assert dag["runs"] == 1
    assert {"years", "sources", "recheck", "limit", "dry_run"} <= set(dag["params"])
    assert "What red means" in dag["doc"]


def test_schedules(parsed) -> None:  # type: ignore[no-untyped-def]
    assert parsed["dags"]["harvest_hunan"]["schedule"] == "MultipleCronTriggerTimetable"
    assert parsed["dags"]["harvest_demo"]["schedule"] == "NullTimetable"
