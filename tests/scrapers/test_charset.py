import codecs

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import charset
from scrapers.charset import decode

TEXT = (
    '<html><head><meta charset="gb2312"><title>赫山区教育局2024年法治政府建设年度报告</title></head><body><p>'
    + "2024年，我局坚持以法治思维推进教育工作，健全依法决策机制，严格规范公正文明执法。" * 10
    + "</p></body></html>"
)


@pytest.mark.parametrize(
    ("payload", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("gbk"), "gb18030"),
        ((TEXT + "㐂𠮷").encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
@pytest.mark.parametrize(
    "declared", ["", "text/html", "text/html; charset=utf-8", "text/html;charset=GB2312", "x" * 9999]
)
def test_the_bytes_decide_whatever_is_declared(payload, encoding, declared):
    found = decode(payload, declared)
    assert found.text.startswith(TEXT)
    assert (found.encoding, found.replaced, found.mojibake) == (encoding, 0, False)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_costs_one_character(encoding):
    payload = TEXT.encode(encoding)
    cut = len(TEXT[:200].encode(encoding))
    found = decode(payload[:cut] + b"\xff" + payload[cut:])
    assert found.encoding == encoding
    assert 1 <= found.replaced <= 2
    assert found.text.startswith(TEXT[:200])
    assert found.text.endswith(TEXT[-200:])


def test_many_bad_bytes_are_mojibake():
    assert decode(TEXT.encode() + b"\xff" * 100).mojibake


def test_what_was_read_wrongly_and_saved_again_is_put_right_only_where_nothing_was_lost():
    assert decode(TEXT.encode().decode("gb18030", "replace").encode()).mojibake
    twice = decode(TEXT.encode().decode("latin-1").encode())
    assert (twice.text, twice.encoding, twice.mojibake) == (TEXT, "utf-8 via latin-1", False)
    pairs = (TEXT[place : place + 2] for place in range(0, len(TEXT), 2))
    lucky = "".join(pair for pair in pairs if "\ufffd" not in pair.encode().decode("gb18030", "replace"))
    assert len(lucky) > 200
    found = decode(lucky.encode().decode("gb18030").encode())
    assert (found.text, found.encoding) == (lucky, "utf-8 via gb18030")


def test_a_double_encoding_is_seen_between_much_script():
    page = "<script>" + "var menu = function(){return 1};" * 2000 + "</script>" + TEXT
    for inner in ("utf-8", "gb18030"):
        found = decode(page.encode(inner).decode("latin-1").encode())
        assert (found.text, found.encoding) == (page, f"{inner} via latin-1")


@pytest.mark.parametrize(
    "text", ["\u00a0" * 500 + "政务公开", "© 2024 «Portal» · " * 200, "plain English, only a café or two " * 50]
)
def test_spaces_and_signs_of_latin_1_are_no_mojibake(text):
    found = decode(text.encode())
    assert (found.text, found.encoding, found.mojibake) == (text, "utf-8", False)


def test_another_language_is_not_put_right_into_rare_characters():
    french = "Le décret relatif à l'État a été publié là où l'on s'y était attendu dès l'été. " * 50
    assert decode(french.encode()).encoding == "utf-8"


def test_big5_is_told_from_gb18030_by_what_is_common():
    text = opencc.OpenCC("s2t").convert(TEXT).replace("gb2312", "utf-8")
    found = decode(text.encode("big5"), "text/html; charset=gbk")
    assert (found.text, found.encoding, found.replaced) == (text, "big5hkscs", 0)
    names = "龘靐齉爩鱻麤" * 30 + "的"
    assert decode(names.encode("gb18030"), "text/html; charset=big5").mojibake


def test_traditional_text_and_short_text_are_not_mojibake():
    assert not decode(("為貫徹落實黨的十九大精神，進一步加強了教育系統法治建設" * 20).encode()).mojibake
    assert not decode("龘靐齉".encode()).mojibake


def test_the_declaration_breaks_a_tie():
    ambiguous = b"\xff\xff"
    assert decode(ambiguous, "text/html; charset=gbk").encoding == "gb18030"
    assert decode(ambiguous, "text/html; charset=utf-8").encoding == "utf-8"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_never_fails(payload, declared):
    found = decode(payload, declared)
    assert found.replaced == found.text.count("\ufffd")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_utf8_round_trip(text):
    if not text.startswith("\ufeff"):
        assert decode(text.encode()).text == text or text.encode().startswith((b"\xff\xfe", b"\xfe\xff"))


@given(st.text(st.sampled_from("的政府法治鐵鏂囧喅ÂÃäå aé<"), max_size=60), st.integers(1, 60), st.integers(0, 2500))
def test_a_healthy_opening_changes_no_verdict(text, times, rubbish):
    whole = text * times + "鏂囧喅" * rubbish
    han = charset._sample(whole)
    if len(han) >= charset.ENOUGH_HAN:
        common = sum(charset._COMMON.fullmatch(char) is not None for char in han)
        assert charset._collapsed(whole) == (common < charset.HEALTHY_SHARE * len(han))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_names_of_fonts_are_no_mojibake(encoding):
    styles = (
        "<style>p{font-family:宋体;mso-fareast-font-family:微软雅黑}</style>" + "<p style='font-family:宋体'>" * 900
    )
    page = styles + TEXT
    found = decode(page.encode(encoding))
    assert (found.text, found.mojibake) == (page, False)
    wrong = styles + TEXT.encode().decode("gb18030", "ignore")
    assert decode(wrong.encode()).mojibake
