"""Who is told when a run fails or is late: any Airflow notifiers, named by `REPORT_ARCHIVE_NOTIFY`.

The notifier renders its own templates; what we have to say comes to them as `headline`, `told` and `link`, so no
text of ours, or of a page, is ever itself a template. A notifier that fails costs the others nothing.
"""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import structlog
from airflow.sdk import BaseNotifier
from airflow.sdk.configuration import conf
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from archive_dags.metrics import ended
from scrapers.errors import RegistryError, SettingsError
from scrapers.settings import PREFIX, deadline, notifiers

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST = 4000
"""Characters of a notice; a list of silent hosts may be long."""
log = structlog.get_logger("report_archive")


class NothingPlanned(RegistryError):
    """Raised below a `plan` that failed and has told of it already."""


def named() -> list[BaseNotifier]:
    """Return the notifiers of the settings; raise SettingsError naming the one that cannot be made."""
    made: list[BaseNotifier] = []
    for path, options in notifiers():
        try:
            one = resolve_name(path)(**options)
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            raise SettingsError(
                f"{PREFIX}NOTIFY: {path} cannot be made: {error}. Check its options, or install it."
            ) from None
        if not isinstance(one, BaseNotifier):
            raise SettingsError(f"{PREFIX}NOTIFY: {path} is no Airflow notifier. Name a subclass of BaseNotifier.")
        made.append(one)
    return made


def failed(context: "Context") -> None:
    """Tell that a task of a run failed for good, and why; for `on_failure_callback`."""
    error = context.get("exception")
    if isinstance(error, NothingPlanned):
        return
    ti = context["ti"]
    ended(ti.dag_id.removeprefix("harvest_"), "failed")  # audit, release and reextract go by their own names
    tell(context, f"{ti.dag_id}: {ti.task_id} failed", ti.dag_id, ti.run_id, str(error or "the task was killed"))


def late(context: dict[str, Any], hours: float) -> None:
    """Tell that a run has not ended in time; for a deadline. Airflow gives it the run alone."""
    run = context["dag_run"]
    tell(
        context,
        f"{run['dag_id']}: not done after {hours:g} h",
        run["dag_id"],
        run["dag_run_id"],
        "The run goes on. See which task it is at: a host with a long Crawl-delay, a lease that another attempt holds, "
        "a slow store, or a task that was never scheduled.",
    )


def tell(context: Mapping[str, Any], headline: str, dag: str, run: str, told: str) -> None:
    """Give one notice to every notifier."""
    link = f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/dags/{dag}/runs/{run}"
    # None of these may be a notifier's own field, as `subject` is: a field's template hides what has its name.
    said = {**context, "headline": headline, "told": told[:LONGEST], "link": link}
    for notifier in named():
        try:
            notifier(said)
        except Exception as error:  # noqa: BLE001 - whatever a notifier raises, the next one is still told
            log.error("notice not delivered", notifier=type(notifier).__name__, error=str(error)[:LONGEST])
        else:
            log.info("notice delivered", notifier=type(notifier).__name__, headline=headline)


def deadlines() -> list[DeadlineAlert]:
    """Return the alert of a run that has not ended in time; none when it is switched off."""
    seconds = int(deadline().total_seconds())
    if not seconds:
        return []
    callback = SyncCallback(late, kwargs={"hours": seconds / 3600})
    # A bare number, since no task of a run can be cleared whose deadline is a timedelta: apache/airflow#70368.
    interval: Any = seconds
    return [DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, interval, callback, name="not done in time")]
