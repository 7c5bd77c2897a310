"""Who crawls a host until when: one object a host, swapped only by who has seen it last.

Attempts of one task may overlap, on machines whose clocks differ. A lease is taken over when its holder gave it
back, or when it has stayed the same for its whole term by the watcher's own clock, so no two clocks are compared.
The holder renews it before each request that falls due, and stops when somebody else has it. The next holder
learns how long the host wants to be left alone. Knows nothing of what is asked of the host.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType

import msgspec

from scrapers.archive.keys import LEASE_PREFIX, lease_key
from scrapers.archive.store import Store
from scrapers.errors import ArchiveError, HostTaken, StoreRefused, StoreUnavailable, Taken

TERM = 120.0
"""Seconds a lease holds unless it is renewed: longer than one request may take."""
PATIENCE = 3600.0
"""Seconds we wait for a holder that goes on renewing."""
SKEW = 300.0
"""Seconds by which the clocks of two machines may differ."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """What a lease object says. Instants are seconds since the epoch by the writer's clock."""

    holder: str
    """Empty when it was given back."""
    at: float
    term: float
    pace: float = 0.0
    """Seconds between two requests to the host, as its holder kept them."""
    rest: float = 0.0
    """Seconds from `at` during which the host is to be left alone."""
    turn: int = 0
    """Counts the writes, so that no two bodies, and no two etags, are equal."""

    def left(self, now: float) -> float:
        """Return for how long the host is still to be left alone, by a clock that may be wrong by `SKEW`."""
        gone = max(now - self.at, 0.0)
        # A clock that runs ahead must not eat the pause between two requests.
        return max(self.rest - gone, min(self.rest, self.pace) if gone < SKEW + self.pace else 0.0)


class Lease:
    """The right to crawl one host. A context manager: enter when it is ours, leave to give it back.

    `pace` is the least pause after a holder that died: it may have asked before it noted its own. `clock` is monotonic
    seconds, `sleep` spends them, `now` is seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        host: str,
        holder: str,
        *,
        term: float = TERM,
        pace: float = 0.0,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._host, self._key = store, host, lease_key(host)
        self._term, self._pace, self._patience = term, pace, patience
        self._clock, self._sleep, self._now = clock, sleep, now
        self._mine = Held(holder=holder, at=0.0, term=term)
        self._etag = ""
        self._renewed = 0.0
        self._seen, self._since, self._other, self._left = "", 0.0, "", ""
        self.rest = 0.0
        """Seconds for which the host is to be left alone, as its last holder knew when we entered."""

    def __enter__(self) -> "Lease":
        started, told = self._clock(), False
        while not self.look():
            self._wait(started, told=told)
            told = True
        return self

    def look(self) -> bool:
        """Take the host when it is free; False when somebody else has it."""
        while True:
            head = self._store.head(self._key)
            body = self._store.get(self._key) if head else None
            if head is not None and body is not None:
                break
            if self._create():
                return True
        found = _read(self._key, body)
        if head.etag != self._seen:
            self._seen, self._since = head.etag, self._clock()
        over = self._clock() - self._since >= found.term or self._now() - found.at > found.term + SKEW
        if (over or not found.holder) and self._take(head.etag, found):
            return True
        self._other = found.holder or "another attempt"
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, HostTaken | StoreUnavailable | StoreRefused):
            self.give_back()

    def give_back(self) -> None:
        """Let the next one have the host; it may be entered again."""
        try:
            if self._swap(replace(self._mine, holder="")):
                self._left = self._etag
        except ArchiveError as lost:  # it runs out by itself
            _log.warning("the lease on %s could not be given back: %s", self._host, lost)

    def hold(self) -> None:
        """Return while the host is ours; call before each request. Raise HostTaken when another attempt has it."""
        while self._clock() - self._renewed >= self._term / 3:
            if not self._swap(self._mine):
                raise HostTaken(f"another attempt crawls {self._host} now; what this one saw is kept. Nothing to do.")

    def sleep(self, seconds: float, beside: Iterable["Lease"] = ()) -> None:
        """Spend some seconds without losing the host, nor those held beside it."""
        end, kept = self._clock() + seconds, (self, *beside)
        while (left := end - self._clock()) > 0:
            self._sleep(min(left, self._term / 3))
            for lease in kept:
                lease.hold()

    def pace(self, pace: float, rest: float) -> None:
        """Note what the next holder has to know: the pause kept between requests, and how long to wait from now."""
        self._mine = replace(self._mine, pace=pace, rest=rest)

    def _create(self) -> bool:
        started, body = self._clock(), self._body(self._mine)
        try:
            won = self._store.put_once(self._key, body)
        except Taken:
            return False
        return won and self._adopt(body, started)

    def _take(self, etag: str, found: Held) -> bool:
        if etag == self._left:  # nobody had it since we gave it back, and what we asked for ourselves we know
            self.rest = 0.0
            return self._swap(self._mine)
        self._mine = replace(self._mine, turn=found.turn, pace=found.pace, rest=found.left(self._now()))
        self._etag = etag
        self.rest = self._mine.rest if found.holder == "" else max(self._mine.rest, found.pace, self._pace)
        return self._swap(self._mine)

    def _swap(self, held: Held) -> bool:
        started, body = self._clock(), self._body(held)
        return self._store.swap(self._key, body, self._etag) and self._adopt(body, started)

    def _body(self, held: Held) -> bytes:
        self._mine = replace(self._mine, turn=held.turn + 1)
        return msgspec.json.encode(replace(held, at=self._now(), turn=held.turn + 1))

    def _adopt(self, body: bytes, started: float) -> bool:
        head = self._store.head(self._key)
        if head is None or head.sha256 != hashlib.sha256(body).hexdigest():
            return False
        # Counted from before the request: the server may have had it long before we heard so.
        self._etag, self._renewed = head.etag, started
        return True

    def _wait(self, started: float, *, told: bool) -> None:
        waited = self._clock() - started
        if waited >= self._patience:
            raise HostTaken(f"{self._other} still crawls {self._host} after {waited:.0f} s. Try again later.")
        if not told:
            _log.warning("%s is crawled by %s; waiting until it has ended", self._host, self._other)
        self._sleep(self._term / 20)


def damaged_leases(store: Store) -> Iterator[str]:
    """Yield the key of each lease whose bytes are not its holder's; the next crawl of its host writes it anew."""
    for key in store.list(LEASE_PREFIX):
        before, body, after = store.head(key), store.get(key), store.head(key)
        if before and after and body is not None and before.etag == after.etag and not after.means(body):
            yield key


def _read(key: str, body: bytes) -> Held:
    try:
        return msgspec.json.decode(body, type=Held)
    except msgspec.MsgspecError as error:
        # Whoever held it renews it with bytes of its own, so one that stays like this for a term is free.
        _log.warning("%s is no lease (%s); it is taken over when it has stayed so for a term", key, error)
        return Held("whoever wrote this", float("inf"), TERM)
