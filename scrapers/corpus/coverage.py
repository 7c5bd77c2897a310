"""Stored coverage in, the whole table of who should have published what out.

The catalog's rows say what the ledger shows. This adds, as `unknown` or `not_due`, the rows that nothing shows: the
government of every division of the division table, since every one owes a report for every year (厅字〔2019〕28号), and
the bodies of sources the registry declares and nobody has walked. Bureaus that nobody declared or found are left out:
which of them a county has, no table says. It knows the calendar, and nothing of where rows are kept.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import polars as pl

from scrapers import divisions
from scrapers.agencies import AgencyType, agency_type
from scrapers.catalog.coverage import FIRST_YEAR, due_on
from scrapers.model import Source

KEY = ("division", "agency_type", "report_year")


def whole(stored: pl.LazyFrame, today: date, sources: Iterable[Source] = ()) -> pl.LazyFrame:
    """Return stored coverage with the rows it lacks, each status as of today."""
    overdue = (pl.col("status") == "not_due") & (pl.col("due_on") <= today)
    known = stored.with_columns(status=pl.when(overdue).then(pl.lit("unknown")).otherwise("status"))
    asked = pl.DataFrame([*_declared(sources, today), *_governments(today)], schema=_SCHEMA)
    missing = asked.lazy().unique(KEY, keep="first", maintain_order=True).join(known, on=KEY, how="anti")
    return pl.concat([known, missing], how="diagonal").sort(KEY)


def _governments(today: date) -> Iterator[dict[str, Any]]:
    for division in divisions.every():
        yield from _years(division, AgencyType.GOVERNMENT, FIRST_YEAR, today, "division table", None)


def _declared(sources: Iterable[Source], today: date) -> Iterator[dict[str, Any]]:
    for source in sources:
        division = divisions.lookup(source.division)
        if source.agency and division:
            first = max(source.first_year, FIRST_YEAR)
            yield from _years(division, agency_type(source.agency), first, today, "registry", source.id)


def _years(
    division: divisions.Division, kind: AgencyType, first: int, today: date, basis: str, source: str | None
) -> Iterator[dict[str, Any]]:
    for year in range(first, today.year):
        yield {
            "division": division.code,
            "province": division.province or None,
            "city": division.city or None,
            "county": division.county or None,
            "agency_type": kind.value,
            "report_year": year,
            "status": "not_due" if today < due_on(year) else "unknown",
            "evidence": f"source {source} was never walked" if source else "no source is declared",
            "basis": basis,
            "reports": 0,
            "due_on": due_on(year),
            "sources": source,
        }


_SCHEMA = {
    **dict.fromkeys(("division", "province", "city", "county", "agency_type"), pl.String),
    "report_year": pl.Int64,
    **dict.fromkeys(("status", "evidence", "basis"), pl.String),
    "reports": pl.Int64,
    "due_on": pl.Date,
    "sources": pl.String,
}
