"""When each province is harvested: one `harvest_<province>` DAG per registry file.

Reads the registry's file names and schedule headers, and nothing else, while Airflow parses it; sources are
resolved inside `plan`. How a harvest is done is `scrapers.harvest`'s business.
"""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import archive_dags  # noqa: F401 - first of all: it refuses an Airflow that is too old

# isort: split
from airflow.sdk import DAG, MultipleCronTriggerTimetable, TriggerRule, dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException
from archive_dags.base import (
    CATALOG,
    DEFAULTS,
    EXTRACT,
    FETCH,
    OWNER,
    TIMEZONE,
    attempt,
    label,
    require_room,
    run_id,
    works,
)
from archive_dags.metrics import Observer, ended
from archive_dags.notices import NothingPlanned, deadlines, failed, named
from archive_dags.params import PARAMS, selection

from scrapers.errors import RegistryError
from scrapers.registry import files, is_cron, is_key
from scrapers.settings import sources_directory

if TYPE_CHECKING:
    from scrapers.harvest import HostQueue

SEASON = ("30 2 * 1-4,12 *", "30 2 * 5-11 1")
"""Daily December to April, when reports appear (they are due by 1 April: 厅字〔2019〕28号, art. 24); else weekly."""


def queue(province: str, host: str) -> "HostQueue":
    """Return one host's queue, resolved from the registry as it is now."""
    from scrapers.harvest import plan

    # What a host still has to do changes when a run is recorded; its task is to go on all the same.
    for found in plan(works(), province, replace(selection(), failed=False)):
        if found.host == host:
            return found
    raise RegistryError(f"{province}.toml no longer has a source on {host}, which `plan` named. Clear `plan` to go on.")


def announced(hosts: list[str] | None) -> list[str]:
    """Return the hosts of a run that is a harvest; no other may announce one to whoever waits for the asset."""
    if selection().dry_run:
        raise AirflowSkipException("a dry run archives nothing; the logs of `crawl` say what it would fetch")
    if hosts is None:
        raise NothingPlanned("`plan` named no host; the last line of its log says why.")
    if not hosts and selection().failed:
        raise AirflowSkipException("nothing failed in the last run of any host: there is nothing to do")
    if not hosts:
        raise AirflowSkipException("no source of this province is active yet; `probe --verify` settles them")
    return hosts


def host_group(province: str) -> Any:
    """Return the pair of tasks that one host is, to be mapped over the hosts of a run."""

    @task_group(group_id="host")
    def host(host: str) -> None:
        @task(map_index_template="{{ host }}", multiple_outputs=False, queue=FETCH)
        def crawl(host: str) -> int:
            from scrapers.harvest import crawl

            asked = queue(province, label(host))
            return crawl(works(Observer(province)), run_id(province), asked, selection(), attempt())

        # A host that fell silent half way is still read as far as it was heard.
        @task(map_index_template="{{ host }}", multiple_outputs=False, queue=EXTRACT, trigger_rule=TriggerRule.ALL_DONE)
        def extract(host: str) -> int:
            from scrapers.harvest import extract

            asked = queue(province, label(host))
            return extract(works(Observer(province)), run_id(province), asked, selection(), attempt())

        crawl(host) >> extract(host)

    return host


def province_dag(province: str, header: dict[str, Any]) -> DAG:
    """Build one province's DAG from its file's header; its shape never depends on a source."""
    title, cron = str(header.get("title", province)), cron_of(header)

    @dag(
        dag_id=f"harvest_{province}",
        dag_display_name=f"Harvest: {title}",
        description=f"Crawl the rule-of-law reports of {title} and archive them",
        schedule=MultipleCronTriggerTimetable(*cron, timezone=TIMEZONE) if cron else None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={**DEFAULTS, "owner": owner_of(header)},
        params=PARAMS,
        tags=["harvest", province],
        deadline=deadlines(),
        doc_md=RUNBOOK,
        render_template_as_native_obj=False,
    )
    def harvest() -> None:
        plan, record, gate = ends_of(province)
        hosts = plan()
        recorded = record(hosts)
        host_group(province).expand(host=hosts) >> recorded
        gate(recorded)

    return harvest()


def ends_of(province: str) -> tuple[Any, Any, Any]:
    """Return the tasks before and after the hosts: plan, record, gate."""

    @task(multiple_outputs=False, show_return_value_in_logs=False, on_failure_callback=failed)
    def plan() -> list[str]:
        from scrapers.harvest import prepare

        named()
        require_room()
        return prepare(works(), province, selection())

    @task(
        multiple_outputs=False,
        show_return_value_in_logs=False,
        trigger_rule=TriggerRule.ALL_DONE,
        outlets=[CATALOG],
        on_failure_callback=failed,
    )
    def record(hosts: list[str] | None, *, outlet_events: Any = None) -> dict[str, Any]:
        from scrapers.harvest import record, told

        summary = record(works(), run_id(province), announced(hosts), selection())
        Observer(province).recorded(summary)
        outlet_events[CATALOG].extra = {"province": province, **told(summary)}
        return told(summary)

    # `record` runs whatever happened before it, which alone would paint a failed run green.
    @task(multiple_outputs=False, on_failure_callback=failed)
    def gate(summary: dict[str, Any]) -> None:
        from scrapers.harvest import gate, untold

        gate(untold(summary))
        ended(province, "success")

    return plan, record, gate


RUNBOOK = """
### What it does
Crawls every source of one province for annual rule-of-law reports (法治政府建设年度报告) and archives them.
`plan` lints the registry file and asks the store whether it can keep our promises; `host` runs once a host:
`crawl` walks the listings and keeps every page, `extract` reads the reports out of them; `record` commits the
run to the catalog, counts it and announces it; `gate` fails the run when too many hosts gave nothing.

### What red means
- **plan**: the registry file, the connection `report_archive`, the store, the notifiers or the worker's disk. The last
  log line says what to change. Nothing was fetched.
- **crawl** of one host: a source of that host gave nothing (down, blocked, redesigned). Its neighbours are
  complete. Open the site in a browser: if it answers, compare the listing with the source's `platform`.
- **extract**: the store was away for longer than its retries. Clear the task; it goes on where it stopped.
- **record**: below a red `plan` there was nothing to record; else the store or its catalog was away: clear it. After
  a dry run it is skipped, and so is `gate`.
- **gate**: at least a fifth of the hosts, or every host, gave nothing or gave up half way, or an address was left
  unsettled. The log has the list. When all are silent, look at this machine's network first.
- **up for retry, "another attempt crawls"**: an earlier attempt of the same host is still alive, as after a restart of
  the scheduler. It holds the host's lease; the next try goes on with what it left.
- **late**: the run has not ended within its deadline. It goes on; see which host it waits for.

### What to do
Clear a red task, with those after it, to run it again: whatever is in the archive already is skipped, never doubled.
To try again what failed, and nothing else, trigger with *Only what failed*. To backfill, trigger with *Report years*;
to try one site, with *Sources*. Each cause of a finding has its line in `docs/runbook.md`.
"""


def header_of(path: Path) -> dict[str, Any]:
    """Return a registry file's header; a broken file still gets its DAG, whose `plan` says what is broken."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        return {}


def cron_of(header: dict[str, Any]) -> tuple[str, ...]:
    """Return when a province is harvested; one whose schedule is wrong has none until somebody has read `plan`."""
    schedule = header.get("schedule", {})
    given: Any = schedule.get("cron", SEASON) if isinstance(schedule, dict) else ()
    return tuple(given) if is_cron(given) else ()


def owner_of(header: dict[str, Any]) -> str:
    """Return whom the file names as its DAG's owner, for Airflow's pages and their filter; else the archive's own."""
    return str(header.get("owner") or OWNER)


for path in files(sources_directory()):
    if is_key(path.stem):  # Airflow would refuse the others, and every DAG of this file with them
        globals()[f"harvest_{path.stem}"] = province_dag(path.stem, header_of(path))
