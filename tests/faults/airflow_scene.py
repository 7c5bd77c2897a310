"""One Airflow with a province a scenario, each with a host of the village to itself, struck while it is crawled."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapers import harvest as river
from scrapers.archive.store import Store
from scrapers.errors import UserError
from scrapers.harvest import verify
from stack.airflow import archive_environment
from stack.store import LocalStore
from tests.conftest import settings_of
from tests.faults.airflow_parts import AirflowParts
from tests.faults.servers import Postgres, Redis
from tests.stack.conftest import archive_of
from tests.village import Village
from tests.village.arrivals import CLOCKS, shortest_gaps
from tests.village.model import Site

LEASE = 6.0
TIMEOUT = 40
"""Seconds a task may take: longer than any crawl here but that of E7."""
VISIBILITY = 10
"""Seconds after which Redis hands a task out again that nobody has finished: less than the crawl of E12 takes."""
CRAWLED = 4
"""Requests after which a scenario's host counts as being crawled, and is struck."""
SITES = {
    "e1": ("127.0.0.11", 1.2),
    "e2": ("127.0.0.13", 1.2),
    "e3": ("127.0.0.14", 1.0),
    "e4": ("127.0.0.15", 1.0),
    "e5": ("127.0.0.23", 1.0),
    "e6": ("127.0.0.16", 1.2),
    "e7": ("127.0.0.12", 2.6),
    "e8": ("127.0.0.18", 1.2),
    "e9": ("127.0.0.19", 1.2),
    "e10": ("127.0.0.29", 0.5),
    "e11": ("127.0.0.30", 1.0),
    "e12": ("127.0.0.17", 1.2),
}
"""Scenario -> the host it has to itself, and the seconds between two requests to it."""
PATIENCE = {
    "AIRFLOW__CORE__PARALLELISM": "12",
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "5",
    "AIRFLOW__CORE__DEFAULT_TASK_EXECUTION_TIMEOUT": str(TIMEOUT),
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "2",
}
"""Airflow's own patience, cut short enough to watch."""


@dataclass
class Scene:
    """One Airflow, one village, one store, and what happened to each scenario."""

    airflow: AirflowParts
    village: Village
    store: Store
    works: river.Works
    postgres: Postgres
    runs: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    """Scenario -> the process that crawled when it was struck."""

    def site(self, name: str) -> Site:
        """Return the site of the village that a scenario has to itself."""
        return next(site for site in self.village.sites if site.host == SITES[name][0])

    def trigger(self, *names: str) -> None:
        """Start the run of each scenario."""
        for name in names:
            self.runs[name] = self.airflow.trigger(f"harvest_{name}")

    def asked(self, name: str) -> list[float]:
        """Return when the host of a scenario was asked for something, in order."""
        return sorted(request.time for request in self.village.requests if request.host == SITES[name][0])

    def crawl(self, name: str) -> dict[str, Any]:
        """Return the crawl task of a scenario's run."""
        found = [t for t in self.airflow.tasks(f"harvest_{name}", self.runs[name]) if t["task_id"] == "host.crawl"]
        return max(found, key=lambda task: task["map_index"])

    def state(self, name: str) -> str:
        """Return the state of a scenario's run; an API server that is away is no answer."""
        with suppress(UserError):
            return self.airflow.run_state(f"harvest_{name}", self.runs[name])
        return "unknown"

    def strike(self, strikes: dict[str, Callable[["Scene", str], None]], within: float = 180) -> None:
        """Start each scenario and strike it once its host is crawled; until it is, its next request is not answered.

        However long the strikes before it take, none comes to a crawl that has ended.
        """
        left = dict(strikes)
        for name in left:
            self.site(name).hold_after(CRAWLED)
        self.trigger(*left)

        def struck() -> bool:
            for name in [name for name in left if len(self.asked(name)) >= CRAWLED]:
                left.pop(name)(self, name)
                self.site(name).let_go()
            return not left

        self.wait(struck, lambda: f"not crawled within {within:.0f} s: {sorted(left)}", within)

    def ended(self, name: str, within: float = 300) -> str:
        """Wait for the end of a scenario's run and return its state."""
        ends = {"success", "failed"}
        self.wait(lambda: self.state(name) in ends, lambda: f"{name} is {self.state(name)}", within)
        return self.state(name)

    def wait(self, done: Callable[[], bool], told: Callable[[], str], within: float) -> None:
        """Wait until something is so; what ends of itself meanwhile is started again, as a restart policy does."""
        end = time.monotonic() + within
        while not done():
            self.airflow.revive()
            assert time.monotonic() < end, f"{told()}; Airflow's log is {self.airflow.log}"
            time.sleep(0.2)


def registry(village: Village, folder: Path) -> None:
    """Write one registry file a scenario, with its host's sources and its own delay."""
    folder.mkdir(exist_ok=True)
    sections = village.registry().split("[[source]]")[1:]
    for name, (host, delay) in SITES.items():
        own = [section.replace("delay = 0.5", f"delay = {delay}") for section in sections if f"//{host}:" in section]
        cron = '["0 2 * * *"]' if name == "e10" else "[]"
        head = f'title = "{name}"\nprovince = "000000"\n\n[schedule]\ncron = {cron}\n\n'
        (folder / f"{name}.toml").write_text(head + "".join(f"[[source]]{section}" for section in own))


@contextmanager
def open_scene(server: LocalStore, postgres: Postgres, redis: Redis, folder: Path) -> Iterator[Scene]:
    """Start everything as the compose stack has it: PostgreSQL, Redis, two schedulers, two Celery workers."""
    with Village(clock="frozen") as village:
        registry(village, folder / "sources")
        store = server.connect("cluster")
        settings = settings_of(store, sources=folder / "sources", delay=None, lease=LEASE)
        environment = {
            **archive_environment(settings),
            **PATIENCE,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres.address,
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": redis.address(0),
            "AIRFLOW__CELERY__RESULT_BACKEND": redis.address(1),
            "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": str(VISIBILITY),
        }
        with AirflowParts(folder / "airflow", environment=environment) as airflow:
            yield Scene(airflow, village, store, river.open_works(settings), postgres)


def check_polite(scene: Scene) -> None:
    """No host was asked sooner than its delay, however many attempts lived at once."""
    gaps = shortest_gaps(scene.village.requests)
    hurried = {name: gaps[host] for name, (host, delay) in SITES.items() if gaps[host] < delay - CLOCKS}
    assert hurried == {}


def check_whole(scene: Scene, calm: Store, folder: Path) -> None:
    """The archive equals that of a harvest of the same hosts that nobody disturbed, and every invariant holds."""
    for site in scene.village.sites:
        site.restore()
    other = archive_of(scene.village, calm, folder)
    hosts = {host for host, _ in SITES.values()}
    queues = river.plan(other.works, "demo", river.Selection())
    sources = [one.id for queue in queues for one in queue.sources if queue.host.split(":")[0] in hosts]
    other.harvest("calm", river.Selection(sources=tuple(sources)))
    for prefix in ("raw/", "clean/"):
        differ = set(scene.store.list(prefix)) ^ set(calm.list(prefix))
        assert not differ, sorted(differ)
    broken = [str(violation) for violation in verify(scene.works)]
    assert not broken, "\n".join(broken)


def wait_until_quiet(scene: Scene) -> None:
    """Wait for attempts that outlived their runs, so that nothing is compared that is still being written."""
    end, last = time.monotonic() + 90, -1
    while time.monotonic() < end and last != len(scene.village.requests):
        last = len(scene.village.requests)
        time.sleep(LEASE)
