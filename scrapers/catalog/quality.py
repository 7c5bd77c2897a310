"""How well reports are known: rows in, in how many each fact is known and how many bear each flag out.

Pure. The rows may be sightings or reports; it knows nothing of where they are kept.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

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


def quality(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Return `rows`, their number; `filled`, how many know each fact; `flags`, how many bear each flag."""
    count = 0
    filled: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for row in rows:
        count += 1
        filled.update(name for name in FACTS if row[name] is not None)
        # What a flag counts stands behind a colon.
        flags.update({flag.partition(":")[0] for flag in str(row["flags"] or "").split()})
    return {
        "rows": count,
        "filled": {name: filled[name] for name in FACTS},
        "flags": dict(sorted(flags.items())),
    }


def quality_json(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the same as a JSON object on one line."""
    return json.dumps(quality(rows), separators=(",", ":"))
