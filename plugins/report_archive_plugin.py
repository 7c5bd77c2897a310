"""The Airflow plugin: Airflow's authentication and one of its connections in, the archive's pages out.

The only file of the user interface that knows Airflow. Every process of Airflow loads it, so what it needs to serve
pages is imported only where pages are served.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from scrapers.settings import Settings

CONNECTION = "report_archive"
PREFIX = "/report-archive"
ROOT = urlsplit(conf.get("api", "base_url", fallback="") or "/").path.rstrip("/")
"""The path Airflow itself is served under."""


def settings() -> "Settings":
    """Return the archive's settings from the connection, the rest from the environment; raise SettingsError."""
    from airflow.models.connection import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from scrapers.errors import SettingsError
    from scrapers.settings import load

    try:
        given = Connection.get_connection_from_secrets(CONNECTION)
    except AirflowNotFoundException:
        raise SettingsError(
            f"Airflow has no connection {CONNECTION!r}. Add it (Amazon Web Services): the store's keys as login and "
            'password, {"endpoint_url": ..., "bucket": ..., "region_name": ...} as extra.'
        ) from None
    extra = given.extra_dejson
    return load(
        endpoint=extra.get("endpoint_url"),
        bucket=extra.get("bucket"),
        region=extra.get("region_name"),
        access_key=given.login,
        secret_key=given.password,
    )


def host_of(dag: str, run: str, index: int) -> str:
    """Return the host that a mapped task of a run is for: `plan` named the hosts, and one was mapped to each index.

    The one thing asked of Airflow's own tables: nothing else knows which host an index is.
    """
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        planned = XComModel.get_many(run_id=run, key="return_value", task_ids="plan", dag_ids=dag)
        found = session.scalars(planned).first()
        hosts = XComModel.deserialize_value(found) if found else []
    return str(hosts[index]) if isinstance(hosts, list) and index < len(hosts) else ""


class ReportArchivePlugin(AirflowPlugin):
    """Pages beside Airflow's own, under one prefix, and a tab on every run and task."""

    name = "report_archive"
    external_views = [  # noqa: RUF012 - Airflow reads these as plain class attributes
        {
            "name": "Report archive",
            "href": f"{ROOT}{PREFIX}/",
            "destination": "nav",
            "url_route": "report-archive",
            "nav_top_level": True,
            "icon": f"{ROOT}{PREFIX}/static/icon.svg",
        },
        {
            "name": "Report archive",
            "href": f"{ROOT}{PREFIX}/run?dag={{DAG_ID}}&run={{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "report-archive-run",
        },
        {
            "name": "Report archive",
            "href": f"{ROOT}{PREFIX}/run?dag={{DAG_ID}}&run={{RUN_ID}}&index={{MAP_INDEX}}",
            "destination": "task_instance",
            "url_route": "report-archive-task",
        },
    ]

    @property
    def fastapi_apps(self) -> list[Any]:  # type: ignore[override]  # read by the API server alone, so nobody else pays
        """Return the application, each of its routes behind Airflow's authentication."""
        from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
        from airflow.api_fastapi.core_api.security import requires_access_view

        from plugins.archive_ui.app import create_app

        app = create_app(requires_access_view(AccessView.PLUGINS), settings, airflow_root=ROOT, host_of=host_of)
        return [{"app": app, "url_prefix": PREFIX, "name": "Report archive"}]
