"""The text of a Word 97 document: bytes in, lines out.

antiword reads it, as DocBook, because only there do table cells stay whole. It leaves out the numbers that Word puts
before list items, and it does not read every file: those go to LibreOffice where that is installed.
"""

from lxml import etree

from scrapers.extract import tools
from scrapers.extract.archives import parse_xml
from scrapers.extract.office import read_office
from scrapers.extract.tools import ANTIWORD, OFFICE
from scrapers.extract.unreadable import BadDocument, Kind

_BEGIN = b"<book"
_SKIPPED = frozenset({"bookinfo", "footnote"})
_NUMBERED = ("orderedlist", "sect1")
"""Elements whose items may have borne numbers."""


def read_doc(payload: bytes) -> list[str]:
    """Return the document's non-empty lines: a line a paragraph or table row, cells separated by a space."""
    try:
        book = _book(payload)
    except BadDocument as error:
        if error.kind is Kind.BOMB or not tools.where(OFFICE):
            raise
        return read_office(payload, "doc")
    if tools.where(OFFICE) and any(book.find(f".//{name}") is not None for name in _NUMBERED):
        return read_office(payload, "doc")
    return _lines(book)


def _book(payload: bytes) -> etree._Element:
    program = tools.where(ANTIWORD)
    if not program:
        raise tools.missing(ANTIWORD)
    with tools.in_memory(payload) as document:
        printed = tools.run(ANTIWORD, [program, "-m", "UTF-8.txt", "-x", "db", "/dev/fd/0"], document=document)
    begin = printed.find(_BEGIN)
    if begin < 0:
        raise BadDocument(Kind.BROKEN, "antiword finds no text in it")
    return parse_xml(printed[begin:], "what antiword printed")


def _lines(book: etree._Element) -> list[str]:
    out: list[str] = []
    entries = 0
    walker = etree.iterwalk(book, events=("start", "end"))
    for event, element in walker:
        tag = str(element.tag)
        if event == "start":
            if tag in _SKIPPED:
                walker.skip_subtree()
                continue
            entries += tag == "entry"
            out.append(_inside(element.text, entries))
            continue
        if tag == "entry":
            entries -= 1
            out.append(" ")
        elif tag in {"para", "title", "row"} and not entries:
            out.append("\n")
        if element is not book:
            out.append(_inside(element.tail, entries))
    return [line for line in (" ".join(raw.split()) for raw in "".join(out).split("\n")) if line]


def _inside(text: str | None, entries: int) -> str:
    """Return text as it stands in a paragraph or a cell; the spaces between elements are the writer's."""
    if text is None or not text.strip():
        return " " if text == " " else ""
    return text.replace("\n", " ") if entries else text
