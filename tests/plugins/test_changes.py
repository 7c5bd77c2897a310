"""What changed between two texts: words within a paragraph, whole paragraphs, and nothing at all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.archive_ui.changes import LONGEST, Changes, Paragraph, changes

texts = st.text(alphabet="甲乙丙丁\n", max_size=60)


@given(texts, texts)
def test_a_comparison_holds_both_texts(old: str, new: str) -> None:
    found = changes(old, new)
    shown = {"gone": [], "new": []}  # type: dict[str, list[str]]
    for paragraph in found.paragraphs:
        line = "".join(text for _, text in paragraph.pieces)
        if paragraph.kind == "skipped":
            return
        for side in ("gone", "new"):
            if paragraph.kind in {"same", side}:
                shown[side].append(line)
    assert "\n".join(shown["gone"]) == old
    assert "\n".join(shown["new"]) == new
    assert (found.changed == 0) == (old == new)


def test_words_within_a_paragraph_are_told_apart() -> None:
    (gone, new) = changes("坚持依法行政，成效明显。", "坚持公正文明执法，成效明显。").paragraphs
    assert gone.pieces == (("same", "坚持"), ("gone", "依法行政"), ("same", "，成效明显。"))
    assert new.pieces == (("same", "坚持"), ("new", "公正文明执法"), ("same", "，成效明显。"))


def test_texts_too_long_to_compare_are_said_so() -> None:
    assert changes("长" * LONGEST, "短").too_long


@pytest.mark.parametrize(("joined", "too_long"), [("\n", True), ("", False)])
def test_what_says_one_thing_over_and_over_is_not_compared_for_minutes(joined: str, too_long: bool) -> None:
    toss = random.Random(1)
    old, new = (joined.join(toss.choice("是否") for _ in range(40_000 if joined else 1_900)) for _ in range(2))
    whole = (Paragraph("gone", (("gone", old),)), Paragraph("new", (("new", new),)))
    assert changes(old, new) == (Changes((), too_long=True) if too_long else Changes(whole, changed=1))
