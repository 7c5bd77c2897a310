"""When an archived page is asked again, and when a list is read from end to end: by what was heard, and by season.

Instants and counts in, yes or no out. Reports appear, and are corrected, from December to April; a page that has said
the same several times is asked ever more rarely.
"""

from datetime import datetime, timedelta

SEASON = frozenset({12, 1, 2, 3, 4})
"""Months in which reports appear (they are due by 1 April: 厅字〔2019〕28号, art. 24)."""
RECENT, OLD = timedelta(hours=18), timedelta(days=30)
"""First interval for reports of this and last year, and for older ones; less than 24 hours, as runs start unevenly."""
LONGEST = {True: timedelta(days=8), False: timedelta(days=90)}
"""Longest interval for recent reports, in season and out of it."""
LONGEST_OLD = timedelta(days=180)
SWEEP = {True: timedelta(days=7), False: timedelta(days=28)}
"""How long a list may go without being read from end to end, in season and out of it."""
_DOUBLINGS = 10


def interval(report_year: int | None, same: int, now: datetime) -> timedelta:
    """Return how long a page is left alone that has said the same `same` times in a row: doubling, to a bound."""
    season = now.month in SEASON
    recent = report_year is None or report_year >= now.year - 1
    grown = (RECENT if recent else OLD) * (1 << min(max(same - 1, 0), _DOUBLINGS))
    return min(grown, LONGEST[season] if recent else LONGEST_OLD)


def due(asked_at: datetime | None, report_year: int | None, now: datetime, same: int = 0) -> bool:
    """Return whether an archived page of a report year is due to be asked again."""
    return asked_at is None or now - asked_at >= interval(report_year, same, now)


def sweep_due(swept_at: datetime | None, now: datetime) -> bool:
    """Return whether a list is due to be read from end to end; one that never was is."""
    return swept_at is None or now - swept_at >= SWEEP[now.month in SEASON]
