"""Rows of `sightings` in, rows of `reports` out, all but the text.

A report is one text, of one year, by one body. The same text under another year or another body is a report of
its own, flagged `shared_text`: an unchanged text issued again must be seen, never merged away. Pure, and a
function of the set of sightings alone.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from scrapers.catalog.settle import Row, words
from scrapers.catalog.sightings import total_order

REJECTED = "rejected"
"""Flag of a sighting that a person rejected in the registry after it was archived."""
SHARED = "shared_text"
_CARRIED = (
    "generation",
    "content_hash",
    "title",
    "report_year",
    "published_on",
    "published_meta",
    "signed_on",
    "document_number",
    "sections",
    "source_label",
    "url",
    "host",
    "tier",
    "parent_url",
    "payload_digest",
    "method",
)
_PLACE = ("division", "province", "city", "county", "agency_level")
TIERS = ("official", "affiliate", "repost")


def report_rows(sightings: Iterable[Row]) -> list[Row]:
    """Return one row for each report the sightings show, ordered by (generation, report_id).

    `text` and `length` are missing: whoever writes the row reads the clean object. The row speaks with the voice
    of its representative sighting: official tier first, then earliest published, then smallest address.
    """
    groups = grouped(sightings)
    texts: dict[tuple[str, str], int] = defaultdict(int)
    for members in groups.values():
        texts[members[0]["generation"], members[0]["content_hash"]] += 1
    return [
        report_row(members, shared=texts[members[0]["generation"], members[0]["content_hash"]] > 1)
        for _, members in sorted(groups.items())
    ]


def grouped(sightings: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the sightings of each report by (generation, report_id), the representative first.

    One that a person rejected shows none. A sighting that names no body joins the first report of the same
    generation, text, year and host whose body is known; when there is none it stands for a report without a body.
    """
    bodies: dict[tuple[str, str, int | None], list[Row]] = defaultdict(list)
    for row in sorted(sightings, key=_representing):
        if REJECTED in (row["flags"] or "").split():
            continue
        bodies[row["generation"], row["content_hash"], row["report_year"]].append(row)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for (generation, content_hash, year), members in bodies.items():
        known: dict[str, str] = {}
        for row in members:
            if row["agency"]:
                known.setdefault(row["host"], row["agency"])
        for row in members:
            agency = row["agency"] or known.get(row["host"])
            groups[generation, report_id(content_hash, year, agency)].append(row)
    return groups


def report_id(content_hash: str, year: int | None, agency: str | None) -> str:
    """Return the 32 hex digits that name a report: the same for ever, under whatever generation."""
    identity = "\n".join((content_hash, "" if year is None else str(year), agency or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def report_row(members: list[Row], *, shared: bool = False) -> Row:
    """Return the row of the report that these sightings show, the representative first."""
    first = members[0]
    named = next((row for row in members if row["agency"]), first)
    agency = named["agency"]
    placed = next((row for row in members if row["division"]), first)
    flags = set((first["flags"] or "").split()) | ({SHARED} if shared else set())
    return {
        "report_id": report_id(first["content_hash"], first["report_year"], agency),
        **{column: first[column] for column in _CARRIED},
        "agency": agency,
        "agency_type": named["agency_type"],
        **{column: placed[column] for column in _PLACE},
        "flags": words(sorted(flags)),
        "sightings": len(members),
        "first_seen": min(row["first_seen"] for row in members),
    }


def _representing(row: Row) -> tuple[object, ...]:
    return (TIERS.index(row["tier"]), row["published_on"] or date.max, row["url"], total_order(row))
