"""Two texts in, what changed between them out: paragraphs kept, added, removed, and the words within that differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST = 200_000
"""Characters of both texts together that are compared paragraph by paragraph."""
WORDS = 4_000
"""Characters of a paragraph that are compared one by one."""
EQUAL_PARAGRAPHS, EQUAL_CHARACTERS = 4_000_000, 100_000
"""Pairs of equal ones that two texts, or two paragraphs, may have: what says one thing over and over has nothing else,
and would be compared for minutes."""
SHORTEST = 3
"""Characters that two versions of a passage must share to be shown as kept: fewer are chance."""
AROUND = 2
"""Unchanged paragraphs shown before and after a change."""
Piece = tuple[str, str]
"""`same`, `gone` or `new`, and the characters it is of."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a comparison."""

    kind: str
    """`same`, `gone`, `new` or `skipped`; of a skipped one the only piece is how many there are."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A comparison, or that the texts are too long for one."""

    paragraphs: tuple[Paragraph, ...]
    too_long: bool = False
    changed: int = 0


def changes(old: str, new: str) -> Changes:
    """Return what changed between two texts."""
    if len(old) + len(new) > LONGEST:
        return Changes((), too_long=True)
    before, after = old.split("\n"), new.split("\n")
    if _equals(before, after) > EQUAL_PARAGRAPHS:
        return Changes((), too_long=True)
    found: list[Paragraph] = []
    changed = 0
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += _same(before[a:b], first=a == 0, last=b == len(before))
            continue
        changed += max(b - a, d - c)
        for number in range(max(b - a, d - c)):
            left = before[a + number] if a + number < b else None
            right = after[c + number] if c + number < d else None
            found += _paragraph(left, right)
    return Changes(tuple(found), changed=changed)


def _equals(left: Sequence[str], right: Sequence[str]) -> int:
    """Return in how many ways one of the left can be paired with an equal one of the right."""
    there = Counter(right)
    return sum(count * there[one] for one, count in Counter(left).items())


def _same(lines: list[str], *, first: bool, last: bool) -> list[Paragraph]:
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    if len(lines) <= head + tail + 1:
        return [Paragraph("same", (("same", line),)) for line in lines]
    middle = len(lines) - head - tail
    shown = [Paragraph("same", (("same", line),)) for line in lines]
    return [*shown[:head], Paragraph("skipped", (("same", str(middle)),)), *shown[len(lines) - tail :]]


def _paragraph(left: str | None, right: str | None) -> list[Paragraph]:
    if left is None or right is None:
        return (
            [Paragraph("gone", (("gone", left),))] if left is not None else [Paragraph("new", (("new", right or ""),))]
        )
    if len(left) + len(right) > WORDS or _equals(left, right) > EQUAL_CHARACTERS:
        return [Paragraph("gone", (("gone", left),)), Paragraph("new", (("new", right),))]
    gone, new = _pieces(left, right)
    return [Paragraph("gone", tuple(gone)), Paragraph("new", tuple(new))]


def _pieces(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    gone: list[Piece] = []
    new: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        inside = a > 0 and b < len(left)
        same = kind == "equal" and not (inside and b - a < SHORTEST)
        _add(gone, "same" if same else "gone", left[a:b])
        _add(new, "same" if same else "new", right[c:d])
    return gone, new


def _add(pieces: list[Piece], kind: str, text: str) -> None:
    if text and pieces and pieces[-1][0] == kind:
        pieces[-1] = (kind, pieces[-1][1] + text)
    elif text:
        pieces.append((kind, text))
