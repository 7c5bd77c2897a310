"""Any site: rows with a date near each link, and paging links; or JSON with titled rows.

No marks: it is what the others fall back on, and what a page that nothing recognises is read by.
Hosts read so: www.lutai.gov.cn (`<alias>/<day>/<id>.html`), www.bjxch.gov.cn (`pnidpv<id>.html`).

Enters: page text. Leaves: listings by shape alone. A page that shows no list is searched for the data it hands to its
script and for the interfaces its script names.
"""

import re
from dataclasses import replace

from scrapers.model import PageRequest
from scrapers.platforms import answers, endpoints, numbered, paging, turning
from scrapers.platforms.choose import Chosen, choose, name
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.tree import Element, parse

NAME = "generic"
MARKS: tuple[Mark, ...] = ()
BODY_SELECTORS: tuple[str, ...] = (
    "#zoom",
    "#zoomcon",
    "#vsb_content",
    ".v_news_content",
    "#easysiteText",
    ".ewb-article-info",
    "#content",
    ".article-content",
    ".content_article",
    ".article-con",
    ".Article_content",
    ".newscontnet",
    ".pages_content",
    ".xxgk_content",
    ".zw",
    ".view",
    "#js_content",
    "#fontzoom",
    "td.NewsContent",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_MORE = re.compile(r"(?:加载|显示|查看)更多|load ?more", re.IGNORECASE)
_LIST_WORDS = ("list", "news", "gkml", "xxgk")


def read_listing(text: str, url: str) -> Listing:
    """Read a list page by its shape. An empty list is one that says so, or whose element is there without rows."""
    if answers.is_answer(text):
        return answers.read(text, url)
    root = parse(text)
    shown = read_tree(root, text, url) if root is not None else Listing((), None, None, ())
    if not shown.entries:
        return behind(text, url) or shown
    return shown if shown.following else _continued(shown, text, url)


def _continued(shown: Listing, text: str, url: str) -> Listing:
    """Add the interface by which a page gets more rows than it shows, where it offers its reader more."""
    requests = endpoints.named(text, url)[:1] if _MORE.search(text) else ()
    more = tuple(
        request
        for first in requests
        for request in turning.after(first, len(shown.entries), shown.total, shown.pages) or (first,)
    )
    return replace(shown, following=more, paging="load more") if more else shown


def behind(text: str, url: str) -> Listing | None:
    """Return the list behind a page that shows none: the data in its script, else requests for its interfaces."""
    found = endpoints.state(text, url)
    requests = endpoints.named(text, url)
    if found.name:
        total = found.total if found.total is None or found.total >= len(found.entries) else None
        return Listing(found.entries, total, found.pages, requests[:1], found.name, "interface" if requests else "")
    return Listing((), None, None, requests, "interface named by the page's script", "interface") if requests else None


def read_tree(root: Element, text: str, url: str, *, call: paging.Call | None = None) -> Listing:
    """Read a parsed list page; a paging call names the other pages more surely than links do."""
    chosen = choose(root, url)
    if chosen.aside and paging.says_nothing(text):
        chosen = Chosen()
    total, pages = paging.counts(text)
    following: tuple[PageRequest, ...]
    if call is not None:
        total, pages = call.total, call.pages
        following = paging.call_pages(call, url)
        paged = f"createPageHTML {call.stem}_N.{call.extension}"
    else:
        following = numbered.linked_pages(root, url, pages)
        if not following and ("{" in text or "+" in text):
            told, named, following = paging.template_pages(text, url)
            total, pages = total if told is None else told, pages if named is None else named
        paged = numbered.describe(following)
    container = chosen.container or _empty_container(root, text)
    if total is not None and total < len(chosen.entries):
        total = None  # a count of something else, such as the hits of a search box
    return Listing(chosen.entries, total, pages, following, container, paged, chosen.damage)


def read_article(text: str) -> Structured | None:
    """Return None: a generic page carries no data beside its markup."""
    del text
    return None


def _empty_container(root: Element, text: str) -> str:
    """Name the element of a list that has no rows, when the page tells its reader so or shows an empty list."""
    if paging.says_nothing(text):
        return "a notice that there is nothing"
    for element in root.iter("ul", "ol", "tbody", "table", "div"):
        mark = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if any(word in mark for word in _LIST_WORDS) and not (element.text or "").strip() and len(element) == 0:
            return name(element)
    return ""
