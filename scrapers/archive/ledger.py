"""The ledger: lines in, create-only segments out, and every line back in order or a loud gap.

A segment holds at most 64 lines or 30 seconds of one attempt's work; writing it is the commit point of
everything its lines name. Segments of an attempt are numbered without holes, and an attempt that ends well
leaves a closing mark with their number, so a reader knows what must be there and never trusts a listing alone.
Knows nothing of what lines mean.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

import msgspec

from scrapers.archive.keys import (
    LEDGER_PREFIX,
    Writer,
    closed_key,
    part_name,
    run_slug,
    segment_key,
    segments_prefix,
)
from scrapers.archive.store import Store
from scrapers.archive.twins import complete, put_twice
from scrapers.errors import ArchiveError, FixityError, LedgerGap, StoreRefused, StoreUnavailable, Taken
from scrapers.model import Line, decode, encode

FLUSH_LINES = 64
FLUSH_SECONDS = 30.0


class Ledger:
    """The writer of one attempt of one stage of a run on a host. As a context manager it closes itself.

    Two attempts that share a name, as a redelivered task does, both keep all their lines: each takes the next
    number that is free.
    """

    def __init__(
        self,
        store: Store,
        host: str,
        run: str,
        attempt: int | str,
        stage: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        flush_lines: int = FLUSH_LINES,
        flush_seconds: float = FLUSH_SECONDS,
    ) -> None:
        self._store = store
        self._name = (host, run, attempt, stage)
        self._clock = clock
        self._flush_lines = flush_lines
        self._flush_seconds = flush_seconds
        self._lines: list[bytes] = []
        self._since = 0.0
        self._next = 0
        self._written = 0
        segment_key(*self._name, 0)  # a name that no key can hold is told before any work is done

    def write(self, line: Line) -> None:
        """Add a line; it is durable at the latest when the segment is full, old, or the ledger is closed."""
        if not self._lines:
            self._since = self._clock()
        self._lines.append(encode(line))
        if len(self._lines) >= self._flush_lines or self._clock() - self._since >= self._flush_seconds:
            self.flush()

    def flush(self) -> None:
        """Commit the lines written so far; nothing happens when there are none."""
        if not self._lines:
            return
        body = b"\n".join(self._lines) + b"\n"
        while not self._take(body):
            self._next += 1
        self._next += 1
        self._written += 1
        self._lines.clear()

    def close(self) -> int:
        """Commit what is left, mark the attempt as ended well, and return the number of segments written."""
        self.flush()
        try:
            put_twice(self._store, closed_key(*self._name, self._next), b"")
            complete(self._store, segments_prefix(self._name[0], self._name[1]))
        except Taken as error:
            raise FixityError(f"a closing mark is not empty: {error}") from error
        return self._written

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was seen stays true when the attempt fails; only the closing mark is withheld.
        if error is None:
            self.close()
        elif not isinstance(error, StoreUnavailable | StoreRefused):
            try:
                self.flush()
            except ArchiveError as lost:  # the first failure is the one to tell; the retry does these lines again
                error.add_note(f"{len(self._lines)} lines could not be kept: {lost}")

    def _take(self, body: bytes) -> bool:
        try:
            # False: a twin of this attempt wrote the very same lines there; they are in the ledger all the same.
            self._store.put_once(segment_key(*self._name, self._next), body, content_type="application/x-ndjson")
        except Taken:
            return False
        return True


@dataclass(slots=True)
class Chain:
    """What the store holds of one writer: its segments by number and the count its closing mark tells."""

    segments: dict[int, str] = field(default_factory=dict)
    closed: int | None = None


def chains(store: Store, *, host: str = "", run: str = "", strangers: list[str] | None = None) -> dict[Writer, Chain]:
    """Return every writer's chain, in key order; raise LedgerGap for a key that is no part of a ledger.

    With a list of `strangers` such keys are added to it instead.
    """
    found: dict[Writer, Chain] = defaultdict(Chain)
    for key in store.list(segments_prefix(host, run)):
        part = part_name(key)
        if part is None and strangers is not None:
            strangers.append(key)
            continue
        if part is None:
            raise LedgerGap(f"{key} is no segment of ours; nothing else may be written below {LEDGER_PREFIX}")
        writer, n, closing = part
        if run and writer.run != run_slug(run):
            continue
        if closing:
            found[writer].closed = max(n, found[writer].closed or 0)
        else:
            found[writer].segments[n] = key
    return dict(sorted(found.items()))


def ended(store: Store, host: str, run: str, stage: str) -> bool:
    """Return whether an attempt at a host's stage of a run ended well."""
    found = chains(store, host=host, run=run)
    return any(writer.stage == stage and chain.closed is not None for writer, chain in found.items())


def read_lines(store: Store, *, host: str = "", run: str = "") -> Iterator[Line]:
    """Yield the lines of a host, of a run, of both or of all, in key order; raise LedgerGap when some are missing.

    `run` may be a run's id or its slug from `runs`. Equal stores give equal sequences.
    """
    for writer, chain in chains(store, host=host, run=run).items():
        yield from chain_lines(store, writer, chain)


def settled(store: Store, host: str, run: str, stage: str) -> dict[str, Line]:
    """Return, by address, the last line that a run's segments already hold about it for a stage: a retry skips it."""
    lines = (line for line in read_lines(store, host=host, run=run) if line.stage == stage)
    return {line.url: line for line in lines if line.url and (line.capture or line.outcome)}


def runs(store: Store) -> list[str]:
    """Return the slugs of all runs, sorted; a plain lowercase run id is its own slug."""
    return sorted({writer.run for writer in chains(store)})


def hosts(store: Store, run: str) -> list[str]:
    """Return the host slugs that have segments of a run, sorted."""
    return sorted({writer.host for writer in chains(store, run=run)})


def chain_lines(store: Store, writer: Writer, chain: Chain) -> Iterator[Line]:
    """Yield the lines of one writer in the order of writing; raise LedgerGap when a segment is missing."""
    promised = max([chain.closed or 0, *(n + 1 for n in chain.segments)])
    n = 0
    while True:
        key = chain.segments.get(n) or segment_key(writer.host, writer.run, writer.attempt, writer.stage, n)
        try:
            body = store.get(key, must=n < promised)
        except FixityError as error:
            raise LedgerGap(
                f"{key} is missing, but the segments after it or the closing mark say it was written; "
                "restore it from a second copy"
            ) from error
        if body is None:
            return
        yield from _decode(key, body)
        n += 1
        if n == promised and chain.closed is not None:
            return


def _decode(key: str, body: bytes) -> Iterator[Line]:
    if body and not body.endswith(b"\n"):
        raise FixityError(f"{key} ends inside a line")
    for number, text in enumerate(body.splitlines(), 1):
        try:
            yield decode(text, Line)
        except msgspec.MsgspecError as error:
            raise FixityError(f"{key} line {number} is no ledger line: {error}") from error
