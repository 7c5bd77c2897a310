"""Which links of a page are its list: the container with the most dated article links.

Enters: a page's tree and its address. Leaves: entries in page order and the container's name. It refuses to know
site systems, paging, and which titles are wanted. Navigation carries no dates, so it is never the answer while a
dated list stands on the page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from scrapers.platforms.contract import Entry
from scrapers.platforms.links import Link, Shown, read
from scrapers.platforms.tree import Element

MAX_ENTRIES = 2000
_NEAR = 6
"""How many levels above a link or a date its item may lie."""
_CROWD = 6
"""More links than this around one date make it the page's furniture, not an item's date."""
_ROWS = frozenset({"li", "tr", "dd"})
_ARTICLE = re.compile(
    r"/t20\d{6}_\d|/content_\d|/art_[0-9a-f_]+\.|/post_\d|/[0-9a-f]{32}\.|/info/\d+/\d|/content\.s?html"
    r"|/20\d\d[/-]?\d\d(?:[/-]?\d\d)?/[^/]{1,80}\.s?html?$|[?&](?:id|aid|articleid|infoid)=\w|/\d{5,30}\.s?html?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    "nav|menu|foot|header|side|hot|rank|recommend|relat|friend|crumb|banner|slide|swiper", re.IGNORECASE
)
_Key = tuple[Element | None, str, str, str]
_Spans = dict[Element, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The list of a page; no entries and no container when none was found."""

    entries: tuple[Entry, ...] = ()
    container: str = ""


@dataclass(slots=True)
class _Group:
    """Links whose items sit side by side, by their place on the page."""

    holder: Element
    key: _Key | None
    """What the items have in common; None when one element holds the whole list without rows."""
    found: dict[int, tuple[Link, date | None]] = field(default_factory=dict)
    items: set[Element] = field(default_factory=set)


def choose(root: Element, url: str) -> Chosen:
    """Return the page's list. Where nothing dated is, links with the shape of article addresses make the list."""
    links, dates = read(root, url)
    best = max(_dated_groups(links, dates), key=_rank, default=None)
    if best is None or _aside(best.holder):
        plain = max(_undated_groups(links), key=_rank, default=None)
        if plain is not None and not _aside(plain.holder):
            best = plain
    if best is None:
        return Chosen()
    if best.key is not None:
        _add_neighbours(best, best.key, links)
    chosen = [best.found[place] for place in sorted(best.found)][:MAX_ENTRIES]
    return Chosen(tuple(Entry(link.url, link.title, day) for link, day in chosen), name(best.holder))


def name(element: Element) -> str:
    """Return an element's tag with its first class or id, for messages."""
    mark = (element.get("class") or "").split()[:1] or (element.get("id") or "").split()[:1]
    return ".".join([str(element.tag), *mark])


def _dated_groups(links: list[Link], dates: list[Shown]) -> list[_Group]:
    spans = _spans(links)
    shown: dict[Element, list[Shown]] = {}
    for one in dates:
        item = next((element for element in _upwards(one.element, _NEAR) if element in spans), None)
        if item is not None:
            shown.setdefault(item, []).append(one)
    groups: dict[object, _Group] = {}
    for item, days in shown.items():
        first, last = spans[item]
        if last - first < _CROWD or len(days) > 1 or item.tag == "tr":
            own = links[first : last + 1]
            row = len(own) == 1 or len(days) == 1 or item.tag in _ROWS
            group = _group(groups, item, whole=not row)
            for link, day in _row(own, days) if row else _flat(own, days):
                group.found.setdefault(link.place, (link, day))
    return list(groups.values())


def _undated_groups(links: list[Link]) -> list[_Group]:
    groups: dict[object, _Group] = {}
    for link in links:
        if _ARTICLE.search(link.url):
            item = next((element for element in _upwards(link.element, 3) if element.tag in _ROWS), link.element)
            _group(groups, item, whole=False).found[link.place] = (link, None)
    return list(groups.values())


def _row(own: list[Link], days: list[Shown]) -> list[tuple[Link, date]]:
    """Join one item's links and dates: its longest title, and the last date that is not part of that title."""
    link = max(own, key=lambda one: len(one.title))
    beside = [one for one in days if one.element is not link.element] or days
    return [(link, beside[-1].day)]


def _flat(own: list[Link], days: list[Shown]) -> list[tuple[Link, date]]:
    """Join the links and dates of a list without rows: each date belongs to the nearest link on its side."""
    places = [link.place for link in own]
    leads = days[0].place < places[0]
    pairs = []
    for one in days:
        at = bisect_left(places, one.place) if leads else bisect_right(places, one.place) - 1
        if 0 <= at < len(own):
            pairs.append((own[at], one.day))
    return pairs


def _add_neighbours(group: _Group, key: _Key, links: list[Link]) -> None:
    """Add the rows of the same list that show no date."""
    holders = {item.getparent() for item in group.items}
    for link in links:
        if link.place in group.found:
            continue
        for item in _upwards(link.element, 4):
            parent = item.getparent()
            if item not in group.items and (parent in holders or _tag(parent) in _ROWS) and _key(item) == key:
                group.items.add(item)
                group.found[link.place] = (link, None)
                break


def _group(groups: dict[object, _Group], item: Element, *, whole: bool) -> _Group:
    if whole:
        return groups.setdefault(item, _Group(item, None))
    key = _key(item)
    parent = item.getparent()
    group = groups.setdefault(key, _Group(item if parent is None else parent, key))
    group.items.add(item)
    return group


def _key(item: Element) -> _Key:
    """Return what neighbouring items share; striped rows may differ in class, lists may not."""
    parent = item.getparent()
    above = parent.getparent() if parent is not None else None
    mark = "" if parent is None or parent.tag in _ROWS else parent.get("class") or ""
    return above, _tag(parent), mark, _tag(item)


def _tag(element: Element | None) -> str:
    return "" if element is None else str(element.tag)


def _rank(group: _Group) -> tuple[bool, int]:
    return not _aside(group.holder), len(group.found)


def _aside(holder: Element) -> bool:
    return any(
        element.tag in ("nav", "header", "footer", "aside")
        or _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in _upwards(holder, 4)
    )


def _spans(links: list[Link]) -> _Spans:
    """Return, for every element near above a link, the first and last of its links."""
    spans: _Spans = {}
    for number, link in enumerate(links):
        for element in _upwards(link.element, _NEAR):
            first, _ = spans.get(element, (number, number))
            spans[element] = (first, number)
    return spans


def _upwards(element: Element, levels: int) -> Iterator[Element]:
    """Yield the element and those above it, below <body>, `levels` at most."""
    at: Element | None = element
    while at is not None and levels and at.tag not in ("body", "html"):
        yield at
        at = at.getparent()
        levels -= 1
