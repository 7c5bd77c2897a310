"""Ledger lines in, rows of `walks` out: each source's listing, once a run. Pure; it knows nothing of tables."""

from collections import defaultdict
from collections.abc import Iterable

from scrapers.catalog.settle import Row, words
from scrapers.model import Complete, Disposition, Finding, Line, encode

_TROUBLES = (Disposition.PARK, Disposition.RETRY, Disposition.ALARM)


def walk_rows(lines: Iterable[Line]) -> list[Row]:
    """Return one row for each (run, source): of its walks in the run one that proved the end, else the last."""
    walks: dict[tuple[str, str], list[Line]] = defaultdict(list)
    offered: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        if line.walk:
            walks[line.run, line.walk.source_id].append(line)
        elif line.candidate:
            for source in {line.candidate.source_id, *line.source_ids}:
                offered[line.run, source].add(line.url)
    return [_walk_row(max(walks[key], key=_telling), len(offered[key])) for key in sorted(walks)]


def _telling(line: Line) -> tuple[bool, object, bytes]:
    return (line.walk is not None and line.walk.complete is Complete.YES, line.at, encode(line))


def _walk_row(line: Line, offered: int) -> Row:
    walk = line.walk
    if walk is None:
        raise ValueError("a line without a walk tells nothing of one")
    return {
        "run": line.run,
        "source_id": walk.source_id,
        "host": line.host,
        "url": walk.url,
        "agency": walk.agency or None,
        "division": walk.division or None,
        "first_year": walk.first_year or None,
        "complete": walk.complete.value,
        "why": walk.why,
        "pages": walk.pages,
        "expected_total": walk.expected_total,
        "offered": walk.offered or offered,
        "years": words(map(str, walk.years)),
        "reports": walk.reports,
        "dated": walk.dated,
        "template": walk.template or None,
        "early": "early" if walk.early else None,
        "failed": walk.failed or None,
        "trouble": _trouble(walk.findings),
        "requests": walk.requests,
        "conditional": walk.conditional,
        "unchanged": walk.unchanged,
        "list_pages": encode(walk.list_pages).decode() if walk.list_pages else None,
        "ended_at": line.at,
    }


def _trouble(findings: Iterable[Finding]) -> str | None:
    """Return the outcome word of what went wrong: a block before silence, silence before the rest."""
    kinds = [finding.kind for finding in findings if finding.kind.disposition in _TROUBLES]
    return min(kinds, key=lambda kind: (_TROUBLES.index(kind.disposition), kind.value)).value if kinds else None
