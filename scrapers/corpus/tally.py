"""A snapshot counted by division and year: sources declared and found, reports, and what the catalog's coverage says.

Frames and the registry in, plain values out, all pure. It knows nothing of how they are drawn.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl
import polars.selectors as cs

from scrapers.corpus.snapshot import Snapshot
from scrapers.corpus.summary import season_year, sources_of
from scrapers.divisions import lookup
from scrapers.registry import Province

STATUSES = ("found", "not_published", "blocked", "unknown", "not_due")
"""What the catalog's coverage says of a body's report, in the order they are told."""
YEARS = 12
"""Years shown."""
_BY = ("division", "report_year")
_COUNTS = cs.exclude(_BY)


@dataclass(frozen=True, slots=True)
class Cell:
    """One division in one year."""

    declared: int
    """Sources the registry declares there that should have a report of that year."""
    found: int
    """Those of them that gave one."""
    reports: int
    """Reports of that division and year, whoever gave them."""
    statuses: tuple[tuple[str, int], ...] = ()
    """Bodies by what the catalog's coverage says of them, in the order of STATUSES, none left at zero."""

    @property
    def share(self) -> float | None:
        """Return how much of what was declared has been found; None when nothing was declared."""
        return self.found / self.declared if self.declared else None

    @property
    def mark(self) -> str:
        """Return the status to be seen at once: `blocked` of any body, or the one reason why there is nothing."""
        told = [status for status, _ in self.statuses]
        if "blocked" in told:
            return "blocked"
        return told[0] if len(told) == 1 and told[0] in {"not_due", "not_published"} else ""


_NOTHING = Cell(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Divisions by years."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]
    """(code, name, one cell a year), in order of codes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Every division in every year, in numbers."""

    years: tuple[int, ...]
    """Years that are shown, oldest first."""
    rows: pl.DataFrame
    """`division`, `report_year`, `declared`, `gave`, `reports`, and bodies by status: a row each that has any."""


def tally(snapshot: Snapshot, provinces: Iterable[Province], today: date, years: int = YEARS) -> Tally:
    """Count a snapshot; what was not due when it was looked at is unknown once it is."""
    until = max(season_year(snapshot, today), today.year - 1)
    span = tuple(range(until - years + 1, until + 1))
    overdue = (pl.col("status") == "not_due") & (pl.col("due_on") <= today)
    status = pl.when(overdue).then(pl.lit("unknown")).otherwise("status")
    covered = snapshot.covered.group_by(_BY).agg(
        pl.col("bodies").filter(status == name).sum().alias(name) for name in STATUSES
    )
    frames = (_declared(snapshot, provinces, span), snapshot.reports.group_by(_BY).len("reports"), covered)
    counted = pl.concat([frame.cast({_COUNTS: pl.Int64, "report_year": pl.Int64}) for frame in frames], how="diagonal")
    return Tally(span, counted.filter(pl.col("division").is_not_null()).group_by(_BY).agg(_COUNTS.sum()))


def _declared(snapshot: Snapshot, provinces: Iterable[Province], span: tuple[int, ...]) -> pl.DataFrame:
    """Return how many sources of each division and year are declared, and how many of them gave a report."""
    asked = pl.DataFrame(
        [(source.id, source.division, source.first_year) for _, source in sources_of(provinces)],
        schema={"source_id": pl.String, "division": pl.String, "first_year": pl.Int64},
        orient="row",
    )
    years = pl.DataFrame({"report_year": span}, schema={"report_year": pl.Int64})
    due = asked.join(years, how="cross").filter(pl.col("first_year") <= pl.col("report_year"))
    gave = snapshot.sighted.select("source_id", "report_year").unique()
    gave = gave.select(pl.col("source_id").cast(pl.String), pl.col("report_year").cast(pl.Int64), gave=1)
    met = due.join(gave, on=("source_id", "report_year"), how="left")
    return met.group_by(_BY).agg(pl.len().alias("declared"), pl.col("gave").sum())


def coverage(counted: Tally, within: str = "") -> Coverage:
    """Return a tally by division and year: provinces, or all divisions of the province `within` (a code)."""
    at = pl.col("division").str.head(6 if within else 2)
    chosen = counted.rows.filter(pl.col("division").str.starts_with(within[:2]))
    cells: dict[str, dict[int, Cell]] = defaultdict(dict)
    for row in chosen.group_by(at, "report_year").agg(_COUNTS.sum()).sort("division").iter_rows(named=True):
        statuses = tuple((name, row[name]) for name in STATUSES if row[name])
        cells[row["division"]][row["report_year"]] = Cell(row["declared"], row["gave"], row["reports"], statuses)
    rows = tuple(
        (code.ljust(6, "0"), _name(code), tuple(own.get(year, _NOTHING) for year in counted.years))
        for code, own in cells.items()
    )
    return Coverage(counted.years, rows)


def _name(code: str) -> str:
    place = lookup(code.ljust(6, "0"))
    if place is None:
        return code
    return place.name if place.name == place.province else f"{place.city}{place.county}" or place.name
