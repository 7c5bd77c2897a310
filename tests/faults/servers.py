"""PostgreSQL and Redis on loopback, as the compose stack has them for Airflow: nothing in, a running server out."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import pytest

from stack.ports import free_ports


def missing(what: str) -> None:
    """Say what a test needs and this machine has not: that fails in CI, which installs it, and skips elsewhere."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


class Postgres:
    """One PostgreSQL server; it refuses to run as root, so it runs as Debian's user there."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            missing("no PostgreSQL: apt-get install postgresql")
        self.programs, self.port = found[-1], free_ports(1)[0]
        self._place = tempfile.TemporaryDirectory()
        self.folder = Path(self._place.name)
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    @property
    def address(self) -> str:
        """Where Airflow finds its database."""
        return f"postgresql+psycopg2://airflow@127.0.0.1:{self.port}/airflow"

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        if self.user:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "airflow", "--auth=trust", "-E", "UTF8")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "airflow", "airflow")
        return self

    def __exit__(self, *_: object) -> None:
        self.crash()
        self._place.cleanup()

    def start(self) -> None:
        """Start the server and wait for it."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c max_connections=200 -c fsync=off"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "-w", "start")

    def crash(self) -> None:
        """Stop as a crash would: without telling anybody, to be recovered at the next start."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self.user, str(self.programs / program), *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


class Redis:
    """One Redis server with a password, which keeps nothing on disk."""

    def __init__(self) -> None:
        self.program = shutil.which("redis-server")
        if self.program is None:
            missing("no Redis: apt-get install redis-server")
        self.port, self.password = free_ports(1)[0], secrets.token_urlsafe(16)

    def address(self, database: int) -> str:
        """Where Celery finds one of its databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def __enter__(self) -> Self:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password]
        command = [str(self.program), *words, "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
