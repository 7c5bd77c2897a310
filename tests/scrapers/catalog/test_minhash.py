"""Shingles, signatures and similarities of texts."""

import random

import numpy as np
import pytest

from benchmarks.lookalikes import lookalikes
from scrapers.catalog.minhash import LEAST_SHINGLES, PERMUTATIONS, jaccard, named_year, shingles, signature
from scrapers.text import canonical
from tests.village.mirror import glossed, traditional

TEXTS = [made.text for made, _ in lookalikes(40, seed=1)]


def grams(text: str) -> set[str]:
    whole = canonical(text)
    return {whole[at : at + 4] for at in range(len(whole) - 3)}


def test_a_signature_is_for_ever() -> None:
    """Stored signatures are compared with fresh ones: a change here asks for a rebuild of every catalog."""
    made = signature(shingles("".join(chr(0x4E00 + n) for n in range(300))))
    assert made is not None
    assert made.hex() == (
        "4c6b35e98739e08e9890c9f6a9b243eea3b955232b57c2bed7e9de9f60d6f4b5"
        "3410c90b38f1ca69af0beb8f4918b86c40970fbcc1cc1863c4e4fbe67253f878"
        "8c724c8aa7006d03597bfbab3d5e7a2300d3b15c3c1f1e2e070ca6bc2fd33a35"
        "d41e115f15a6c9ac6cc3f78584122d55fe965ef2df0a3f73a421b1ecdbf4a090"
    )


@pytest.mark.parametrize("other", range(1, 12))
def test_similarity_is_that_of_the_sets_of_4_grams(other: int) -> None:
    one, two = grams(TEXTS[0]), grams(TEXTS[other])
    assert jaccard(shingles(TEXTS[0]), shingles(TEXTS[other])) == len(one & two) / len(one | two)


def test_a_signature_estimates_similarity() -> None:
    errors = []
    for first, second in zip(TEXTS[::2], TEXTS[1::2], strict=True):
        one, two = shingles(first), shingles(second)
        bytes_of = [np.frombuffer(signature(grams) or b"", dtype=np.uint8) for grams in (one, two)]
        errors.append(float(np.mean(bytes_of[0] == bytes_of[1])) - jaccard(one, two))
    assert abs(float(np.mean(errors))) < 0.03
    assert float(np.max(np.abs(errors))) < 5 * (0.25 / PERMUTATIONS) ** 0.5


def test_width_spacing_and_conversion_do_not_count() -> None:
    spaced = "　".join(TEXTS[0])
    assert jaccard(shingles(TEXTS[0]), shingles(spaced)) == 1.0
    assert jaccard(shingles(TEXTS[0]), shingles(traditional(TEXTS[0]))) > 0.98


def test_short_texts_have_no_signature() -> None:
    assert signature(shingles("工作报告" * 100)) is None
    assert len(shingles("一二三")) == 0
    assert signature(shingles("".join(chr(0x4E00 + n) for n in range(LEAST_SHINGLES + 3)))) is not None
    assert jaccard(shingles(""), shingles(TEXTS[0])) == 0.0


def test_the_year_a_text_names_most() -> None:
    assert named_year("2023年底部署，2024年开展，2024 年完成，2025年继续") == 2024
    assert named_year("2025年和2024年") == 2024
    assert named_year("编号2024，没有年份") is None


def test_a_glossed_copy_cleans_to_the_same_shingles() -> None:
    from scrapers.text import clean

    copy = clean(glossed(traditional(TEXTS[0]), "x"))
    assert jaccard(shingles(TEXTS[0]), shingles(copy)) > 0.95


def test_order_of_shingles_does_not_count() -> None:
    one = shingles(TEXTS[3])
    mixed = np.array(random.Random(1).sample(one.tolist(), len(one)), dtype=np.uint64)
    assert signature(mixed) == signature(one)
