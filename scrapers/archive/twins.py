"""Objects that are written twice, since nothing else in a bucket would miss them: keys in, what is alone out.

A segment that is gone leaves a hole in its chain, and a payload a line that names it. A closing mark, the newest switch
of generations and the sums of a release would be gone without a trace. So each has a twin below `twin/`, written after
it: the loss of either is seen, and mended by the other. Those of earlier versions have none, as their metadata say.
"""

from collections.abc import Iterator, Mapping

from scrapers.archive.keys import (
    GENERATION_PREFIX,
    LEDGER_PREFIX,
    RELEASE_PREFIX,
    TWIN_PREFIX,
    has_twin,
    part_name,
    twin_key,
)
from scrapers.archive.store import Store
from scrapers.archive.vouched import vouched

PREFIXES = (LEDGER_PREFIX, GENERATION_PREFIX, RELEASE_PREFIX)
_TWICE = {"twin": "1"}


def put_twice(store: Store, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
    """Create an object and its twin; raise Taken as `Store.put_once` does."""
    store.put_once(key, body, content_type=content_type, metadata=_TWICE)
    store.put_once(twin_key(key), body, content_type=content_type)


def complete(store: Store, prefix: str) -> None:
    """Write the twins that are lacking below a prefix: whoever was killed between the two is taken up here."""
    for key in store.list(prefix):
        if has_twin(key) and store.head(twin_key(key)) is None:
            store.put_once(twin_key(key), store.get(key, must=True) or b"")


def twice(key: str) -> Mapping[str, str]:
    """Return the metadata by which an object says that it has a twin; none for one that has none."""
    return _TWICE if has_twin(key) else {}


def from_twin(store: Store, key: str) -> bytes | None:
    """Return what an object held, or should hold again, by its twin; None when it has none that is whole."""
    first = key.removeprefix(TWIN_PREFIX)
    if not has_twin(first):
        return None
    if part_name(first):
        return b""
    other = twin_key(key) if key == first else first
    return store.get(other) if vouched(store, other) else None


def alone(store: Store) -> Iterator[tuple[str, str]]:
    """Yield the key of each object of a pair that is not as it should be, and what is wrong with it."""
    listed = [one for prefix in PREFIXES for one in store.listed(prefix)]
    ours = {one.key: one.length for one in listed if has_twin(one.key)}
    twins = {key.removeprefix(TWIN_PREFIX) for key in store.list(TWIN_PREFIX)}
    for key in sorted(twins - ours.keys()):
        if not has_twin(key):
            yield twin_key(key), "no name we would give to a twin"
        elif store.head(key) is None:  # a listing may lag
            yield key, "it is gone, and only its twin is there; run `repair`"
    for key in sorted(ours.keys() - twins):
        head = store.head(key)
        if head is not None and _TWICE.items() <= head.metadata.items() and store.head(twin_key(key)) is None:
            yield twin_key(key), "it is gone, and only what it is the twin of is there; run `repair`"
    for key, length in ours.items():
        if length and part_name(key):
            yield key, f"holds {length} bytes where a closing mark holds none; run `repair`"
