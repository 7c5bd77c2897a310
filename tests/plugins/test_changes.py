"""What changed between two texts: words within a paragraph, whole paragraphs, and nothing at all."""

from hypothesis import given
from hypothesis import strategies as st

from plugins.archive_ui.changes import LONGEST, changes

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
