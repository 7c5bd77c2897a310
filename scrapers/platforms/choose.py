"""Which links of a page are its list: the group with the most dated links, outside the page's furniture.

Enters: a page's tree and its address. Leaves: entries in page order and the container's name. It refuses to know site
systems, paging, and which titles are wanted. Navigation carries no dates, so it is never the answer while a dated list
stands on the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrapers.dates import impossible_date
from scrapers.platforms.contract import Entry
from scrapers.platforms.links import read, row_text
from scrapers.platforms.rows import NEAR, Group, add_neighbours, dated_groups, undated_groups, upwards
from scrapers.platforms.tree import Element

MAX_ENTRIES = 2000
_ASIDE = re.compile(
    "nav|menu|foot|header|recommend|relat|friend|crumb|banner|swiper|(?<![a-z])(?:side|hot|rank|slide)", re.IGNORECASE
)
_SHORTEST_ASIDE = 3
"""Fewer links than this beside the main part of a page are no list."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The list of a page; no entries and no container when none was found."""

    entries: tuple[Entry, ...] = ()
    container: str = ""
    aside: bool = False
    """The list stands where pages put their furniture, and nothing better was found."""
    damage: tuple[str, ...] = ()
    """What of its rows could not be read."""


def choose(root: Element, url: str) -> Chosen:
    """Return the page's list. Where nothing dated is, links with the shape of article addresses make the list."""
    links, dates = read(root, url)
    best = max(dated_groups(links, dates), key=_rank, default=None)
    if best is None or _aside(best):
        plain = max(undated_groups(links), key=_rank, default=None)
        if plain is not None and not _aside(plain):
            best = plain
    if best is None or (_aside(best) and len(best.found) < _SHORTEST_ASIDE):
        return Chosen()
    add_neighbours(best, links)
    chosen = [best.found[place] for place in sorted(best.found)][:MAX_ENTRIES]
    entries = tuple(Entry(link.url, link.title, day) for link, day in chosen)
    return Chosen(entries, name(best.holder), _aside(best), tuple(_damage(best)))


def _damage(group: Group) -> Iterator[str]:
    """Yield what is wrong with the rows of a list: dates that are none, titles with markup in them."""
    for link, day in group.found.values():
        if day is None and (wrong := impossible_date(row_text(link.element))):
            yield f"a date that no calendar has: {wrong}"
            break
    if any(link.marked_up for link, _ in group.found.values()):
        yield "titles hold markup, which was taken out"


def name(element: Element) -> str:
    """Return an element's tag with its first class or id, for messages."""
    mark = (element.get("class") or "").split()[:1] or (element.get("id") or "").split()[:1]
    return ".".join([str(element.tag), *mark])


def _rank(group: Group) -> tuple[bool, int]:
    return not _aside(group), len(group.found)


def _aside(group: Group) -> bool:
    first, _ = next(iter(group.found.values()))
    return any(
        element.tag in ("nav", "header", "footer", "aside")
        or _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in upwards(first.element, NEAR)
    )
