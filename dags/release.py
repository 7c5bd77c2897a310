"""When the corpus is frozen: one `release` DAG, when a harvest has landed and the newest release is old enough.

How a release is made is `scrapers.corpus`'s business.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

import archive_dags  # noqa: F401 - first of all: it refuses an Airflow that is too old

# isort: split
from airflow.sdk import Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from archive_dags.base import CATALOG, DEFAULTS, works
from archive_dags.notices import deadlines, failed

RUNBOOK = """
### What it does
Freezes the catalog as a release that never changes: Parquet and JSON lines by year, a CSV of the facts, metadata
(Data Package, Croissant), checksums, and what became of each report since the release before. It runs when a harvest
has been recorded, and does nothing while the newest release is younger than *Days between releases*. A run that a
person triggers freezes at once.

Before that it tends the catalog: the many small files that runs leave become few, sorted ones, and files that no
version of the last 30 days needs are deleted. No row changes. A table that runs kept writing is left for the next
time (`beaten` in the task's return value).

### What red means
- **tend**: the store was away, or the credentials may not delete below `catalog/`. Nothing is lost; clear it.
- **freeze**: the store was away for longer than its retries, or the name is taken. The log says which. Half a release
  is nobody's: it has no `SHA256SUMS`, and the next run goes on with it.
- **check**: a file of the release is not what its checksums say. The log names it; look at the store's disks.

### What to do
Clear a red task to run it again. Nothing that was written is written twice, and no release is ever changed.
"""


@dag(
    dag_id="release",
    dag_display_name="Release: freeze the corpus",
    description="Freeze the catalog as a dated release that never changes",
    schedule=[CATALOG],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "name": Param(
            "",
            type="string",
            pattern="^([a-z0-9][a-z0-9.-]{0,39})?$",
            title="Name",
            description="Name of the release; empty means today's date.",
        ),
        "days": Param(
            7,
            type="integer",
            minimum=0,
            maximum=366,
            title="Days between releases",
            description="Harvests that land sooner after a release make no new one.",
        ),
    },
    tags=["release"],
    deadline=deadlines(),
    doc_md=RUNBOOK,
)
def release() -> None:
    """Build the DAG."""

    @task(multiple_outputs=False, on_failure_callback=failed)
    def tend() -> list[dict[str, Any]]:
        from scrapers.corpus.keeper import open_keeper

        return [asdict(table) for table in open_keeper(works().settings).tend()]

    @task(multiple_outputs=False, on_failure_callback=failed)
    def freeze() -> dict[str, Any]:
        from scrapers.corpus.keeper import open_keeper

        corpus, context = open_keeper(works().settings), get_current_context()
        asked = context["dag_run"].run_type == "manual"
        if not asked and not corpus.release_is_due(context["params"]["days"]):
            raise AirflowSkipException("the newest release is younger than the days between releases")
        return asdict(corpus.freeze(context["params"]["name"], print))

    @task(multiple_outputs=False, on_failure_callback=failed)
    def check(made: dict[str, Any]) -> int:
        from scrapers.corpus import open_corpus

        return open_corpus(works().settings).release(made["name"]).require()

    made = freeze()
    tend() >> made
    check(cast("Any", made))


FREEZE = release()
