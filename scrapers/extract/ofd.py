"""The text of an OFD document (GB/T 33190), its wrapped lines joined into paragraphs.

Bytes in, paragraphs out. An OFD is a zip of XML: a list of pages, and on each page text objects with their places.
Text goes by where it stands on the page, not by where it stands in the file. Signatures and seals are not checked.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from scrapers.extract import wrapped
from scrapers.extract.archives import Archive
from scrapers.extract.unreadable import BadDocument, Kind

ENTRY = "OFD.xml"
SAME_LINE = 0.6
"""Share of its size by which text may stand higher or lower and still be on the line."""
APART = 0.8
"""Share of its size that parts two texts of a line like columns."""
_MOST_DELTAS = 10_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and where it stands, in millimetres from the page's upper left corner."""

    x: float
    y: float
    end: float
    size: float
    text: str


def read_ofd(payload: bytes) -> list[str]:
    """Return an OFD's paragraphs; raises BadDocument when it is broken, locked, a scan or too long."""
    with Archive(payload) as archive:
        pages = [page for document in _documents(archive) for page in _pages(archive, document)]
    if wrapped.is_scan(pages):
        raise BadDocument(Kind.SCAN, f"{len(pages)} pages hold almost no text: a scan")
    return wrapped.paragraphs(pages)


def _documents(archive: Archive) -> list[str]:
    roots = [_at(ENTRY, _text(node)) for node in _named(archive.tree(ENTRY), "DocRoot")]
    if not roots:
        raise BadDocument(Kind.BROKEN, f"{ENTRY} names no document")
    return roots[:1]  # further bodies are other documents, or older versions of this one


def _pages(archive: Archive, root: str) -> Iterator[list[str]]:
    document = archive.tree(root)
    places = [node for node in _named(document, "Page") if node.get("BaseLoc")]
    if len(places) > wrapped.MOST_PAGES:
        raise BadDocument(Kind.BOMB, f"{len(places):,} pages, more than {wrapped.MOST_PAGES}")
    for place in places:
        name = _at(root, place.get("BaseLoc") or "")
        yield _lines(_pieces(archive.tree(name))) if archive.holds(name) else []


def _pieces(page: etree._Element) -> Iterator[Piece]:
    for node in _named(page, "TextObject"):
        if node.get("Visible") in {"false", "0"}:
            continue
        left, top, *_ = [*_numbers(node.get("Boundary")), 0.0, 0.0]
        matrix = _numbers(node.get("CTM"))
        a, b, c, d, e, f = matrix if len(matrix) == 6 else [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        size = next(iter(_numbers(node.get("Size"))), 0.0) * (abs(d) or abs(b) or 1.0) or 1.0
        x = y = 0.0
        for code in _named(node, "TextCode"):
            # A text code without a place goes on from the one before it.
            x, y = (next(iter(_numbers(code.get(name))), old) for name, old in (("X", x), ("Y", y)))
            text = _text(code)
            width = sum(_deltas(code.get("DeltaX"), len(text))) * (abs(a) or 1.0) + size
            at = left + a * x + c * y + e
            yield Piece(at, top + b * x + d * y + f, at + width, size, text)


def _lines(pieces: Iterator[Piece]) -> list[str]:
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y):
        if lines and abs(piece.y - lines[-1][0].y) <= SAME_LINE * min(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [line for line in (_line(line) for line in lines) if line]


def _line(pieces: list[Piece]) -> str:
    text, end = "", None
    for piece in sorted(pieces, key=lambda piece: piece.x):
        if end is not None and piece.x - end > APART * piece.size:
            text += " "
        text += piece.text
        end = piece.end
    return " ".join(text.split())


def _deltas(written: str | None, most: int) -> list[float]:
    """Return the steps between characters; `g 3 5.5` stands for three of 5.5."""
    steps: list[float] = []
    words = (written or "").split()[:_MOST_DELTAS]
    at = 0
    while at < len(words) and len(steps) < most:
        if words[at] == "g" and at + 2 < len(words) and words[at + 1].isdigit():
            steps += _numbers(words[at + 2]) * min(int(words[at + 1][:6]), most)
            at += 3
        else:
            steps += _numbers(words[at])
            at += 1
    return steps


def _numbers(written: str | None) -> list[float]:
    try:
        return [float(word) for word in (written or "").split()[:8]]
    except ValueError:
        return []


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter("{*}" + name)


def _text(node: etree._Element) -> str:
    return (node.text or "").replace("\n", "").strip("\r\t")


def _at(base: str, place: str) -> str:
    """Return a member's name from a place written absolutely or from the file that names it."""
    place = place.strip()
    if place.startswith("/"):
        return posixpath.normpath(place).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), place))
