"""Whether the catalog says what the ledger says: lines and tables in, the rows they do not share out.

Every column is compared. What follows from a text is worked out again from it, for the texts that are due: that, and
relating texts, is what grows dear with an archive.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

import polars as pl

from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import each_row, read_all, require_columns
from scrapers.catalog.derive import derive, relate
from scrapers.catalog.index import COLUMNS as SIGNATURE_COLUMNS
from scrapers.catalog.minhash import named_year, shingles, signature
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import total_order
from scrapers.catalog.snapshots import compared
from scrapers.catalog.tables import Catalog
from scrapers.catalog.texts import TextOf, Texts
from scrapers.errors import FixityError
from scrapers.fingerprint import GENERATION, fingerprint
from scrapers.model import Line

Due = Callable[[str, str, datetime], bool]
"""(generation, content hash, when it was first seen) -> whether what follows from the text is worked out again."""
Wrong = tuple[str, str, str]
"""Table, row's key, what is wrong."""


def every_text(_generation: str, _content_hash: str, _seen: datetime) -> bool:
    """Say of every text that it is due."""
    return True


def disagreements(catalog: Catalog, lines: Iterable[Line], text_of: TextOf, due: Due = every_text) -> Iterator[Wrong]:
    """Yield each row that one side has and the other has not; of relations, those of a text that is due.

    A table that cannot be read is one of them. Raise UserError when a table has other columns than this version,
    and what `text_of` raises.
    """
    meant = derive(lines)
    seen = meant["sightings"]
    hashes = {row["content_hash"] for row in seen if due(row["generation"], row["content_hash"], row["first_seen"])}
    for name in TABLES:
        try:
            present = _present(catalog, name)
            if name == "relations":
                present = present.filter(pl.any_horizontal(pl.col("content_hash", "other_hash").is_in(sorted(hashes))))
                meant[name] = relate(seen, catalog.index(), Texts(text_of).similarity, hashes) if hashes else []
        except FixityError as error:
            yield name, "", f"it cannot be read: {' '.join(str(error).split())[:300]}; run `rebuild`"
            continue
        yield from _compared(name, present, meant[name])


def _present(catalog: Catalog, name: str) -> pl.DataFrame:
    opened = catalog.table(name)
    if opened is None:
        return pl.DataFrame(schema=compared(TABLES[name]))
    require_columns(opened, TABLES[name])
    return read_all(opened, catalog.options, compared(TABLES[name]))


def _compared(name: str, present: pl.DataFrame, rows: Iterable[Row]) -> Iterator[Wrong]:
    """Compare two bags of rows by their digests: the rows themselves are many, and nearly all the same."""
    told, meant = Counter(map(_digest, present.iter_rows(named=True))), Counter(map(_digest, rows))
    for wrong, side, words in (
        (meant - told, rows, "the ledger says this and the catalog does not; run `rebuild`"),
        (told - meant, present.iter_rows(named=True), "the catalog says this and the ledger does not; run `rebuild`"),
    ):
        keys = {_digest(row): " ".join(str(row[part]) for part in TABLES[name].key) for row in side} if wrong else {}
        for key in sorted(keys[digest] for digest in wrong):
            yield name, key, words


def _digest(row: Row) -> bytes:
    return hashlib.blake2b(repr(total_order(row)).encode(), digest_size=16).digest()


def wrong_texts(catalog: Catalog, due: Due = every_text) -> Iterator[Wrong]:
    """Yield each report that is due whose text, or what follows from it, is not what its content hash says."""
    opened = catalog.table("reports")
    if opened is None:
        return
    signed = _signed(catalog)
    columns = ("report_id", "generation", "content_hash", "first_seen", "length", "text")
    for row in each_row(opened, catalog.options, columns):
        name = (row["generation"], row["content_hash"])
        if name[0] != GENERATION or not due(*name, row["first_seen"]):
            continue
        if fingerprint(row["text"]).content_hash != name[1] or row["length"] != len(row["text"]):
            yield "reports", row["report_id"], "the text in the table does not hash to its name; run `rebuild`"
        elif name in signed and signed[name] != (named_year(row["text"]), signature(shingles(row["text"]))):
            yield "signatures", " ".join(name), "the signature is not that of the text; run `rebuild`"


def _signed(catalog: Catalog) -> dict[tuple[str, str], tuple[int | None, bytes | None]]:
    opened = catalog.table("signatures")
    rows: Collection[Row] = read_all(opened, catalog.options, SIGNATURE_COLUMNS).to_dicts() if opened else ()
    return {(row["generation"], row["content_hash"]): (row["named_year"], row["signature"]) for row in rows}
