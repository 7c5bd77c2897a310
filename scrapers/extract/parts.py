"""An article's lines taken apart: title lines and by-line off the head, sign-off off the end, the body between.

Lines and the title in, `Parts` out. Nothing is lost: what is not body is named. Furniture goes by the rules of
`scrapers.text`. Knows nothing of pages or of what the parts mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scrapers.dates import find_date, find_dates
from scrapers.extract import names
from scrapers.extract.likeness import ALIKE, alike
from scrapers.text import clean, is_document_number, trimmed

TITLE_LINES = 4
LONGEST_TITLE_LINE = 60
SEARCHED_HEAD = 6
SIGNED_LINES = 4
SEARCHED_END = 12
TWIN_LINE = 20
TWIN_TRIES = 4
TWIN_BODY = 80
TWIN_SHARE = 0.75
"""Share of a second copy's text that the first must hold; the copies may differ by a paragraph."""
_TITLE = re.compile(
    "^[^，。；：]{0,60}(?:法治|依法行政|法制|述法)[^，。；：]{0,40}(?:报告|总结|汇报|情况|年报|白皮书|報告|總結)(?:[（(].{2,14}[)）])?$"
)
SENTENCE_END = re.compile("[。；，]$")
_DATE_ONLY = re.compile(r"[\s\d０-９〇○零一二三四五六七八九十廿卅ＯO年月日号./\-－—－（）()【】]{6,30}")
_NUMBER = re.compile(r"\d{1,3}")
_NUMBERS = re.compile(r"[\d\s\[\]【】|·]{3,200}")
_HEADING = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[、）)．.]")


@dataclass(frozen=True, slots=True)
class Parts:
    """An article taken apart."""

    above: tuple[str, ...]
    """Short lines over the title that are no part of it: column names, a stray date."""
    title: tuple[str, ...]
    byline: tuple[str, ...]
    text: str
    """Clean body."""
    signed: tuple[str, ...]
    """The sign-off's lines, agency and date."""


def take_apart(lines: Sequence[str], title: str) -> Parts:
    """Split an article's lines; what text stands between title and sign-off comes back clean."""
    rest = _without_second_copy(clean("\n".join(lines)).split("\n"))
    aboves: list[str] = []
    titles: list[str] = []
    bylines: list[str] = []
    for _ in range(2):
        above, found, rest = _title_off(rest, title)
        aboves += above
        titles += found
        by, rest = _byline_off(rest)
        bylines += by
        if not (above or found or by):
            break
        rest = trimmed(rest)
    signed, rest = _signature_off(rest)
    return Parts(tuple(aboves), tuple(titles), tuple(bylines), clean("\n".join(rest)), tuple(signed))


def joined(first: Sequence[str], further: Sequence[str]) -> list[str]:
    """Return the lines of an article in several pages: the first page's without its pager, then the others'."""
    own = without_pager(clean("\n".join(first)))
    return [line for text in (own, *further) for line in text.split("\n") if line]


def without_pager(text: str) -> str:
    """Return a page's text without a last line of page numbers, 1 2 3; one with words is furniture wherever it is."""
    before, _, last = text.rpartition("\n")
    numbers = [int(number) for number in _NUMBER.findall(last[:200])]
    is_pager = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) and _NUMBERS.fullmatch(last)
    return before if is_pager else text


def signed_on(parts: Parts) -> tuple[date | None, str]:
    """Return the day a report was signed: the sign-off's date, else the by-line's."""
    for lines, provenance in ((parts.signed, "sign-off"), (parts.byline, "by-line")):
        found = next((day for line in reversed(lines) if (day := find_date(line))), None)
        if found is not None:
            return found, provenance
    return None, ""


def _title_off(lines: list[str], title: str) -> tuple[list[str], list[str], list[str]]:
    """Take off the lines that repeat the title, whole or broken over up to four, and short lines above them.

    Returns what stood above, the title's lines with a body's name over them, and the rest; a document number
    above the title is the report's and stays in the rest.
    """
    best: tuple[float, int, int] = (0.0, 0, 0)
    for start in range(min(SEARCHED_HEAD, len(lines))):
        for stop in range(start + 1, min(start + TITLE_LINES, len(lines)) + 1):
            if not _may_be_title(lines[stop - 1]):
                break
            score = alike("".join(lines[start:stop]), title)
            if score > best[0]:
                best = (score, start, stop)
        if not _may_be_title(lines[start]):
            break
    score, start, stop = best
    if score < ALIKE:
        start, stop = 0, _own_title(lines)
    if not stop:
        return [], [], lines
    numbers = [line for line in lines[:start] if is_document_number(line)]
    named = [line for line in lines[:start] if line not in numbers and names.is_body(line)]
    above = [line for line in lines[:start] if line not in numbers and line not in named]
    return above, [*named, *lines[start:stop]], [*numbers, *lines[stop:]]


def _own_title(lines: Sequence[str]) -> int:
    """Return how many opening lines read as a report's title by themselves; 0 when they do not."""
    for stop in range(1, min(TITLE_LINES, len(lines)) + 1):
        if not _may_be_title(lines[stop - 1]):
            return 0
        if _TITLE.match("".join(lines[:stop]).replace(" ", "")):
            return stop
    return 0


def _may_be_title(line: str) -> bool:
    return len(line) <= LONGEST_TITLE_LINE and not SENTENCE_END.search(line) and not _HEADING.match(line)


def _byline_off(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take off the body's name and the date that stand under a title; a document number before them stays."""
    first = taken = next((place for place, line in enumerate(lines) if not is_document_number(line)), 0)
    for line in lines[first : first + 3]:
        bare = line.strip("（）()【】 ")
        if not (names.is_body(bare) or (_DATE_ONLY.fullmatch(line) and find_date(line))):
            break
        taken += 1
    return lines[first:taken], [*lines[:first], *lines[taken:]]


def _signature_off(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take off the sign-off: the last date line with up to four names above it, or a name alone at the end."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 1 - SEARCHED_END), -1):
        if _is_signed_date(lines[at]):
            start = at
            while start > 0 and at - start < SIGNED_LINES and names.is_body(lines[start - 1]):
                start -= 1
            return lines[start : at + 1], [*lines[:start], *lines[at + 1 :]]
    # Several names in a row without a date are a list or a table's column.
    if len(lines) > 1 and names.is_body(lines[-1]) and not names.is_body(lines[-2]):
        return lines[-1:], lines[:-1]
    return [], lines


def _is_signed_date(line: str) -> bool:
    """Say whether a line is a date, or a body's name with its date."""
    if len(line) > names.LONGEST + 20 or len(find_dates(line)) != 1:
        return False
    if _DATE_ONLY.fullmatch(line):
        return True
    name = re.split(r"[\s（(]*(?:20\d{2}|二[〇○零ＯO])", line, maxsplit=1)[0]
    return names.is_body(name) and _DATE_ONLY.fullmatch(line[len(name) :]) is not None


def _without_second_copy(lines: list[str]) -> list[str]:
    """Cut where the body begins anew: pages hold it twice, for wide and for narrow screens."""
    first = next((line for line in lines if len(line) >= TWIN_LINE), "")
    begin = lines.index(first) if first else 0
    places = [place for place in range(begin + 1, len(lines)) if lines[place] == first]
    for again in places[:TWIN_TRIES]:
        if _is_copy(lines[begin:again], lines[again:]):
            return lines[: _copy_start(lines, begin, again)]
    return lines


def _is_copy(once: Sequence[str], twice: Sequence[str]) -> bool:
    """Say whether what follows is mostly what came before, and what came before is a body and not a sentence."""
    known = set(once)
    length = sum(map(len, twice))
    repeated = sum(len(line) for line in twice if line in known)
    return sum(map(len, once)) >= TWIN_BODY and repeated >= TWIN_SHARE * length


def _copy_start(lines: list[str], begin: int, again: int) -> int:
    """Return where the second copy's head starts: its title lines equal the ones above the first."""
    back = 0
    while back < begin and again - back - 1 > begin and lines[again - back - 1] == lines[begin - back - 1]:
        back += 1
    return again - back
