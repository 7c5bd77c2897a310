"""How long Airflow takes to parse every DAG of a registry with 3,000 sources: python -m benchmarks.parse

Writes a registry of 32 provinces with 3,000 sources, imports Airflow first, as a DAG processor has, and then times
the DAG file in fresh processes: parse alone, and parse with serialisation. Prints a table; the goal is one second
of processor time.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROVINCES, SOURCES, ROUNDS = 32, 3000, 5
CODE = """
import sys, time, warnings, importlib.util
warnings.simplefilter("ignore")
import airflow.sdk, structlog
from airflow.sdk import dag
from airflow.serialization.serialized_objects import SerializedDAG, DagSerialization
from airflow.timetables.trigger import MultipleCronTriggerTimetable
started, cpu = time.perf_counter(), time.process_time()
spec = importlib.util.spec_from_file_location("dag_file", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
parsed, parsed_cpu = time.perf_counter() - started, time.process_time() - cpu
dags = [value for value in vars(module).values() if type(value).__name__ == "DAG"]
for one in dags:
    DagSerialization.to_dict(one)
print("RESULT", len(dags), parsed, parsed_cpu, time.perf_counter() - started)
"""


def registry(folder: Path) -> None:
    """Write the sources, spread evenly over the provinces."""
    for province in range(PROVINCES):
        entries = [f'title = "Province {province}"\nprovince = "430000"\n']
        entries += [
            f'\n[[source]]\nid = "p{province}-s{n}"\nagency = "某县司法局"\ndivision = "430903"\n'
            f'platform = "trs"\nurl = "https://www.s{n}.example.cn/zwgk/fzzfjsndbg/"\nfirst_year = 2019\n'
            for n in range(province, SOURCES, PROVINCES)
        ]
        (folder / f"{province:02}-province.toml").write_text("".join(entries), encoding="utf-8")


def once(folder: Path) -> list[float]:
    """Parse once in a fresh process; return DAGs, seconds, CPU seconds, and seconds with serialisation."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(ROOT / "dags" / "harvest.py")],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'dags'}",
            "AIRFLOW_HOME": str(folder / "airflow"),
            "REPORT_ARCHIVE_SOURCES": str(folder / "sources"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return [float(word) for word in line.split()[1:]]


def main() -> int:
    """Measure a few rounds and print the medians; exit 1 when parsing takes a second of processor time or more."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources").mkdir()
        registry(folder / "sources")
        rounds = [once(folder) for _ in range(ROUNDS)]
    dags, parse, cpu, whole = (sorted(column)[ROUNDS // 2] for column in zip(*rounds, strict=True))
    print(f"{'DAGs':>6} {'sources':>8} {'parse s':>8} {'CPU s':>6} {'with serialisation s':>21}")
    print(f"{dags:>6.0f} {SOURCES:>8} {parse:>8.2f} {cpu:>6.2f} {whole:>21.2f}")
    return 0 if cpu < 1.0 else 1


if __name__ == "__main__":
    sys.exit(main())
