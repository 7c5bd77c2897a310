"""E5, E11 and E12 of the failure model: Airflow on PostgreSQL and Celery, as the compose stack runs it.

The database restarts, one of two schedulers dies, and the broker hands out a task again that is still running. Needs
PostgreSQL and Redis (apt: `postgresql`, `redis-server`) and what requirements-image.txt adds: `make test-faults`.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from stack.ports import free_ports
from tests.faults.airflow_scene import Scene, check_polite, check_whole, drive, open_scene, wait_until_quiet

pytestmark = [pytest.mark.stack, pytest.mark.faults, pytest.mark.timeout(1200)]

PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
VISIBILITY = 10
"""Seconds after which Redis hands a task out again that nobody has finished: less than any crawl here takes."""


class Postgres:
    """One PostgreSQL server on loopback; it refuses to run as root, so it runs as Debian's user."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            pytest.skip("no PostgreSQL: apt-get install postgresql")
        self.programs, self.folder, self.port = found[-1], folder, free_ports(1)[0]
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", f"{folder}/data", "-U", "airflow", "--auth=trust", "-E", "UTF8")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "airflow", "airflow")

    def start(self) -> None:
        """Start the server and wait for it."""
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "-w", "start")

    def crash(self) -> None:
        """Stop as a crash would: without telling anybody, to be recovered at the next start."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self.user, str(self.programs / program), *words]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    if find_spec("airflow.providers.postgres") is None or find_spec("airflow.providers.celery") is None:
        pytest.skip("no Celery or PostgreSQL provider here: make test-faults")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        server = Postgres(Path(name))
        yield server
        server.crash()


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis: apt-get install redis-server")
    port, password = free_ports(1)[0], secrets.token_urlsafe(16)
    words = ["--port", str(port), "--bind", "127.0.0.1", "--requirepass", password, "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
    yield f"redis://:{password}@127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def scene(store_server, postgres: Postgres, broker: str, tmp_path_factory) -> Iterator[Scene]:  # type: ignore[no-untyped-def]
    database = f"airflow@127.0.0.1:{postgres.port}/airflow"
    environment = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql://{database}",
        "AIRFLOW__CELERY__BROKER_URL": broker,
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": str(VISIBILITY),
    }
    folder = tmp_path_factory.mktemp("cluster")
    with open_scene(store_server, "cluster", folder, ("e5", "e11", "e12"), environment, PARTS) as made:
        for n in range(2):
            made.airflow.launch(
                f"celery worker --queues default,fetch,extract --skip-serve-logs -c 4 -H w{n}@%h", f"worker {n}"
            )
        made.airflow.launch("scheduler", "second scheduler")
        yield made


def e5(postgres: Postgres) -> Callable[[Scene, str], None]:
    def strike(_scene: Scene, _name: str) -> None:
        postgres.crash()
        time.sleep(5)
        postgres.start()

    return strike


def e11(scene: Scene, _name: str) -> None:
    scene.airflow.kill("scheduler")


def e12(_scene: Scene, _name: str) -> None:
    """Wait: the broker strikes, for the crawl takes longer than its patience."""


def test_e12_a_task_that_is_handed_out_twice_runs_once_at_a_time(scene: Scene) -> None:
    drive(scene, {"e12": e12})
    assert scene.state("e12") == "success"
    asked = scene.asked("e12")
    assert asked[-1] - asked[0] > VISIBILITY


def test_e11_one_of_two_schedulers_dies(scene: Scene) -> None:
    drive(scene, {"e11": e11})
    assert scene.state("e11") == "success"


def test_e5_the_database_restarts(scene: Scene, postgres: Postgres) -> None:
    drive(scene, {"e5": e5(postgres)})
    assert scene.state("e5") == "success"


def test_the_archive_is_whole_and_the_hosts_were_not_hurried(
    scene: Scene, new_store: Callable[[], Store], tmp_path: Path
) -> None:
    wait_until_quiet(scene)
    check_polite(scene)
    check_whole(scene, new_store(), tmp_path / "calm")
