"""When stored captures are read again: one `reextract` DAG, by hand, after the reader was changed.

How it is done, and what a generation is, is `scrapers`' business.
"""

from datetime import UTC, datetime
from typing import Any, cast

import archive_dags  # noqa: F401 - first of all: it refuses an Airflow that is too old

# isort: split
from airflow.sdk import Param, dag, get_current_context, task
from archive_dags.base import DEFAULTS, EXTRACT, attempt, label, run_id, works
from archive_dags.notices import failed

RUNBOOK = """
### What it does
Reads every stored capture with the reader that is installed, as a new generation beside the one that readers see; no
request leaves. `read` runs once a host and skips what is read already; `record` commits the run to the catalog;
`trial` compares the two generations and logs the outcome: reports, texts and facts changed, pages gained and lost.
Readers see the new generation only after a switch: tick *Switch* once a trial has been read, or run
`python -m scrapers switch`. Switching back is the same, with the old name.

### What red means
- **read** of one host: bytes are damaged (the log names the key; see the `audit` DAG), or the store was away: clear it.
- **trial**: some pages are not read yet by the new generation, because a host failed. Clear that host.

### What to do
Clear a red task to run it again. Nothing is read twice, and the generation in effect is never touched.
"""


@dag(
    dag_id="reextract",
    dag_display_name="Re-extract: read stored captures again",
    description="Read every stored capture with today's reader, compare, and switch when told to",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "hosts": Param(
            [],
            type="array",
            items={"type": "string", "pattern": "^[a-z0-9._-]+$"},
            title="Hosts",
            description="Read only these hosts, as `ledger/` spells them, one a line; empty means all.",
        ),
        "switch": Param(
            False,
            type="boolean",
            title="Switch",
            description="Let readers see the new generation when it has read all that they see today.",
        ),
    },
    tags=["reextract"],
    doc_md=RUNBOOK,
)
def reextract() -> None:
    """Build the DAG."""

    @task(multiple_outputs=False, show_return_value_in_logs=False, on_failure_callback=failed)
    def hosts() -> list[str]:
        from scrapers.harvest import hosts_to_reextract

        return hosts_to_reextract(works(), get_current_context()["params"]["hosts"])

    @task(map_index_template="{{ host }}", multiple_outputs=False, queue=EXTRACT, on_failure_callback=failed)
    def read(host: str) -> int:
        from scrapers.harvest import reextract

        return reextract(works(), run_id("reextract"), label(host), attempt())

    @task(multiple_outputs=False, on_failure_callback=failed)
    def record(_read: list[int]) -> int:
        from scrapers.harvest import record_reextract

        return record_reextract(works(), run_id("reextract"))

    @task(multiple_outputs=False, on_failure_callback=failed)
    def trial(_lines: int) -> dict[str, Any]:
        from scrapers.corpus.keeper import open_keeper

        return open_keeper(works().settings).try_installed(get_current_context()["params"]["switch"], print)

    counts = read.expand(host=hosts())
    trial(cast("Any", record(cast("Any", counts))))


READ_AGAIN = reextract()
