"""The judge of last resort: trafilatura with its defaults.

Decoded HTML in, lines out, and how like two readings are. Imported on first need: most pages never need it,
and it costs more than all other layers together. It must be fed text, never bytes: its own decoding trusts
the page.
"""

import re
from collections import Counter
from collections.abc import Sequence

GRAM = 4
WITHIN = 0.95
_SENTENCE = re.compile("[，。；]")


def read(html: str) -> list[str]:
    """Return trafilatura's reading of a page as lines, empty when it finds none."""
    import trafilatura

    found = trafilatura.extract(html, include_comments=False)
    return [line for line in (raw.strip() for raw in (found or "").split("\n")) if line]


def agreement(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Return how far trafilatura bears out our reading, 0 to 1.

    That is their likeness; but where ours lies wholly within theirs and has nearly all its sentence marks, what
    theirs has more is menus and lists of links, and ours is borne out as far as the marks go.
    """
    alike = likeness(ours, theirs)
    our_grams = _grams(ours)
    inside = sum((our_grams & _grams(theirs)).values()) >= WITHIN * max(1, sum(our_grams.values()))
    marks = len(_SENTENCE.findall("".join(ours))) / max(1, len(_SENTENCE.findall("".join(theirs))))
    return max(alike, round(min(1.0, marks), 3)) if inside and our_grams else alike


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the F1 of two readings' four-character shingles, 0 to 1, spaces aside."""
    first, second = _grams(one), _grams(other)
    common = sum((first & second).values())
    both = sum(first.values()) + sum(second.values())
    return round(2 * common / both, 3) if both else 0.0


def _grams(lines: Sequence[str]) -> Counter[str]:
    text = "".join("".join(lines).split())
    return Counter(text[start : start + GRAM] for start in range(max(0, len(text) - GRAM + 1)))
