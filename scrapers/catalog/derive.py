"""All ledger lines in, all rows of all tables out: what the catalog should say. Pure; it knows nothing of tables."""

from collections.abc import Collection, Iterable

from scrapers.catalog.coverage import coverage_rows
from scrapers.catalog.index import Index
from scrapers.catalog.recording import signature_rows
from scrapers.catalog.relations import Similarity, relation_rows
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import sightings_rows
from scrapers.catalog.walks import walk_rows
from scrapers.model import Line


def derive(lines: Iterable[Line]) -> dict[str, list[Row]]:
    """Return what every table but `relations` should hold, by table, without what follows from texts."""
    every = list(lines)
    seen, captures, walks = sightings_rows(every), captures_rows(every), walk_rows(every)
    reports = report_rows(seen)
    return {
        "captures": captures,
        "sightings": seen,
        "reports": reports,
        "findings": finding_rows(every),
        "walks": walks,
        "signatures": signature_rows(seen),
        "coverage": coverage_rows(reports, walks, captures),
        "runs": run_rows(every),
    }


def relate(
    sightings: Iterable[Row], index: Index, similarity: Similarity, hashes: Collection[str] | None = None
) -> list[Row]:
    """Return what `relations` should hold; with `hashes`, the rows of which one text is among them."""
    seen = list(sightings)
    if hashes is None:
        years = index.years(row["content_hash"] for row in seen)
        return relation_rows(seen, index.pairs(), similarity, years)
    pairs = index.pairs(hashes)
    urls = {row["url"] for row in seen if row["content_hash"] in hashes}
    every = {row["content_hash"] for row in seen if row["url"] in urls} | {name for pair in pairs for _, name in pair}
    near = [row for row in seen if row["content_hash"] in every]
    rows = relation_rows(near, pairs, similarity, index.years(every))
    return [row for row in rows if row["content_hash"] in hashes or row["other_hash"] in hashes]
