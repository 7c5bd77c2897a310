"""The whole archive held to its invariants: the bucket against itself, then the catalog against the ledger."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain

from scrapers.archive.keys import clean_key
from scrapers.archive.ledger import read_lines
from scrapers.archive.objects import Listed
from scrapers.archive.rota import rota
from scrapers.archive.verify import Due, Violation, everything
from scrapers.archive.verify import verify as verify_store
from scrapers.catalog.agreement import disagreements, wrong_texts
from scrapers.errors import FixityError, LedgerGap, StoreUnavailable, UserError
from scrapers.harvest.fixity import derived
from scrapers.harvest.works import Works

Progress = Callable[[int, int], None]
TOLD = 50
"""Violations that an audit names; a broken archive has too many for a message, and `doctor --verify` names all."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What one day's audit looked at and found."""

    day: date
    checked: int
    """Runs of hosts whose lines were read, and objects whose bytes were read again."""
    violations: int
    told: tuple[str, ...]
    """The first violations, in words."""


def verify(works: Works, progress: Progress | None = None, due: Due = everything) -> Iterator[Violation]:
    """Yield every broken invariant of the store, and all that is wrong with the catalog and the releases (I15).

    These are derived: their objects must be as they were written, and their rows those that the ledger gives. `due`
    chooses the objects whose bytes are read again, and the texts that are hashed and related again.
    """
    yield from verify_store(works.store, progress, due)
    yield from derived(works, due)

    def text_due(generation: str, content_hash: str, seen: datetime) -> bool:
        return due(Listed(clean_key(generation, content_hash), 0, seen))

    try:
        lines = read_lines(works.store)
        rows = chain(disagreements(works.catalog, lines, works.text_of, text_due), wrong_texts(works.catalog, text_due))
        for table, key, message in rows:
            yield Violation("I15", f"catalog/{table} {key}".strip(), message)
    except (FixityError, LedgerGap, StoreUnavailable) as error:
        yield Violation("I15", "catalog", f"could not be compared with the ledger: {error}")


def audit(works: Works, day: date, progress: Progress | None = None) -> Audited:
    """Read what is due on a day again (I16): all lines, the catalog, and the objects of the day's turn."""
    checked = 0

    def counted(done: int, total: int) -> None:
        nonlocal checked
        checked = done
        if progress:
            progress(done, total)

    found = list(verify(works, counted, rota(day)))
    told = tuple(f"{one.invariant} {one.key}: {one.message}" for one in found[:TOLD])
    return Audited(day, checked, len(found), told)


def audit_day(given: str | None) -> date:
    """Return the day to audit: the one given as YYYY-MM-DD, else today's (UTC). Raise UserError when it is none."""
    try:
        return date.fromisoformat(given) if given else datetime.now(UTC).date()
    except ValueError as error:
        raise UserError(f"{given!r} is no day: {error}. Give it as YYYY-MM-DD.") from error


def audit_gate(checked: int, violations: int, told: Iterable[str]) -> int:
    """Return how much was checked when all of it was right; raise FixityError with the list when it was not."""
    if violations:
        raise FixityError("\n".join((f"{violations} things are not as they should be:", *told)))
    return checked
