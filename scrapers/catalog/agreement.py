"""Whether the catalog says what the ledger says: lines and tables in, the rows they do not share out.

Compares every column but the texts, whose objects the store's own proof re-hashes.
"""

from collections.abc import Iterable, Iterator

from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import read_all
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import sightings_rows, total_order
from scrapers.catalog.tables import Catalog, compared
from scrapers.model import Line


def disagreements(catalog: Catalog, lines: Iterable[Line]) -> Iterator[tuple[str, str, str]]:
    """Yield (table, row's key, what is wrong) for each row that one side has and the other has not."""
    every = list(lines)
    seen = sightings_rows(every)
    wanted: dict[str, list[Row]] = {
        "captures": captures_rows(every),
        "sightings": seen,
        "reports": report_rows(seen),
        "findings": finding_rows(every),
        "runs": run_rows(every),
    }
    for name, rows in wanted.items():
        names = compared(TABLES[name])
        opened = catalog.table(name)
        present = {total_order(row): row for row in (read_all(opened, names) if opened else [])}
        meant = {total_order({column: row[column] for column in names}): row for row in rows}
        for order in meant.keys() - present.keys():
            yield name, _key(meant[order]), "the ledger says this and the catalog does not; run `rebuild`"
        for order in present.keys() - meant.keys():
            yield name, _key(present[order]), "the catalog says this and the ledger does not; run `rebuild`"


def _key(row: Row) -> str:
    return " ".join(str(row[name]) for name in ("run", "url", "report_id", "host", "kind") if row.get(name))
