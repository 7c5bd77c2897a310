"""The text of a PDF, its wrapped lines joined into paragraphs.

Bytes in, paragraphs out. Scripts and actions are not run; the library has no such parts. Says how dense the text
is, so that scans are told apart.
"""

import pypdfium2

from scrapers.extract import wrapped
from scrapers.extract.unreadable import BadDocument, Kind


def read_pdf(payload: bytes) -> list[str]:
    """Return a PDF's paragraphs; raises BadDocument when it is locked, broken, a scan or too long."""
    pages = _pages(payload)
    if wrapped.is_scan(pages):
        raise BadDocument(Kind.SCAN, f"{len(pages)} pages hold almost no text: a scan")
    return wrapped.paragraphs(pages)


def open_pdf(payload: bytes) -> pypdfium2.PdfDocument:
    """Open a PDF, which the caller closes; raises BadDocument when it is locked, broken or too long."""
    try:
        document = pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        kind = Kind.LOCKED if "password" in str(error).lower() else Kind.BROKEN
        raise BadDocument(kind, f"unreadable PDF: {error}") from None
    if len(document) > wrapped.MOST_PAGES:
        document.close()
        raise BadDocument(Kind.BOMB, f"more than {wrapped.MOST_PAGES} pages")
    return document


def _pages(payload: bytes) -> list[list[str]]:
    document = open_pdf(payload)
    try:
        pages = []
        total = 0
        for number in range(len(document)):
            pages.append(_page(document, number))
            total += sum(map(len, pages[-1]))
            if total > wrapped.MOST_TEXT:
                raise BadDocument(Kind.BOMB, f"more than {wrapped.MOST_TEXT:,} characters")
        return pages
    except pypdfium2.PdfiumError as error:
        raise BadDocument(Kind.BROKEN, f"unreadable PDF page: {error}") from None
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
