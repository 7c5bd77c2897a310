"""The links and dates of a page in reading order, before anyone decides which of them are a list.

Enters: a page's tree and its address. Leaves: titled links to documents, and dates with the element that shows them.
It refuses to know containers and systems.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from scrapers.dates import find_date
from scrapers.platforms.tree import Element, absolute, base, plain, words

MAX_TITLE = 300
_SHORTEST_TITLE = 4
_MAY_BE_DATE = re.compile("[2２][0０][0-9０-９]{2}|二[〇零○]")
_NO_TITLE = re.compile(
    r"(?:更多|more|下载|查看|详情|详细|点击|阅读全文|打印|返回|首页|上一|下一|尾页|末页|当前位置)", re.IGNORECASE
)
_DAY = r"20\d\d ?[-./年] ?\d{1,2} ?[-./月] ?\d{1,2} ?日?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"
_DATE_AFTER = re.compile(rf" ?[\[(（【]? ?{_DAY} ?[\])）】]?$")
_DATE_BEFORE = re.compile(rf"^[\[(（【]? ?{_DAY}(?: ?[\])）】]| ) ?")
_CLOCK = re.compile("今天是|现在是|(?:星期|周)[一二三四五六日天]|农历")
"""Beside such words a date is the page's clock."""
_CUT = re.compile(r"(?:…|\.{2,})+$")
_SKIPPED = frozenset({"script", "style", "select", "option", "noscript", "head", "title"})


_MONTH = re.compile(r"(20\d\d)[-./年](\d{1,2})月?")
_DAY_ALONE = re.compile(r"\d{1,2}日?")
_YEAR = re.compile(r"(20\d\d)年?")
_MONTH_DAY = re.compile(r"(\d{1,2})[-./月](\d{1,2})日?")
_LONGEST_PIECE = 10
_OPENS = re.compile(
    r"(?:window\.open|location(?:\.href)?\s{0,4}=|location\.(?:assign|replace))\s{0,4}\(?\s{0,4}[\"']([^\"'()<>\s]{1,500})[\"']"
)
_MOST_BLOCKS = 12
_BLOCKS = ("div", "p", "dt", "dd", "li")
_TITLED = re.compile("tit|subject|(?<![a-z])(?:bt|name)(?![a-z])", re.IGNORECASE)
_ABOUT = re.compile("(?:发布|成文|更新|创建)?(?:日期|时间|来源|机构|单位)|浏览|点击|阅读|摘要|索引号")


@dataclass(frozen=True, slots=True)
class Link:
    """A link that could lead to a document."""

    element: Element
    place: int
    url: str
    title: str
    marked_up: bool = False
    """The title, as shown, held markup as text."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A date and the element that shows it."""

    element: Element
    place: int
    day: date


def read(root: Element, url: str) -> tuple[list[Link], list[Shown]]:
    """Return the page's titled links and its dates; `place` counts elements and orders both."""
    address = base(root, url)
    links: list[Link] = []
    dates: list[Shown] = []
    before = ""
    for place, element in enumerate(root.iter()):
        if isinstance(element.tag, str) and element.tag not in _SKIPPED:
            if element.tag == "a":
                link = _link(element, place, address)
                if link is not None:
                    links.append(link)
            _show(dates, element, place, element.text)
            piece = (element.text or "").strip()
            if day := joined_date(before, piece) if piece else None:
                dates.append(Shown(element, place, day))
            before = piece or before
        parent = element.getparent()
        if parent is not None and parent.tag not in _SKIPPED:
            _show(dates, parent, place, element.tail)
    return links, dates


def joined_date(one: str, other: str) -> date | None:
    """Return the date that two neighbouring texts make, as on cards: `28` and `2026-02`, `02-28` and `2026`."""
    if len(one) > _LONGEST_PIECE or len(other) > _LONGEST_PIECE:
        return None
    for first, second in ((one, other), (other, one)):
        month, year = _MONTH.fullmatch(first), _YEAR.fullmatch(first)
        if month is not None and _DAY_ALONE.fullmatch(second):
            return find_date(f"{month[1]}-{month[2]}-{second.rstrip('日')}")
        if year is not None and (day := _MONTH_DAY.fullmatch(second)):
            return find_date(f"{year[1]}-{day[1]}-{day[2]}")
    return None


def title_of(element: Element) -> str:
    """Return a link's title: its text without a date, or its title attribute when the text is cut short."""
    heading = next(element.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    heading = _lead(element) if heading is None else heading
    text = words(heading)
    text = _DATE_BEFORE.sub("", _DATE_AFTER.sub("", text)) or text
    stem = _CUT.sub("", text)
    whole = " ".join((element.get("title") or "").split())
    if whole and (not stem or stem != text or (len(whole) > len(stem) and whole.startswith(stem))):
        text = whole
    return text[:MAX_TITLE]


def _lead(element: Element) -> Element:
    """Return the part of a link that holds its title, where the link is a whole card of blocks; else the link."""
    if not len(element):
        return element
    inner = [block for block in islice(element.iter(*_BLOCKS), _MOST_BLOCKS) if block is not element]
    blocks = [block for block in inner if len(list(islice(block.iter(*_BLOCKS), 2))) == 1]
    spoken = [block for block in blocks if len(text := words(block)) >= _SHORTEST_TITLE and not _beside(text)]
    named = (block for block in spoken if _TITLED.search(f"{block.get('class') or ''} {block.get('id') or ''}"))
    return next(named, spoken[0] if len(blocks) > 1 and spoken else element)


def _beside(text: str) -> bool:
    """Say whether a line only tells about a document: its date, its source, its readers."""
    return bool(_ABOUT.match(text)) or not _DATE_BEFORE.sub("", text)


def _scripted(element: Element) -> str:
    """Return where a link or its row leads by script; empty when it leads nowhere."""
    at: Element | None = element
    for _ in range(3):
        if at is None or at.tag in ("ul", "table", "body"):
            break
        written = _OPENS.search(f"{at.get('onclick') or ''} {at.get('href') or ''}"[:1000])
        if written:
            return written[1]
        at = at.getparent()
    return ""


def _link(element: Element, place: int, address: str) -> Link | None:
    href = element.get("href") or ""
    if not href or href[:11].lower() == "javascript:":
        href = _scripted(element)
    if not href:
        return None
    title = title_of(element)
    if len(title) < _SHORTEST_TITLE or _NO_TITLE.match(title):
        return None
    url = absolute(href, address)
    clean = plain(title) if "<" in title else title
    return Link(element, place, url, clean or title, clean != title) if url else None


def row_text(element: Element) -> str:
    """Return the text around a link, up to its row."""
    at = element
    for _ in range(3):
        parent = at.getparent()
        if at.tag in ("li", "tr", "dd") or parent is None or parent.tag in ("body", "ul", "table", "tbody"):
            break
        at = parent
    return words(at)[:600]


def _show(dates: list[Shown], element: Element, place: int, text: str | None) -> None:
    if text and _MAY_BE_DATE.search(text) and not _CLOCK.search(text[:100]):
        day = find_date(text)
        if day is not None:
            dates.append(Shown(element, place, day))
