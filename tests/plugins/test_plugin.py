"""The plugin as Airflow loads it: one file, cheap in every process, settings from a connection."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from stack.airflow import ROOT

EXTRA = {"endpoint_url": "http://127.0.0.1:8333", "bucket": "reports"}
CONNECTION = {"conn_type": "aws", "login": "key", "password": "secret-of-the-store", "extra": EXTRA}
ASKED = """
import json, os, sys
from airflow import plugins_manager

plugins, errors = plugins_manager._get_plugins()
early = [name for name in ("polars", "deltalake", "boto3", "plugins.archive_ui.app") if name in sys.modules]
(ours,) = [plugin for plugin in plugins if plugin.name == "report_archive"]
settings = sys.modules[type(ours).__module__].settings

def said(connection):
    if connection is not None:
        os.environ["AIRFLOW_CONN_REPORT_ARCHIVE"] = json.dumps(connection)
    try:
        return repr(settings())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

found = [said(connection) for connection in json.loads(sys.argv[1])]
(app,) = ours.fastapi_apps
print(json.dumps({
    "errors": {str(name): str(error) for name, error in errors.items()},
    "early": early,
    "found": found,
    "prefix": app["url_prefix"],
    "hrefs": [view["href"] for view in ours.external_views],
    "guards": len(app["app"].router.dependencies),
}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Load the plugin in an Airflow of its own, under a base path, and ask it for settings of three connections."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "REPORT_ARCHIVE"))}
    cases: list[object] = [None, {**CONNECTION, "extra": {}}, CONNECTION]
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKED, json.dumps(cases)],
        env={
            **kept,
            "PYTHONPATH": str(ROOT),
            "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow-home")),
            "AIRFLOW__API__BASE_URL": "https://example.org/flow/",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def test_airflow_loads_one_file_and_nothing_heavy(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == {}
    assert loaded["early"] == [], "every process of Airflow pays for what the plugin imports"


def test_the_application_is_guarded_and_keeps_airflows_base_path(loaded: dict[str, Any]) -> None:
    assert (loaded["prefix"], loaded["guards"]) == ("/report-archive", 1)
    assert all(href.startswith("/flow/report-archive/") for href in loaded["hrefs"])


def test_settings_come_from_the_connection_or_name_what_it_lacks(loaded: dict[str, Any]) -> None:
    missing, incomplete, whole = loaded["found"]
    assert missing.startswith("SettingsError: Airflow has no connection 'report_archive'. Add it")
    assert incomplete.startswith("SettingsError: REPORT_ARCHIVE_ENDPOINT is not set")
    assert "bucket='reports'" in whole
    assert "secret-of-the-store" not in whole
