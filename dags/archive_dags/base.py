"""How a task opens the archive and names itself: an Airflow context in, `scrapers`' values out."""

import secrets
import shutil
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import Asset, Connection, ExceptionRetryPolicy, RetryAction, RetryRule, get_current_context
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException

from scrapers.errors import ArchiveError, SettingsError, TransientError
from scrapers.settings import load

if TYPE_CHECKING:
    from archive_dags.metrics import Observer
    from scrapers.harvest import Works

OWNER = "report-archive"
CONNECTION = "report_archive"
AUDITOR = "report_archive_auditor"
"""Credentials that may only read; where there is no such connection, CONNECTION serves."""
CATALOG = Asset(name="report_archive_catalog", uri="x-report-archive://catalog/reports")
FETCH, EXTRACT = "fetch", "extract"
"""Celery queues of the tasks that wait for sites and of those that compute; an executor without queues ignores them."""
TIMEZONE = "Asia/Shanghai"
LONGEST = 6 * 3600
"""Seconds a task may take where `[core] default_task_execution_timeout` says nothing."""
ROOM = 256 * 1024 * 1024
"""Free bytes a worker needs where it keeps its logs and its children's scratch files."""
POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=TransientError, action=RetryAction.RETRY, reason="the world may heal"),
        RetryRule(exception=ArchiveError, action=RetryAction.FAIL, reason="retrying cannot help; read the message"),
    ]
)
DEFAULTS: dict[str, Any] = {
    "owner": OWNER,
    # With Airflow's own `[core] default_task_retry_delay`, 300 s unless somebody changed it, doubled each time: longer
    # than a restart of Airflow's own parts, or an outage of one minute would burn every retry.
    "retries": 4,
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": POLICY,
    "execution_timeout": timedelta(seconds=int(conf.get("core", "default_task_execution_timeout") or LONGEST)),
}


def works(observer: "Observer | None" = None, *, connection: str = CONNECTION) -> "Works":
    """Open the archive named by an Airflow connection; everything else comes from the environment.

    A task that is told to end stops at once, keeps what it saw and gives its host back: Airflow kills it otherwise.
    """
    from scrapers.harvest import open_works

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _given(connection) or _given(CONNECTION)
    if given is None:
        raise SettingsError(
            f"Airflow has no connection {CONNECTION!r}. Add it (Amazon Web Services): the store's keys as login and "
            'password, {"endpoint_url": ..., "bucket": ..., "region_name": ...} as extra.'
        )
    extra = given.extra_dejson
    settings = load(
        endpoint=extra.get("endpoint_url"),
        bucket=extra.get("bucket"),
        region=extra.get("region_name"),
        access_key=given.login,
        secret_key=given.password,
    )
    if observer is None:
        return open_works(settings)
    return replace(open_works(settings), heard=observer.heard, measured=observer.measured)


def _given(connection: str) -> Connection | None:
    try:
        return cast("Connection", Connection.get(connection))
    except AirflowNotFoundException:
        return None


def require_room(folder: str | None = None, room: int = ROOM) -> None:
    """Raise SettingsError when the worker's disk is as good as full."""
    place = Path(folder or conf.get("logging", "base_log_folder"))
    place = next(path for path in (place, *place.parents) if path.exists())
    if (free := shutil.disk_usage(place).free) < room:
        raise SettingsError(
            f"{place} has {free // 1_048_576} MiB left and a harvest needs {room // 1_048_576} MiB. Make room: "
            "`airflow db clean`, old logs below it, or a larger disk."
        )


def label(host: str) -> str:
    """Show a mapped row under its host's name."""
    cast("dict[str, object]", get_current_context())["host"] = host
    return host


def attempt() -> str:
    """Return a name for this attempt that no overlapping attempt can share."""
    return f"{get_current_context()['ti'].try_number}.{secrets.token_hex(3)}"


def run_id(subject: str) -> str:
    """Return the run's name in the ledger: Airflow's run ids are unique within a DAG only."""
    return f"{subject}.{get_current_context()['run_id']}"
