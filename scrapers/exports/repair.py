"""Damage in, mended objects out: only by bytes that are right, and with the wrong ones kept.

The key of each damaged or missing object comes from the proof (`doctor --verify`) and from what a second copy has
and the archive has not. Nothing is replaced that is as it should be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scrapers.archive.keys import CLEAN_PREFIX, LEDGER_PREFIX, RAW_PREFIX, clean_name, part_name, raw_digest
from scrapers.archive.payloads import fits, mend
from scrapers.archive.store import Store
from scrapers.errors import StoreUnavailable
from scrapers.exports.bring import content_type
from scrapers.exports.copies import Copy


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one object: `put back`, `replaced`, or why not."""

    key: str
    done: bool
    what: str


def damaged(store: Store, copy: Copy, told: Iterable[str]) -> tuple[str, ...]:
    """Return the keys to mend: those told of by the proof, and those of the copy that the store has not; sorted."""
    ours = {key for key in told if raw_digest(key) or clean_name(key) or part_name(key)}
    present = {key for prefix in (RAW_PREFIX, CLEAN_PREFIX, LEDGER_PREFIX) for key in store.list(prefix)}
    absent = {key for key in copy.held() if key not in present and store.head(key) is None}  # a listing may lag
    return tuple(sorted(ours | absent))


def repair(store: Store, copy: Copy, keys: Iterable[str]) -> Iterator[Mended]:
    """Mend each object from the copy, yielding what was done as it is done."""
    for key in keys:
        body = copy.bytes_of(key)
        if body is None:
            yield Mended(key, done=False, what="the copy does not hold it")
        elif store.head(key) is None:
            store.put_once(key, body, content_type=content_type(key))
            yield Mended(key, done=True, what="it was missing and is put back")
        else:
            yield _replace(store, key, body)


def _replace(store: Store, key: str, body: bytes) -> Mended:
    def whole(stored: bytes) -> bool:
        return stored == body if part_name(key) else fits(key, stored)

    try:
        mended = mend(store, key, body, whole)
    except StoreUnavailable:
        # Bytes that rot below the server make it answer 500; when it answers otherwise, only this object is sick.
        head = store.head(key)
        mended = head is not None and store.swap(key, body, head.etag)
        return Mended(key, mended, "the store could not read it; it is replaced, and there were no bytes to keep")
    if mended:
        return Mended(key, done=True, what="it was damaged and is replaced; the wrong bytes are in quarantine")
    head = store.head(key)
    if head is not None and part_name(key) and not head.intact:
        return Mended(key, store.swap(key, body, head.etag), "its bytes were right and are vouched for again")
    return Mended(key, done=True, what="its bytes are right")
