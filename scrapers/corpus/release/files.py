"""What lies in a release: frames of the catalog in, the names and bytes of its data files out.

Rows are sorted, nothing bears the time it was made, and equal frames give equal bytes. Parquet holds every value
exactly; JSON lines and CSV hold dates and instants as ISO 8601 text, and CSV is safe to open in a spreadsheet.
"""

import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import polars as pl

from scrapers.catalog.columns import TABLES
from scrapers.catalog.shape import Column
from scrapers.corpus.export import spreadsheet_safe

SHARED = ("sightings", "relations", "coverage")
"""Tables that a release holds beside the reports, whole."""
ORDER = ("division", "agency", "report_year", "report_id")
LEAST_ROWS = 16
MOST_GROUPS = 84
"""A reader that wants one county skips the groups of a Parquet file that hold others: the more groups the better, as
long as their list, 3 kB each, fits into the 256 KiB that polars reads of a file's end in any case."""
TEXT_AT_ONCE = 150_000_000
"""Characters that are read from the catalog at once, unless one year has more: a year's reports lie in all files of the
table, so each look reads it whole."""
UNKNOWN = "unknown"
"""Stands for the year in the name of the file whose reports do not say theirs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the metadata say of a file: enough to know it by, without its bytes."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release: its name, its bytes, its kind, and the columns of the rows in it."""

    name: str
    body: bytes
    kind: str
    columns: tuple[Column, ...] = ()
    rows: int = 0

    def entry(self) -> Entry:
        """Return what the metadata say of it."""
        return Entry(self.name, self.kind, self.columns, len(self.body), hashlib.sha256(self.body).hexdigest())


def data_files(tables: dict[str, pl.LazyFrame]) -> Iterator[File]:
    """Yield the data files one by one, so that the texts of a few years are in memory at a time."""
    columns = TABLES["reports"].columns
    reports = tables["reports"].select([column.name for column in columns])
    for years in _together(reports):
        several = reports.filter(pl.col("report_year").is_in(years, nulls_equal=True)).collect()
        for year in years:
            chosen = several.filter(pl.col("report_year").eq_missing(pl.lit(year))).sort(ORDER, nulls_last=True)
            name = f"reports-{year or UNKNOWN}"
            yield File(f"{name}.parquet", parquet(chosen), "parquet", columns, len(chosen))
            yield File(f"{name}.jsonl.gz", jsonl(chosen), "jsonl", columns, len(chosen))
    lean = tuple(column for column in columns if column.name != "text")
    facts = reports.select([column.name for column in lean]).sort(ORDER, nulls_last=True).collect()
    yield File("reports.csv", csv(facts), "csv", lean, len(facts))
    for name in SHARED:
        if name in tables:
            declared = TABLES[name].columns
            rows = tables[name].select([column.name for column in declared]).sort(TABLES[name].key).collect()
            yield File(f"{name}.parquet", parquet(rows), "parquet", declared, len(rows))


def _together(reports: pl.LazyFrame) -> Iterator[list[int | None]]:
    """Yield all years in order, as many at once as TEXT_AT_ONCE allows."""
    sizes = reports.group_by("report_year").agg(pl.col("length").sum()).sort("report_year", nulls_last=True).collect()
    years: list[int | None] = []
    taken = 0
    for year, size in sizes.iter_rows():
        if years and taken + size > TEXT_AT_ONCE:
            yield years
            years, taken = [], 0
        years.append(year)
        taken += size
    yield years or [None]  # a release of no report has a file of none, and so its columns


def parquet(rows: pl.DataFrame) -> bytes:
    """Return rows as Parquet, with statistics by which a reader skips what it does not want."""
    out, group = io.BytesIO(), max(LEAST_ROWS, ceil(len(rows) / MOST_GROUPS))
    rows.write_parquet(out, compression="zstd", compression_level=9, statistics=True, row_group_size=group)
    return out.getvalue()


def jsonl(rows: pl.DataFrame) -> bytes:
    """Return rows as gzipped JSON lines; the same bytes for the same rows."""
    out = io.BytesIO()
    _as_text(rows).write_ndjson(out)
    return gzip.compress(out.getvalue(), 6, mtime=0)


def csv(rows: pl.DataFrame) -> bytes:
    """Return rows as CSV with a byte order mark, safe to open in a spreadsheet."""
    out = io.BytesIO()
    spreadsheet_safe(_as_text(rows).lazy()).collect().write_csv(out, include_bom=True, line_terminator="\r\n")
    return out.getvalue()


def _as_text(rows: pl.DataFrame) -> pl.DataFrame:
    days = [name for name, kind in rows.schema.items() if kind == pl.Date]
    instants = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    return rows.with_columns(
        pl.col(days).dt.strftime("%Y-%m-%d"),
        pl.col(instants).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
