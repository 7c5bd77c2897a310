"""How well reports are known: rows in, in how many each fact is known and how many bear each flag out.

Pure. The rows may be sightings or reports; it knows nothing of where they are kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scrapers.model import encode

FACTS = (
    "agency",
    "division",
    "county",
    "report_year",
    "published_on",
    "published_meta",
    "signed_on",
    "document_number",
    "sections",
    "source_label",
)
"""Columns whose emptiness says something; every report has a title and a text."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts over rows."""

    rows: int
    filled: dict[str, int]
    """Fact -> rows that know it."""
    flags: dict[str, int]
    """Flag, without what it counts -> rows that bear it."""


def quality(rows: Iterable[Mapping[str, object]]) -> Quality:
    """Count the facts that are known and the flags that are borne."""
    count = 0
    filled: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for row in rows:
        count += 1
        filled.update(name for name in FACTS if row[name] is not None)
        flags.update({flag.partition(":")[0] for flag in str(row["flags"] or "").split()})
    return Quality(count, {name: filled[name] for name in FACTS}, dict(sorted(flags.items())))


def quality_json(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the same as a JSON object on one line."""
    return encode(quality(rows)).decode()
