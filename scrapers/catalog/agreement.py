"""Whether the catalog says what the ledger says: lines and tables in, the rows they do not share out.

Every column is compared but the texts, which follow from the content hash: they are hashed again instead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import each_row, read_all, require_columns
from scrapers.catalog.derive import derive, relate
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import total_order
from scrapers.catalog.snapshots import compared
from scrapers.catalog.tables import Catalog
from scrapers.catalog.texts import TextOf, Texts
from scrapers.fingerprint import GENERATION, fingerprint
from scrapers.model import Line


def disagreements(catalog: Catalog, lines: Iterable[Line], text_of: TextOf) -> Iterator[tuple[str, str, str]]:
    """Yield (table, row's key, what is wrong) for each row that one side has and the other has not.

    Raise UserError when a table has other columns than this version, and what `text_of` raises.
    """
    meant = derive(lines)
    for name, table in TABLES.items():
        opened = catalog.table(name)
        if opened:
            require_columns(opened, table)
        present = read_all(opened, catalog.options, compared(table)).to_dicts() if opened else []
        if name == "relations" and meant["sightings"]:
            meant[name] = relate(meant["sightings"], catalog.index(), Texts(text_of).similarity)
        yield from _compared(name, present, meant.get(name, []))


def _compared(name: str, present: list[Row], rows: list[Row]) -> Iterator[tuple[str, str, str]]:
    told, meant = Counter(map(total_order, present)), Counter(map(total_order, rows))
    keys = {total_order(row): " ".join(str(row[part]) for part in TABLES[name].key) for row in [*present, *rows]}
    for order in sorted((meant - told).keys()):
        yield name, keys[order], "the ledger says this and the catalog does not; run `rebuild`"
    for order in sorted((told - meant).keys()):
        yield name, keys[order], "the catalog says this and the ledger does not; run `rebuild`"


def wrong_texts(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Yield (table, row's key, what is wrong) for each report whose text in the table does not hash to its name."""
    opened = catalog.table("reports")
    if opened is None:
        return
    for row in each_row(opened, catalog.options, ("report_id", "generation", "content_hash", "text")):
        if row["generation"] == GENERATION and fingerprint(row["text"]).content_hash != row["content_hash"]:
            yield "reports", row["report_id"], "the text in the table does not hash to its name; run `rebuild`"
