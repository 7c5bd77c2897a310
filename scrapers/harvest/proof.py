"""The whole archive held to its invariants: the bucket against itself, then the catalog against the ledger."""

from collections.abc import Callable, Iterator

from scrapers.archive.ledger import read_lines
from scrapers.archive.verify import Violation
from scrapers.archive.verify import verify as verify_store
from scrapers.catalog.agreement import disagreements
from scrapers.errors import FixityError, LedgerGap, StoreUnavailable
from scrapers.harvest.works import Works


def verify(works: Works, progress: Callable[[int, int], None] | None = None) -> Iterator[Violation]:
    """Yield every broken invariant of the store, and every row that the catalog and the ledger do not share (I15)."""
    yield from verify_store(works.store, progress)
    try:
        for table, key, message in disagreements(works.catalog, read_lines(works.store), works.text_of):
            yield Violation("I15", f"catalog/{table} {key}", message)
    except (FixityError, LedgerGap, StoreUnavailable) as error:
        yield Violation("I15", "catalog", f"could not be compared with the ledger: {error}")
