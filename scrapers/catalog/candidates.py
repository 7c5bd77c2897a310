"""Signatures in, pairs that are worth an exact look out: locality-sensitive hashing by bands.

Two texts are candidates when four neighbouring bytes of their signatures agree in one of 32 places and at least half
of all bytes do: at a similarity of .70 one pair in five thousand is missed. Pairs are a function of the set of
signatures alone. It knows positions and bytes, not texts.

A group of many texts that are all alike would give a pair for each two of them. In a bucket of more than `HUBS` texts
each is paired with the first `HUBS` only, so the group stays connected and its pairs stay linear.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scrapers.catalog.minhash import PERMUTATIONS

ROWS = 4
BANDS = PERMUTATIONS // ROWS
LEAST_EQUAL = PERMUTATIONS // 2
HUBS = 64
_BLOCK = 1 << 17
Signatures = NDArray[np.uint8]
"""One row of 128 bytes a text, in the order of the texts' names."""
Marks = NDArray[np.bool_]
Places = NDArray[np.int64]


def stacked(signatures: list[bytes]) -> Signatures:
    """Return signatures as the rows of one array."""
    return np.frombuffer(b"".join(signatures), dtype=np.uint8).reshape(-1, PERMUTATIONS)


def candidates(signatures: Signatures, chosen: Marks | None = None) -> list[tuple[int, int]]:
    """Return the pairs of positions that are candidates, ordered; with `chosen`, those of which one is chosen."""
    found = [np.empty(0, dtype=np.int64)]
    count = len(signatures)
    for members, starts in _buckets(signatures, chosen):
        for first, second in _pairs(members, starts):
            if chosen is not None:
                kept = chosen[first] | chosen[second]
                first, second = first[kept], second[kept]  # noqa: PLW2901 (the same pairs, fewer)
            alike = _alike(signatures, first, second)
            found.append(first[alike] * count + second[alike])
    whole = np.unique(np.concatenate(found))
    return list(zip((whole // max(count, 1)).tolist(), (whole % max(count, 1)).tolist(), strict=True))


def displaced(signatures: Signatures, chosen: Marks) -> Marks:
    """Mark the texts that were among the first of a full bucket before the chosen ones came, and no longer are.

    Pairs of theirs may be candidates no more.
    """
    marks = np.zeros(len(signatures), dtype=np.bool_)
    for members, starts in _buckets(signatures, chosen):
        for bucket in np.split(members, starts[1:]):
            if len(bucket) > HUBS:
                before = bucket[~chosen[bucket]]
                marks[np.setdiff1d(before[:HUBS], bucket[:HUBS], assume_unique=True)] = True
    return marks


def _buckets(signatures: Signatures, chosen: Marks | None) -> Iterator[tuple[Places, Places]]:
    """Yield, for each band, the positions that share a key with others, key by key, and where each key's begin.

    With `chosen`, only the buckets in which one is chosen.
    """
    bands = np.ascontiguousarray(signatures).view("<u4")
    for band in range(BANDS):
        keys = np.ascontiguousarray(bands[:, band])
        places = np.arange(len(keys)) if chosen is None else _sharing(keys, keys[chosen])
        order = places[np.argsort(keys[places], kind="stable")]
        ordered = keys[order]
        same = np.concatenate([[False], ordered[1:] == ordered[:-1]]) if len(ordered) else np.empty(0, dtype=np.bool_)
        grouped = same | np.append(same[1:], False)[: len(same)]
        members = order[grouped]
        yield members, np.flatnonzero(~same[grouped])


def _sharing(keys: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> Places:
    """Return where a key is among the wanted; a table of their lower halves passes over nearly all others."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[wanted & 0xFFFF] = True
    likely = np.flatnonzero(table[keys & 0xFFFF])
    return likely[np.isin(keys[likely], wanted)]


def _pairs(members: Places, starts: Places) -> Iterator[tuple[Places, Places]]:
    """Yield pairs (earlier, later) within buckets, the earlier among its bucket's first `HUBS`, in blocks."""
    if not len(members):
        return
    sizes = np.diff(np.append(starts, len(members)))
    start_of = np.repeat(starts, sizes)
    offsets = np.arange(len(members)) - start_of
    for hub in range(min(int(sizes.max()) - 1, HUBS)):
        later = np.flatnonzero(offsets > hub)
        for begin in range(0, len(later), _BLOCK):
            block = later[begin : begin + _BLOCK]
            yield members[start_of[block] + hub], members[block]


def _alike(signatures: Signatures, first: Places, second: Places) -> Marks:
    alike: Marks = np.count_nonzero(signatures[first] == signatures[second], axis=1) >= LEAST_EQUAL
    return alike
