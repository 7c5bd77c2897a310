"""Tending: fewer files, the same rows, whatever commits in between."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake

from scrapers.catalog import delta, tending
from scrapers.catalog.columns import TABLES
from scrapers.catalog.settle import Row
from scrapers.catalog.tables import Catalog
from scrapers.catalog.tending import Tended, untidy

REPORTS = TABLES["reports"]


def row(number: int, **changed: object) -> Row:
    known: Row = {column.name: "x" for column in REPORTS.columns if not column.nullable}
    return {
        **known,
        "report_id": f"{number:032x}",
        "content_hash": f"h{number}",
        "division": f"4309{number * 7 % 90:02d}",
        "sightings": 1,
        "length": 3,
        "first_seen": datetime(2025, 1, 1, tzinfo=UTC),
        **changed,
    }


def add(catalog: Catalog, numbers: range) -> None:
    rows = [row(number) for number in numbers]
    assert delta.append(catalog.open("reports"), REPORTS, rows, f"r{numbers.start}")


def change(catalog: Catalog, number: int, title: str) -> bool:
    rows = [row(number, title=title)]
    return delta.replace(catalog.open("reports"), REPORTS, rows, f"c{number}", "content_hash", [f"h{number}"])


def titles(catalog: Catalog) -> list[tuple[str, str]]:
    rows = delta.read_all(catalog.open("reports"), {}, ("report_id", "title"))
    return sorted(rows.iter_rows())


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    made = Catalog(str(tmp_path), sleep=lambda _: None)
    for start in range(0, 50, 10):
        add(made, range(start, start + 10))
    return made


def tended(catalog: Catalog) -> Tended:
    (one,) = catalog.tend()
    return one


def test_tending_leaves_the_rows_and_few_files(catalog: Catalog) -> None:
    assert change(catalog, 3, "new")
    before = titles(catalog)
    told = tended(catalog)
    assert (told.files_before > 1, told.files_after, told.beaten) == (True, 1, False)
    assert titles(catalog) == before
    divisions = delta.read_all(catalog.open("reports"), {}, ("division",))["division"]
    assert divisions.is_sorted()
    opened = catalog.open("reports")
    assert opened.to_pyarrow_table(filters=[("title", "=", "new")]).num_rows == 1
    assert list(Path(catalog.root).glob("reports/_delta_log/*.checkpoint.parquet"))


def test_tending_twice_commits_once_and_tells_no_other_version(catalog: Catalog) -> None:
    told = catalog.version("reports")
    tended(catalog)
    version = catalog.open("reports").version()
    tended(catalog)
    assert catalog.open("reports").version() == version
    assert catalog.version("reports") == told
    assert change(catalog, 4, "new")
    assert catalog.version("reports") == version + 1


def test_a_change_in_between_wins_and_an_append_stands(catalog: Catalog) -> None:
    stale = catalog.open("reports")
    assert change(catalog, 5, "new")
    assert not delta.compact(stale, REPORTS, tending.FILE_BYTES)
    stale = catalog.open("reports")
    add(catalog, range(50, 60))
    assert delta.compact(stale, REPORTS, tending.FILE_BYTES)
    assert len(titles(catalog)) == 60
    assert dict(titles(catalog))[f"{5:032x}"] == "new"
    stale = catalog.open("reports")
    assert delta.compact(catalog.open("reports"), REPORTS, tending.FILE_BYTES)
    assert not delta.replace(stale, REPORTS, [row(6, title="lost")], "c6", "content_hash", ["h6"])
    assert len(titles(catalog)) == 60


def test_a_table_that_others_keep_writing_is_left_for_the_next_time(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact, lost = delta.compact, []

    def beaten(opened: DeltaTable, table: object, size: int) -> bool:
        lost.append(change(catalog, len(lost), "other"))
        return compact(opened, REPORTS, size)

    monkeypatch.setattr(delta, "compact", beaten)
    told = tended(catalog)
    assert told.beaten
    assert len(lost) == tending.ROUNDS
    assert [title for _, title in titles(catalog)].count("other") == tending.ROUNDS
    monkeypatch.undo()
    assert not tended(catalog).beaten
    assert len(titles(catalog)) == 50


def test_files_are_deleted_when_no_version_of_thirty_days_needs_them(catalog: Catalog) -> None:
    tended(catalog)
    folder = Path(catalog.uri("reports"))
    orphan = folder / "part-nobody-committed.parquet"
    orphan.write_bytes(b"x")
    assert tended(catalog).deleted == 0
    long_ago = time.time() - 31 * 86400
    os.utime(orphan, (long_ago, long_ago))
    for path in folder.glob("*.parquet"):
        if path != orphan:  # old files that were let go today are still what the table was yesterday
            os.utime(path, (long_ago, long_ago))
    assert tended(catalog).deleted == 1
    assert not orphan.exists()
    past = DeltaTable(str(folder), version=3)
    assert past.to_pyarrow_table().num_rows == 30


def test_a_table_of_an_earlier_version_learns_how_long_files_are_kept(tmp_path: Path) -> None:
    rows = delta.pa.RecordBatch.from_pylist([row(1)], schema=REPORTS.schema)
    write_deltalake(f"{tmp_path}/reports", rows)
    catalog = Catalog(str(tmp_path))
    tended(catalog)
    kept = catalog.open("reports").metadata().configuration
    assert kept["delta.deletedFileRetentionDuration"] == "interval 30 days"


def test_what_counts_as_untidy() -> None:
    whole = tending.FILE_BYTES
    assert not untidy([])
    assert not untidy([1])
    assert untidy([1, 1])
    assert not untidy([whole, whole, 1000, 1000])
    assert untidy([whole, whole // 4, whole // 4])
    assert untidy([whole] * 3 + [100] * (tending.SMALL_FILES + 1))
    assert untidy([3 * whole])
