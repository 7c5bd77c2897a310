"""Sightings and like texts in, rows of `relations` out: what one report is to another.

Pure, and a function of the sets of sightings and pairs alone. A pair of reports has one kind:

- `revision`: another text of the same year at the same address; each version points to the one before it.
- `converted_mirror`: a copy in traditional characters of a report of the same year that nobody else claims.
- `republication`: nearly the same text of the same body and year, elsewhere.
- `year_on_year_copy`: nearly the same text of the same body, another year. A finding; never one report.
- `template`: nearly the same text by different bodies, or by nobody knows whom.

The first three are copies of one report, and only they: a doubt about the year or the body ends as `template`. The
row's `report_id` is the copy, its `other_id` the report that stands before it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product

from scrapers.catalog.candidates import HUBS
from scrapers.catalog.index import Text
from scrapers.catalog.kinds import CONVERTED, Kind, kind_of, same_year
from scrapers.catalog.reports import TIERS, grouped, report_row
from scrapers.catalog.settle import Row

Similarity = Callable[[Text, Text], float]
"""How much two texts share, 0 to 1: the exact Jaccard similarity of their shingles."""
LEAST = 0.70
"""Candidates that share less are not related."""


def relation_rows(
    sightings: Iterable[Row], pairs: Iterable[tuple[Text, Text]], similarity: Similarity, years: Mapping[Text, int]
) -> list[Row]:
    """Return the rows that the reports of these sightings give, ordered by relation_id.

    Give all sightings of every text in `pairs`, and of every text at an address where one of them was seen. `years`
    are the years the texts name most.
    """
    texts: dict[Text, list[_Report]] = defaultdict(list)
    for (generation, _), members in sorted(grouped(sightings).items()):
        report = _Report(members, years.get((generation, members[0]["content_hash"])))
        texts[report.text].append(report)
    rows = [*_revisions(texts, similarity), *_mirrored(texts)]
    for one, other in _near(texts, pairs):
        if one.addresses & other.addresses and same_year(one.row, other.row):
            continue  # versions: each is told of the one before it
        alike = 1.0 if one.text == other.text else _rounded(similarity, one, other)
        if alike >= LEAST:
            rows.append(_related(one, other, alike))
    return sorted(rows, key=lambda row: row["relation_id"])


class _Report:
    """One report with the sightings it rests on, the representative first."""

    def __init__(self, members: list[Row], named: int | None) -> None:
        self.members, self.row = members, report_row(members)
        self.text: Text = (self.row["generation"], self.row["content_hash"])
        self.row["named_year"] = named
        self.addresses = {row["url"] for row in members}
        self.earliest = min(members, key=lambda row: (row["first_seen"], row["url"]))

    @property
    def order(self) -> tuple[object, ...]:
        """Who stands before whom: official, then affiliate; unconverted, published early, seen early."""
        row = self.row
        flagged = CONVERTED in (row["flags"] or "").split()
        published = row["published_on"] or date.max
        return (TIERS.index(row["tier"]), flagged, published, row["first_seen"], row["url"], row["report_id"])


def _near(texts: Mapping[Text, list[_Report]], pairs: Iterable[tuple[Text, Text]]) -> Iterator[tuple[_Report, _Report]]:
    """Yield the pairs of reports to compare: of like texts, and of one text; of many, with the first only."""
    ranked = {text: sorted(reports, key=lambda report: report.order) for text, reports in texts.items()}
    for first, second in sorted(set(pairs)):
        yield from product(ranked.get(first, [])[:HUBS], ranked.get(second, [])[:HUBS])
    for _, reports in sorted(ranked.items()):
        for place, report in enumerate(reports):
            yield from ((before, report) for before in reports[: min(place, HUBS)])


def _rounded(similarity: Similarity, one: _Report, other: _Report) -> float:
    """Return a similarity as the table holds it, so that one read back there decides as a fresh one does."""
    return round(similarity(*sorted((one.text, other.text))), 4)


def _related(one: _Report, other: _Report, similarity: float) -> Row:
    kind = kind_of(one.row, other.row)
    first, second = sorted((one, other), key=lambda report: report.order)
    if kind is Kind.YEAR_ON_YEAR_COPY:
        first, second = sorted((first, second), key=lambda report: report.row["report_year"] or 0)
    return _row(kind, second, first, second.row["url"], first.row["url"], similarity)


def _revisions(texts: Mapping[Text, list[_Report]], similarity: Similarity) -> Iterator[Row]:
    """Yield each version of an address after the first: the same year, another text, seen later."""
    shown: dict[tuple[str, str], list[tuple[Row, _Report]]] = defaultdict(list)
    for reports in texts.values():
        for report in reports:
            for sighting in report.members:
                shown[report.text[0], sighting["url"]].append((sighting, report))
    told: set[tuple[str, str]] = set()
    for (_, url), versions in sorted(shown.items()):
        versions.sort(key=lambda version: (version[0]["first_seen"], version[0]["content_hash"]))
        for (_, before), (_, after) in _neighbours(versions):
            names = (after.row["report_id"], before.row["report_id"])
            if before.text != after.text and names not in told:
                told |= {names, names[::-1]}
                yield _row(Kind.REVISION, after, before, url, url, _rounded(similarity, before, after))


def _neighbours(
    versions: list[tuple[Row, _Report]],
) -> Iterator[tuple[tuple[Row, _Report], tuple[Row, _Report]]]:
    """Yield each version with the last one before it that is of the same year."""
    for place, version in enumerate(versions):
        for before in reversed(versions[:place]):
            if same_year(before[1].row, version[1].row):
                yield before, version
                break


def _mirrored(texts: Mapping[Text, list[_Report]]) -> Iterator[Row]:
    """Yield each converted sighting of a report that an unconverted one represents: one text, so one report."""
    for reports in texts.values():
        for report in reports:
            first, *others = report.members
            if CONVERTED in (first["flags"] or "").split():
                continue
            for sighting in others:
                if CONVERTED in (sighting["flags"] or "").split():
                    yield _row(Kind.CONVERTED_MIRROR, report, report, sighting["url"], first["url"], 1.0, sighting)


def _row(
    kind: Kind,
    copy: _Report,
    before: _Report,
    url: str,
    other_url: str,
    similarity: float,
    sighting: Row | None = None,
) -> Row:
    later = sighting or max(copy.earliest, before.earliest, key=lambda row: (row["first_seen"], row["url"]))
    names = (copy.text[0], copy.row["report_id"], before.row["report_id"], kind.value, url if sighting else "")
    return {
        "relation_id": hashlib.sha256("\n".join(names).encode()).hexdigest()[:32],
        "generation": copy.text[0],
        "kind": kind.value,
        "report_id": copy.row["report_id"],
        "other_id": before.row["report_id"],
        "similarity": similarity,
        "agency": copy.row["agency"],
        "division": copy.row["division"],
        "report_year": copy.row["report_year"],
        "other_agency": before.row["agency"],
        "other_year": before.row["report_year"],
        "url": url,
        "other_url": other_url,
        "content_hash": copy.text[1],
        "other_hash": before.text[1],
        "found_at": later["first_seen"],
        "host": later["host"],
        "run": later["run"],
    }
