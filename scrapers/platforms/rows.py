"""Links that sit side by side: every group of rows on a page that could be a list.

Enters: a page's links and dates. Leaves: groups of links, each with the date beside it. It refuses to say which group
is the list. Cost grows with links and dates, not with the depth of the page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from scrapers.platforms.links import Link, Shown, joined_date
from scrapers.platforms.tree import Element

NEAR = 6
"""How many levels above a link or a date its item may lie."""
_CROWD = 6
"""More links than this around one date make it the page's furniture, not an item's date."""
_ROWS = frozenset({"li", "tr", "dd"})
ARTICLE = re.compile(
    r"/t20\d{6}_\d|/t\d{5,9}\.s?html?|/c(?:ontent|00)_\d|/art_[0-9a-f_]+\.|/post_\d|/(?:article|doc_)?[0-9a-f]{24,32}\."
    r"|/info/(?:\w{1,20}/)?\d+/[\w/-]*\d|/content\.s?html|/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\."
    r"|/20\d\d[/-]?\d\d(?:[/-]?\d\d)?/[^/]{1,80}\.j?s?html?$|/20\d\d/\d{1,3}/\d{3,12}\.html"
    r"|[?&](?:id|aid|articleid|infoid)=\w|/(?:article_|pnidpv|[\w-]{0,30}show-)?\d{5,30}\.(?:j?s?html?|aspx)$"
    r"|/(?:show|artview|detail|item)/(?:\w{1,40}/)?\d{4,12}(?:\.\w{2,6})?$|/\d{14,20}/index\.s?html$",
    re.IGNORECASE,
)

Key = tuple[Element | None, str, str, str]


@dataclass(slots=True)
class Group:
    """Links whose items sit side by side, by their place on the page."""

    holder: Element
    key: Key | None
    """What the items have in common; None when one element holds the whole list without rows."""
    found: dict[int, tuple[Link, date | None]] = field(default_factory=dict)
    items: set[Element] = field(default_factory=set)


def dated_groups(links: list[Link], dates: list[Shown]) -> list[Group]:
    """Return the groups of links that have a date beside them."""
    spans = _spans(links)
    shown: dict[Element, list[Shown]] = {}
    for one in dates:
        item = next((element for element in upwards(one.element, NEAR) if element in spans), None)
        if item is not None:
            shown.setdefault(item, []).append(one)
    groups: dict[object, Group] = {}
    for item, days in shown.items():
        first, last = spans[item]
        if last - first < _CROWD or len(days) > 1 or item.tag == "tr":
            own = links[first : last + 1]
            row = len(own) == 1 or len(days) == 1 or item.tag in _ROWS
            for link, day in _row(own, days) if row else _flat(own, days):
                _group(groups, item, whole=not row).found.setdefault(link.place, (link, day))
    return list(groups.values())


def undated_groups(links: list[Link]) -> list[Group]:
    """Return the groups of links whose addresses have the shape of an article's."""
    spans = _spans(links)
    groups: dict[object, Group] = {}
    for number, link in enumerate(links):
        if ARTICLE.search(link.url):
            # The item is the largest element that holds this link and no other; a list of one link has its row.
            alone = [element for element in upwards(link.element, NEAR) if spans[element] == (number, number)]
            row = next((element for element in upwards(link.element, 3) if element.tag in _ROWS), link.element)
            item = alone[-1] if len(links) > 1 else row
            _group(groups, item, whole=False).found[link.place] = (link, split_date(item))
    return list(groups.values())


def split_date(item: Element) -> date | None:
    """Return the date of an item that shows day and month in elements of their own, as cards do: 28, 2026-02."""
    pieces = [text.strip() for node in item.iter() for text in (node.text, node.tail) if text and text.strip()]
    return next((day for one, other in pairwise(pieces[:20]) if (day := joined_date(one, other))), None)


def add_neighbours(group: Group, links: list[Link]) -> None:
    """Add to a group the rows of the same list that show no date; a list without rows has none."""
    if group.key is None:
        return
    holders = {item.getparent() for item in group.items}
    for link in links:
        if link.place in group.found:
            continue
        for item in upwards(link.element, 4):
            parent = item.getparent()
            if item not in group.items and (parent in holders or _tag(parent) in _ROWS) and _key(item) == group.key:
                group.items.add(item)
                group.found[link.place] = (link, None)
                break


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


def _group(groups: dict[object, Group], item: Element, *, whole: bool) -> Group:
    if whole:
        return groups.setdefault(item, Group(item, None))
    key = _key(item)
    parent = item.getparent()
    group = groups.setdefault(key, Group(item if parent is None else parent, key))
    group.items.add(item)
    return group


def _key(item: Element) -> Key:
    """Return what neighbouring items share; striped rows may differ in class, lists may not."""
    parent = item.getparent()
    above = parent.getparent() if parent is not None else None
    mark = "" if parent is None or parent.tag in _ROWS else parent.get("class") or ""
    return above, _tag(parent), mark, _tag(item)


def _tag(element: Element | None) -> str:
    return "" if element is None else str(element.tag)


def _spans(links: list[Link]) -> dict[Element, tuple[int, int]]:
    """Return, for every element near above a link, the first and last of its links."""
    spans: dict[Element, tuple[int, int]] = {}
    for number, link in enumerate(links):
        for element in upwards(link.element, NEAR):
            first, _ = spans.get(element, (number, number))
            spans[element] = (first, number)
    return spans


def upwards(element: Element, levels: int) -> Iterator[Element]:
    """Yield the element and those above it, below <body>, `levels` at most."""
    at: Element | None = element
    while at is not None and levels and at.tag not in ("body", "html"):
        yield at
        at = at.getparent()
        levels -= 1
