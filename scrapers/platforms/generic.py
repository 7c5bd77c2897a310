"""Any site: rows with a date near each link, and paging links.

Enters: page text. Leaves: listings by shape alone. It knows no system; it is what the others fall back on.
"""

from scrapers.model import PageRequest
from scrapers.platforms import numbered, paging
from scrapers.platforms.choose import Chosen, choose, name
from scrapers.platforms.contract import Listing, Structured
from scrapers.platforms.tree import Element, parse

NAME = "generic"
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
_LIST_WORDS = ("list", "news", "gkml", "xxgk")


def recognise(text: str) -> tuple[str, ...]:
    """Return nothing: a generic page has no marks of its own."""
    del text
    return ()


def read_listing(text: str, url: str) -> Listing:
    """Read a list page by its shape. An empty list is one that says so, or whose element is there without rows."""
    root = parse(text)
    if root is None:
        return Listing((), None, None, ())
    return read_tree(root, text, url)


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
    else:
        following = numbered.linked_pages(root, url, pages)
    container = chosen.container or _empty_container(root, text)
    if total is not None and total < len(chosen.entries):
        total = None  # a count of something else, such as the hits of a search box
    return Listing(chosen.entries, total, pages, following, container)


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
