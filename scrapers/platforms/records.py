"""Lists as data: the rows of an interface's answer, of a static JSON file, or of what a page hands to its script.

Enters: a value read from JSON or from a script. Leaves: entries, counts, and what could not be read. Systems name the
same things differently; the names are data below. It refuses to know systems, and to fetch what a row points to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scrapers.dates import find_date
from scrapers.platforms.contract import Entry
from scrapers.platforms.script import load_json
from scrapers.platforms.tree import absolute, plain

TITLE_NAMES = (
    "title", "showtitle", "articletitle", "infotitle", "doctitle", "topic", "subject", "contenttitle", "newstitle",
    "bt", "name",
)  # fmt: skip
ADDRESS_NAMES = (
    "url", "post_url", "urls", "link", "linkurl", "href", "infourl", "docpuburl", "pageurl", "articleurl", "visiturl",
    "path", "src",
)  # fmt: skip
DAY_NAMES = (
    "display_publish_time", "first_publish_time", "publish_time", "publishtime", "publishdate", "publishedtimestr",
    "publishedtime", "pubdate", "pubtime", "infodate", "docreltime", "releasetime", "showtime", "date", "fbsj",
    "create_time", "createtime", "created_at", "time",
)  # fmt: skip
TOTAL_NAMES = frozenset(
    [
        "total",
        "totalcount",
        "totalrecord",
        "totalrecords",
        "totalrows",
        "totalnum",
        "totalelements",
        "recordcount",
        "rowcount",
        "count",
    ]
)
PAGE_COUNT_NAMES = frozenset(["pages", "totalpage", "totalpages", "pagecount", "page_count"])
MOST_ROWS = 2000
_MARKUP = re.compile(r"<(?!/?em\b)[a-z/!]", re.IGNORECASE)
"""Markup in a title, but for the highlights of a search engine."""
MARKED_UP = "titles hold markup, which was taken out"
_MOST_NODES = 50_000
_CHINA = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of one value."""

    entries: tuple[Entry, ...] = ()
    total: int | None = None
    pages: int | None = None
    rows: int = 0
    """How many rows there were, those without a title or an address included."""
    name: str = ""
    """What the list is called in the value; empty when the value holds none."""
    damage: tuple[str, ...] = ()
    """What of the rows could not be read."""


def read(value: object, url: str) -> Records:
    """Return the longest list of titled, addressed rows in a value, and the counts nearest to it.

    A value that has an empty list beside a count of 0 is an empty list; a value without any list has no name.
    """
    best: tuple[int, str, list[object], tuple[Mapping[str, object], ...]] | None = None
    for name, rows, above in _lists(value):
        titled = sum(1 for row in rows[:MOST_ROWS] if isinstance(row, dict) and _title(_row(row)))
        if (titled or not rows) and (best is None or titled > best[0]):
            best = titled, name, rows, above
    if best is None:
        return Records()
    _, name, rows, above = best
    kept = [_row(row) for row in rows[:MOST_ROWS] if isinstance(row, dict)]
    entries = tuple(entry for row in kept if (entry := entry_of(row, url)) is not None)
    lost = sum(1 for row in kept if _title(row)) - len(entries)
    damage: tuple[str, ...] = (f"{lost} of {len(rows)} rows have a title and no address",) if lost > 0 else ()
    damage += (MARKED_UP,) if any(_MARKUP.search(str(_title(row))) for row in kept) else ()
    return Records(entries, _count(above, TOTAL_NAMES), _count(above, PAGE_COUNT_NAMES), len(rows), name, damage)


def entry_of(row: Mapping[str, object], url: str) -> Entry | None:
    """Return a row as an entry; None when it has no title or leads to no http document."""
    lowered = {name.lower(): value for name, value in row.items() if isinstance(name, str)}
    title = plain(str(_title(row) or ""))
    for name in ADDRESS_NAMES:
        address = absolute(_href(lowered.get(name)), url)
        if address and title:
            return Entry(address, title, day_of(lowered))
    return None


def day_of(row: Mapping[str, object]) -> date | None:
    """Return the first readable day: a date as written, or seconds or milliseconds since 1970 in China's time."""
    lowered = {name.lower(): value for name, value in row.items() if isinstance(name, str)}
    for name in DAY_NAMES:
        day = _day(lowered.get(name))
        if day is not None:
            return day
    return None


def _row(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return a row itself, or what a search engine wraps in it."""
    inside = row.get("source") or row.get("_source")
    return inside if isinstance(inside, dict) and _title(inside) else row


def _day(value: object) -> date | None:
    if isinstance(value, str) and value.isdecimal() and len(value) in (10, 13):
        value = int(value)
    if isinstance(value, int) and value > 10**11:
        value //= 1000
    if isinstance(value, int) and 946_684_800 <= value < 4_102_444_800:
        return (datetime.fromtimestamp(value, UTC) + _CHINA).date()
    return find_date(value) if isinstance(value, str) else None


def _title(row: Mapping[str, object]) -> object:
    lowered = {name.lower(): value for name, value in row.items() if isinstance(name, str)}
    return next((lowered[name] for name in TITLE_NAMES if isinstance(lowered.get(name), str) and lowered[name]), None)


def _href(value: object) -> str:
    """Return an address as written, or the desktop's of several: `{"pc": …, "wap": …}`, at times as JSON text."""
    if isinstance(value, str) and value[:1] == "{":
        value = load_json(value)
    if isinstance(value, dict):
        value = value.get("pc") or value.get("common")
    return value if isinstance(value, str) else ""


def _lists(value: object) -> Iterator[tuple[str, list[object], tuple[Mapping[str, object], ...]]]:
    """Yield every list in a value with its name and the objects it lies in, nearest first; bounded."""
    waiting: list[tuple[str, object, tuple[Mapping[str, object], ...]]] = [("list", value, ())]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        name, at, above = waiting.pop()
        if isinstance(at, str) and at[:1] in ("{", "[") and len(above) < 3:
            at = load_json(at)  # some interfaces wrap their answer in a string
        if isinstance(at, dict) and len(above) < 8:
            waiting.extend((str(key), inside, (at, *above)) for key, inside in list(at.items())[:200])
        elif isinstance(at, list):
            yield name, at, above
            waiting.extend((name, inside, above) for inside in at[:20] if isinstance(inside, dict) and len(above) < 8)


def _count(above: tuple[Mapping[str, object], ...], names: frozenset[str]) -> int | None:
    for holder in above:
        for name, value in holder.items():
            if name.lower() in names and isinstance(value, str | int) and not isinstance(value, bool):
                text = str(value)
                if text.isdecimal() and len(text) < 8:
                    return int(text)
    return None
