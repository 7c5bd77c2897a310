"""Whether a store can keep the archive's promises: a store in, one plain verdict a promise out.

Servers that speak S3 differ most where it hurts: several accept conditions and checksums and ignore them. Each
probe does what the archive will do, with the archive's own calls, on keys below `probe/` that stay there. It
knows nothing of what is archived; `verify` looks at that.
"""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scrapers.archive.keys import probe_prefix
from scrapers.archive.objects import Offer
from scrapers.archive.store import Store
from scrapers.archive.verify import Violation, verify
from scrapers.errors import FixityError, StoreIncapable, Taken

__all__ = ["Probe", "Violation", "probe", "require", "verify"]

RACERS = 16
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789._-"


@dataclass(frozen=True, slots=True)
class Probe:
    """One promise, whether the store keeps it, what was seen, and what to do when it does not."""

    name: str
    passed: bool
    detail: str
    fix: str = ""


def probe(store: Store) -> list[Probe]:
    """Try every promise on the store; raise StoreRefused or StoreUnavailable when it cannot be talked to at all."""
    prefix = probe_prefix(secrets.token_hex(8))
    return [_try(store, prefix, *promise) for promise in _PROMISES]


def require(store: Store) -> None:
    """Raise StoreIncapable naming every promise the store does not keep, and what to do."""
    broken = [one for one in probe(store) if not one.passed]
    if broken:
        told = "\n".join(f"- {one.name}: {one.detail}. {one.fix}" for one in broken)
        raise StoreIncapable(f"bucket {store.bucket} at {store.endpoint} cannot hold an archive:\n{told}")


def _try(store: Store, prefix: str, name: str, ask: Callable[[Store, str], str], seen: str, fix: str) -> Probe:
    try:
        broken = ask(store, prefix)
    except (FixityError, StoreIncapable, Taken) as error:
        broken = str(error)
    return Probe(name, not broken, broken or seen, fix if broken else "")


def _reads_back(store: Store, prefix: str) -> str:
    store.put_once(prefix + "now", b"written now")
    return "" if store.get(prefix + "now") == b"written now" else "an object just acknowledged was not there"


def _creates_once(store: Store, prefix: str) -> str:
    key = prefix + "once"
    store.put_once(key, b"first")
    try:
        store.put_once(key, b"second")
    except Taken:
        return "" if store.get(key) == b"first" else "the second create was refused, and yet replaced the object"
    return "a second create of the same key was accepted: the condition If-None-Match is ignored"


def _one_wins(store: Store, prefix: str) -> str:
    start = threading.Barrier(RACERS)

    def race(n: int) -> bool:
        start.wait()
        try:
            return store.put_once(prefix + "race", f"racer {n}".encode())
        except Taken:
            return False

    with ThreadPoolExecutor(RACERS) as pool:
        winners = [n for n, won in enumerate(pool.map(race, range(RACERS))) if won]
    if len(winners) != 1:
        return f"{len(winners)} of {RACERS} simultaneous creates of one key were acknowledged"
    kept = store.get(prefix + "race")
    return (
        "" if kept == f"racer {winners[0]}".encode() else f"racer {winners[0]} was acknowledged, but {kept!r} is kept"
    )


def _refuses_damage(store: Store, prefix: str) -> str:
    if not store.refuses_damage(prefix + "damaged"):
        return "a body that does not hash to the SHA-256 sent with it was accepted"
    return "a damaged body was refused, and yet kept" if store.head(prefix + "damaged") else ""


def _tells_checksum(store: Store, prefix: str) -> str:
    key, body = prefix + "checksum", b"known bytes"
    store.put_once(key, body)
    head = store.head(key)
    if head is None or head.sha256 != Offer(key, body, "").digest:
        return "a HEAD does not tell the SHA-256 that was checked at the put"
    return "" if head.intact else "a HEAD does not tell the metadata of an object"


def _keeps_keys(store: Store, prefix: str) -> str:
    keys = [f"{prefix}keys/{_ALPHABET}/a.b-c_d", f"{prefix}keys/{'k' * 140}", f"{prefix}keys/deep/1/2/3/4/5/6"]
    for key in keys:
        store.put_once(key, key.encode())
    broken = [key for key in keys if store.get(key) != key.encode()]
    missing = set(keys) - set(store.list(prefix + "keys/"))
    return f"keys came back changed: {sorted(missing.union(broken))}" if broken or missing else ""


def _swaps(store: Store, prefix: str) -> str:
    key = prefix + "swap"
    store.put_once(key, b"old")
    head = store.head(key)
    if head is None or store.swap(key, b"stale", '"0123456789abcdef0123456789abcdef"'):
        return "an object was replaced although its etag was another: the condition If-Match is ignored"
    if not store.swap(key, b"new", head.etag) or store.get(key) != b"new":
        return "an object was not replaced although its etag was right"
    return "an object was replaced twice with one etag" if store.swap(key, b"newer", head.etag) else ""


_OTHER_SERVER = "Use a server with atomic conditional writes: SeaweedFS 4.18 or later, or AWS S3"
_PROMISES: tuple[tuple[str, Callable[[Store, str], str], str, str], ...] = (
    ("reads back", _reads_back, "an object is there as soon as it is acknowledged", "Use a strongly consistent store"),
    ("creates once", _creates_once, "a second create is refused and changes nothing", _OTHER_SERVER),
    ("one winner", _one_wins, f"of {RACERS} simultaneous creates exactly one wins", _OTHER_SERVER),
    ("refuses damage", _refuses_damage, "a body that does not match its SHA-256 is refused", _OTHER_SERVER),
    ("tells checksum", _tells_checksum, "a HEAD tells the SHA-256 of an object", _OTHER_SERVER),
    ("keeps keys", _keeps_keys, "keys are stored and listed as they are spelled", _OTHER_SERVER),
    ("swaps", _swaps, "an object is replaced only by who has seen it last", _OTHER_SERVER),
)
