"""Ten pages, every encoding and every wrong label: the same text to the character, and how it was decoded."""

import codecs
from pathlib import Path

import opencc
import pytest

from benchmarks.truth import Page, load
from scrapers.charset import decode
from scrapers.extract import Hint, read
from scrapers.extract.flags import QUALITY
from scrapers.model import Outcome, Reading
from scrapers.text import canonical

PAGES = load(Path(__file__).parents[2] / "pages" / "reading")
BAD = b"\xff"


def labelled(text: str, label: str) -> str:
    """Return the page with another charset in its meta tag; without one when the label is empty."""
    return text.replace('charset="utf-8"', f'charset="{label}"' if label else "data-x=1", 1)


def with_bad_byte(payload: bytes) -> bytes:
    """Return the page with a byte that fits no character, outside its body."""
    end = payload.rindex(b"</body>") if b"</body>" in payload else payload.rindex(b"</BODY>")
    return payload[:end] + b"<i>" + BAD + b"</i>" + payload[end:]


CASES = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-8 labelled gb2312": lambda text: labelled(text, "gb2312").encode(),
    "utf-8 labelled big5": lambda text: labelled(text, "big5").encode(),
    "utf-8, one bad byte": lambda text: with_bad_byte(text.encode()),
    "gb2312": lambda text: labelled(text, "gb2312").encode("gb2312", "xmlcharrefreplace"),
    "gbk": lambda text: labelled(text, "gbk").encode("gbk", "xmlcharrefreplace"),
    "gb18030": lambda text: labelled(text, "gb18030").encode("gb18030"),
    "gb18030 labelled gb2312": lambda text: labelled(text, "gb2312").encode("gb18030"),
    "gb18030 labelled utf-8": lambda text: text.encode("gb18030"),
    "gb18030 without a label": lambda text: labelled(text, "").encode("gb18030"),
    "gb18030, one bad byte": lambda text: with_bad_byte(labelled(text, "gbk").encode("gb18030")),
    "utf-16-le with BOM": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16-be with BOM": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16-le labelled gb2312": lambda text: codecs.BOM_UTF16_LE + labelled(text, "gb2312").encode("utf-16-le"),
    "utf-8 read as latin-1, saved as utf-8": lambda text: text.encode().decode("latin-1").encode(),
    "utf-8 read as cp1252, saved as utf-8": lambda text: text.encode().decode("cp1252", "replace_c1").encode(),
    "gb18030 read as latin-1, saved as utf-8": lambda text: text.encode("gb18030").decode("latin-1").encode(),
}
DECODED = {
    "utf-8 read as latin-1, saved as utf-8": "utf-8 via latin-1",
    "utf-8 read as cp1252, saved as utf-8": "utf-8 via latin-1",
    "gb18030 read as latin-1, saved as utf-8": "gb18030 via latin-1",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
FLAGS = {"one bad byte": ("replaced_characters:1",), "saved as utf-8": ("double_encoding",)}


def _c1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("replace_c1", _c1)  # what browsers do with the five bytes that cp1252 leaves out


def reading_of(page: Page, payload: bytes, declared: str = "") -> Reading:
    hint = Hint(page.url, declared, "html", "", page.truth.title, None, None, "", "")
    return read(payload, hint)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_encoding_gives_the_same_text(page, case):
    plain = reading_of(page, page.payload).report
    reading = reading_of(page, CASES[case](page.payload.decode()))
    assert reading.outcome is None, reading.reason
    assert plain is not None
    assert reading.report is not None
    assert reading.report.text == plain.text
    assert canonical(reading.report.text) in canonical(page.truth.body)
    assert reading.report.title == plain.title
    assert reading.report.encoding == DECODED.get(case, case.split(",")[0].split(" ")[0])
    assert tuple(flag for flag in reading.report.flags if flag not in QUALITY) == FLAGS.get(case.split(", ")[-1], ())


@pytest.mark.parametrize("declared", ["", "text/html; charset=big5", "text/html; charset=utf-8"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_big5_gives_the_traditional_text(page, declared):
    # Written with characters of Big5 alone; what it lacks stands as a reference, as its editors write it.
    text = opencc.OpenCC("s2t").convert(page.payload.decode())
    plain = reading_of(page, text.encode()).report
    reading = reading_of(page, labelled(text, "big5").encode("big5", "xmlcharrefreplace"), declared)
    assert plain is not None
    assert reading.report is not None, reading.reason
    assert reading.report.text == plain.text
    assert reading.report.encoding == "big5hkscs"
    assert canonical(reading.report.text) == canonical(plain.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_cannot_be_undone_is_mojibake(page):
    text = page.payload.decode()
    for payload in (
        text.encode().decode("gb18030", "replace").encode(),  # bytes that were no pair are lost for ever
        text.encode("gb18030").decode("utf-8", "replace").encode(),
        text.encode("ascii", "replace").replace(b"?", b"\xff"),
    ):
        assert decode(payload).mojibake
        assert reading_of(page, payload).outcome is Outcome.MOJIBAKE
