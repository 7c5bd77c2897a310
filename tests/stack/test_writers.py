"""Four writers record beside each other while the server is killed and started again: no row is lost or doubled."""

import multiprocessing
import os
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

import pytest

from scrapers.catalog.columns import TABLES
from scrapers.catalog.tables import Catalog
from scrapers.model import Line
from stack.store import LocalStore
from tests.scrapers.catalog.ledgers import HOSTS, contents, text_of
from tests.scrapers.catalog.test_bucket import harvested, options

WRITERS = 4
RUNS = int(os.environ.get("CATALOG_WRITER_RUNS", "4"))
"""Runs each writer records; `make test-writers` asks for 25."""
pytestmark = [pytest.mark.stack, pytest.mark.timeout(300 if RUNS < 10 else 1800)]
KILLS = 4
AWAY_SECONDS = 0.5
QUIET_SECONDS = 240.0
"""How long no writer may say anything: longer than a catalog waits for its store."""


def lines_of(writer: int, turn: int) -> list[Line]:
    """Return the lines of one run: two texts of its own, and one that every run shows."""
    return harvested(f"w{writer}-{turn:02d}", 2, writer + 4 * turn, HOSTS[writer % 3])


def write(root: str, store_options: dict[str, str], writer: int, parent: Connection) -> None:
    """Record one run after the other and say so of each once it is acknowledged; end with a word of any failure."""
    try:
        catalog = Catalog(root, store_options)
        for turn in range(RUNS):
            lines = lines_of(writer, turn)
            catalog.record(lines[0].run, lines, text_of)
            parent.send(lines[0].run)
            if writer == 0:
                list(catalog.tend())
    except BaseException:
        parent.send(f"writer {writer} failed: {traceback.format_exc()}")
        raise


def acknowledged(pipes: list[Connection]) -> Iterator[str]:
    """Yield each run that a writer acknowledged until all have ended; fail with the words of one that broke."""
    while pipes:
        ready = wait(pipes, QUIET_SECONDS)
        assert ready, f"no writer said anything for {QUIET_SECONDS:.0f} s"
        for pipe in ready:
            assert isinstance(pipe, Connection)
            try:
                told = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            if "failed" in told:
                pytest.fail(told)
            yield told


def test_four_writers_and_a_server_that_dies(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    runs, kills, told = WRITERS * RUNS, 0, list[str]()
    with LocalStore(tmp_path / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server:
        catalog, endpoint = Catalog("s3://reports/catalog", options(server)), server.endpoint
        for name in TABLES:
            catalog.open(name)
        ends = [spawn.Pipe(duplex=False) for _ in range(WRITERS)]
        writers = [
            spawn.Process(target=write, args=(catalog.root, options(server), number, ends[number][1]), daemon=True)
            for number in range(WRITERS)
        ]
        try:
            for writer, (_, theirs) in zip(writers, ends, strict=True):
                writer.start()
                theirs.close()
            for run in acknowledged([ours for ours, _ in ends]):
                told.append(run)
                if kills < KILLS and len(told) >= 1 + kills * (runs - WRITERS) // KILLS:
                    server.kill()
                    time.sleep(AWAY_SECONDS)
                    server.start()
                    kills += 1
                    assert server.endpoint == endpoint, "the port was taken meanwhile; nobody could find the server"
            for writer in writers:
                writer.join(60)
        finally:
            for writer in writers:
                writer.kill()
        assert [writer.exitcode for writer in writers] == [0] * WRITERS
        assert kills == KILLS
        assert sorted(told) == sorted(
            lines_of(writer, turn)[0].run for writer in range(WRITERS) for turn in range(RUNS)
        )
        expected = Catalog(str(tmp_path / "expected"))
        every = [(writer, turn) for writer in range(WRITERS) for turn in range(RUNS)]
        expected.rebuild((line for named in every for line in lines_of(*named)), text_of)
        assert contents(catalog) == contents(expected)
