"""The text of a Word document (ECMA-376, Office Open XML), paragraphs and tables in their order.

Bytes in, lines out. Numbers that Word puts before paragraphs are printed, what a reader of the document does not
see is left out. No macro is looked at, and nothing the document links to.
"""

from lxml import etree

from scrapers.extract.archives import Archive, parse_xml
from scrapers.extract.numbering import Numbering, W, numbering

MEMBER = "word/document.xml"
_LISTS, _STYLES = "word/numbering.xml", "word/styles.xml"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT, _TAB, _BREAK, _PARAGRAPH, _CELL, _ROW = (W + name for name in ("t", "tab", "br", "p", "tc", "tr"))
_HYPHEN = W + "noBreakHyphen"
_SKIPPED = frozenset({_FALLBACK, W + "del", W + "moveFrom", W + "instrText", W + "pPr", W + "tblPr", W + "sectPr"})


def read_docx(payload: bytes) -> list[str]:
    """Return the document's non-empty lines: a line a paragraph or table row, cells separated by a space.

    Raises BadDocument when the bytes are no such document, or unfold beyond any document meant for people.
    """
    with Archive(payload) as archive:
        root = _part(archive, MEMBER)
        lists, styles = (_part(archive, name) if archive.holds(name) else None for name in (_LISTS, _STYLES))
    lines: list[str] = []
    _Walk(lines, numbering(lists, styles)).run(root)
    return [line for line in (raw.strip() for raw in "".join(lines).split("\n")) if line]


def _part(archive: Archive, name: str) -> etree._Element:
    # The standard's strict form has the same elements under another name.
    return parse_xml(archive.read(name).replace(_STRICT, W.strip("{}").encode()), name)


class _Walk:
    """One pass over the document's elements, without recursion."""

    def __init__(self, out: list[str], numbers: Numbering) -> None:
        self.out = out
        self.numbers = numbers
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
        elif tag == _PARAGRAPH:
            label = self.numbers.label(element)
            if label and any((text.text or "").strip() for text in element.iter(_TEXT)):
                self.out.append(label)
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
    if element.tag != W + "r":
        return False
    mark = element.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(W + "val") not in ("0", "false")
