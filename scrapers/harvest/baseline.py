"""A listing held against what it gave before: how many reports, how many dates, and in what template.

Enters: a walk and the catalog's rows of the same source's earlier walks. Leaves: findings, and why the walk fails its
host, if it does. It refuses to know pages and the clock but for the day it is given. Too little fails, too much warns;
a baseline follows the site slowly, so that a loss is told several times before it becomes what is usual.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from scrapers.model import Complete, Finding, Outcome, Source, Walk

RUNS = 5
"""Earlier whole walks that make a baseline; their median is what is usual."""
LEAST = 0.7
"""Share of the usual number of reports below which a host fails."""
MOST = 2.0
SPARE = 5
"""Reports above twice the usual number before it is worth a look."""
DATED, UNDATED = 0.8, 0.5
"""A list that dated so many of its entries and now fewer than half as many is read wrongly."""
LATE = ((4, 30), (7, 31))
"""Reports are published before 1 April (厅字〔2019〕28号, art. 24). From the first of these days a missing year is no
late posting; after the second it is no news, and stands in the catalog's coverage."""
Row = Mapping[str, Any]
COLUMNS = ("source_id", "complete", "offered", "reports", "dated", "template", "early", "failed", "years", "ended_at")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for a source: medians over its last whole walks, template and years of the last."""

    walks: int
    reports: float
    dated: float
    """Share of entries with a date."""
    template: str
    years: frozenset[int]


def baselines(rows: Iterable[Row]) -> dict[str, Baseline]:
    """Return the baseline of each source that has one. A walk counts that read its list through and found reports."""
    good: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["ended_at"]):
        if row["complete"] != Complete.NO.value and not row["early"] and (row["reports"] or 0) > 0:
            good.setdefault(row["source_id"], []).append(row)
    return {source: _baseline(own[-RUNS:]) for source, own in good.items()}


def _baseline(rows: list[Row]) -> Baseline:
    # What failed its host counts towards what is usual, and is no template to compare with.
    last = next((row for row in reversed(rows) if not row["failed"]), rows[-1])
    return Baseline(
        walks=len(rows),
        reports=median(row["reports"] for row in rows),
        dated=median(_share(row["dated"] or 0, row["offered"]) for row in rows),
        template=last["template"] or "",
        years=frozenset(int(year) for year in (last["years"] or "").split()),
    )


def drift(source: Source, walk: Walk, usual: Baseline | None, today: date) -> tuple[tuple[Finding, ...], str]:
    """Return what of a walk's summary a person should look at, and why it fails its host; empty when it does not."""
    if walk.early or not walk.offered:
        return (), ""  # silence has its own findings, and an incremental walk tells only what is new
    failed = _too_little(source, walk, usual)
    if failed is not None:
        return (failed,), failed.message
    if usual is None:
        return (), ""
    told = (_too_much(source, walk, usual), _changed(source, walk, usual), _late(source, walk, usual, today))
    return tuple(finding for finding in told if finding is not None), ""


def _too_little(source: Source, walk: Walk, usual: Baseline | None) -> Finding | None:
    least = max(source.min_reports, -(-usual.reports * LEAST // 1) if usual else 0)
    if walk.reports >= least:
        return None
    if usual and usual.template and walk.template != usual.template:
        return Finding(
            Outcome.LAYOUT_CHANGED,
            source.id,
            f"{walk.reports} reports where {usual.reports:g} are usual, and the list's template changed from "
            f"{usual.template!r} to {walk.template!r}: the site was rebuilt. Run `python -m scrapers probe` on "
            f"{source.url} and give {source.id} the platform and url it names.",
            source.url,
        )
    used = f"{usual.reports:g} are usual" if usual else f"{source.min_reports} were expected"
    return Finding(
        Outcome.BELOW_EXPECTED,
        source.id,
        f"{walk.reports} of {walk.offered} titles are reports; {used}, and fewer than {least:g} fail the host. Open "
        f"the list: if the column moved, set the `url` of {source.id}; if fewer are right, lower its `min_reports`. "
        f"After {RUNS // 2 + 1} such runs the new number is the usual one.",
        source.url,
    )


def _too_much(source: Source, walk: Walk, usual: Baseline) -> Finding | None:
    if walk.reports <= usual.reports * MOST + SPARE:
        return None
    return Finding(
        Outcome.ABOVE_EXPECTED,
        source.id,
        f"{walk.reports} reports where {usual.reports:g} are usual. They are archived; look whether other bodies' "
        f"reports moved into the column of {source.id}, or its titles are misjudged.",
        source.url,
    )


def _changed(source: Source, walk: Walk, usual: Baseline) -> Finding | None:
    if usual.dated >= DATED and _share(walk.dated, walk.offered) < usual.dated * UNDATED:
        what = f"{walk.dated} of {walk.offered} entries have a date, where {usual.dated:.0%} had one"
    elif usual.template and walk.template and walk.template != usual.template:
        what = f"the list's template changed from {usual.template!r} to {walk.template!r}; as many reports were found"
    else:
        return None
    return Finding(
        Outcome.LAYOUT_CHANGED,
        source.id,
        f"{what}. Compare the list with the platform {source.platform!r} of {source.id}.",
        source.url,
    )


def _late(source: Source, walk: Walk, usual: Baseline, today: date) -> Finding | None:
    """Return the finding that a source which published the two years before has nothing of last year."""
    year = today.year - 1
    in_time = not LATE[0] <= (today.month, today.day) <= LATE[1]
    if in_time or year in walk.years or not {year - 1, year - 2} <= usual.years:
        return None
    return Finding(
        Outcome.BELOW_EXPECTED,
        source.id,
        f"No report of {year}, which was due by 1 April {today.year}; {year - 2} and {year - 1} are there. Look "
        f"whether it stands elsewhere on the site of {source.id}; if it was not published, that is worth knowing too.",
        source.url,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
