"""Whether the catalog says what the ledger says: lines and tables in, the rows they do not share out.

Compares every column but the texts, whose objects the store's own proof re-hashes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import read_all, require_columns
from scrapers.catalog.derive import derive
from scrapers.catalog.sightings import total_order
from scrapers.catalog.tables import Catalog, compared
from scrapers.model import Line


def disagreements(catalog: Catalog, lines: Iterable[Line]) -> Iterator[tuple[str, str, str]]:
    """Yield (table, row's key, what is wrong) for each row that one side has and the other has not.

    Raise UserError when a table has other columns than this version.
    """
    for name, rows in derive(lines).items():
        names = compared(TABLES[name])
        opened = catalog.table(name)
        if opened:
            require_columns(opened, TABLES[name])
        present = read_all(opened, catalog.options, names) if opened else []
        told, meant = Counter(map(total_order, present)), Counter(map(total_order, rows))
        keys = {total_order(row): " ".join(str(row[part]) for part in TABLES[name].key) for row in [*present, *rows]}
        for order in sorted((meant - told).keys()):
            yield name, keys[order], "the ledger says this and the catalog does not; run `rebuild`"
        for order in sorted((told - meant).keys()):
            yield name, keys[order], "the catalog says this and the ledger does not; run `rebuild`"
