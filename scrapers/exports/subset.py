"""Which part of an archive: conditions in, the runs of hosts that meet them out, with their lines and objects.

A part is made of whole runs of hosts, because a ledger segment is never cut: it would no longer be what was written.
So a part holds everything that was asked for, and what was seen beside it. Reads the ledger, changes nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scrapers.archive.keys import Writer, clean_key, host_slug, raw_key, run_slug
from scrapers.archive.ledger import Chain, chain_lines, chains
from scrapers.archive.store import Store
from scrapers.errors import NotInArchive
from scrapers.model import Line

Told = Callable[[int, int], None]
"""Called with how many of how many are done."""


def untold(_done: int, _total: int) -> None:
    """Hear of progress and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Subset:
    """Conditions that all have to hold; the empty ones always do."""

    host: str = ""
    """Name or `name:port`."""
    run: str = ""
    division: str = ""
    """Leading digits of a GB/T 2260 code: a division with all below it."""
    year: int | None = None
    """Report year."""

    def asks_of_reports(self) -> bool:
        """Return whether lines must be read to know what meets the conditions."""
        return bool(self.division) or self.year is not None

    def holds(self, line: Line) -> bool:
        """Return whether a line is of a report that meets the conditions on reports."""
        report = line.report
        if report is None:
            return False
        code = report.division.value if report.division else ""
        return code.startswith(re.sub(r"(00){1,2}\Z", "", self.division)) and self.year in (None, report.report_year)


@dataclass(frozen=True, slots=True)
class Part:
    """A chosen part: its writers' chains, in key order."""

    chains: tuple[tuple[Writer, Chain], ...]

    def lines(self, store: Store, told: Told = untold) -> Iterator[Line]:
        """Yield every line of the part in key order: a host's runs one after the other."""
        for done, (writer, chain) in enumerate(self.chains, 1):
            yield from chain_lines(store, writer, chain)
            told(done, len(self.chains))

    def objects(self, store: Store) -> tuple[str, ...]:
        """Return the keys of the raw and clean objects that the lines name, sorted."""
        return tuple(sorted({key for line in self.lines(store) for key in named(line)}))


def choose(store: Store, subset: Subset, told: Told = untold) -> Part:
    """Return the part of the archive that a subset asks for; raise NotInArchive when nothing meets it."""
    all_chains = chains(store, host=subset.host, run=subset.run)
    pairs = {_pair(writer) for writer in all_chains}
    if subset.host:
        pairs = {pair for pair in pairs if pair[0] == host_slug(subset.host)}
    if subset.run:
        pairs = {pair for pair in pairs if pair[1] == run_slug(subset.run)}
    if subset.asks_of_reports():
        pairs = _with_reports(store, subset, {one: all_chains[one] for one in all_chains if _pair(one) in pairs}, told)
    if not pairs:
        raise NotInArchive(f"Nothing in bucket {store.bucket!r} meets {_spoken(subset)}. `find` lists what there is.")
    return Part(tuple((writer, chain) for writer, chain in all_chains.items() if _pair(writer) in pairs))


def _pair(writer: Writer) -> tuple[str, str]:
    return writer.host, writer.run


def _with_reports(store: Store, subset: Subset, chosen: dict[Writer, Chain], told: Told) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for done, (writer, chain) in enumerate(chosen.items(), 1):
        if _pair(writer) not in found and any(subset.holds(line) for line in chain_lines(store, writer, chain)):
            found.add(_pair(writer))
        told(done, len(chosen))
    return found


def named(line: Line) -> Iterator[str]:
    """Yield the keys of the objects a line rests on."""
    if line.payload_digest:
        yield raw_key(line.payload_digest)
    if line.capture and line.capture.payload_digest:
        yield raw_key(line.capture.payload_digest)
    for page in line.walk.list_pages if line.walk else ():
        yield raw_key(page.payload_digest)
    if line.content_hash:
        yield clean_key(line.generation, line.content_hash)


def _spoken(subset: Subset) -> str:
    asked = {"host": subset.host, "run": subset.run, "division": subset.division, "year": subset.year}
    return ", ".join(f"{name} {value}" for name, value in asked.items() if value) or "an empty selection"
