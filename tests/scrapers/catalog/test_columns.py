"""Columns are declared once: the reference is fresh, the stored schema carries the meanings, strangers are refused."""

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES, reference
from scrapers.catalog.sightings import sightings_rows
from scrapers.catalog.tables import Catalog
from scrapers.errors import UserError
from tests.scrapers.catalog.ledgers import TEXTS, archived, contents, text_of

ROOT = Path(__file__).parents[3]
URL = "http://www.heshan.gov.cn/1"
LINES = archived("r1", URL, 0, TEXTS[0])


def test_the_reference_is_fresh() -> None:
    stale = "docs/fields.md is stale: python -m scrapers.catalog.columns > docs/fields.md"
    assert (ROOT / "docs" / "fields.md").read_text(encoding="utf-8") == reference(), stale


def test_names_are_unique_and_keys_are_never_null() -> None:
    for table in TABLES.values():
        columns = {column.name: column for column in table.columns}
        assert len(columns) == len(table.columns)
        assert not any(columns[name].nullable for name in table.key)
        assert all(column.meaning and column.example for column in table.columns)


def test_stored_tables_carry_meanings(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", LINES, text_of)
    for name, table in TABLES.items():
        opened = catalog.table(name)
        assert opened is not None
        assert opened.metadata().name == name
        comments = [field.metadata["comment"] for field in opened.schema().fields]
        assert comments == [column.meaning for column in table.columns]


def test_quotes_in_names_stay_in_them(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    lines = archived("it's; DROP\\", URL + "'", 0, TEXTS[0])
    for own in (lines[:1], lines):
        catalog.record("it's; DROP\\", own, text_of)
    assert [row["outcome"] for row in contents(catalog)["captures"]] == ["archived_new"]


def test_a_table_with_other_columns_is_refused_until_rebuilt(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "captures", pa.table({"run": ["old"], "url": [URL]}))
    catalog = Catalog(str(tmp_path))
    with pytest.raises(UserError, match=r"'captures'.*rebuild"):
        catalog.record("r1", LINES, text_of)
    catalog.rebuild(iter(LINES), text_of)
    catalog.record("r1", LINES, text_of)
    assert [row["run"] for row in contents(catalog)["captures"]] == ["r1"]


def test_what_a_dead_writer_left_twice_is_folded(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", LINES, text_of)
    whole = contents(catalog)
    opened = catalog.table("sightings")
    assert opened is not None
    assert delta.append(opened, TABLES["sightings"], sightings_rows(LINES), "other")
    catalog.record("r1", LINES, text_of)
    assert contents(catalog) == whole


def test_a_stale_snapshot_never_overwrites_what_came_after(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", LINES, text_of)
    table = TABLES["sightings"]
    stale, mine = catalog.table("sightings"), sightings_rows(LINES)
    assert stale is not None
    catalog.record("r2", archived("r2", URL + "2", 5, TEXTS[0]), text_of)
    texts = [row["content_hash"] for row in mine]
    assert not delta.replace(stale, table, mine, "r1", "content_hash", texts)
    assert len(contents(catalog)["sightings"]) == 2
