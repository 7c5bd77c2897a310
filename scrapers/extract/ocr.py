"""Scans read: the pictures of a PDF's pages in, paragraphs and how sure the recogniser was of them out.

Opt-in: rapidocr is in requirements-ocr.txt, not in requirements.txt; its models are in its wheel and nothing is
downloaded. Knows nothing of reports.
"""

import statistics
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Protocol, cast

from scrapers.extract import wrapped
from scrapers.extract.pdf import open_pdf
from scrapers.extract.unreadable import BadDocument, Kind

INSTALL = "pip install --require-hashes -r requirements-ocr.txt"
DPI = 200
POINTS_AN_INCH = 72
MOST_PAGES = 60
"""Some ten seconds each."""
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4000
"""Pictures are shrunk by the recogniser's own default of 2,000, which loses small print."""
SAME_LINE = 0.5
"""Share of its height by which a piece may stand higher or lower and still be on the line."""
THREADS = 2
_DEPENDENCIES = ("rapidocr", "onnxruntime", "numpy")


class _Read(Protocol):
    """What the recogniser answers: a box of four corners, a text and a score a piece, or None three times."""

    boxes: Sequence[Sequence[Sequence[float]]] | None
    txts: Sequence[str] | None
    scores: Sequence[float] | None


class _Recogniser(Protocol):
    def __call__(self, picture: object) -> _Read: ...


def is_installed() -> bool:
    """Say whether the recogniser is there."""
    return all(find_spec(name) for name in _DEPENDENCIES)


def read_pictures(payload: bytes) -> tuple[list[str], float]:
    """Return the paragraphs of a scanned PDF and the mean score of its characters, 0 to 1.

    Raises BadDocument when the recogniser is missing, or the scan is broken, too long, or holds no text.
    """
    if not is_installed():
        raise BadDocument(Kind.NO_TOOL, f"a scan, and rapidocr is not installed: {INSTALL}")
    pages: list[list[str]] = []
    scores: list[float] = []
    for picture in _pictures(payload):
        pieces = _pieces(_recogniser()(picture))
        pages.append(_lines(pieces))
        scores += [score for _, _, _, text, score in pieces for _ in text]
    if not scores:
        raise BadDocument(Kind.SCAN, f"no text to be seen on {len(pages)} pages")
    return wrapped.paragraphs(pages), round(statistics.fmean(scores), 4)


def _pictures(payload: bytes) -> Iterator[object]:
    document = open_pdf(payload)
    try:
        if len(document) > MOST_PAGES:
            raise BadDocument(Kind.BOMB, f"a scan of {len(document)} pages, more than {MOST_PAGES}")
        for page in document:
            scale = DPI / POINTS_AN_INCH
            width, height = page.get_size()
            if width * height * scale * scale > MOST_PIXELS:
                raise BadDocument(Kind.BOMB, f"a page of more than {MOST_PIXELS:,} pixels")
            bitmap = page.render(scale=scale, rev_byteorder=False)
            yield bitmap.to_numpy().copy()
            bitmap.close()
            page.close()
    finally:
        document.close()


def _pieces(read: _Read) -> list[tuple[float, float, float, str, float]]:
    """Return left edge, middle, height, text and score of each piece."""
    if read.boxes is None or read.txts is None or read.scores is None:
        return []
    found = []
    for box, text, score in zip(read.boxes, read.txts, read.scores, strict=True):
        high = [float(corner[1]) for corner in box]
        left = min(float(corner[0]) for corner in box)
        found.append((left, (min(high) + max(high)) / 2, max(high) - min(high), text, float(score)))
    return found


def _lines(pieces: Sequence[tuple[float, float, float, str, float]]) -> list[str]:
    lines: list[list[tuple[float, float, float, str, float]]] = []
    for piece in sorted(pieces, key=lambda piece: piece[1]):
        if lines and abs(piece[1] - lines[-1][-1][1]) <= SAME_LINE * min(piece[2], lines[-1][-1][2]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [" ".join(text for _, _, _, text, _ in sorted(line)) for line in lines]


@cache
def _recogniser() -> _Recogniser:
    from rapidocr import RapidOCR

    settings = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.max_side_len": LONGEST_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return cast("_Recogniser", RapidOCR(params=settings))
