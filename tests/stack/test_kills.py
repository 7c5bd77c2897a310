"""A harvest killed at ten seeded moments and started again ends as an undisturbed one does."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from scrapers.harvest import verify
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from tests.stack.conftest import Site, archive_of
from tests.village import Village

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

SEED = 20261124
KILLS = 10
MOMENTS = {"settled_at", "fetched_at", "first_seen", "found_at", "started_at", "ended_at", "attempts"}
"""Columns that say when, or how often the page that heals was asked: they differ between any two runs."""


def environment(site: Site) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        PREFIX + "ENDPOINT": site.settings.endpoint,
        PREFIX + "BUCKET": site.settings.bucket,
        PREFIX + "ACCESS_KEY": site.settings.access_key,
        PREFIX + "SECRET_KEY": site.settings.secret_key,
        PREFIX + "SOURCES": str(site.settings.sources),
        PREFIX + "PRIVATE_NETWORKS": "127.0.0.0/8",
        PREFIX + "DELAY": "0",
        PREFIX + "LEASE": "2",  # each kill leaves up to eight hosts that nobody gave back
    }


def start(site: Site, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "scrapers", "harvest", "demo", "--run", "killed", "--json"],
            env=environment(site),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def counted(store: Store) -> int:
    return sum(1 for key in store.list("") if key.startswith(("raw/", "clean/", "ledger/")))


def kill_when(child: subprocess.Popen[bytes], store: Store, objects: int) -> bool:
    """Kill the harvest as soon as the bucket holds so many objects; False when it ended before."""
    while child.poll() is None:
        if counted(store) >= objects:
            os.killpg(child.pid, signal.SIGKILL)
            return child.wait() == -signal.SIGKILL
        time.sleep(0.01)
    return False


def rows(site: Site, name: str) -> list[str]:
    table = site.works.catalog.table(name)
    assert table is not None
    kept = [{k: v for k, v in row.items() if k not in MOMENTS} for row in table.to_pyarrow_table().to_pylist()]
    return sorted(
        repr(row).replace("archived_same", "archived_new").replace("another sighting", "first sighting") for row in kept
    )


def keys(store: Store, prefix: str) -> set[str]:
    return set(store.list(prefix))


def test_killed_ten_times_is_as_good_as_undisturbed(new_store: Callable[[], Store], tmp_path: Path) -> None:
    with Village(clock="frozen") as village:
        calm = archive_of(village, new_store(), tmp_path / "calm")
        calm.harvest("killed")
        for site in village.sites:
            site.restore()
        torn = archive_of(village, new_store(), tmp_path / "torn")
        moments = sorted(random.Random(SEED).sample(range(1, counted(calm.works.store)), KILLS))
        log = tmp_path / "harvest.log"
        killed = [kill_when(start(torn, log), torn.works.store, moment) for moment in moments]
        last = start(torn, log)
        assert last.wait(300) == 0, log.read_text(errors="replace")[-2000:]
    assert sum(killed) >= KILLS - 2, f"too few kills fired to say anything: {killed}"
    for prefix in ("raw/", "clean/"):
        assert keys(torn.works.store, prefix) == keys(calm.works.store, prefix)
    for name in ("reports", "sightings", "captures", "findings"):
        assert sorted(set(rows(torn, name)) ^ set(rows(calm, name))) == []
        assert len(rows(torn, name)) == len(rows(calm, name))
    for archive in (calm, torn):
        assert list(verify(archive.works)) == []
