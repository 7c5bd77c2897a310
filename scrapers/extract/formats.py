"""Which reader reads which format: bytes and their kind in, lines and how they were had out.

Readers are imported when first needed: most children never meet a document, and some readers are slow to load.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scrapers.extract.unreadable import BadDocument, Kind


@dataclass(frozen=True, slots=True)
class Found:
    """A document's text and how it was read."""

    lines: list[str]
    method: str
    confidence: float | None = None
    """The mean certainty of the characters, where a picture was read, 0 to 1."""


def read_lines(kind: str, payload: bytes) -> list[str]:
    """Return the lines of a document that is no container; raises BadDocument when there are none to be had."""
    reader = _READERS.get(kind)
    if kind == "locked":
        raise BadDocument(Kind.LOCKED, "the document needs a password")
    if reader is None:
        raise BadDocument(Kind.BROKEN, f"no reader for {kind or 'unknown'} documents")
    return reader(payload)


def read_scan(kind: str, payload: bytes) -> Found:
    """Read the pictures of a scan; raises BadDocument for what cannot be read."""
    if kind != "pdf":
        raise BadDocument(Kind.SCAN, f"only scans in PDF can be read, this is {kind}")
    from scrapers.extract.ocr import read_pictures

    lines, confidence = read_pictures(payload)
    return Found(lines, "ocr", confidence)


def _docx(payload: bytes) -> list[str]:
    from scrapers.extract.docx import read_docx

    return read_docx(payload)


def _pdf(payload: bytes) -> list[str]:
    from scrapers.extract.pdf import read_pdf

    return read_pdf(payload)


def _ofd(payload: bytes) -> list[str]:
    from scrapers.extract.ofd import read_ofd

    return read_ofd(payload)


def _sheet(payload: bytes) -> list[str]:
    from scrapers.extract.sheet import read_sheet

    return read_sheet(payload)


def _doc(payload: bytes) -> list[str]:
    from scrapers.extract.doc import read_doc

    return read_doc(payload)


def _office(kind: str) -> Callable[[bytes], list[str]]:
    def read(payload: bytes) -> list[str]:
        from scrapers.extract.office import read_office

        return read_office(payload, kind)

    return read


_READERS: dict[str, Callable[[bytes], list[str]]] = {
    "docx": _docx,
    "pdf": _pdf,
    "ofd": _ofd,
    "xlsx": _sheet,
    "xls": _sheet,
    "doc": _doc,
    "rtf": _office("rtf"),
    "wps": _office("wps"),
}
