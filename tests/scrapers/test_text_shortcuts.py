"""The shortcuts of `scrapers.text` change no text: beside them, the same rules taken the long way."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from scrapers import text

CHARACTERS = st.sampled_from(
    list(
        "，。、：；（）！？《》“”\n 　\u00a0\u2028\r\t\u0085\u200b\u0301法治建设2024０９％%Aa｢ﾞか\u3099한①Ⅳ\u1100\u1161"
    )
)
FRAGMENTS = st.sampled_from(
    [
        "[bookmark: x]",
        "_GoBack",
        ' HYPERLINK "http://a" ',
        'TOC \\o "1-3"',
        "PAGE \\* MERGEFORMAT",
        "法（fǎ）",
        "打印本页",
    ]
)
TEXTS = st.lists(st.one_of(st.text(st.one_of(CHARACTERS, st.characters()), max_size=20), FRAGMENTS), max_size=8).map(
    "".join
)


def long_folded(value: str) -> str:
    for _ in range(text.PASSES):
        folded = text._NOT_CANONICAL.sub("", unicodedata.normalize("NFKC", value).lower())
        if folded == value:
            break
        value = folded
    return value


def long_once(value: str, gap: str) -> str:
    value = text._without_unwanted(text._BREAKS.sub("\n", value))
    value = text._RESIDUE.sub(gap, unicodedata.normalize("NFC", value))
    value = text._BLANKS.sub(" ", text._without_glosses(value, gap))
    lines = [line for line in (raw.strip() for raw in value.split("\n")) if line]
    lines = lines[text.head_length(lines) :]
    while cut := text.tail_length(lines):
        del lines[len(lines) - cut :]
    return "\n".join(lines)


@given(TEXTS)
def test_folding_the_short_way_gives_the_same_text(value):
    assert text._folded(value) == long_folded(value)


@given(TEXTS, st.sampled_from(["", " "]))
def test_cleaning_the_short_way_gives_the_same_text(value, gap):
    assert text._once(value, gap) == long_once(value, gap)
