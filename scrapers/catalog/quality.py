"""How well reports are known: rows in, in how many each fact is known and how many bear each flag out.

Pure. The rows may be sightings or reports, a corpus of them too; it knows nothing of where they are kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

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


COLUMNS = (*FACTS, "flags")


def quality(rows: pl.DataFrame) -> Quality:
    """Count the facts that are known and the flags that are borne, in rows that have COLUMNS."""
    words = rows["flags"].cast(pl.String).drop_nulls().str.split(" ")
    names = words.list.eval(pl.element().str.split(":").list.first()).list.unique().explode().drop_nulls()
    flags = Counter(name for name in names.to_list() if name)
    return Quality(len(rows), {name: rows[name].count() for name in FACTS}, dict(sorted(flags.items())))


def quality_json(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the same of rows of a table as a JSON object on one line."""
    columns = ({name: row[name] for name in COLUMNS} for row in rows)
    return encode(quality(pl.DataFrame(list(columns), dict.fromkeys(COLUMNS), infer_schema_length=None))).decode()
