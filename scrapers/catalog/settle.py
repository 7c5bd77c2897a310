"""Which of a run's lines settles an address, and which capture and listing entry belong to it.

A run's attempts may overlap and repeat, so one address can have several lines. Enter any bag of lines, leave one
`Settled` for each (run, address). The answer depends on the set of lines alone: not on their order, not on
repetition, not on how attempts divided them. It knows nothing of tables.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapers.model import Candidate, Capture, Disposition, Line, Relevance, encode

Row = dict[str, Any]

_DISPOSITIONS = (Disposition.OK, Disposition.ALARM, Disposition.PARK, Disposition.RETRY)
_RELEVANCES = tuple(Relevance)


@dataclass(frozen=True, slots=True)
class Settled:
    """One address in one run: the line that settles it, with the capture and the listing entry behind it."""

    line: Line
    capture: Capture | None
    candidate: Candidate | None
    source_ids: tuple[str, ...]

    @property
    def payload_digest(self) -> str:
        """The digest of the bytes the outcome rests on; empty when nothing was fetched."""
        return self.line.payload_digest or (self.capture.payload_digest if self.capture else "")

    @property
    def seen_at(self) -> datetime:
        """When the bytes were fetched, or, without a capture, when the line was written."""
        return self.capture.fetched_at if self.capture else self.line.at


def settle(lines: Iterable[Line]) -> list[Settled]:
    """Return one `Settled` for each (run, address) among the lines, in that order.

    A line of the extract stage settles before one of the crawl stage, a terminal outcome before none, an answer
    before a refusal to answer, then the earliest. Lines about walks and findings are passed over.
    """
    groups = by_address(lines)
    return [belongings(min(groups[key], key=_settling), groups[key]) for key in sorted(groups)]


def by_address(lines: Iterable[Line]) -> dict[tuple[str, str], list[Line]]:
    """Return the lines that are about an address, grouped by (run, address)."""
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.url and (line.candidate or line.capture or line.outcome):
            groups[line.run, line.url].append(line)
    return groups


def belongings(line: Line, group: list[Line]) -> Settled:
    """Return the line with the capture it rests on and the listing entry it came from.

    A line that does not carry them itself gets the earliest capture of the same bytes, and the most promising entry,
    of its group.
    """
    offers = [other.candidate for other in group if other.candidate]
    sources = {source for other in group for source in other.source_ids} | {offer.source_id for offer in offers}
    return Settled(
        line=line,
        capture=line.capture or _capture_for(line, group),
        candidate=line.candidate or min(offers, key=_offer_order, default=None),
        source_ids=tuple(sorted(sources)),
    )


def listed(one: Settled) -> Row:
    """Return the columns that say which listing offered the address and how."""
    offer = one.candidate
    return {
        "source_id": offer.source_id if offer else next(iter(one.source_ids), None),
        "listed_title": (offer.title or None) if offer else None,
        "listed_on": offer.listed_on if offer else None,
    }


def words(parts: Iterable[str]) -> str | None:
    """Return the words as one cell, null when there are none."""
    return " ".join(parts) or None


def _capture_for(line: Line, group: list[Line]) -> Capture | None:
    captures = [other.capture for other in group if other.capture]
    same = [capture for capture in captures if capture.payload_digest == line.payload_digest]
    return min(same or captures, key=lambda capture: (capture.fetched_at, encode(capture)), default=None)


def _settling(line: Line) -> tuple[bool, bool, int, datetime, str, bytes]:
    rank = _DISPOSITIONS.index(line.outcome.disposition) if line.outcome else len(_DISPOSITIONS)
    return (line.outcome is None, line.stage != "extract", rank, line.at, line.payload_digest, encode(line))


def _offer_order(candidate: Candidate) -> tuple[int, bytes]:
    return (_RELEVANCES.index(candidate.verdict.relevance), encode(candidate))
