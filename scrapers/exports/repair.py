"""Damage in, mended objects out: only by bytes that are right, and with the wrong ones kept.

The key of each damaged or missing object comes from the proof (`doctor --verify`) and from what a second copy has
and the archive has not. Nothing is replaced that is as it should be. An object that has a twin needs no copy.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scrapers.archive.keys import (
    SUMS,
    TWIN_PREFIX,
    clean_name,
    has_twin,
    part_name,
    raw_digest,
    release_key,
    release_name,
    twin_key,
)
from scrapers.archive.payloads import fits, mend
from scrapers.archive.store import Store
from scrapers.archive.twins import from_twin, twice
from scrapers.archive.vouched import vouched
from scrapers.errors import StoreUnavailable
from scrapers.exports.bring import content_type
from scrapers.exports.copies import KEPT, Copy, sums_of
from scrapers.fingerprint import digest


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one object: `put back`, `replaced`, or why not."""

    key: str
    done: bool
    what: str


def damaged(store: Store, copy: Copy, told: Iterable[str]) -> tuple[str, ...]:
    """Return the keys to mend: those told of by the proof, and those of the copy that the store has not.

    Sorted, but for the sums of releases, which come last: they make what lies beside them a release.
    """
    present = {key for prefix in KEPT for key in store.list(prefix)}
    absent = {key for key in copy.held() if key not in present and store.head(key) is None}  # a listing may lag
    return tuple(sorted({*filter(_ours, told)} | absent, key=lambda key: (key.endswith(SUMS), key)))


def repair(store: Store, copy: Copy, keys: Iterable[str]) -> Iterator[Mended]:
    """Mend each object from its twin or the copy, yielding what was done as it is done."""
    for key in keys:
        body = from_twin(store, key)
        body = copy.bytes_of(key) if body is None else body
        if body is None:
            yield Mended(key, done=False, what="the copy does not hold it")
        elif not _agrees(store, key, body):
            yield Mended(key, done=False, what="the copy is of another release than this bucket's")
        elif store.head(key) is None:
            store.put_once(key, body, content_type=content_type(key), metadata=twice(key))
            if has_twin(key) and store.head(twin_key(key)) is None:
                store.put_once(twin_key(key), body, content_type=content_type(key))
            yield Mended(key, done=True, what="it was missing and is put back")
        else:
            yield _replace(store, key, body)


def _ours(key: str) -> bool:
    of_hash = raw_digest(key) or clean_name(key)
    return bool(of_hash or part_name(key) or release_name(key)) or has_twin(key.removeprefix(TWIN_PREFIX))


def _agrees(store: Store, key: str, body: bytes) -> bool:
    """Return whether bytes of a release agree with what is sound of it: with its sums, or the sums with its files."""
    name = release_name(key)
    if name is None:
        return True
    sums = release_key(name[0], SUMS)
    if key != sums:
        stored = store.get(sums) if vouched(store, sums) else None
        return stored is None or sums_of(stored).get(name[1]) == digest(body)
    files = [one for one in store.list(key.removesuffix(SUMS)) if one != sums and vouched(store, one)]
    return all(sums_of(body).get(one.rpartition("/")[2]) == digest(store.get(one) or b"") for one in files)


def _replace(store: Store, key: str, body: bytes) -> Mended:
    by_hash = raw_digest(key) or clean_name(key)

    def whole(stored: bytes) -> bool:
        return fits(key, stored) if by_hash else stored == body

    try:
        if not by_hash and vouched(store, key) and store.get(key) != body:
            return Mended(key, done=False, what="its bytes are its writer's, and not those of the copy: it is left")
        mended = mend(store, key, body, whole)
    except StoreUnavailable:
        # Bytes that rot below the server make it answer 500; when it answers otherwise, only this object is sick.
        head = store.head(key)
        mended = head is not None and store.swap(key, body, head.etag, twice(key))
        return Mended(key, mended, "the store could not read it; it is replaced, and there were no bytes to keep")
    if mended:
        return Mended(key, done=True, what="it was damaged and is replaced; the wrong bytes are in quarantine")
    head = store.head(key)
    if head is not None and not by_hash and not head.intact:
        return Mended(
            key, store.swap(key, body, head.etag, twice(key)), "its bytes were right and are vouched for again"
        )
    return Mended(key, done=True, what="its bytes are right")
