"""A real Airflow whose parts are processes of their own, so that one of them can die and be started again."""

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
from typing import Any

from cryptography.fernet import Fernet

from stack.airflow import LocalAirflow
from stack.ports import require_free

WORKER = "celery worker --queues default,fetch,extract --skip-serve-logs --concurrency 6 --celery-hostname"
PARTS = {
    "api-server": "api-server",
    "dag-processor": "dag-processor",
    "scheduler": "scheduler",
    "second scheduler": "scheduler",
    "worker 1": f"{WORKER} one@%h",
    "worker 2": f"{WORKER} two@%h",
}
"""Name -> the `airflow` command that is this part. Nothing here defers, so there is no triggerer."""


class AirflowParts(LocalAirflow):
    """As LocalAirflow, but each part is a process of its own that can be killed and started again."""

    def __init__(self, home: Path, *, environment: Mapping[str, str]) -> None:
        keys = {
            "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
            "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
        }
        super().__init__(home, environment={**keys, **environment})
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.known = self.environment()

    def start(self) -> "AirflowParts":
        """Make the database and start every part."""
        require_free(self.port, "Airflow", "choose another port")
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "simple_auth_manager_passwords.json.generated").write_text(json.dumps({"admin": "admin"}))
        self.command("db", "migrate")
        for part in PARTS:
            self.launch(part)
        self.wait_healthy()
        return self

    def command(self, *words: str) -> str:
        """Run one `airflow` command to its end and return what it printed."""
        done = subprocess.run(
            [self.airflow, *words],
            env=self.known,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    @property
    def airflow(self) -> str:
        """The program beside our Python."""
        return str(Path(sys.executable).parent / "airflow")

    def launch(self, name: str) -> None:
        """Start a part."""
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                [self.airflow, *PARTS[name].split()],
                env=self.known,
                cwd=self.home,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def revive(self) -> None:
        """Start every part again that has ended by itself, as the compose stack's restart policy does."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.launch(name)

    def kill(self, name: str, *, family: bool = False) -> None:
        """Kill a part as a crash would: alone, or with everything it has started."""
        process = self.running.pop(name)
        (os.killpg if family else os.kill)(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End every part and everything they have started."""
        for sign, patience in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)):
            end = time.monotonic() + patience
            for process in self.running.values():
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
            for process in self.running.values():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(end - time.monotonic(), 0.1))
        self.running.clear()

    def wait_healthy(self, within: float = 240.0) -> None:
        """Return when every part that was started says that it is well."""
        import requests

        end = time.monotonic() + within
        while time.monotonic() < end:
            self.revive()
            try:
                health: dict[str, Any] = requests.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
                if all((health.get(part) or {}).get("status") == "healthy" for part in ("scheduler", "dag_processor")):
                    return
            except (requests.RequestException, ValueError):
                pass
            time.sleep(0.5)
        raise AssertionError(f"Airflow was not healthy within {within:.0f} s; its log is {self.log}")
