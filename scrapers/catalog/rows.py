"""Ledger lines in, rows of `captures`, `findings` and `runs` out.

Every function here is pure and depends on the set of lines alone. A row is a dict with the names and Python
types of `columns`; it knows nothing of where rows are kept.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from scrapers.catalog.quality import quality_json
from scrapers.catalog.settle import Row, Settled, listed, settle, words
from scrapers.catalog.sightings import sightings_rows
from scrapers.model import Capture, Complete, Disposition, Finding, Line, Outcome

ARCHIVED = frozenset({Outcome.ARCHIVED_NEW, Outcome.ARCHIVED_SAME})


def captures_rows(lines: Iterable[Line]) -> list[Row]:
    """Return one row for each (run, address).

    Which of a run's addresses finds a text first is a race between hosts. The row of the smallest address says
    `archived_new` when any line of the run does, the others say `archived_same`; so counts are true and rows do
    not depend on the race.
    """
    settled = settle(lines)
    return [_capture_row(one, outcome) for one, outcome in zip(settled, _outcomes(settled), strict=True)]


def finding_rows(lines: Iterable[Line]) -> list[Row]:
    """Return one row for each (run, host, kind, subject, address) of a finding, from its earliest line."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for line in lines:
        for finding in _findings(line):
            row = _finding_row(line, finding)
            groups[tuple(row[name] for name in ("run", "host", "kind", "subject", "url"))].append(row)
    return [min(groups[key], key=lambda row: (row["found_at"], row["message"])) for key in sorted(groups)]


def run_rows(lines: Iterable[Line]) -> list[Row]:
    """Return one row for each run among the lines: its span, its reach and its counts."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.run].append(line)
    return [_run_row(run, groups[run]) for run in sorted(groups)]


def _outcomes(settled: Sequence[Settled]) -> list[Outcome | None]:
    texts: dict[tuple[str, str, str], list[Settled]] = defaultdict(list)
    for one in settled:
        if one.line.outcome in ARCHIVED:
            texts[one.line.run, one.line.generation, one.line.content_hash].append(one)
    new = {
        (group[0].line.run, min(one.line.url for one in group))
        for group in texts.values()
        if any(one.line.outcome is Outcome.ARCHIVED_NEW for one in group)
    }
    return [
        (Outcome.ARCHIVED_NEW if (one.line.run, one.line.url) in new else Outcome.ARCHIVED_SAME)
        if one.line.outcome in ARCHIVED
        else one.line.outcome
        for one in settled
    ]


def _capture_row(one: Settled, outcome: Outcome | None) -> Row:
    line = one.line
    return {
        "run": line.run,
        "url": line.url,
        "host": line.host,
        "source_ids": words(one.source_ids),
        "parent_url": line.parent_url or None,
        "outcome": outcome.value if outcome else None,
        "disposition": outcome.disposition.value if outcome else None,
        "reason": line.reason or None,
        "settled_at": line.at,
        "payload_digest": one.payload_digest or None,
        "generation": line.generation or None,
        "content_hash": line.content_hash or None,
        **listed(one),
        "relevance": one.candidate.verdict.relevance.value if one.candidate else None,
        "verdict_reason": (one.candidate.verdict.reason or None) if one.candidate else None,
        "report_year": one.candidate.verdict.report_year if one.candidate else None,
        **_fetched(one.capture),
    }


_FETCHED = ("final_url", "fetched_at", "status", "attempts", "length", "media_type", "declared_type")


def _fetched(capture: Capture | None) -> Row:
    if capture is None:
        return dict.fromkeys((*_FETCHED, "redirects", "etag", "last_modified"))
    headers = {name.lower(): value for name, value in reversed(capture.headers)}
    texts = {name: getattr(capture, name) for name in _FETCHED}
    return {
        **{name: None if value == "" else value for name, value in texts.items()},
        "redirects": len(capture.redirects),
        "etag": headers.get("etag") or None,
        "last_modified": headers.get("last-modified") or None,
    }


def _findings(line: Line) -> tuple[Finding, ...]:
    own = (line.finding,) if line.finding else ()
    return own + (line.walk.findings if line.walk else ())


def _finding_row(line: Line, finding: Finding) -> Row:
    return {
        "run": line.run,
        "host": line.host,
        "kind": finding.kind.value,
        "disposition": finding.kind.disposition.value,
        "subject": finding.subject,
        "url": finding.url,
        "message": finding.message,
        "found_at": line.at,
    }


def _run_row(run: str, lines: Sequence[Line]) -> Row:
    captures = captures_rows(lines)
    counts = Counter(row["outcome"] or "unsettled" for row in captures)
    walked = {line.walk.source_id for line in lines if line.walk}
    offered = {name for row in captures for name in (row["source_ids"] or "").split()}
    return {
        "run": run,
        "started_at": min(line.at for line in lines),
        "ended_at": max(line.at for line in lines),
        "hosts": len({line.host for line in lines}),
        "sources": len(walked | offered),
        "addresses": len(captures),
        **{name: counts[name] for name in ("archived_new", "archived_same", "unchanged", "unsettled")},
        "not_ok": sum(row["disposition"] not in {None, Disposition.OK.value} for row in captures),
        "walks_unproved": _unproved(lines),
        "findings": len(finding_rows(lines)),
        "outcomes": json.dumps(dict(sorted(counts.items())), separators=(",", ":")),
        "quality": quality_json(sightings_rows(lines)),
    }


def _unproved(lines: Iterable[Line]) -> int:
    """Count sources none of whose walks in this run, over all attempts, proved its end."""
    proved: dict[str, bool] = defaultdict(bool)
    for line in lines:
        if line.walk:
            proved[line.walk.source_id] |= line.walk.complete is Complete.YES
    return sum(not ended for ended in proved.values())
