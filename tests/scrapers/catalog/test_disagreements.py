"""A catalog that says other things than the ledger is found out, row by row."""

from pathlib import Path

import pytest
from deltalake import Field

from scrapers.catalog import delta
from scrapers.catalog.agreement import disagreements
from scrapers.catalog.columns import TABLES
from scrapers.catalog.sightings import sightings_rows
from scrapers.catalog.tables import Catalog
from scrapers.errors import ArchiveError, FixityError, StoreUnavailable, UserError
from tests.scrapers.catalog.ledgers import TEXTS, archived, text_of

URL = "http://www.heshan.gov.cn/1"
LINES = archived("r1", URL, 0, TEXTS[0])
MORE = archived("r2", URL + "2", 5, TEXTS[0])


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", LINES, text_of)
    return catalog


def test_a_recorded_ledger_agrees(catalog: Catalog) -> None:
    assert list(disagreements(catalog, iter(LINES), text_of)) == []


def test_a_run_that_is_not_recorded_is_missing(catalog: Catalog) -> None:
    found = list(disagreements(catalog, LINES + MORE, text_of))
    assert {name for name, _, _ in found} == {"captures", "sightings", "reports", "runs"}
    assert ("captures", f"r2 {URL}2", "the ledger says this and the catalog does not; run `rebuild`") in found


def test_a_row_without_a_line_is_foreign(catalog: Catalog) -> None:
    catalog.record("r2", MORE, text_of)
    assert any("the ledger does not" in why for _, _, why in disagreements(catalog, LINES, text_of))


def test_a_row_written_twice_is_one_too_many(catalog: Catalog) -> None:
    opened = catalog.table("sightings")
    assert opened is not None
    assert delta.append(opened, TABLES["sightings"], sightings_rows(LINES), "other")
    ((name, _, why),) = disagreements(catalog, LINES, text_of)
    assert (name, "the ledger does not" in why) == ("sightings", True)


def test_an_empty_catalog_disagrees_with_any_line(tmp_path: Path) -> None:
    assert len(list(disagreements(Catalog(str(tmp_path)), LINES, text_of))) == 6
    assert list(disagreements(Catalog(str(tmp_path)), [], text_of)) == []


@pytest.mark.parametrize("error", [FixityError("its clean object rotted"), StoreUnavailable("away")])
def test_what_reading_a_text_raises_is_raised(tmp_path: Path, error: ArchiveError) -> None:
    def lost(generation: str, content_hash: str) -> str:
        raise error

    catalog = Catalog(str(tmp_path), retry_seconds=0)
    with pytest.raises(type(error), match=str(error)):
        catalog.record("r1", LINES, lost)
    with pytest.raises(type(error), match=str(error)):
        catalog.rebuild(LINES, lost)


def test_tables_with_other_columns_ask_for_a_rebuild(catalog: Catalog) -> None:
    opened = catalog.table("captures")
    assert opened is not None
    opened.alter.add_columns([Field("of_tomorrow", "string")])
    with pytest.raises(UserError, match="rebuild"):
        list(disagreements(catalog, LINES, text_of))
    catalog.rebuild(LINES, text_of)
    assert list(disagreements(catalog, LINES, text_of)) == []
