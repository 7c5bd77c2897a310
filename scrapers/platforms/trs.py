"""TRS WCM and 海云: static lists `index.shtml`, `index_1.shtml` …, named by a script call.

Enters: page text. Leaves: listings whose other pages come from `createPageHTML(n, current, "index", "shtml")`. The
rows are read by shape, since every site styles its own.
"""

from scrapers.platforms import generic, paging
from scrapers.platforms.contract import Listing, Structured
from scrapers.platforms.tree import parse

NAME = "trs"
BODY_SELECTORS: tuple[str, ...] = (
    ".TRS_Editor",
    ".TRS_UEDITOR",
    ".trs_editor_view",
    ".trs_paper_default",
    "#zoom",
    ".view",
    ".article-content",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_MARKS = ("TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "trs_web_column", "CurrChnlCls", "createPageHTML(")


def recognise(text: str) -> tuple[str, ...]:
    """Return the marks of TRS seen in a page. The paging call alone also occurs on UCAP, where its form differs."""
    call = paging.script_call(text) if "createPageHTML(" in text else None
    shared = call is not None and call.first == 1
    return tuple(mark for mark in _MARKS if mark in text and not (shared and mark == "createPageHTML("))


def read_listing(text: str, url: str) -> Listing:
    """Read a list page; relative links resolve against `url`, the page's own address."""
    root = parse(text)
    if root is None:
        return Listing((), None, None, ())
    call = paging.script_call(text)
    listing = generic.read_tree(root, text, url, call=call)
    if not listing.container and call is not None:
        return Listing((), listing.total, listing.pages, listing.following, "createPageHTML")
    return listing


def read_article(text: str) -> Structured | None:
    """Return None: TRS articles are markup only."""
    del text
    return None
