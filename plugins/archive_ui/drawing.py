"""Numbers in, the points of small pictures out. The templates hold the SVG; here is only arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scrapers.corpus.summary import Season

WIDEST = 16.0
"""Width of a bar when there are few."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a bar chart, in the picture's own units."""

    x: float
    y: float
    width: float
    height: float


def bars(values: Sequence[int], width: float, height: float, gap: float = 1.0) -> list[Bar]:
    """Return one bar a value, from left to right; a value that is not nothing is at least a unit high."""
    top = max(values, default=0) or 1
    step = min(width / max(1, len(values)), WIDEST)
    found = []
    for number, value in enumerate(values):
        tall = max(height * value / top, 1.0 if value else 0.0)
        found.append(
            Bar(round(number * step, 2), round(height - tall, 2), round(max(step - gap, 0.5), 2), round(tall, 2))
        )
    return found


def shade(share: float | None) -> int:
    """Return how dark a cell of the heat map is, 0 to 5: 5 only when everything was found."""
    if share is None:
        return 0
    return 5 if share >= 1 else 1 + min(3, int(share * 4)) if share > 0 else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A season as a line: its points, where the due day and today stand, and the scale's top."""

    points: str
    due: float
    today: float | None
    top: int
    target: float
    months: tuple[tuple[float, str], ...]


def line(season: Season, width: float, height: float, today: date) -> Line:
    """Return the picture of a season; it ends today while the season runs."""
    begin, end = season.days[0], season.days[-1]
    span = (end - begin).days
    top = max(season.declared, season.bodies[-1], 1)

    def across(day: date) -> float:
        return round(width * (day - begin).days / span, 1)

    shown = [pair for pair in zip(season.days, season.bodies, strict=True) if pair[0] <= max(today, begin)]
    points = " ".join(f"{across(day)},{round(height - height * count / top, 1)}" for day, count in shown)
    months = tuple((across(day), f"{day:%Y-%m}") for number in range(8) if (day := _month(begin, number)) <= end)
    return Line(
        points,
        across(season.due),
        across(today) if begin <= today <= end else None,
        top,
        round(height - height * season.declared / top, 1),
        months,
    )


def _month(begin: date, number: int) -> date:
    month = begin.month - 1 + number
    return date(begin.year + month // 12, month % 12 + 1, 1)
