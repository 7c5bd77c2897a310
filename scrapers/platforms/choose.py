"""Which links of a page are its list: the group with the most dated links, outside the page's furniture.

Enters: a page's tree and its address. Leaves: entries in page order and the container's name. It refuses to know site
systems, paging, and which titles are wanted. Navigation carries no dates, so it is never the answer while a dated list
stands on the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from urllib.parse import urljoin, urlsplit

from scrapers.dates import find_date, impossible_date
from scrapers.platforms.contract import Entry
from scrapers.platforms.links import Link, read, row_text
from scrapers.platforms.rows import ARTICLE, NEAR, Group, add_neighbours, dated_groups, undated_groups, upwards
from scrapers.platforms.tree import Element, words

MAX_ENTRIES = 2000
_ASIDE = re.compile("foot|recommend|relat|friend|swiper|(?<![a-z])(?:side|hot|rank|slide)", re.IGNORECASE)
_MENU = re.compile("nav|menu|header|crumb|banner", re.IGNORECASE)
"""Names of menus, which lists bear too (`xxgk_navli`): dated links to documents are no menu's."""
_PAGER = re.compile(
    r"\[?(?:[上下前后]一?页|尾页|末页|最后一页)\]?$|[共总](?:计|有)?:?\d{1,7}(?:页|条)|\d{1,4}/\d{1,4}页$"
)
_UNSAID = ("script", "style", "title")
_SHORTEST_NAME, _MORE_WORDS = 4, 6
"""Characters of a column's name, and what may stand beside it in its heading: 更多>>."""
_HEADING = 20
"""Elements of a heading that are looked at."""
_ROWED = frozenset({"ul", "ol", "table", "dl"})
_MONTH_DAY = re.compile(r"(?<![\d-])(\d{1,2})[-/月](\d{1,2})(?![\d-])")
_SPELLED = re.compile(r"/(20\d\d)[-/]?(\d\d)(?:[-/]?\d\d)?(?=[/_.-])")
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
    column, groups = _column(root), dated_groups(links, dates)
    paged = _paged(root, groups)
    folder = urljoin(url, ".")
    best = max(groups, key=lambda group: _rank(group, column, folder, paged), default=None)
    if best is None or _aside(best):
        plain = max(undated_groups(links), key=_rank, default=None)
        if plain is not None and not _aside(plain):
            best = plain
    if best is None or (_aside(best) and len(best.found) < _SHORTEST_ASIDE):
        return Chosen()
    add_neighbours(best, links)
    chosen = [best.found[place] for place in sorted(best.found)][:MAX_ENTRIES]
    entries = tuple(Entry(link.url, link.title, day or _short_date(link)) for link, day in chosen)
    return Chosen(entries, name(best.holder), _aside(best), tuple(_damage(best)))


def _damage(group: Group) -> Iterator[str]:
    """Yield what is wrong with the rows of a list: dates that are none, titles with markup in them."""
    undated = (link for link, day in group.found.values() if day is None)
    wrong = [spelled for link in undated if (spelled := impossible_date(row_text(link.element)))]
    if wrong:
        yield f"dates that no calendar has, in {len(wrong)} rows, the first: {wrong[0]}"
    if any(link.marked_up for link, _ in group.found.values()):
        yield "titles hold markup, which was taken out"


def name(element: Element) -> str:
    """Return an element's tag with its first class or id, for messages."""
    mark = (element.get("class") or "").split()[:1] or (element.get("id") or "").split()[:1]
    return ".".join([str(element.tag), *mark])


def _rank(
    group: Group, column: str = "", folder: str = "", paged: Group | None = None
) -> tuple[bool, bool, bool, bool, int]:
    own = bool(urlsplit(folder).path.strip("/")) and _below(group, folder)
    return not _aside(group), _headed(group.holder, column), own, group is paged, len(group.found)


def _below(group: Group, folder: str) -> bool:
    """Say whether most documents of a group lie below the list's own address: those of other columns do not."""
    return 2 * sum(link.url.startswith(folder) for link, _ in group.found.values()) > len(group.found)


def _paged(root: Element, groups: list[Group]) -> Group | None:
    """Return the group right before the page's pager: a list's last page may hold fewer rows than the boxes around."""
    at = next((place for place, element in enumerate(root.iter()) if _PAGER.match(_said(element))), 0)
    before = [group for group in groups if max(group.found) < at]
    return max(before, key=lambda group: max(group.found), default=None)


def _said(element: Element) -> str:
    return (element.text or "").strip()[:20] if isinstance(element.tag, str) and element.tag not in _UNSAID else ""


def _column(root: Element) -> str:
    """Return what a page's title calls its column: what stands before the site's name."""
    title = next((words(element) for element in root.iter("title")), "")
    name = re.split(r"[-_|—–·,，]", title, maxsplit=1)[0].strip()
    return name if len(name) >= _SHORTEST_NAME else ""


def _headed(holder: Element, column: str) -> bool:
    """Say whether right above a list stands the name of the page's column alone; boxes of other news have their own."""
    for element in upwards(holder, 3) if column else ():
        above = element.getprevious()
        nodes = [] if above is None or not isinstance(above.tag, str) else list(islice(above.iter(), _HEADING))
        said = [node.text for node in nodes] + [node.tail for node in nodes[1:]]
        text = "".join(piece.strip() for piece in said if piece)
        if text:  # the nearest heading is the list's own
            plain = _ROWED.isdisjoint(node.tag for node in nodes)
            return plain and column in text and len(text) <= len(column) + _MORE_WORDS
    return False


def _short_date(link: Link) -> date | None:
    """Return the date of a row that shows month and day, where the document's address says the year and agrees."""
    shown, spelled = _MONTH_DAY.search(row_text(link.element).replace(link.title, "")), _SPELLED.search(link.url)
    if shown is None or spelled is None or int(spelled[2]) != int(shown[1]):
        return None
    return find_date(f"{spelled[1]}-{shown[1]}-{shown[2]}")


def _aside(group: Group) -> bool:
    links = [link for link, _ in group.found.values()]
    above = list(upwards(links[0].element, NEAR))
    marks = " ".join(f"{element.get('class') or ''} {element.get('id') or ''}" for element in above)
    if _ASIDE.search(marks) or any(element.tag in ("nav", "header", "footer", "aside") for element in above):
        return True
    documents = sum(day is not None and bool(ARTICLE.search(link.url)) for link, day in group.found.values())
    return bool(_MENU.search(marks)) and 2 * documents < len(links)
