"""What a snapshot says in numbers: totals, coverage by division and year, a season's progress, the health of sources.

Frames and the registry in, plain values out, all pure. It knows nothing of how they are drawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from scrapers.corpus.snapshot import Snapshot
from scrapers.divisions import lookup
from scrapers.model import Outcome, Source
from scrapers.registry import Province

SUCCESS = (Outcome.ARCHIVED_NEW.value, Outcome.ARCHIVED_SAME.value, Outcome.UNCHANGED.value)
"""Ends that show a source still gives its reports."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One division in one year."""

    declared: int
    """Sources the registry declares there that should have a report of that year."""
    found: int
    """Those of them that gave one."""
    reports: int
    """Reports of that division and year, whoever gave them."""

    @property
    def share(self) -> float | None:
        """Return how much of what was declared has been found; None when nothing was declared."""
        return self.found / self.declared if self.declared else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Divisions by years."""

    years: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]
    """(code, name, one cell a year), in order of codes."""


@dataclass(frozen=True, slots=True)
class Season:
    """How the reports about one year came in: issuing bodies, by the day each first published one."""

    year: int
    due: date
    declared: int
    days: tuple[date, ...]
    bodies: tuple[int, ...]
    """Bodies that had published by each of the days."""
    undated: int
    """Bodies whose reports of that year show no date."""


@dataclass(frozen=True, slots=True)
class Health:
    """One declared source and what its latest runs gave."""

    source: Source
    province: str
    last_success: datetime | None
    last_seen: datetime | None
    yields: tuple[int, ...]
    """Addresses that gave a report, in each of the latest runs, oldest first."""
    reports: int
    state: str
    """`ok`, `low` (under half of its usual yield), `bad` (its latest run gave none) or `unseen`."""
    why: str
    """The finding or outcome that explains a bad state."""


def sources_of(provinces: Iterable[Province]) -> list[tuple[str, Source]]:
    """Return every declared source with its registry file."""
    return [(province.key, source) for province in provinces for source in province.sources]


def coverage(
    snapshot: Snapshot, provinces: Iterable[Province], within: str = "", *, until: int, years: int = 12
) -> Coverage:
    """Return reports found by division and year: provinces, or all divisions of the province `within` (a code)."""
    digits = 6 if within else 2
    span = tuple(range(until - years + 1, until + 1))
    placed = snapshot.reports.select(pl.col("division").str.head(digits).alias("at"), "report_year")
    if within:
        placed = placed.filter(pl.col("at").str.starts_with(within[:2]))
    reports = {(at, year): count for at, year, count in placed.group_by("at", "report_year").len().iter_rows() if at}
    gave = set(snapshot.sighted.select(pl.col("source_id").cast(pl.String), "report_year").unique().iter_rows())
    declared: dict[tuple[str, int], int] = defaultdict(int)
    found: dict[tuple[str, int], int] = defaultdict(int)
    for _, source in sources_of(provinces):
        if not source.division.startswith(within[:2]):
            continue
        at = source.division[:digits]
        for year in span:
            declared[at, year] += source.first_year <= year
            found[at, year] += source.first_year <= year and (source.id, year) in gave
    codes = sorted({at for at, _ in (*reports, *declared)})
    rows = tuple(
        (
            code.ljust(6, "0"),
            _name(code),
            tuple(Cell(declared[code, y], found[code, y], reports.get((code, y), 0)) for y in span),
        )
        for code in codes
    )
    return Coverage(span, rows)


def season(snapshot: Snapshot, provinces: Iterable[Province], year: int, *, points: int = 60) -> Season:
    """Return how reports about a year came in from 1 December of it to 31 July after; they are due by 1 April.

    The day is that of 厅字〔2019〕28号, art. 24.
    """
    begin, end = date(year, 12, 1), date(year + 1, 7, 31)
    body = pl.coalesce("agency", "url")
    own = snapshot.reports.filter(pl.col("report_year") == year)
    dates = own.group_by(body.alias("body")).agg(pl.col("published_on").min())["published_on"]
    span = (end - begin).days
    days = tuple(begin + timedelta(days=round(span * n / (points - 1))) for n in range(points))
    ordered = dates.drop_nulls().sort()
    counts = tuple(int(ordered.search_sorted(day, side="right")) for day in days)
    declared = sum(source.first_year <= year for _, source in sources_of(provinces))
    return Season(year, date(year + 1, 4, 1), declared, days, counts, dates.null_count())


def season_year(snapshot: Snapshot, today: date) -> int:
    """Return the year whose reports are coming in; when there are none of it yet, the newest there are any of."""
    current = today.year if today.month == 12 else today.year - 1
    years = snapshot.reports["report_year"].drop_nulls().unique().to_list()
    return current if current in years or not years else min(current, max(years))


def health(snapshot: Snapshot, provinces: Iterable[Province]) -> list[Health]:
    """Return every declared source with what its latest runs gave, those that need somebody first."""
    why = {subject: f"{kind}: {message}" for subject, kind, message in _open(snapshot)}
    gave = pl.col("content_hash").n_unique()
    reports = dict(snapshot.sighted.group_by(pl.col("source_id").cast(pl.String)).agg(gave).iter_rows())
    visited = {row["source_id"]: row for row in _visits(snapshot).iter_rows(named=True)}
    rows = [
        _health(
            key, source, visited.get(source.id), why.get(source.id) or why.get(source.host), reports.get(source.id, 0)
        )
        for key, source in sources_of(provinces)
    ]
    order = ("bad", "low", "unseen", "ok")
    return sorted(rows, key=lambda row: (order.index(row.state), row.province, row.source.id))


def _visits(snapshot: Snapshot) -> pl.DataFrame:
    """Return one row a source: its yields, oldest run first, its last success and visit, and what its last run met."""
    good = pl.col("outcome").cast(pl.String).is_in(SUCCESS)
    each = snapshot.yields.with_columns(pl.col("run", "source_id", "outcome", "disposition").cast(pl.String)).join(
        snapshot.runs.select("run", "ended_at"), on="run", how="left"
    )
    by_run = (
        each.sort("addresses", descending=True)
        .group_by("source_id", "run", "ended_at")
        .agg(
            pl.col("addresses").filter(good).sum().alias("good"),
            pl.col("last").filter(good).max().alias("last_success"),
            pl.col("last").max().alias("last_seen"),
            pl.col("outcome").filter(pl.col("disposition") != "ok").first().alias("trouble"),
        )
        .sort("ended_at", nulls_last=False)
    )
    return by_run.group_by("source_id").agg(
        pl.col("good").alias("yields"),
        pl.col("last_success", "last_seen").max(),
        pl.col("trouble").last(),
    )


def _health(key: str, source: Source, visits: Mapping[str, Any] | None, why: str | None, reports: int) -> Health:
    yields = tuple(visits["yields"]) if visits else ()
    trouble = why or (visits["trouble"] if visits else None) or ""
    return Health(
        source=source,
        province=key,
        last_success=visits["last_success"] if visits else None,
        last_seen=visits["last_seen"] if visits else None,
        yields=yields,
        reports=reports,
        state=_state(yields, trouble),
        why=trouble,
    )


def _state(yields: tuple[int, ...], trouble: str) -> str:
    if not yields:
        return "bad" if trouble else "unseen"
    if not yields[-1]:
        return "bad"
    usual = sorted(yields[:-1])[len(yields[:-1]) // 2] if yields[:-1] else 0
    return "low" if yields[-1] * 2 < usual else "ok"


def _open(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    rows = snapshot.findings.filter("open").select("subject", "kind", "message")
    return [(subject, kind, message) for subject, kind, message in rows.reverse().iter_rows()]  # the newest speaks


def _name(code: str) -> str:
    place = lookup(code.ljust(6, "0"))
    if place is None:
        return code
    return place.name if place.name == place.province else f"{place.city}{place.county}" or place.name
