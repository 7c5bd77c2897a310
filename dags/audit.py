"""When stored bytes are read again: one `audit` DAG, every day.

What is due on a day, and how it is checked, is `scrapers.harvest.audit`'s business.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

import archive_dags  # noqa: F401 - first of all: it refuses an Airflow that is too old

# isort: split
from airflow.sdk import Param, dag, get_current_context, task
from airflow.timetables.trigger import CronTriggerTimetable
from archive_dags.base import AUDITOR, DEFAULTS, TIMEZONE, works
from archive_dags.notices import deadlines, failed

RUNBOOK = """
### What it does
Reads every ledger line and the catalog, sees that every object they name is there, and reads a thirtieth of all
objects again, besides all that were written since yesterday: raw and clean ones hash to their names, the catalog's
and the releases' are what their writers sent. As many texts in the catalog are hashed, signed and related again. Or the
run is red. In thirty days everything has been read. It uses the connection `report_archive_auditor`, which may only
read, and `report_archive` where there is none.

### What red means
- **read_again**: the store was away for longer than its retries. Clear it.
- **gate**: bytes are missing or are not what they were, or catalog and ledger disagree. The log names each key.

### What to do
Look at the store's disks first. `python -m scrapers repair --from BAG` (or a WARC file, or `--bucket` for a replica)
puts the right bytes back and keeps the wrong ones in `quarantine/`; it takes only bytes that prove to be right. A
release's files come back with `--from` the folder that `download` wrote. Where the catalog alone is wrong,
`python -m scrapers rebuild` makes it again, and with `--anew` also rids it of damaged files. `docs/backup.md` has a
table of all families of keys. Then trigger this DAG once more.
"""


@dag(
    dag_id="audit",
    dag_display_name="Audit: stored bytes",
    description="Read stored bytes again, and compare the catalog with the ledger",
    schedule=CronTriggerTimetable("0 5 * * *", timezone=TIMEZONE),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="Read again what is due on this day; empty means today.",
        )
    },
    tags=["audit"],
    deadline=deadlines(),
    doc_md=RUNBOOK,
)
def audit() -> None:
    """Build the DAG."""

    @task(multiple_outputs=False, show_return_value_in_logs=False, on_failure_callback=failed)
    def read_again() -> dict[str, Any]:
        from scrapers.harvest import audit, audit_day

        return asdict(audit(works(connection=AUDITOR), audit_day(get_current_context()["params"]["day"])))

    @task(multiple_outputs=False, on_failure_callback=failed)
    def gate(found: dict[str, Any]) -> int:
        from scrapers.harvest import audit_gate

        return audit_gate(found["checked"], found["violations"], found["told"])

    gate(cast("Any", read_again()))


DAILY = audit()
