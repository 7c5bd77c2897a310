"""The note on every harvest: what `record` returned in, a few lines on the run in Airflow's pages out.

Tasks cannot write a run's note, so a listener does, in the scheduler, from the run's XCom. It names hosts and counts
and no page text. A note that a person wrote stays above it. Every process of Airflow loads this file, so it imports
next to nothing.
"""

from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

MARK = "Harvest:"
LONGEST = 1000
"""Characters that Airflow keeps of a note."""
NAMED = 5
"""Silent hosts that a note names; the log of `gate` has them all."""


def note_of(summary: dict[str, Any], link: str) -> str:
    """Return a summary in a few lines of Markdown."""
    outcomes = summary["outcomes"]
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())) or "nothing fetched"
    lines = [f"{MARK} **{summary['new_reports']} new**, {summary['revised']} revised; {counts}."]
    if silent := sorted(summary["silent"]):
        more = f" and {len(silent) - NAMED} more" if len(silent) > NAMED else ""
        told = ", ".join(f"`{host}`" for host in silent[:NAMED])
        lines.append(f"{len(silent)} of {len(summary['hosts'])} hosts gave nothing: {told}{more}.")
    if lists := summary.get("list_pages"):
        asked, same = summary["list_pages_conditional"], summary["list_pages_unchanged"]
        lines.append(f"{lists} list pages asked for, {asked} only whether they had changed; {same} had not.")
    if known := summary.get("quality"):
        lines.append(quality_of(known))
    lines.append(f"{summary['findings']} findings. [What the run did, by host]({link})")
    return "\n\n".join(lines)[:LONGEST]


def quality_of(known: dict[str, Any]) -> str:
    """Return how well the corpus's reports are known, in one line: facts by share, flags by count."""
    rows = max(known["rows"], 1)
    facts = ", ".join(f"{name} {count / rows:.0%}" for name, count in known["filled"].items())
    flags = ", ".join(f"{count} {name}" for name, count in known["flags"].items()) or "no flags"
    return f"The corpus: {known['rows']} reports; known are {facts}; {flags}."


class RunNotes:
    """Hears that a run ended, and notes what it did."""

    @hookimpl
    def on_dag_run_success(self, dag_run: "DagRun", msg: str) -> None:  # noqa: ARG002 - the hook's own signature
        """Note what a successful harvest did."""
        write(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: "DagRun", msg: str) -> None:  # noqa: ARG002 - the hook's own signature
        """Note what a failed harvest did, as far as it was recorded."""
        write(dag_run)


def write(dag_run: "DagRun") -> None:
    """Put our note under whatever a person wrote; a run that recorded nothing gets none."""
    from airflow.models.xcom import XComModel
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or not dag_run.dag_id.startswith("harvest_"):
        return
    asked = XComModel.get_many(run_id=dag_run.run_id, key="return_value", task_ids="record", dag_ids=dag_run.dag_id)
    found = session.scalars(asked).first()
    if found is None:
        return
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    link = f"{base}/dags/{dag_run.dag_id}/runs/{dag_run.run_id}/plugin/report-archive-run"
    own = (dag_run.note or "").partition(MARK)[0].rstrip()
    note = note_of(XComModel.deserialize_value(found), link)
    dag_run.note = f"{own}\n\n{note}".strip()[:LONGEST]


class RunNotesPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "report_archive_run_notes"
    listeners = [RunNotes()]  # noqa: RUF012 - Airflow reads it as a plain class attribute
