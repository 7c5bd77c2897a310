"""The compose stack under test: compose commands, Airflow's REST API, the archive through its published port.

Knows the project's own compose file and secrets, and how to kill a container's processes from outside.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from deploy.dotenv import read
from scrapers.corpus import Corpus, open_corpus
from scrapers.settings import load
from stack.ports import free_ports
from tests.village import Logged, Village

ROOT = Path(__file__).resolve().parents[2]
DAG = "harvest_village"
VILLAGE = Village(8600, domain="village")
"""The truth about what the `village` service serves; never started."""
HEALTHY_SECONDS = 420
OF_VILLAGE = {"COMPOSE_PROFILES", "SOURCES", "EGRESS_INTERNAL"}
"""What `make up VILLAGE=1` sets."""
SUBNET = "10.203.78.0/24"


class Stack:
    """One compose project with the village, two workers and secrets of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.dotenv = home / ".env"
        airflow, store = free_ports(2)
        self.url = f"http://127.0.0.1:{airflow}"
        self.endpoint = f"http://127.0.0.1:{store}"
        self._settings = {
            "COMPOSE_PROJECT_NAME": "report-archive-test",
            "COMPOSE_PROFILES": "village,cli",
            "SOURCES": str(ROOT / "deploy/village"),
            "EGRESS_INTERNAL": "true",
            "EGRESS_SUBNET": SUBNET,
            "REPORT_ARCHIVE_PRIVATE_NETWORKS": SUBNET,
            "AIRFLOW_PORT": str(airflow),
            "STORE_PORT": str(store),
            "STORE_VOLUME_MB": "64",
            "STORE_RETENTION_DAYS": "30",
            "WORKER_CONCURRENCY": "3",
            "WORKER_CPUS": str(min(2, os.cpu_count() or 1)),
            # A worker that was killed is missed after a minute, not after five, and its tasks tried again soon.
            "TASK_RETRY_DELAY": "20",
            "TASK_HEARTBEAT_TIMEOUT": "60",
            **settings,
        }

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets in force."""
        return read(self.dotenv)

    def environment(self) -> dict[str, str]:
        """What docker compose is given besides `.env`."""
        return {**os.environ, **self._settings}

    def compose(self, *words: str, fails: bool = False, env: Mapping[str, str] | None = None) -> str:
        """Run docker compose; return what it printed, both streams; AssertionError when it failed (or should have)."""
        done = subprocess.run(
            ["docker", "compose", "--env-file", str(self.dotenv), *words],
            cwd=ROOT,
            env={**self.environment(), **(env or {})},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"docker compose {' '.join(words)}:\n{done.stdout[-4000:]}"
        return done.stdout

    def make(self, *words: str) -> str:
        """Run make as a newcomer does, on this stack's own `.env`; return what it printed."""
        given = {name: value for name, value in self._settings.items() if name not in OF_VILLAGE}
        command = ["make", "--no-print-directory", f"DOTENV={self.dotenv}", *words]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **given}, text=True, capture_output=True, check=False
        )
        told = done.stdout + done.stderr
        assert done.returncode == 0, f"make {' '.join(words)}:\n{told[-4000:]}"
        return told

    def up(self) -> None:
        """Start everything again and wait until it is healthy."""
        try:
            self.compose("up", "--detach", "--wait", "--wait-timeout", str(HEALTHY_SECONDS), "--scale", "worker=2",
                         *self.staying())  # fmt: skip
        except AssertionError as error:
            raise AssertionError(
                f"{error}\n{self.compose('ps', '--all')}\n{self.compose('logs', '--tail=25')}"
            ) from None

    def staying(self) -> list[str]:
        """Return the services that stay up; `cli` is run by hand, `init` and `volumes` come along."""
        return [name for name in self.compose("config", "--services").split() if name not in {"cli", "init", "volumes"}]

    def containers(self, service: str) -> list[dict[str, Any]]:
        """Return what the engine says of a service's containers."""
        found = self.compose("ps", "--all", "--quiet", service).split()
        return [self.container(one) for one in found]

    def container(self, name: str) -> dict[str, Any]:
        """Return what the engine says of a container."""
        told = subprocess.run(["docker", "inspect", name], capture_output=True, text=True, check=True).stdout
        (found,) = json.loads(told)
        return found  # type: ignore[no-any-return]

    def kill(self, service: str, which: int = 0) -> str:
        """Kill a container as a crash would, -9 from outside; return its id. The engine starts it again."""
        container = self.containers(service)[which]
        os.kill(container["State"]["Pid"], signal.SIGKILL)
        return str(container["Id"])

    def remove_volume(self, name: str) -> None:
        """Throw away what a stopped service kept."""
        project = self._settings["COMPOSE_PROJECT_NAME"]
        subprocess.run(["docker", "volume", "rm", f"{project}_{name}"], check=True, capture_output=True)

    def inside(self, service: str, program: str) -> str:
        """Run a Python program in a service's container; return what it printed."""
        return self.compose("exec", "-T", service, "python", "-c", program).strip()

    def token(self, account: str) -> str:
        """Log in; return the token."""
        body = {"username": account, "password": self.secrets[f"{account.upper()}_PASSWORD"]}
        return str(requests.post(f"{self.url}/auth/token", json=body, timeout=60).json()["access_token"])

    def ask(self, method: str, path: str, body: object = None, *, account: str = "engineer") -> requests.Response:
        """Make one REST call as an account; "" asks without one."""
        return self.page(f"/api/v2{path}", method, body, account=account)

    def page(self, path: str, method: str = "GET", body: object = None, *, account: str) -> requests.Response:
        """Ask the API server for any of its addresses as an account."""
        headers = {"Authorization": f"Bearer {self.token(account)}"} if account else {}
        address = f"{self.url}{path}"
        return requests.request(method, address, json=body, headers=headers, timeout=60, allow_redirects=False)

    def trigger(self) -> str:
        """Start a harvest of the village; return the run's id. Waits until the DAG has been parsed."""
        end = time.monotonic() + 120
        while not self.ask("PATCH", f"/dags/{DAG}?update_mask=is_paused", {"is_paused": False}).ok:
            assert time.monotonic() < end, self.ask("GET", "/importErrors").text
            time.sleep(1)
        return str(self.ask("POST", f"/dags/{DAG}/dagRuns", {"logical_date": None}).json()["dag_run_id"])

    def tasks(self, run: str) -> list[dict[str, Any]]:
        """Return a run's task instances."""
        answer = self.ask("GET", f"/dags/{DAG}/dagRuns/{run}/taskInstances?limit=100")
        return answer.json()["task_instances"]  # type: ignore[no-any-return]

    def finish(self, run: str, within: float = 600) -> str:
        """Wait for a run's end; return its state. An API server that is being restarted is waited for."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            with suppress(requests.RequestException, KeyError, ValueError):
                state = str(self.ask("GET", f"/dags/{DAG}/dagRuns/{run}").json()["state"])
                if state in {"success", "failed"}:
                    return state
            time.sleep(2)
        told = [(t["task_id"], t["rendered_map_index"], t["state"], t["try_number"]) for t in self.tasks(run)]
        raise AssertionError(f"the run did not end in {within:.0f} s: {told}")

    def corpus(self) -> Corpus:
        """Open the corpus as an analyst does: with the reader's key, through the published port."""
        given = {"endpoint": self.endpoint, "bucket": "reports", "access_key": "reader"}
        return open_corpus(load({}, **given, secret_key=self.secrets["STORE_READER_KEY"]))

    def heard(self) -> Iterator[Logged]:
        """Yield every request the village answered, oldest first."""
        # Not by `docker compose logs`, which writes for a terminal also where there is none.
        for container in self.compose("ps", "--all", "--quiet", "village").split():
            told = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=True).stdout
            for line in told.splitlines():
                if line.startswith("{"):
                    yield Logged(**json.loads(line))

    def doctor(self) -> str:
        """Ask the store for its promises and every invariant over what is archived."""
        return self.compose("run", "--rm", "-T", "cli", "doctor", "--verify")
