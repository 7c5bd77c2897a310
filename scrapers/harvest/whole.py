"""An article in several pages put together: its first page's reading in, the whole's reading out.

The crawl has fetched the pages, each its own line with the first as parent. Where one is missing there is no report:
a text that is not whole is `truncated`, with what is missing, and asked for again.
"""

from collections.abc import Mapping
from typing import Protocol

from scrapers.model import Line, Outcome, Reading
from scrapers.platforms.further import MOST_PAGES


class Read(Protocol):
    """Reads what a line captured, as the reader is told it."""

    def __call__(self, line: Line, title: str = "", first_url: str = "", further: tuple[str, ...] = ()) -> Reading:
        """Read the page, or a piece of the article at `first_url`, or the article with its further texts."""


def whole(line: Line, first: Reading, offered: Mapping[str, Line], read: Read) -> tuple[Reading, set[str]]:
    """Return the reading of the whole article, or why it is not whole, and the addresses of its further pages."""
    waiting, pieces = dict(first.following), set[str]()
    texts: dict[int, str] = {}
    while waiting and len(texts) < MOST_PAGES:
        number = min(waiting)
        url = waiting.pop(number)
        pieces.add(url)
        piece = _piece(line, offered.get(url), first, read)
        if piece.report is None:
            return Reading(Outcome.TRUNCATED, f"a page of the article is missing, {url}: {piece.reason}"), pieces
        texts[number] = piece.report.text
        waiting |= {more: address for more, address in piece.following.items() if more not in texts}
    numbers = sorted(texts)
    # Systems count from 1 or from 2; whichever it is, none may be missing between.
    if waiting or numbers[0] > 2 or numbers[-1] - numbers[0] >= len(numbers):
        return Reading(Outcome.TRUNCATED, f"of the article's pages only those numbered {numbers} were found"), pieces
    return read(line, further=_new(first, [texts[number] for number in numbers])), pieces


def _piece(line: Line, page: Line | None, first: Reading, read: Read) -> Reading:
    if page is None or page.capture is None or line.capture is None:
        return Reading(Outcome.TRUNCATED, "it was not fetched")
    if page.outcome is not None:
        return Reading(page.outcome, page.reason)
    listed = line.candidate.title if line.candidate else ""
    return read(page, title=first.report.title.value if first.report else listed, first_url=line.capture.final_url)


def _new(first: Reading, texts: list[str]) -> tuple[str, ...]:
    """Return the texts that say something new: servers answer a page they do not know with one that they do."""
    known = first.report.text if first.report else ""
    new = dict.fromkeys(text for text in texts if text and not (known and known in text))
    return tuple(new) or ("",)
