"""How alike two titles are, whatever their spacing, punctuation and script.

Two short texts in, a number from 0 to 1 out. Knows nothing of pages.
"""

from functools import lru_cache

from scrapers.text import canonical

ALIKE = 0.80
"""From here on two titles are one title, misprinted or cut."""
RELATED = 0.60
"""From here on a page's title may well be the one a list printed."""
LEAST = 4


def alike(one: str, other: str) -> float:
    """Return the share of two-character shingles the texts have in common (Dice), 0 to 1."""
    first, second = _grams(one), _grams(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def within(one: str, other: str) -> float:
    """Return how much of the shorter text's shingles the longer one holds: lists cut titles and add to them."""
    first, second = _grams(one), _grams(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= LEAST else 0.0


@lru_cache(maxsize=512)
def _grams(text: str) -> frozenset[str]:
    folded = canonical(text)
    return frozenset(folded[start : start + 2] for start in range(len(folded) - 1))
