"""A real Airflow on loopback: an environment in, a running scheduler, API server and workers out.

Starts `airflow standalone` (SQLite, LocalExecutor, simple auth manager: one machine only) and speaks its REST
API. It knows nothing of harvests beyond a DAG's name.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import requests

from scrapers.errors import UserError
from scrapers.settings import PREFIX, Settings
from stack.ports import free_ports, require_free

ROOT = Path(__file__).resolve().parent.parent
HEALTHY_WITHIN = 300.0
USER = "admin"


def archive_environment(settings: Settings) -> dict[str, str]:
    """Return what tells Airflow's tasks of an archive: the connection to its store, and what its crawls keep to."""
    connection = {
        "conn_type": "aws",
        "login": settings.access_key,
        "password": settings.secret_key,
        "extra": {"endpoint_url": settings.endpoint, "region_name": settings.region, "bucket": settings.bucket},
    }
    return {
        "AIRFLOW_CONN_REPORT_ARCHIVE": json.dumps(connection),
        PREFIX + "SOURCES": str(settings.sources),
        PREFIX + "CONTACT": settings.contact,
        PREFIX + "PRIVATE_NETWORKS": ",".join(map(str, settings.private_networks)),
        PREFIX + "LEASE": str(settings.lease),
        **({} if settings.delay is None else {PREFIX + "DELAY": str(settings.delay)}),
    }


class LocalAirflow:
    """One `airflow standalone`, its home directory and its REST client."""

    def __init__(self, home: Path, *, port: int | None = None, environment: Mapping[str, str]) -> None:
        self.home = home
        self.port = port or free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self._given = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""

    @property
    def password(self) -> str:
        """The admin's password, made on first start and kept in the home directory."""
        found = json.loads((self.home / "simple_auth_manager_passwords.json.generated").read_text())
        return cast("str", found[USER])

    def start(self) -> "LocalAirflow":
        """Start every part and return when all are healthy; raise UserError naming the log otherwise."""
        # An orphan on the port would answer our health checks.
        require_free(self.port, "Airflow", "set AIRFLOW_PORT to another")
        self.home.mkdir(parents=True, exist_ok=True)
        secret = self.home / "simple_auth_manager_passwords.json.generated"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(json.dumps({USER: secrets.token_urlsafe(12)}))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).parent / "airflow"), "standalone"],
                env=self.environment(),
                cwd=self.home,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_healthy()
        return self

    @property
    def log(self) -> Path:
        """Where standalone writes what all its parts say."""
        return self.home / "standalone.log"

    def stop(self) -> None:
        """Stop every part: SIGINT first, for SIGTERM would orphan its children; then the whole group."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def __enter__(self) -> "LocalAirflow":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Make one REST call; raise UserError with Airflow's own words when it refuses, or none come."""
        try:
            if not self._token:
                account = {"username": USER, "password": self.password}
                login = requests.post(f"{self.url}/auth/token", json=account, timeout=30)
                self._token = login.json()["access_token"]
            answer = requests.request(
                method, f"{self.url}{path}", json=body, headers={"Authorization": f"Bearer {self._token}"}, timeout=60
            )
        except (requests.RequestException, KeyError) as error:
            raise UserError(f"Airflow did not answer {method} {path}: {error}. Its log is {self.log}.") from error
        if not answer.ok or "json" not in answer.headers.get("content-type", ""):
            raise UserError(f"Airflow refused {method} {path}: {answer.status_code} {answer.text[:500]}")
        return cast("dict[str, Any]", answer.json())

    def trigger(self, dag: str, conf: Mapping[str, object] | None = None, *, within: float = 120.0) -> str:
        """Unpause a DAG, start a run and return its id; waits until the DAG has been parsed."""
        self.unpause(dag, within=within)
        made = self.call("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": dict(conf or {})})
        return cast("str", made["dag_run_id"])

    def unpause(self, dag: str, *, within: float = 120.0) -> None:
        """Let a DAG run; waits until it has been parsed."""
        end = time.monotonic() + within
        while True:
            try:
                self.call("PATCH", f"/api/v2/dags/{dag}?update_mask=is_paused", {"is_paused": False})
                return
            except UserError:
                if time.monotonic() > end:
                    raise
                time.sleep(1)

    def run_state(self, dag: str, run: str) -> str:
        """Return a run's state: queued, running, success or failed."""
        return cast("str", self.call("GET", f"/api/v2/dags/{dag}/dagRuns/{run}")["state"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """Return every task instance of a run, mapped ones included."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances?limit=100&offset={len(found)}")
            found += page["task_instances"]
            if len(found) >= page["total_entries"] or not page["task_instances"]:
                return found

    def environment(self) -> dict[str, str]:
        """Return what Airflow's own programs need to know to be part of this one."""
        log_server, trigger_log_server = free_ports(2)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        return {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONPATH": str(ROOT),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
            "AIRFLOW__DAG_PROCESSOR__DAG_VERSION_INFLATION_CHECK_LEVEL": "error",
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(log_server),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(trigger_log_server),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **self._given,
        }

    def _wait_healthy(self) -> None:
        parts = ("metadatabase", "scheduler", "dag_processor", "triggerer")
        end = time.monotonic() + HEALTHY_WITHIN
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise UserError(f"Airflow stopped while starting. Its log is {self.log}.")
            with suppress(requests.RequestException, ValueError):
                health = requests.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
                if all((health.get(part) or {}).get("status") == "healthy" for part in parts):
                    return
            time.sleep(0.5)
        raise UserError(f"Airflow was not healthy within {HEALTHY_WITHIN:.0f} s. Its log is {self.log}.")
