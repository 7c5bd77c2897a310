"""Reports, walks and captures in, rows of `coverage` out: whose report of which year is there, and what shows it.

A row stands for a kind of body in a division, and a year since 2015. `found` rests on a sighting. `not_published` is
said only of a year that every declared source of the body covers, whose listings were read to a proved end after the
season, and name neither that year nor a report without one. `not_due` means that the last look was before the due
date. Everything else is `blocked`, when a site refused us, or `unknown`.

Pure, and without a clock: a row says what the last look showed. Who was never declared and never found has no row
here; `corpus.coverage` adds the rest of the division table.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

import polars as pl

from scrapers.agencies import agency_type
from scrapers.catalog.settle import Row, words
from scrapers.divisions import lookup
from scrapers.model import Disposition, Outcome

FIRST_YEAR = 2015
REPORT_COLUMNS = ("report_id", "division", "agency", "report_year", "tier", "published_on", "url", "first_seen")
WALK_COLUMNS = (
    *("run", "source_id", "agency", "division", "first_year", "complete", "years", "early", "trouble", "ended_at"),
)
CAPTURE_COLUMNS = ("run", "url", "source_ids", "report_year", "disposition")
COUNTED_COLUMNS = ("division", "agency", "report_year", "report_id")
COUNT_COLUMNS = ("division", "report_year", "reports")
CHINA = timezone(timedelta(hours=8))
_Key = tuple[str, str]
"""(division, type of body)."""


def due_on(year: int) -> date:
    """Return the day by which a year's report must be public (厅字〔2019〕28号, art. 24)."""
    return date(year + 1, 4, 1)


def season_ends(year: int) -> date:
    """Return the day from which a listing without a year's report speaks: a month after the report was due."""
    return date(year + 1, 5, 1)


def latest_walks(walks: Iterable[Row]) -> list[Row]:
    """Return the last walk of each source; one that stopped at known entries says nothing of what it did not read."""
    last: dict[str, Row] = {}
    for row in sorted(walks, key=lambda row: (row["ended_at"], row["run"])):
        if not (row.get("early") and row["source_id"] in last):
            last[row["source_id"]] = row
    return [last[name] for name in sorted(last)]


def coverage_rows(reports: Iterable[Row], walks: Iterable[Row], captures: Iterable[Row]) -> list[Row]:
    """Return the rows, ordered by key.

    Give all reports of some divisions, all walks of every source declared in them, and all captures of those
    sources' last walks; more does no harm.
    """
    bodies: dict[_Key, _Body] = defaultdict(_Body)
    for walk in latest_walks(walks):
        if walk["agency"] and walk["division"]:
            bodies[walk["division"], agency_type(walk["agency"])].walks.append(walk)
    for report in reports:
        if report["division"] and report["agency"]:
            bodies[report["division"], agency_type(report["agency"])].add(report)
    failed = _failed(captures)
    return [
        _coverage_row(key, bodies[key], year, failed) for key in sorted(bodies) for year in sorted(bodies[key].years())
    ]


def miscounted(reports: pl.DataFrame, coverage: pl.DataFrame) -> set[str]:
    """Return the divisions of which coverage counts other reports than there are: one may have left them.

    The frames are all rows of `reports` with COUNTED_COLUMNS, and of `coverage` with COUNT_COLUMNS.
    """
    if not len(coverage):
        return set()
    by = ["division", "report_year"]
    there = (
        reports.drop_nulls(["division", "agency"])
        .filter(pl.col("report_year") >= FIRST_YEAR)
        .group_by(by)
        .agg(reports=pl.col("report_id").n_unique().cast(pl.Int64))
    )
    said = coverage.filter(pl.col("reports") > 0).group_by(by).agg(pl.col("reports").sum().cast(pl.Int64))
    differing = there.join(said, on=by, how="full", suffix="_said", coalesce=True).filter(
        pl.col("reports").ne_missing(pl.col("reports_said"))
    )
    return set(differing["division"])


class _Body:
    """What is known of one kind of body in one division."""

    def __init__(self) -> None:
        self.walks: list[Row] = []
        self.reports: dict[int | None, dict[str, Row]] = defaultdict(dict)

    def add(self, report: Row) -> None:
        """Take a report; of several generations' rows of it, any."""
        known = self.reports[report["report_year"]].setdefault(report["report_id"], report)
        self.reports[report["report_year"]][report["report_id"]] = min(known, report, key=_first)

    @property
    def looked_at(self) -> datetime | None:
        """When the last walk of any of its sources ended."""
        return max((walk["ended_at"] for walk in self.walks), default=None)

    def years(self) -> set[int]:
        """Return the years asked for: from the first declared or found to the last found or over."""
        found = {year for year in self.reports if year is not None and year >= FIRST_YEAR}
        declared = {max(walk["first_year"] or FIRST_YEAR, FIRST_YEAR) for walk in self.walks}
        ends = found | ({self.looked_at.year - 1} if self.looked_at else set())
        return found | set(range(min(found | declared, default=0), max(ends) + 1)) if ends else set()


def _failed(captures: Iterable[Row]) -> Mapping[tuple[str, str], list[Row]]:
    """Return the addresses that did not end well, by (run, source)."""
    failed: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in captures:
        if row["disposition"] != Disposition.OK.value:
            for source in (row["source_ids"] or "").split():
                failed[row["run"], source].append(row)
    return failed


def _coverage_row(key: _Key, body: _Body, year: int, failed: Mapping[tuple[str, str], list[Row]]) -> Row:
    division = lookup(key[0])
    found = sorted(body.reports.get(year, {}).values(), key=_first)
    first = found[0] if found else None
    status, evidence = ("found", f"sighting {first['url']}") if first else _absence(body, year, failed)
    published = first["published_on"] if first else None
    return {
        "division": key[0],
        **{name: (getattr(division, name) or None) if division else None for name in ("province", "city", "county")},
        "agency_type": str(key[1]),
        "report_year": year,
        "status": status,
        "evidence": evidence,
        "basis": "registry" if body.walks else "found",
        "reports": len(found),
        "report_id": first["report_id"] if first else None,
        "tier": first["tier"] if first else None,
        "published_on": published,
        "due_on": due_on(year),
        "days_late": (published - due_on(year)).days if published else None,
        "sources": words(walk["source_id"] for walk in body.walks),
        "looked_at": body.looked_at,
    }


def _first(report: Row) -> tuple[object, ...]:
    published = report["published_on"] or date.max
    return (report["tier"] != "official", published, report["first_seen"], report["report_id"], report["url"])


def _absence(body: _Body, year: int, failed: Mapping[tuple[str, str], list[Row]]) -> tuple[str, str]:
    """Return the status of a year without a report, and what shows it."""
    if not body.walks:
        return "unknown", "no source is declared"
    last = max(body.walks, key=lambda walk: (walk["ended_at"], walk["source_id"]))
    if _day(last) < due_on(year):
        return "not_due", _walk(last)
    lost = [row for walk in body.walks for row in failed.get((walk["run"], walk["source_id"]), [])]
    lost = sorted((row for row in lost if row["report_year"] in (year, None)), key=lambda row: (row["run"], row["url"]))
    parked = [row for row in lost if row["disposition"] == Disposition.PARK.value]
    blocked = [walk for walk in body.walks if _is_blocked(walk)]
    if parked or blocked:
        return "blocked", _capture(parked[0]) if parked else _walk(blocked[0])
    if lost:
        return "unknown", _capture(lost[0])
    doubtful = [walk for walk in body.walks if not _shows_absence(walk, year)]
    if doubtful or body.reports.get(None):
        return "unknown", _walk((doubtful or body.walks)[0])
    return "not_published", _walk(last)


def _shows_absence(walk: Row, year: int) -> bool:
    """Say whether a walk, after the season, read a listing that covers the year to its end without meeting it."""
    offered = set(map(int, (walk["years"] or "").split()))
    covers = (walk["first_year"] or FIRST_YEAR) <= year and not offered & {0, year}
    sound = walk["complete"] == "yes" and walk["trouble"] is None
    return covers and sound and _day(walk) >= season_ends(year)


def _is_blocked(walk: Row) -> bool:
    return walk["trouble"] is not None and Outcome(walk["trouble"]).disposition is Disposition.PARK


def _day(walk: Row) -> date:
    ended: datetime = walk["ended_at"]
    return ended.astimezone(CHINA).date()


def _walk(row: Row) -> str:
    return f"walk {row['run']} {row['source_id']}"


def _capture(row: Row) -> str:
    return f"capture {row['run']} {row['url']}"
