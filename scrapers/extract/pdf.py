"""The text of a PDF, its wrapped lines joined into paragraphs.

Bytes in, paragraphs out. Page numbers and running heads are the paper's, not the text's, and go. Scripts and
actions are not run; the library has no such parts. Says how dense the text is, so that scans are told apart.
"""

import re
from collections import Counter
from collections.abc import Sequence

import pypdfium2

from scrapers.extract.docx import BadDocument

MOST_PAGES = 500
MOST_TEXT = 5_000_000
LEAST_A_PAGE = 20
"""Ideographs a page below which a PDF is a scan."""
FULL = 0.85
"""Share of the usual line length from which a line is taken to run on."""
RUNNING = 3
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_NUMBER = re.compile(r"^[-—–－·\s第]*\d{1,3}[-—–－·\s页]*(?:/?\s?(?:共\s?)?\d{1,3}\s?页?)?$")
_ENDS = re.compile("[。！？：；”’）)]$")
_BEGINS = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[、）)．.]|第[一二三四五六七八九十]{1,3}[章节条部]|[（(]?\d{1,2}[、．.）)](?!\d)|附件)"
)


def read_pdf(payload: bytes) -> list[str]:
    """Return a PDF's paragraphs; raises BadDocument when it is locked, broken, a scan or too long."""
    pages = _pages(payload)
    text = "".join("".join(page) for page in pages)
    if len(_HAN.findall(text)) < LEAST_A_PAGE * max(1, len(pages)):
        raise BadDocument("scan", f"{len(pages)} pages hold almost no text: a scan")
    return _paragraphs(_without_running_lines(pages))


def _pages(payload: bytes) -> list[list[str]]:
    try:
        document = pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        kind = "locked" if "password" in str(error).lower() else "broken"
        raise BadDocument(kind, f"unreadable PDF: {error}") from None
    try:
        if len(document) > MOST_PAGES:
            raise BadDocument("bomb", f"{len(document):,} pages, more than {MOST_PAGES}")
        pages = []
        total = 0
        for number in range(len(document)):
            pages.append(_page(document, number))
            total += sum(map(len, pages[-1]))
            if total > MOST_TEXT:
                raise BadDocument("bomb", f"more than {MOST_TEXT:,} characters")
        return pages
    except pypdfium2.PdfiumError as error:
        raise BadDocument("broken", f"unreadable PDF page: {error}") from None
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> list[str]:
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            raw = str(text.get_text_bounded())
        finally:
            text.close()
    finally:
        page.close()
    # U+FFFE marks a hyphen that the line break made; Chinese text has none of its own there.
    return [line for line in (part.strip() for part in raw.replace("\ufffe", "").splitlines()) if line]


def _without_running_lines(pages: Sequence[list[str]]) -> list[str]:
    """Drop page numbers, and first or last lines that most pages repeat."""
    edges = Counter(line for page in pages for line in {*page[:1], *page[-1:]})
    running = {line for line, count in edges.items() if count >= RUNNING and count * 2 > len(pages)}
    kept = []
    for page in pages:
        for place, line in enumerate(page):
            edge = place in (0, len(page) - 1)
            if not (edge and (line in running or _NUMBER.match(line))):
                kept.append(line)
    return kept


def _paragraphs(lines: Sequence[str]) -> list[str]:
    lengths = sorted(len(line) for line in lines)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    paragraphs: list[str] = []
    runs_on = False
    for line in lines:
        if runs_on and not _BEGINS.match(line):
            paragraphs[-1] += line if _wide(paragraphs[-1][-1], line[0]) else " " + line
        else:
            paragraphs.append(line)
        runs_on = len(line) >= FULL * usual and not _ENDS.search(line)
    return paragraphs


def _wide(left: str, right: str) -> bool:
    return not (left.isascii() and right.isascii() and left.isalpha() and right.isalpha())
