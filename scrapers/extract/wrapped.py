"""Pages of printed lines in, paragraphs out: wrapped lines joined, page numbers and running heads gone.

They are the paper's, not the text's. For every format that knows lines on pages and no paragraphs.
"""

import re
from collections import Counter
from collections.abc import Sequence

from scrapers.extract.unreadable import BadDocument, Kind

MOST_PAGES = 500
MOST_TEXT = 5_000_000
LEAST_A_PAGE = 20
"""Ideographs a page below which a document is a scan."""
FULL = 0.85
"""Share of the usual line length from which a line is taken to run on."""
RUNNING = 3
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_NUMBER = re.compile(r"^[-—–－·\s第]*\d{1,3}[-—–－·\s页]*(?:/?\s?(?:共\s?)?\d{1,3}\s?页?)?$")
_ENDS = re.compile("[。！？：；”’）)]$")
_BEGINS = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[、）)．.]|第[一二三四五六七八九十]{1,3}[章节条部]|[（(]?\d{1,2}[、．.）)](?!\d)|附件)"
)


def paragraphs(pages: Sequence[Sequence[str]]) -> list[str]:
    """Return the text of pages of lines as paragraphs; raises BadDocument when they hold too much."""
    if len(pages) > MOST_PAGES:
        raise BadDocument(Kind.BOMB, f"{len(pages):,} pages, more than {MOST_PAGES}")
    if sum(len(line) for page in pages for line in page) > MOST_TEXT:
        raise BadDocument(Kind.BOMB, f"more than {MOST_TEXT:,} characters")
    return _joined(_without_running_lines(pages))


def is_scan(pages: Sequence[Sequence[str]]) -> bool:
    """Say whether pages hold so little text that they must be pictures of it."""
    found = sum(len(_HAN.findall(line)) for page in pages for line in page)
    return found < LEAST_A_PAGE * max(1, len(pages))


def _without_running_lines(pages: Sequence[Sequence[str]]) -> list[str]:
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


def _joined(lines: Sequence[str]) -> list[str]:
    lengths = sorted(len(line) for line in lines)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    found: list[str] = []
    runs_on = False
    for line in lines:
        if runs_on and not _BEGINS.match(line):
            found[-1] += line if _wide(found[-1][-1], line[0]) else " " + line
        else:
            found.append(line)
        runs_on = len(line) >= FULL * usual and not _ENDS.search(line)
    return found


def _wide(left: str, right: str) -> bool:
    return not (left.isascii() and right.isascii() and left.isalpha() and right.isalpha())
