"""All ledger lines in, all rows of all tables out: what the catalog should say. Pure; it knows nothing of tables."""

from collections.abc import Iterable

from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import sightings_rows
from scrapers.model import Line


def derive(lines: Iterable[Line]) -> dict[str, list[Row]]:
    """Return what every table should hold, by table, `runs` last; reports are without their texts."""
    every = list(lines)
    seen = sightings_rows(every)
    return {
        "captures": captures_rows(every),
        "sightings": seen,
        "reports": report_rows(seen),
        "findings": finding_rows(every),
        "runs": run_rows(every),
    }
