"""One Airflow with a province a scenario, each with a host of the village to itself, struck while it is crawled."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from scrapers import harvest as river
from scrapers.archive.store import Store
from scrapers.errors import UserError
from scrapers.harvest import verify
from scrapers.settings import PREFIX
from stack.store import LocalStore
from tests.conftest import settings_of
from tests.faults.airflow_parts import PARTS, AirflowParts
from tests.stack.conftest import archive_of
from tests.village import Village

LEASE = 10.0
TIMEOUT = 60
"""Seconds a task may take: longer than any crawl here but that of E7."""

SITES = {
    "e1": ("127.0.0.11", 1.0),
    "e2": ("127.0.0.13", 1.0),
    "e3": ("127.0.0.14", 1.0),
    "e4": ("127.0.0.15", 1.5),
    "e6": ("127.0.0.16", 1.0),
    "e7": ("127.0.0.12", 3.0),
    "e8": ("127.0.0.18", 1.0),
    "e9": ("127.0.0.19", 1.0),
    "e10": ("127.0.0.17", 1.0),
    "e5": ("127.0.0.11", 1.0),
    "e11": ("127.0.0.13", 1.0),
    "e12": ("127.0.0.15", 1.5),
}
"""Scenario -> the host it has to itself in its scene, and the seconds between two requests."""


@dataclass
class Scene:
    """One Airflow, one village, one store, and what happened to each scenario."""

    airflow: AirflowParts
    village: Village
    store: Store
    works: river.Works
    runs: dict[str, str] = field(default_factory=dict)
    struck: dict[str, float] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)

    def asked(self, name: str) -> list[float]:
        """Return when the host of a scenario was asked for something."""
        return [r.time for r in self.village.requests if r.host.startswith(SITES[name][0])]

    def crawl(self, name: str) -> dict[str, Any]:
        """Return the crawl task of a scenario's run."""
        found = [t for t in self.airflow.tasks(f"harvest_{name}", self.runs[name]) if t["task_id"] == "host.crawl"]
        return max(found, key=lambda task: task["map_index"])

    def state(self, name: str) -> str:
        """Return the state of a scenario's run; an API server that is away is no answer."""
        with suppress(UserError):
            return self.airflow.run_state(f"harvest_{name}", self.runs[name])
        return "unknown"


def registry(village: Village, folder: Path, names: tuple[str, ...]) -> None:
    """Write one registry file a scenario, with its host's sources and its own delay."""
    folder.mkdir(exist_ok=True)
    sections = village.registry().split("[[source]]")[1:]
    for name in names:
        host, delay = SITES[name]
        own = [section.replace("delay = 0.5", f"delay = {delay}") for section in sections if f"//{host}:" in section]
        cron = '["0 2 * * *"]' if name == "e10" else "[]"
        head = f'title = "{name}"\nprovince = "000000"\n\n[schedule]\ncron = {cron}\n\n'
        (folder / f"{name}.toml").write_text(head + "".join(f"[[source]]{section}" for section in own))


@contextmanager
def open_scene(
    server: LocalStore,
    bucket: str,
    folder: Path,
    names: tuple[str, ...],
    more: Mapping[str, str] | None = None,
    parts: tuple[str, ...] = tuple(PARTS),
) -> Iterator[Scene]:
    """Start everything, with patience cut short enough to watch."""
    store = server.connect(bucket)
    with Village(clock="frozen") as village:
        registry(village, folder / "sources", names)
        connection = {
            "conn_type": "aws",
            "login": server.access_key,
            "password": server.secret_key,
            "extra": {"endpoint_url": store.endpoint, "region_name": "us-east-1", "bucket": store.bucket},
        }
        environment = {
            PREFIX + "SOURCES": str(folder / "sources"),
            PREFIX + "PRIVATE_NETWORKS": "127.0.0.0/8",
            PREFIX + "LEASE": str(LEASE),
            "AIRFLOW_CONN_REPORT_ARCHIVE": json.dumps(connection),
            "AIRFLOW__CORE__PARALLELISM": "10",
            "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "10",
            "AIRFLOW__CORE__DEFAULT_TASK_EXECUTION_TIMEOUT": str(TIMEOUT),
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
            "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
            **(more or {}),
        }
        works = river.open_works(settings_of(store, sources=folder / "sources"))
        with AirflowParts(folder / "airflow", environment=environment, parts=parts) as airflow:
            yield Scene(airflow, village, store, works)


def drive(
    scene: Scene, strikes: dict[str, Callable[[Scene, str], None]], *, after: int = 6, within: float = 420
) -> None:
    """Trigger every scenario, strike each once its host has been asked so often, and return when all have ended."""
    for name in strikes:
        if name not in scene.runs:
            scene.runs[name] = scene.airflow.trigger(f"harvest_{name}")
    end = time.monotonic() + within
    while True:
        scene.airflow.revive()
        for name, strike in strikes.items():
            if name not in scene.struck and len(scene.asked(name)) >= after:
                scene.struck[name] = time.monotonic()
                strike(scene, name)
        states = {name: scene.state(name) for name in strikes}
        if set(states.values()) <= {"success", "failed"} and set(strikes) <= set(scene.struck):
            break
        assert time.monotonic() < end, f"{states}, struck {sorted(scene.struck)}; Airflow's log is {scene.airflow.log}"
        time.sleep(0.5)
    for name in strikes:
        scene.tries[name] = scene.crawl(name)["try_number"]


def check_polite(scene: Scene) -> None:
    """No host was asked faster than its delay, however many attempts lived at once."""
    for name in scene.runs:
        delay = SITES[name][1]
        gaps = sorted(later - earlier for earlier, later in pairwise(scene.asked(name)))
        # The village notes when it comes to a request, on a machine that is busy: two hands would show as gaps near 0.
        assert gaps[0] >= 0.5 * delay, f"{name}: {gaps[:5]}"
        assert gaps[len(gaps) // 10] >= 0.9 * delay, f"{name}: {gaps[:5]}"


def check_whole(scene: Scene, calm: Store, folder: Path) -> None:
    """The archive equals that of a harvest of the same hosts that nobody disturbed, and every invariant holds."""
    for site in scene.village.sites:
        site.restore()
    other = archive_of(scene.village, calm, folder)
    hosts = {SITES[name][0] for name in scene.runs}
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
        time.sleep(LEASE / 2)
