"""Whether a store kept the archive's promises: every line and every object in, each broken invariant out.

    I1   what a line names is there, whole, and as long as the line says
    I2   bytes hash to their names, chains of segments have no holes, nothing else lies among them, twins are two
    I3   a text of one generation was new once, to one address of one run
    I4   a run that ended well settled every address it opened, and no attempt settled one twice over
    I11  no report was made of a capture that is not complete

Reads everything there is, trusts no checksum but its own, and changes nothing. Whether the catalog agrees with
the ledger is not known here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain as chain_of

from scrapers.archive.abreast import abreast
from scrapers.archive.keys import (
    CLEAN_PREFIX,
    PROBE_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    Writer,
    clean_key,
    clean_name,
    raw_digest,
    raw_key,
)
from scrapers.archive.lease import damaged_leases
from scrapers.archive.ledger import Chain, chain_lines, chains
from scrapers.archive.objects import Listed
from scrapers.archive.payloads import get_clean, get_raw
from scrapers.archive.store import Store
from scrapers.archive.twins import alone
from scrapers.errors import ArchiveError, FixityError, LedgerGap, StoreUnavailable
from scrapers.fingerprint import digest
from scrapers.model import Line, Outcome

Progress = Callable[[int, int], None]
Due = Callable[[Listed], bool]
FRESH = timedelta(hours=36)
"""How long mended damage stays in sight: the next daily audit tells of it once more."""
REPORTS = frozenset({Outcome.ARCHIVED_NEW, Outcome.ARCHIVED_SAME})


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant, the key or address it was seen at, and what is wrong in words."""

    invariant: str
    key: str
    message: str


@dataclass(slots=True)
class _Seen:
    """What the lines claim, gathered in one pass."""

    raw: dict[str, str] = field(default_factory=dict)
    """Payload digest -> an address that names it."""
    lengths: dict[str, int] = field(default_factory=dict)
    clean: dict[tuple[str, str], str] = field(default_factory=dict)
    first: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """Text -> every (run, address) that claims to have archived it first."""

    def note(self, read: "tuple[list[Line], list[Violation]]") -> "list[Violation]":
        """Keep what lines claim, and hand on what was found wrong with them."""
        lines, found = read
        for line in lines:
            _note(line, self)
        return found


def everything(_one: Listed) -> bool:
    """Say of every object that it is to be read again."""
    return True


def verify(store: Store, progress: Progress | None = None, due: Due = everything) -> Iterator[Violation]:
    """Yield every broken invariant; `progress` is told (done, total) of runs and objects as the work goes on.

    `due` chooses the raw and clean objects whose bytes are read again; that all of them are there is always checked.
    """
    runs: dict[tuple[str, str], dict[Writer, Chain]] = defaultdict(dict)
    strangers: list[str] = []
    for writer, chain in chains(store, strangers=strangers).items():
        runs[writer.host, writer.run][writer] = chain
    listed = [one for prefix in (RAW_PREFIX, CLEAN_PREFIX) for one in store.listed(prefix)]
    raws = [one.key for one in listed if one.key.startswith(RAW_PREFIX) and due(one)]
    cleans = [one.key for one in listed if one.key.startswith(CLEAN_PREFIX) and due(one)]
    total = len(runs) + len(raws) + len(cleans)
    seen = _Seen()
    steps = chain_of(
        map(seen.note, abreast(partial(_run, store), runs.values())),
        abreast(lambda key: list(_raw(store, key, seen)), raws),
        abreast(lambda key: list(_clean(store, key)), cleans),
    )
    for done, found in enumerate(steps, 1):
        yield from found
        if progress:
            progress(done, total)
    yield from _claims(store, seen, {one.key for one in listed})
    for key, message in alone(store):
        yield Violation("I2", key, message)
    for key in damaged_leases(store):
        yield Violation("I2", key, "its bytes are not its holder's; the next crawl of the host writes it anew")
    for key in strangers:
        yield Violation("I2", key, "no name we would give to a segment")
    for one in store.listed(QUARANTINE_PREFIX):
        yield from _evidence(store, one)


def _evidence(store: Store, one: Listed) -> Iterator[Violation]:
    """Tell of damage that is not mended, and of damage that was, for a day: nothing is mended without a word."""
    try:
        body, head = store.get(one.key) or b"", store.head(one.key)
    except (FixityError, StoreUnavailable) as error:
        _require_answers(store, error)
        body, head = b"", None
    if not one.key.endswith(digest(body)):
        yield Violation("I2", one.key, "this evidence is not what was kept; nothing else rests on it")
        return
    under = head.metadata.get("found-under", "") if head else ""
    healed = store.head(under) if under else None
    if healed is None or not healed.intact:
        yield Violation("I2", one.key, f"these bytes were found under {under or 'some name'}, which is not mended")
    elif datetime.now(UTC) - one.modified < FRESH:
        yield Violation("I2", one.key, f"these bytes were found under {under}, which is mended; see who wrote them")


def _run(store: Store, parts: dict[Writer, Chain]) -> tuple[list[Line], list[Violation]]:
    """Return the lines of one run of one host, and what is wrong with them."""
    lines: list[Line] = []
    found: list[Violation] = []
    finished = False
    for writer, chain in parts.items():
        mine: dict[str, Outcome] = {}
        found += _vouched(store, chain)
        try:
            for line in chain_lines(store, writer, chain):
                lines.append(line)
                found += _line(line, mine)
        except (LedgerGap, FixityError, StoreUnavailable) as error:
            _require_answers(store, error)
            found.append(Violation("I2", f"{writer.host}/{writer.run}", str(error)))
        finished = finished or (writer.stage == "extract" and chain.closed is not None)
    return lines, [*found, *(_unsettled(lines) if finished else ())]


def _unsettled(lines: list[Line]) -> Iterator[Violation]:
    settled = {line.url for line in lines if line.url and line.outcome}
    crawled = {line.url: line.run for line in lines if line.capture and line.outcome is None}
    for url, run in crawled.items():
        if url not in settled:
            yield Violation("I4", url, f"run {run} ended well but never said what became of this address")


def _vouched(store: Store, chain: Chain) -> Iterator[Violation]:
    """Check that segments are what their writer put: one cut between two lines reads as well as a whole one."""
    for key in chain.segments.values():
        head = store.head(key)
        if head is not None and not head.intact and not head.means(store.get(key) or b""):
            yield Violation("I2", key, "its bytes are not those its writer vouched for; restore it from a second copy")


def _require_answers(store: Store, error: ArchiveError) -> None:
    """Raise StoreUnavailable again when it is the store that is away; servers answer 500 for bytes that rot at rest."""
    if isinstance(error, StoreUnavailable):
        store.head(f"{PROBE_PREFIX}answers")


def _note(line: Line, seen: _Seen) -> None:
    digest = line.payload_digest or (line.capture.payload_digest if line.capture else "")
    if digest:
        seen.raw.setdefault(digest, line.url)
    for page in line.walk.list_pages if line.walk else ():
        seen.raw.setdefault(page.payload_digest, page.url)
    if line.outcome in REPORTS:
        text = (line.generation, line.content_hash)
        seen.clean.setdefault(text, line.url)
        if line.capture and line.capture.payload_digest == digest and line.capture.length:
            seen.lengths.setdefault(digest, line.capture.length)
        if line.outcome is Outcome.ARCHIVED_NEW:
            seen.first[text].add((line.run, line.url))


def _line(line: Line, mine: dict[str, Outcome]) -> Iterator[Violation]:
    """Check what one line says by itself, and against the same attempt's earlier word on its address."""
    if line.outcome in REPORTS:
        if not (line.content_hash and line.generation and line.payload_digest and line.report):
            yield Violation("I1", line.url, f"run {line.run} archived a report without naming all it rests on")
        if line.capture is None or line.capture.outcome is not None:
            why = line.capture.outcome if line.capture else "no capture at all"
            yield Violation("I11", line.url, f"run {line.run} made a report of a capture that is not complete: {why}")
    if line.url and line.outcome:
        before = mine.setdefault(line.url, line.outcome)
        if before is not line.outcome:
            yield Violation("I4", line.url, f"one attempt of run {line.run} ended as {before} and as {line.outcome}")


def _raw(store: Store, key: str, seen: _Seen) -> Iterator[Violation]:
    digest = raw_digest(key)
    if digest is None:
        yield Violation("I2", key, "no name we would give to raw bytes")
        return
    try:
        length = len(get_raw(store, digest))
    except (FixityError, StoreUnavailable) as error:
        _require_answers(store, error)
        yield Violation("I2", key, str(error))
        return
    said = seen.lengths.get(digest, length)
    if said != length:
        yield Violation("I1", key, f"holds {length} bytes where its line says {said}")


def _clean(store: Store, key: str) -> Iterator[Violation]:
    named = clean_name(key)
    if named is None:
        yield Violation("I2", key, "no name we would give to a clean text")
        return
    try:
        get_clean(store, *named)
    except (FixityError, StoreUnavailable) as error:
        _require_answers(store, error)
        yield Violation("I2", key, str(error))


def _claims(store: Store, seen: _Seen, listed: set[str]) -> Iterator[Violation]:
    """Check that what the lines name is there, and that a text was new once."""
    named = {raw_key(digest): url for digest, url in seen.raw.items()}
    named |= {clean_key(*text): url for text, url in seen.clean.items() if all(text)}
    for key, url in named.items():
        if key not in listed and store.get(key) is None:  # a listing may lag
            yield Violation("I1", key, f"the line of {url} names an object that is not there")
    for text, claims in seen.first.items():
        if len(claims) > 1:
            told = ", ".join(sorted(f"{run} {url}" for run, url in claims))
            yield Violation("I3", clean_key(*text), f"several claim to have archived this text first: {told}")
