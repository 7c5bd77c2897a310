"""Scans are read on request, with at most one character in a hundred wrong; else they wait, and say for what."""

import io
import random

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from scrapers.extract import Reader
from scrapers.extract import ocr as reading_pictures
from scrapers.text import canonical
from tests.scrapers.extract.hostile import CATALOG, FONT, GOOD, PAGES, pdf_of, picture_bomb, stream
from tests.scrapers.extract.hostile import PAGE as SHEET
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, docx, hint
from tests.scrapers.extract.writers import by_office, flat_odt

MOST_WRONG = 0.01
PAGE = (TITLE, *BODY, "行政许可1024件，办结率99.6%；《鄠邑区规定》（赫教发〔2025〕3号）第十二条。", *BODY[:4], *SIGNED)


def scan(dpi: int, *, worn: bool) -> bytes:
    """Return a PDF of nothing but pictures of a printed page: grey, and when worn blurred, speckled and askew."""
    printed = pypdfium2.PdfDocument(by_office(flat_odt(PAGE), "fodt", "pdf"))
    pictures = [page.render(scale=dpi / 72).to_pil().convert("L") for page in printed]
    printed.close()
    if worn:
        pictures = [_worn(picture) for picture in pictures]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return buffer.getvalue()


def _worn(picture: Image.Image) -> Image.Image:
    noise = Image.frombytes("L", picture.size, random.Random(7).randbytes(picture.width * picture.height))
    speckled = ImageChops.multiply(picture, noise.point(lambda value: 255 - value // 5))
    return speckled.filter(ImageFilter.GaussianBlur(0.7)).rotate(0.5, fillcolor=230, resample=Image.Resampling.BICUBIC)


def wrong(one: str, other: str) -> int:
    """Return the least number of characters put in, taken out or changed that makes one text the other."""
    row = list(range(len(other) + 1))
    for place, char in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, mark in enumerate(other, 1):
            before, row[at] = row[at], min(before + (char != mark), row[at] + 1, row[at - 1] + 1)
    return row[-1]


@pytest.mark.parametrize(("dpi", "worn"), [(150, False), (200, True)])
def test_a_scan_is_read_with_few_errors(dpi: int, worn: bool) -> None:
    with Reader(pictures=True) as reader:
        reading = reader.read(scan(dpi, worn=worn), hint("pdf", ocr=True))
    assert reading.outcome is None, reading.reason
    report = reading.report
    assert report is not None
    truth, found = canonical("".join(PAGE[1:-2])), canonical(report.text)
    assert wrong(truth, found) <= MOST_WRONG * len(truth)
    assert report.method == "ocr"
    assert report.ocr_confidence is not None
    assert report.ocr_confidence > 0.9
    assert "ocr" in report.flags
    assert str(report.signed_on) == "2024-12-26"


def test_a_scan_waits_until_it_is_asked_for() -> None:
    with Reader() as reader:
        assert reader.read(scan(72, worn=False), hint("pdf")).outcome == "needs_ocr"


def test_a_missing_recogniser_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapers.extract import read

    monkeypatch.setattr(reading_pictures, "_DEPENDENCIES", ("no_such_package",))
    reading = read(scan(72, worn=False), hint("pdf", ocr=True))
    assert reading.outcome == "unsupported_format"
    assert "requirements-ocr.txt" in reading.reason


HARMFUL = {
    "a picture of 3.6 billion points": picture_bomb,
    "a page of 25 million square points": lambda: pdf_of(
        CATALOG, PAGES, SHEET.replace(b"595 842", b"5000 5000"), stream(b""), FONT
    ),
    "more pages than are read": lambda: pdf_of(
        CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 61 + b"]/Count 61>>", SHEET, stream(b""), FONT
    ),
}


def test_harmful_pictures_end_in_their_outcome_where_scans_are_read() -> None:
    with Reader(pictures=True, seconds=60) as reader:
        for name, make in HARMFUL.items():
            reading = reader.read(make(), hint("pdf", ocr=True))
            assert reading.outcome in {"parser_limit", "needs_ocr", "unsupported_format"}, (name, reading)
            assert reading.reason, name
        good = reader.read(docx(GOOD), hint("docx"))
    assert good.report is not None
    assert good.report.text == "\n".join(BODY)
