"""Coverage counted for the heat map: what the catalog says of a cell, as of the day it is shown."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from scrapers.corpus.snapshot import Snapshot, take
from scrapers.corpus.tally import Cell, coverage, tally

SHOWN = date(2025, 3, 1)


@pytest.fixture(scope="module")
def empty() -> Snapshot:
    return take({}, {})


def cell(empty: Snapshot, today: date, *statuses: tuple[str, int]) -> Cell:
    rows = [("430903", 2024, status, date(2025, 4, 1), bodies) for status, bodies in statuses]
    covered = pl.DataFrame(rows, schema=empty.covered.schema, orient="row")
    ((code, _, (found,)),) = coverage(tally(replace(empty, covered=covered), (), today, 1), "430000").rows
    assert code == "430903"
    return found


def test_an_empty_archive_has_no_rows(empty: Snapshot) -> None:
    assert coverage(tally(empty, (), SHOWN)).rows == ()


def test_a_refusal_is_seen_before_all_else(empty: Snapshot) -> None:
    found = cell(empty, SHOWN, ("found", 3), ("blocked", 1), ("unknown", 2))
    assert found.statuses == (("found", 3), ("blocked", 1), ("unknown", 2))
    assert found.mark == "blocked"
    assert cell(empty, SHOWN, ("found", 3), ("not_published", 1)).mark == ""
    assert cell(empty, SHOWN, ("not_published", 1)).mark == "not_published"


def test_what_was_not_due_is_unknown_once_it_is(empty: Snapshot) -> None:
    assert cell(empty, date(2025, 3, 31), ("not_due", 2)).mark == "not_due"
    assert cell(empty, date(2025, 4, 1), ("not_due", 2)).statuses == (("unknown", 2),)
