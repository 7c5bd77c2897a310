"""The tables on a real S3 server: readers without our code, writers beside each other, a store that is away."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from scrapers.archive.store import Store
from scrapers.catalog.columns import TABLES
from scrapers.catalog.snapshots import LOOK_SECONDS
from scrapers.catalog.tables import Catalog
from scrapers.errors import StoreRefused, StoreUnavailable
from scrapers.model import Line
from stack.store import LocalStore
from tests.scrapers.catalog.ledgers import HOSTS, TEXTS, archived, contents, report, text_of


def options(server: LocalStore, secret: str = "") -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": secret or server.secret_key,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
        "aws_conditional_put": "etag",
        "aws_checksum_algorithm": "sha256",
    }


@pytest.fixture
def catalog(store: Store, store_server: LocalStore) -> Catalog:
    return Catalog(f"s3://{store.bucket}/catalog", options(store_server))


def harvested(run: str, count: int, minute: int, host: str = HOSTS[0]) -> list[Line]:
    """A run that shows `count` texts of its own and one that every run shows."""
    lines = archived(run, f"http://{host}/{run}/shared.html", minute, TEXTS[0], report("赫山区司法局"), host)
    for n in range(count):
        lines += archived(
            run, f"http://{host}/{run}/{n}.html", minute + n, f"{run} 第{n}份", report(year=2020 + n % 5), host
        )
    return lines


def record_all(root: str, store_options: dict[str, str], runs: list[tuple[str, int, str]]) -> None:
    catalog = Catalog(root, store_options)
    for run, minute, host in runs:
        catalog.record(run, harvested(run, 8, minute, host), text_of)


def test_readers_without_our_code_read_every_table(catalog: Catalog, store: Store, store_server: LocalStore) -> None:
    catalog.record("r1", harvested("r1", 5, 0), text_of)
    # A second sighting replaces the shared text's rows, which is where rewritten files could differ from appended.
    catalog.record(
        "r2", archived("r2", f"http://{HOSTS[1]}/1.html", 9, TEXTS[0], report("赫山区司法局"), HOSTS[1]), text_of
    )
    for name, table in TABLES.items():
        uri = f"s3://{store.bucket}/catalog/{name}"
        frame = pl.read_delta(uri, storage_options=options(store_server))
        opened = catalog.table(name)
        assert opened is not None
        assert frame.columns == [column.name for column in table.columns]
        assert len(frame) == opened.to_pyarrow_table().num_rows
        first = table.key[0]
        for value in frame[first].unique().to_list():
            found = opened.to_pyarrow_table(filters=[(first, "=", value)])
            assert found.num_rows == frame.filter(pl.col(first) == value).height
    reports = pl.read_delta(f"s3://{store.bucket}/catalog/reports", storage_options=options(store_server))
    shared = reports.filter(pl.col("text") == TEXTS[0])
    assert shared["sightings"].to_list() == [2]
    assert len(reports) == 6


def test_recording_in_a_bucket_equals_a_rebuild(catalog: Catalog, tmp_path: Path) -> None:
    lines = harvested("r1", 4, 0) + harvested("r2", 4, 3, HOSTS[1])
    for run in ("r2", "r1", "r2"):
        catalog.record(run, [line for line in lines if line.run == run], text_of)
    recorded = contents(catalog)
    catalog.rebuild(iter(lines), text_of)
    assert contents(catalog) == recorded
    assert len(recorded["reports"]) == 9


def test_two_processes_record_side_by_side_and_lose_nothing(
    catalog: Catalog, store_server: LocalStore, tmp_path: Path
) -> None:
    plans = [[(f"{name}{n}", 10 * n, host) for n in range(3)] for name, host in (("a", HOSTS[0]), ("b", HOSTS[2]))]
    plans[1].append(plans[0][0])  # two attempts at one run, overlapping
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=record_all, args=(catalog.root, options(store_server), plan)) for plan in plans]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    expected = Catalog(str(tmp_path))
    runs = {run: harvested(run, 8, minute, host) for plan in plans for run, minute, host in plan}
    expected.rebuild((line for lines in runs.values() for line in lines), text_of)
    assert contents(catalog) == contents(expected)


def test_recordings_killed_at_any_moment_are_finished_by_the_next(
    catalog: Catalog, store_server: LocalStore, tmp_path: Path
) -> None:
    spawn = multiprocessing.get_context("spawn")
    moments = random.Random(7)
    killed = 0
    for _ in range(3):
        before = catalog.table("captures")
        args = (catalog.root, options(store_server), [(f"r{n}", n, HOSTS[n % 3]) for n in range(6)])
        writer = spawn.Process(target=record_all, args=args)
        writer.start()
        while before is None and catalog.table("captures") is None and writer.is_alive():
            time.sleep(0.01)
        writer.join(moments.uniform(0.1, 1.0) if before is None else moments.uniform(1.5, 3.0))
        writer.kill()
        writer.join(20)
        killed += writer.exitcode == -signal.SIGKILL
    assert killed, "no kill fired, so nothing was tried"
    runs = [harvested(f"r{n}", 8, n, HOSTS[n % 3]) for n in range(6)]
    for lines in reversed(runs):
        catalog.record(lines[0].run, lines, text_of)
    expected = Catalog(str(tmp_path))
    expected.rebuild((line for lines in runs for line in lines), text_of)
    assert contents(catalog) == contents(expected)


def test_a_thousand_new_reports(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    lines = harvested("big", 1000, 0)
    started, cpu = time.perf_counter(), time.process_time()
    catalog.record("big", lines, lambda generation, content: "司法行政工作。" * 400)
    with capsys.disabled():
        wall, spent = time.perf_counter() - started, time.process_time() - cpu
        print(f"\nrecord of 1,000 new reports: {wall:.2f} s, {spent:.2f} CPU-s")
    rows = contents(catalog)
    assert len(rows["reports"]) == len(rows["sightings"]) == 1001
    again = [replace(line, run="again", at=line.at + timedelta(days=7)) for line in lines]
    catalog.record("again", again, lambda generation, content: pytest.fail("a text held already was read again"))
    assert len(contents(catalog)["reports"]) == 1001


def test_a_store_that_refuses_or_is_away_is_named(store: Store, store_server: LocalStore) -> None:
    quick = {"max_retries": "1", "retry_timeout": "2s"}
    wrong = Catalog(f"s3://{store.bucket}/catalog", options(store_server, "wrong") | quick)
    with pytest.raises(StoreRefused, match="SECRET_KEY"):
        wrong.table("reports")
    missing = Catalog("s3://no-such-bucket/catalog", options(store_server) | quick)
    lines = archived("r1", f"http://{HOSTS[0]}/1", 0, TEXTS[0])
    with pytest.raises(StoreRefused, match="no-such-bucket"):
        missing.record("r1", lines, text_of)
    nowhere = options(store_server) | quick | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    away = Catalog("s3://reports/catalog", nowhere, retry_seconds=0)
    calls: list[Callable[[], object]] = [
        lambda: away.table("runs"),
        lambda: away.record("r1", lines, text_of),
        lambda: list(away.tend()),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match="s3://reports/catalog"):
            call()


def test_a_store_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    """The server dies while a run is recorded: at its opening, and when its rows are about to be written."""
    with LocalStore(tmp_path / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server:
        asleep: list[float] = []

        def sleep(seconds: float) -> None:
            asleep.append(seconds)
            if seconds == LOOK_SECONDS:
                server.start()

        def text(generation: str, content_hash: str) -> str:
            if not died:
                died.append(content_hash)
                server.kill()
            return text_of(generation, content_hash)

        died: list[str] = []
        catalog = Catalog("s3://reports/catalog", options(server), sleep=sleep)
        catalog.record("r1", harvested("r1", 2, 0), text)
        assert died
        assert LOOK_SECONDS in asleep
        server.kill()
        asleep.clear()
        catalog.record("r2", harvested("r2", 2, 5), text)
        assert LOOK_SECONDS in asleep
        server.kill()
        asleep.clear()
        assert {table.table for table in catalog.tend()} == set(TABLES)  # it once gave up at its very first look
        assert LOOK_SECONDS in asleep
        expected = Catalog(str(tmp_path / "expected"))
        expected.rebuild([*harvested("r1", 2, 0), *harvested("r2", 2, 5)], text_of)
        assert contents(catalog) == contents(expected)
