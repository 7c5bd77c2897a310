"""When each province is harvested: one `harvest_<province>` DAG per registry file.

Reads the registry's file names and schedule headers, and nothing else, while Airflow parses it; sources are
resolved inside `plan`. How a harvest is done is `scrapers.harvest`'s business.
"""

import logging
import secrets
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import (
    DAG,
    Asset,
    Connection,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    dag,
    get_current_context,
    task,
    task_group,
)
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException
from airflow.timetables.trigger import MultipleCronTriggerTimetable

from scrapers.errors import ArchiveError, RegistryError, SettingsError, TransientError
from scrapers.registry import files, is_cron, is_key
from scrapers.settings import load, sources_directory

if TYPE_CHECKING:
    from scrapers.harvest import HostQueue, Selection, Works
    from scrapers.model import Line

CONNECTION = "report_archive"
CATALOG = Asset(name="report_archive_catalog", uri="x-report-archive://catalog/reports")
SEASON = ("30 2 * 1-4,12 *", "30 2 * 5-11 1")
"""Daily December to April, when reports appear (they are due by 1 April: 厅字〔2019〕28号, art. 24); else weekly."""
POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=TransientError, action=RetryAction.RETRY, reason="the world may heal"),
        RetryRule(exception=ArchiveError, action=RetryAction.FAIL, reason="retrying cannot help; read the message"),
    ]
)
DEFAULTS = {
    "owner": "report-archive",
    "retries": 4,
    # Longer than a restart of Airflow's own parts, or an outage of one minute burns every retry.
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": POLICY,
    "execution_timeout": timedelta(hours=6),
}
PARAMS = {
    "years": Param(
        [],
        type="array",
        items={"type": "integer", "minimum": 2004, "maximum": 2100},
        title="Report years",
        description="Fetch only reports of these years; empty means all. Use it to backfill.",
    ),
    "sources": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Sources",
        description="Walk only these source ids, one a line; empty means the whole province.",
    ),
    "unverified": Param(
        False,
        type="boolean",
        title="Unverified sources",
        description="Also walk sources nobody has fetched from yet; those named under Sources are walked anyway.",
    ),
    "recheck": Param(
        "all",
        enum=["all", "none"],
        title="Recheck",
        description="Whether pages that are archived already are asked again if they changed.",
    ),
    "limit": Param(
        0, type="integer", minimum=0, title="Limit", description="At most so many fetches a source; 0 means all."
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Walk the listings and log what would be fetched; nothing is archived.",
    ),
}
log = logging.getLogger(__name__)


def works() -> "Works":
    """Open the archive named by the Airflow connection; everything else comes from the environment."""
    from scrapers.harvest import open_works

    try:
        given = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        raise SettingsError(
            f"Airflow has no connection {CONNECTION!r}. Add it (Amazon Web Services): the store's keys as login and "
            'password, {"endpoint_url": ..., "bucket": ..., "region_name": ...} as extra.'
        ) from None
    extra = given.extra_dejson
    settings = load(
        endpoint=extra.get("endpoint_url"),
        bucket=extra.get("bucket"),
        region=extra.get("region_name"),
        access_key=given.login,
        secret_key=given.password,
    )
    return open_works(settings, heard=tell)


def tell(line: "Line") -> None:
    """Write one ledger line to the task log; page text is escaped and cut."""
    if line.url:
        log.info("%s %r %r", line.outcome or "captured", line.url[:200], line.reason[:300])
    elif line.finding:
        log.warning("%s %r %r", line.finding.kind, line.finding.subject[:200], line.finding.message[:300])


def selection() -> "Selection":
    """Return what the params form asked for."""
    from scrapers.harvest import Selection

    params = get_current_context()["params"]
    return Selection(
        years=tuple(params["years"]),
        sources=tuple(params["sources"]),
        unverified=params["unverified"],
        recheck=params["recheck"] == "all",
        limit=params["limit"],
        dry_run=params["dry_run"],
    )


def label(host: str) -> str:
    """Show a mapped row under its host's name."""
    cast("dict[str, object]", get_current_context())["host"] = host
    return host


def attempt() -> str:
    """Return a name for this attempt that no overlapping attempt can share."""
    return f"{get_current_context()['ti'].try_number}.{secrets.token_hex(3)}"


def run_id(province: str) -> str:
    """Return the run's name in the ledger: Airflow's run ids are unique within a DAG only."""
    return f"{province}.{get_current_context()['run_id']}"


def queue(province: str, host: str) -> "HostQueue":
    """Return one host's queue, resolved from the registry as it is now."""
    from scrapers.harvest import plan

    for found in plan(works(), province, selection()):
        if found.host == host:
            return found
    raise RegistryError(f"{province}.toml no longer has a source on {host}, which `plan` named. Clear `plan` to go on.")


def announced(hosts: list[str] | None) -> list[str]:
    """Return the hosts of a run that is a harvest; no other may announce one to whoever waits for the asset."""
    if selection().dry_run:
        raise AirflowSkipException("a dry run archives nothing; the logs of `crawl` say what it would fetch")
    if hosts == []:
        raise AirflowSkipException("no source of this province is active yet; `probe --verify` settles them")
    if hosts is None:
        raise RegistryError("`plan` named no host; the last line of its log says why.")
    return hosts


def host_group(province: str) -> Any:
    """Return the pair of tasks that one host is, to be mapped over the hosts of a run."""

    @task_group(group_id="host")
    def host(host: str) -> None:
        @task(map_index_template="{{ host }}", multiple_outputs=False)
        def crawl(host: str) -> int:
            from scrapers.harvest import crawl

            return crawl(works(), run_id(province), queue(province, label(host)), selection(), attempt())

        # A host that fell silent half way is still read as far as it was heard.
        @task(map_index_template="{{ host }}", multiple_outputs=False, trigger_rule=TriggerRule.ALL_DONE)
        def extract(host: str) -> int:
            from scrapers.harvest import extract

            return extract(works(), run_id(province), queue(province, label(host)), selection(), attempt())

        crawl(host) >> extract(host)

    return host


def province_dag(province: str, title: str, cron: tuple[str, ...]) -> DAG:
    """Build one province's DAG; its shape never depends on a source."""

    @dag(
        dag_id=f"harvest_{province}",
        dag_display_name=f"Harvest: {title}",
        schedule=MultipleCronTriggerTimetable(*cron, timezone="Asia/Shanghai") if cron else None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        params=PARAMS,
        tags=["harvest", province],
        doc_md=RUNBOOK,
        render_template_as_native_obj=False,
    )
    def harvest() -> None:
        @task(multiple_outputs=False, show_return_value_in_logs=False)
        def plan() -> list[str]:
            from scrapers.harvest import prepare

            return prepare(works(), province, selection())

        @task(multiple_outputs=False, trigger_rule=TriggerRule.ALL_DONE, outlets=[CATALOG])
        def record(hosts: list[str] | None, *, outlet_events: Any = None) -> dict[str, Any]:
            from scrapers.harvest import record, told

            asked = announced(hosts)
            summary = told(record(works(), run_id(province), asked, selection()))
            outlet_events[CATALOG].extra = summary
            return summary

        # `record` runs whatever happened before it, which alone would paint a failed run green.
        @task(multiple_outputs=False)
        def gate(summary: dict[str, Any]) -> None:
            from scrapers.harvest import gate, untold

            gate(untold(summary))

        hosts = plan()
        recorded = record(cast("Any", hosts))
        host_group(province).expand(host=hosts) >> recorded
        gate(cast("Any", recorded))

    return harvest()


RUNBOOK = """
### What it does
Crawls every source of one province for annual rule-of-law reports (法治政府建设年度报告) and archives them.
`plan` lints the registry file and asks the store whether it can keep our promises; `host` runs once a host:
`crawl` walks the listings and keeps every page, `extract` reads the reports out of them; `record` commits the
run to the catalog; `gate` fails the run when too many hosts gave nothing.

### What red means
- **plan**: the registry file, the connection `report_archive` or the store is wrong. The last log line says what
  to change. Nothing was fetched.
- **crawl** of one host: a source of that host gave nothing (down, blocked, redesigned). Its neighbours are
  complete. Open the site in a browser: if it answers, compare the listing with the source's `platform`.
- **extract**: the store was away for longer than its retries. Clear the task; it goes on where it stopped.
- **record**: below a red `plan` there was nothing to record; else the store or its catalog was away: clear it. After
  a dry run it is skipped, and so is `gate`.
- **gate**: at least a fifth of the hosts, or every host, gave nothing, or an address was left unsettled. The log
  has the list. When all are silent, look at this machine's network first.

### What to do
Clear a red task to run it again: whatever is in the archive already is skipped, never doubled.
To backfill, trigger with *Report years*; to try one site, with *Sources*.
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


for path in files(sources_directory()):
    if is_key(path.stem):  # Airflow would refuse the others, and every DAG of this file with them
        header = header_of(path)
        globals()[f"harvest_{path.stem}"] = province_dag(
            path.stem, str(header.get("title", path.stem)), cron_of(header)
        )
