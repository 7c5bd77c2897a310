"""What a snapshot says in numbers: a season's progress, the health of sources. Coverage is counted in `tally`.

Frames and the registry in, plain values out, all pure. It knows nothing of how they are drawn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from scrapers.corpus.snapshot import Snapshot
from scrapers.model import Outcome, Source
from scrapers.registry import Province

SUCCESS = (Outcome.ARCHIVED_NEW.value, Outcome.ARCHIVED_SAME.value, Outcome.UNCHANGED.value)
"""Ends that show a source still gives its reports."""


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
    years = snapshot.years
    return current if current in years or not years else min(current, years[0])


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
    """Return one row a source: its yields, oldest run first, its last success, and what its last run met."""
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
            pl.col("outcome").filter(pl.col("disposition") != "ok").first().alias("trouble"),
        )
        .sort("ended_at", nulls_last=False)
    )
    return by_run.group_by("source_id").agg(
        pl.col("good").alias("yields"),
        pl.col("last_success").max(),
        pl.col("trouble").last(),
    )


def _health(key: str, source: Source, visits: Mapping[str, Any] | None, why: str | None, reports: int) -> Health:
    yields = tuple(visits["yields"]) if visits else ()
    trouble = why or (visits["trouble"] if visits else None) or ""
    return Health(
        source=source,
        province=key,
        last_success=visits["last_success"] if visits else None,
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
