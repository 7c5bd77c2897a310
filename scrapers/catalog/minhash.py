"""A text's shingles, and the 128 bytes by which like texts are found among many.

Clean text in; distinct character 4-grams of its canonical form, a MinHash signature and exact Jaccard similarity
out. The signature keeps the lowest byte of each of 128 minima (b-bit MinHash, Li and König 2010): two bytes are
equal with the probability J + (1 - J) / 256. Signatures are stored, so every constant here is for ever; no library
vouches for that, which is why none is used. It knows nothing of reports.
"""

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from scrapers.text import canonical

SHINGLE = 4
PERMUTATIONS = 128
LEAST_SHINGLES = 100
"""A text of fewer distinct shingles has no signature: short texts are alike by accident."""
Shingles = NDArray[np.uint64]
_YEAR = re.compile(r"(20\d{2})\s?年")


def shingles(text: str) -> Shingles:
    """Return the distinct 4-grams of a text's canonical form as sorted 64-bit hashes."""
    points = np.frombuffer(canonical(text).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    if len(points) < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    last = len(points) - SHINGLE + 1
    grams = sum((points[n : n + last] * factor for n, factor in enumerate(_PLACES)), np.zeros(last, dtype=np.uint64))
    ordered = np.sort(_mixed(grams))  # np.unique would hash first, at three times the cost
    distinct: Shingles = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return distinct


def signature(grams: Shingles) -> bytes | None:
    """Return the signature of a set of shingles; None when there are too few of them."""
    if len(grams) < LEAST_SHINGLES:
        return None
    lowest = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(grams), _BLOCK):  # a block stays in the processor's cache
        values = grams[start : start + _BLOCK, None] * _FACTORS + _TERMS
        np.minimum(lowest, values.min(axis=0), out=lowest)
    return ((lowest >> np.uint64(32)) & np.uint64(0xFF)).astype(np.uint8).tobytes()


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return the share of two texts' shingles that both have: 0 to 1, exact but for collisions of 64-bit hashes."""
    if not len(one) or not len(other):
        return 0.0
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def named_year(text: str) -> int | None:
    """Return the year a text names most often, the earlier of equal ones; None when it names none.

    It only guards relations of reports whose year is unknown; it is never a report's year.
    """
    counts = Counter(map(int, _YEAR.findall(text)))
    return min(counts, key=lambda year: (-counts[year], year), default=None)


def _mixed(values: Shingles) -> Shingles:
    """Return each value through the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _drawn(count: int, seed: int) -> Shingles:
    """Return the first numbers of SplitMix64 from a seed; the arithmetic wraps, as it is meant to."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return _mixed(steps + np.uint64(seed))


_BLOCK = 128
_ODD = np.uint64(1)
_PLACES = _drawn(SHINGLE, 1) | _ODD
_FACTORS = _drawn(PERMUTATIONS, 2) | _ODD
_TERMS = _drawn(PERMUTATIONS, 3)
