"""Pairs found by bands are those that a look at every pair finds, whole or after more texts came."""

import numpy as np
import pytest

from scrapers.catalog import candidates as lsh
from scrapers.catalog.candidates import BANDS, LEAST_EQUAL, candidates, displaced, stacked


def clusters(count: int, groups: int, seed: int) -> np.ndarray:
    """Signatures in groups whose members differ in about 15 % of their bytes."""
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 256, (groups, 128), dtype=np.uint8)[rng.integers(0, groups, count)].copy()
    changed = rng.random(made.shape) < 0.15
    made[changed] = rng.integers(0, 256, changed.sum())
    return made


def by_looking(signatures: np.ndarray, hubs: int) -> list[tuple[int, int]]:
    keys = signatures.view("<u4")
    found = []
    for later in range(len(signatures)):
        for first in range(later):
            if (signatures[first] == signatures[later]).sum() < LEAST_EQUAL:
                continue
            shared = [band for band in range(BANDS) if keys[first, band] == keys[later, band]]
            if any((keys[:first, band] == keys[first, band]).sum() < hubs for band in shared):
                found.append((first, later))
    return sorted(found)


@pytest.mark.parametrize("hubs", [1, 2, 3, 64])
def test_pairs_are_those_of_a_look_at_each(monkeypatch: pytest.MonkeyPatch, hubs: int) -> None:
    monkeypatch.setattr(lsh, "HUBS", hubs)
    signatures = clusters(150, 15, hubs)
    assert candidates(signatures) == by_looking(signatures, hubs)


@pytest.mark.parametrize("hubs", [1, 2, 3, 64])
@pytest.mark.parametrize("seed", range(4))
def test_texts_that_come_later_end_in_the_same_pairs(monkeypatch: pytest.MonkeyPatch, hubs: int, seed: int) -> None:
    monkeypatch.setattr(lsh, "HUBS", hubs)
    signatures = clusters(200, 12, seed)
    late = np.random.default_rng(seed).random(200) < 0.1
    early = np.flatnonzero(~late)
    before = {(early[first], early[second]) for first, second in candidates(signatures[early])}
    touched = late | displaced(signatures, late)
    kept = {pair for pair in before if not touched[list(pair)].any()}
    assert kept | set(candidates(signatures, touched)) == set(candidates(signatures))


def test_pairs_of_a_great_group_stay_linear_and_connect_it() -> None:
    signatures = np.repeat(clusters(1, 1, 0), 1000, axis=0)
    pairs = candidates(signatures)
    assert len(pairs) < 1000 * lsh.HUBS
    assert {later for _, later in pairs} == set(range(1, 1000))


def test_nothing_gives_no_pairs() -> None:
    nothing = stacked([])
    assert candidates(nothing) == candidates(nothing, np.zeros(0, dtype=np.bool_)) == []
    assert candidates(stacked([bytes(128)])) == []
    assert not displaced(nothing, np.zeros(0, dtype=np.bool_)).any()
