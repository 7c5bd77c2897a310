"""The text of a Word document (ECMA-376, Office Open XML), paragraphs and tables in their order.

Bytes in, lines out. The zip is never unpacked to disk: one named member is read through a counter. Nothing it
links to is fetched, no entity is resolved, no macro is looked at.
"""

import io
import zipfile
import zlib

from lxml import etree

MEMBER = "word/document.xml"
MOST_BYTES = 64 * 1024 * 1024
MOST_RATIO = 200
MOST_MEMBERS = 10_000
CHUNK = 1 << 16
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT, _TAB, _BREAK, _PARAGRAPH, _CELL, _ROW = (_W + name for name in ("t", "tab", "br", "p", "tc", "tr"))
_HYPHEN = _W + "noBreakHyphen"
_SKIPPED = frozenset(
    {_FALLBACK, _W + "del", _W + "moveFrom", _W + "instrText", _W + "pPr", _W + "tblPr", _W + "sectPr"}
)


class BadDocument(Exception):
    """Raised when a document cannot be read: `kind` says whether it is broken, locked or a bomb."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def read_docx(payload: bytes) -> list[str]:
    """Return the document's non-empty lines: a line a paragraph or table row, cells separated by a space.

    Raises BadDocument when the bytes are no such document, or unfold beyond any document meant for people.
    """
    root = _parse(_member(payload))
    lines: list[str] = []
    _Walk(lines).run(root)
    return [line for line in (raw.strip() for raw in "".join(lines).split("\n")) if line]


def _member(payload: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise BadDocument("bomb", f"more than {MOST_MEMBERS:,} members")
            return _counted(archive, len(payload))
    except KeyError:
        raise BadDocument("broken", f"no {MEMBER} inside") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise BadDocument("broken", f"unreadable zip: {error}") from None


def _counted(archive: zipfile.ZipFile, length: int) -> bytes:
    """Read the member through a counter: what a zip says of its sizes may be a lie."""
    most = min(MOST_BYTES, max(length, CHUNK) * MOST_RATIO)
    parts = []
    total = 0
    with archive.open(MEMBER) as member:
        while chunk := member.read(CHUNK):
            total += len(chunk)
            if total > most:
                raise BadDocument("bomb", f"unfolds beyond {most:,} bytes")
            parts.append(chunk)
    return b"".join(parts)


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if b"<!DOCTYPE" in xml:
        raise BadDocument("broken", f"{MEMBER} declares a document type")
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise BadDocument("broken", f"{MEMBER} is not well-formed: {error}") from None


class _Walk:
    """One pass over the document's elements, without recursion."""

    def __init__(self, out: list[str]) -> None:
        self.out = out
        self.cells = 0

    def run(self, root: etree._Element) -> None:
        skipped: etree._Element | None = None
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if element.tag in _SKIPPED or _is_hidden(element):
                    skipped = element
                    walker.skip_subtree()
                else:
                    self._start(element)
            elif skipped is not None and element is skipped:
                skipped = None
            else:
                self._end(str(element.tag))

    def _start(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == _TEXT:
            self.out.append(element.text or "")
        elif tag == _HYPHEN:
            self.out.append("-")
        elif tag == _TAB:
            self.out.append(" ")
        elif tag == _BREAK:
            self.out.append(" " if self.cells else "\n")
        elif tag == _CELL:
            self.cells += 1

    def _end(self, tag: str) -> None:
        if tag == _PARAGRAPH:
            self.out.append(" " if self.cells else "\n")
        elif tag == _CELL:
            self.cells -= 1
        elif tag == _ROW:
            self.out.append("\n")


def _is_hidden(element: etree._Element) -> bool:
    """Say whether a run is hidden text (`w:vanish`), which readers of the document do not see."""
    if element.tag != _W + "r":
        return False
    mark = element.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(_W + "val") not in ("0", "false")
