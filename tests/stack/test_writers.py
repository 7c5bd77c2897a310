"""Four writers record beside each other while the server is killed and started again: no row is lost or doubled."""

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from scrapers.catalog.columns import TABLES
from scrapers.catalog.tables import Catalog
from stack.store import LocalStore
from tests.scrapers.catalog.ledgers import HOSTS, contents, text_of
from tests.scrapers.catalog.test_bucket import harvested, options

# Not in `make test`: its small sample hung once on a busy machine, with all four writers gone.
pytestmark = pytest.mark.faults
WRITERS = 4
RUNS = int(os.environ.get("CATALOG_WRITER_RUNS", "2"))
"""Runs each writer records; `make test-writers` asks for 25, and for more kills."""
KILLS = 4 if RUNS >= 8 else 2
AWAY_SECONDS = 0.5


def write(root: str, store_options: dict[str, str], writer: int, done: "multiprocessing.Queue[str]") -> None:
    """Record one run after the other, and say so of each once it is acknowledged."""
    catalog = Catalog(root, store_options)
    for turn in range(RUNS):
        run = f"w{writer}-{turn:02d}"
        catalog.record(run, harvested(run, 2, writer + 4 * turn, HOSTS[writer % 3]), text_of)
        done.put(run)
        if writer == 0:
            list(catalog.tend())


def test_four_writers_and_a_server_that_dies(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[str] = spawn.Queue()
    with LocalStore(tmp_path / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server:
        catalog = Catalog("s3://reports/catalog", options(server))
        for name in TABLES:
            catalog.open(name)
        writers = [
            spawn.Process(target=write, args=(catalog.root, options(server), number, done)) for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        acknowledged = [done.get(timeout=300)]
        kills = 0
        while len(acknowledged) < WRITERS * RUNS:
            if kills < KILLS and len(acknowledged) * KILLS >= kills * (WRITERS * RUNS - KILLS):
                assert any(writer.is_alive() for writer in writers)
                server.kill()
                time.sleep(AWAY_SECONDS)
                server.start()
                kills += 1
            acknowledged.append(done.get(timeout=300))
        for writer in writers:
            writer.join(60)
        assert [writer.exitcode for writer in writers] == [0] * WRITERS
        assert kills == KILLS
        assert len(set(acknowledged)) == WRITERS * RUNS
        expected = Catalog(str(tmp_path / "expected"))
        every = [(writer, turn) for writer in range(WRITERS) for turn in range(RUNS)]
        expected.rebuild(
            (
                line
                for writer, turn in every
                for line in harvested(f"w{writer}-{turn:02d}", 2, writer + 4 * turn, HOSTS[writer % 3])
            ),
            text_of,
        )
        assert contents(catalog) == contents(expected)
