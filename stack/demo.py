"""The demo: a fresh checkout in, real Airflow harvesting real pages into a real S3 store out.

Starts the store, the village of sample sites and Airflow on loopback, triggers the harvest, shows what landed,
and stays up until Ctrl-C (`STAY=0` exits instead). Everything it keeps is under `.demo/`; run again, it goes on
with the same store.
"""

import json
import os
import secrets
import shutil
import signal
import sys
import time
from contextlib import ExitStack

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from scrapers.corpus import Corpus, open_corpus
from scrapers.errors import ArchiveError, UserError
from scrapers.settings import PREFIX, load
from stack.airflow import ROOT, USER, LocalAirflow, archive_environment
from stack.store import LocalStore
from tests.village import Village

HOME = ROOT / ".demo"
DAG = "harvest_demo"
VILLAGE_PORT = 8600
ROOM = 512 * 1024 * 1024
"""Free bytes that a demo needs for its store, its logs and Airflow's database."""
FINISHED = {"success", "failed", "skipped", "upstream_failed", "removed"}
console = Console(width=None if sys.stdout.isatty() else 140)


def main() -> int:
    """Run the demo; return 0 when the harvest succeeded."""
    # A shell starts background jobs with SIGINT ignored, and our children would inherit that. TERM cleans up too.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        return run()
    except (ArchiveError, OSError) as error:  # PortInUse of the village, a disk without room
        console.print(f"[red]demo:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("stopped")
        return 130


def run() -> int:
    """Start the stack, harvest the village, show the corpus."""
    HOME.mkdir(exist_ok=True)
    require_room()
    with ExitStack() as stack:
        with console.status("starting the S3 store"):
            store = stack.enter_context(local_store())
        with console.status("opening the village of sample sites"):
            stack.enter_context(Village(VILLAGE_PORT))
        environment = command_line_environment(store)
        known = archive_environment(load(environment))
        airflow = LocalAirflow(HOME / "airflow", port=port("AIRFLOW_PORT", 8080), environment=known)
        with console.status("starting Airflow: about a minute on two cores"):
            stack.enter_context(airflow)
        before = known_reports(environment)
        run_id = airflow.trigger(DAG)
        state = watch(airflow, run_id)
        corpus = open_corpus(load(environment))
        show(corpus, before)
        tell(airflow, store, run_id, state)
        stay()
    return 0 if state == "success" else 1


def require_room() -> None:
    """Raise UserError when the disk is as good as full: Airflow and the store would stop half way."""
    if (free := shutil.disk_usage(HOME).free) < ROOM:
        raise UserError(
            f"{HOME} has {free // 1_048_576} MiB left and the demo needs {ROOM // 1_048_576} MiB. Make room: "
            "`make clean` removes the environments and what earlier demos kept."
        )


def port(name: str, default: int) -> int:
    """Return a port from the environment."""
    given = os.environ.get(name, str(default))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise UserError(f"{name}={given!r} is not a port. Set it to a number from 1 to 65535.")
    return int(given)


def local_store() -> LocalStore:
    """Return the demo's store; its keys are made once and kept beside it, readable by the owner only."""
    path = HOME / "store-keys.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({"access_key": secrets.token_hex(8), "secret_key": secrets.token_urlsafe(24)}))
    return LocalStore(HOME / "store", port=port("STORE_PORT", 8333), **json.loads(path.read_text()))


def command_line_environment(store: LocalStore) -> dict[str, str]:
    """Write and return what tells the command line where the archive's store and sources are."""
    environment = {
        PREFIX + "ENDPOINT": store.endpoint,
        PREFIX + "BUCKET": store.bucket,
        PREFIX + "ACCESS_KEY": store.access_key,
        PREFIX + "SECRET_KEY": store.secret_key,
        PREFIX + "SOURCES": str(ROOT / "sources"),
        PREFIX + "CONTACT": "demo@example.org",
        PREFIX + "PRIVATE_NETWORKS": "127.0.0.0/8",
        PREFIX + "DELAY": "0",
    }
    path = HOME / "environment"
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}='{value}'\n" for name, value in environment.items()))
    return environment


def known_reports(environment: dict[str, str]) -> set[str]:
    """Return the ids of the reports that earlier demos archived."""
    try:
        return set(open_corpus(load(environment)).reports().select("report_id").collect()["report_id"])
    except ArchiveError:
        return set()


def watch(airflow: LocalAirflow, run_id: str) -> str:
    """Show a run's progress until it ends and return its state."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("harvest", total=None)
        while True:
            tasks = airflow.tasks(DAG, run_id)
            done = [task for task in tasks if task["state"] in FINISHED]
            running = sorted({f"{task['task_id']}" for task in tasks if task["state"] == "running"})
            progress.update(
                bar, completed=len(done), total=len(tasks) or None, description=" ".join(running) or "harvest"
            )
            state = airflow.run_state(DAG, run_id)
            if state in {"success", "failed"}:
                progress.update(bar, completed=len(tasks), total=len(tasks), description=f"harvest: {state}")
                return state
            time.sleep(1)


def show(corpus: Corpus, before: set[str]) -> None:
    """Print the archived reports and how many of them are new."""
    reports = corpus.reports().sort("division", "agency", "report_year").collect()
    table = Table(title=f"{len(reports)} archived reports")
    for column, width in (("report", 8), ("year", 4), ("published", 10), ("copies", 6)):
        table.add_column(column, no_wrap=True, min_width=width)
    for column in ("agency", "title"):
        table.add_column(column, overflow="ellipsis", no_wrap=True)
    for row in reports.iter_rows(named=True):
        table.add_row(
            row["report_id"][:8],
            str(row["report_year"] or ""),
            str(row["published_on"] or ""),
            str(row["sightings"]),
            Text(row["agency"] or ""),
            Text(row["title"]),
        )
    console.print(table)
    new = len(set(reports["report_id"]) - before)
    console.print(f"{new} new reports" if new else "nothing new: every report was in the archive already")


def tell(airflow: LocalAirflow, store: LocalStore, run_id: str, state: str) -> None:
    """Print where to look."""
    style = "green" if state == "success" else "red"
    console.print(f"run [{style}]{state}[/]: {airflow.url}/dags/{DAG}/runs/{run_id}", highlight=False, soft_wrap=True)
    console.print(f"archive:  {airflow.url}/plugin/report-archive", highlight=False, soft_wrap=True)
    console.print(f"Airflow:  {airflow.url}  user {USER}  password {airflow.password}", highlight=False, soft_wrap=True)
    console.print(
        f"S3 store: {store.endpoint}  bucket {store.bucket}  keys in {HOME / 'store-keys.json'}", highlight=False
    )
    console.print(
        "corpus:   . .demo/environment && .venv/bin/python -m scrapers find 法治", highlight=False, soft_wrap=True
    )


def stay() -> None:
    """Wait for Ctrl-C, unless STAY=0."""
    if os.environ.get("STAY", "1") == "0":
        return
    console.print("staying up; Ctrl-C stops everything")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopping")


if __name__ == "__main__":
    sys.exit(main())
