"""Ledger lines in, rows of `sightings` out.

A sighting is a text at an address. Its facts belong to it, not to the text: the same text at another address may
name another body or year. Pure, and a function of the set of lines alone; it knows nothing of where rows are kept.
"""

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from scrapers.agencies import agency_type, level
from scrapers.catalog.settle import Row, Settled, belongings, by_address, listed, words
from scrapers.divisions import lookup
from scrapers.model import Fact, Line, Report

_DATED = ("report_year", "published_on", "signed_on")
_DECIDED = frozenset({"override", "override_taken_back"})
"""Flags of sightings that bear a person's decision, or show that it was taken back."""
_SURE = ("title", "agency", "division", *_DATED)
_VALUES = (*_DATED, "published_meta", "agreement", "ocr_confidence")


def sightings_rows(lines: Iterable[Line]) -> list[Row]:
    """Return one row for each (address, generation, content hash): the facts of the first fetch that showed it."""
    seen = [
        _sighting_row(belongings(line, group), line.report)
        for group in by_address(lines).values()
        for line in group
        if line.content_hash and line.report
    ]
    return first_sightings(seen)


def first_sightings(rows: Iterable[Row]) -> list[Row]:
    """Fold rows of the same (address, generation, content hash) into the first seen, in that order.

    Facts that a person decided come before those that were read, the latest decision first; taking one back is one
    too, and what was read then stands. The order among rows is
    total, so folding in any grouping and any order gives the same rows.
    """
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["url"], row["generation"], row["content_hash"]].append(row)
    return [min(groups[key], key=_telling) for key in sorted(groups)]


def _telling(row: Row) -> tuple[bool, float, tuple[tuple[bool, str], ...]]:
    seen, decided = row["first_seen"].timestamp(), not _DECIDED.isdisjoint((row["flags"] or "").split())
    return not decided, -seen if decided else seen, total_order(row)


def total_order(row: Row) -> tuple[tuple[bool, str], ...]:
    """Return a key that differs whenever two rows of the same columns differ."""
    return tuple((row[name] is not None, str(row[name])) for name in sorted(row))


def tier(url: str) -> str:
    """Return `official` for an address on a .gov.cn host or a private network (the demo's), else `repost`."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        official = ip_address(host).is_private
    except ValueError:
        official = host == "gov.cn" or host.endswith(".gov.cn")
    return "official" if official else "repost"


def _sighting_row(one: Settled, report: Report) -> Row:
    line = one.line
    division = report.division.value if report.division else ""
    return {
        "url": line.url,
        "generation": line.generation,
        "content_hash": line.content_hash,
        "host": line.host,
        "tier": report.tier or tier(line.url),
        "title": report.title.value,
        "title_provenance": report.title.provenance or None,
        **_fact("agency", report.agency),
        **_fact("division", report.division),
        "agency_type": str(agency_type(report.agency.value)) if report.agency else None,
        "agency_level": str(level(division)) if division else None,
        **_place(division),
        **{name: getattr(report, name) for name in _VALUES},
        **{f"{name}_confidence": report.confidence.get(name) for name in _SURE},
        "sections": words(report.sections),
        **{f"{name}_provenance": getattr(report, f"{name}_provenance") or None for name in _DATED},
        **{name: getattr(report, name) or None for name in ("source_label", "document_number", "method", "encoding")},
        "flags": words(sorted(set(report.flags))),
        **listed(one),
        "parent_url": line.parent_url or None,
        "media_type": (one.capture.media_type or None) if one.capture else None,
        "payload_digest": one.payload_digest,
        "first_seen": one.seen_at,
        "run": line.run,
    }


def _fact(name: str, fact: Fact | None) -> Row:
    if fact is None or not fact.value:
        return {name: None, f"{name}_provenance": None}
    return {name: fact.value, f"{name}_provenance": fact.provenance or None}


def _place(code: str) -> Row:
    division = lookup(code) if code else None
    return {name: (getattr(division, name) or None) if division else None for name in ("province", "city", "county")}
