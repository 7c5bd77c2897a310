"""One payload read in this process: the format chosen by the bytes, nothing limited.

Payload and hint in, `Reading` out, never an exception for what a document does. The child runs this under
limits; tests, `try` and benchmarks run it here.
"""

from dataclasses import replace

from scrapers import charset
from scrapers.extract.hint import Hint
from scrapers.extract.page import read_page
from scrapers.extract.piece import read_piece
from scrapers.extract.tree import TreeLimit
from scrapers.model import Outcome, Reading
from scrapers.platforms.further import further_pages
from scrapers.text import simplified

CONVERTED = "converted"
"""The flag of a body in traditional characters, which copies by others mostly are."""


def read(payload: bytes, hint: Hint) -> Reading:
    """Read one payload; the outcome is None for a report or its cover page, else it says why there is none."""
    reading = _read(payload, hint)
    report = reading.report
    if report is None or simplified(report.text) == report.text:
        return reading
    return replace(reading, report=replace(report, flags=(*report.flags, CONVERTED)))


def _read(payload: bytes, hint: Hint) -> Reading:
    if hint.media_type != "html":
        # Most children never meet a document, and its readers are a third of a child's start.
        from scrapers.extract.documents import read_document

        return read_document(payload, hint)
    decoded = charset.decode(payload, hint.declared_type)
    if decoded.mojibake:
        return Reading(
            Outcome.MOJIBAKE,
            f"no encoding gives sensible text: {decoded.replaced} characters lost in {decoded.encoding}",
        )
    try:
        reading = read_piece(decoded, hint) if hint.first_url else read_page(decoded, hint)
        return _with_pages(reading, decoded.text, hint)
    except TreeLimit as limit:
        return Reading(Outcome.PARSER_LIMIT, str(limit))


def _with_pages(reading: Reading, text: str, hint: Hint) -> Reading:
    """Name the further pages of an article, and say of its first page that they are not read yet."""
    if hint.further or reading.outcome not in (None, Outcome.LAYOUT_CHANGED):
        return reading
    named = further_pages(text, hint.url, hint.first_url or hint.url)
    if not named:
        return reading
    if reading.report is None or hint.first_url:
        return replace(reading, following=named)
    flags = (*reading.report.flags, f"further_pages_unread:{len(named)}")
    return replace(reading, following=named, report=replace(reading.report, flags=flags))
