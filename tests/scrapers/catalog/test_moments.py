"""Tables as they were: one moment for all of them, and a clear word when it is gone."""

import os
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake

from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.moments import TablesAt, moment_of
from scrapers.catalog.tables import Catalog
from scrapers.errors import NotInArchive, UserError
from tests.scrapers.catalog.test_tending import add, change


def now() -> datetime:
    time.sleep(0.005)  # a log's clock counts milliseconds
    moment = datetime.now(UTC)
    time.sleep(0.005)
    return moment


def titles(catalog: Catalog, moment: datetime) -> list[str]:
    opened = TablesAt(catalog, moment).table("reports")
    assert opened is not None
    return sorted(delta.read_all(opened, {}, ("title",))["title"])


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(str(tmp_path), sleep=lambda _: None)


def test_a_table_is_what_it_was(catalog: Catalog) -> None:
    before = now()
    add(catalog, range(2))
    two = now()
    assert change(catalog, 1, "new")
    assert list(catalog.tend())
    tended = now()
    add(catalog, range(2, 4))
    assert titles(catalog, two) == ["x", "x"]
    assert titles(catalog, tended) == ["new", "x"]
    assert titles(catalog, now()) == ["new", "x", "x", "x"]
    past = TablesAt(catalog, two)
    assert past.table("reports") is past.table("reports"), "opened once"
    assert past.table("relations") is None, "it was not there"
    with pytest.raises(NotInArchive, match="nothing was recorded in this archive: its first commit was at 20"):
        TablesAt(catalog, before)


def test_an_archive_without_a_catalog_says_so(catalog: Catalog) -> None:
    with pytest.raises(NotInArchive, match="no catalog yet"):
        TablesAt(catalog, now())


def test_what_was_deleted_is_named_with_the_oldest_moment_there_is(catalog: Catalog) -> None:
    add(catalog, range(2))
    whole = now()
    assert change(catalog, 1, "new")
    DeltaTable(catalog.uri("reports")).vacuum(0, dry_run=False, enforce_retention_duration=False, full=True)
    time.sleep(1.1)
    with pytest.raises(NotInArchive, match=r"no longer be read.*release") as error:
        TablesAt(catalog, whole)
    (oldest,) = re.findall(r"can be read is (\S+)\.", str(error.value))
    assert titles(catalog, moment_of(oldest)) == ["new", "x"]


def test_a_log_that_was_cut_is_named_likewise(catalog: Catalog) -> None:
    add(catalog, range(2))
    whole = now()
    add(catalog, range(2, 4))
    delta.checkpoint(catalog.open("reports"))
    log = Path(catalog.uri("reports")) / "_delta_log"
    long_ago = time.time() - 31 * 86400
    for path in log.iterdir():
        os.utime(path, (long_ago, long_ago))
    add(catalog, range(4, 6))
    catalog.open("reports").cleanup_metadata()
    kept = sorted(path.name for path in log.glob("*.json"))
    assert not kept[0].startswith("0" * 20), "the first commit is forgotten"
    time.sleep(1.1)
    with pytest.raises(NotInArchive, match="no longer be read") as error:
        TablesAt(catalog, whole)
    (oldest,) = re.findall(r"can be read is (\S+)\.", str(error.value))
    assert len(titles(catalog, moment_of(oldest))) >= 4


def test_a_table_with_fewer_columns_is_refused_by_name(catalog: Catalog) -> None:
    early = TABLES["reports"].schema.remove(TABLES["reports"].schema.get_field_index("agency"))
    write_deltalake(catalog.uri("reports"), early.empty_table())
    with pytest.raises(UserError, match=r"had no column agency.*release"):
        TablesAt(catalog, now()).table("reports")


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-03-01T08:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01T08:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-02-28", datetime(2026, 2, 28, 23, 59, 59, 999999, UTC)),
        (date(2026, 2, 28), datetime(2026, 3, 1, tzinfo=UTC) - timedelta(microseconds=1)),
        (datetime(2026, 3, 1, 7), datetime(2026, 3, 1, 7, tzinfo=UTC)),
        (NOON, NOON),
    ],
)
def test_how_a_moment_is_read(given: datetime | date | str, moment: datetime) -> None:
    assert moment_of(given, NOON) == moment


@pytest.mark.parametrize("given", ["", "yesterday", "2026-02-30", "2026-13", "0001-01-01T00:00+08:00", "9" * 99])
def test_what_is_no_moment_is_said_so(given: str) -> None:
    with pytest.raises(UserError, match="is no moment"):
        moment_of(given, NOON)


@pytest.mark.parametrize("given", ["2026-03-01", "2026-03-01T12:00:01", date(2027, 1, 1)])
def test_a_moment_to_come_is_refused(given: date | str) -> None:
    with pytest.raises(UserError, match="not over yet"):
        moment_of(given, NOON)
