"""开普 UCAP and other intensive platforms: lists in the markup, in an HTML comment, or as data in a script.

Enters: page text. Leaves: listings. The comment that holds the list also holds the call that names its pages, e.g.
`createPageHTML('page_div', 10, 1, 'list', 'shtml', 200)`, where page 2 is `list_2.shtml`.
"""

from collections.abc import Iterator

from scrapers.dates import find_date
from scrapers.platforms import generic, paging
from scrapers.platforms.contract import Entry, Listing, Structured
from scrapers.platforms.script import load_json, value_after
from scrapers.platforms.tree import absolute, parse, plain

NAME = "ucap"
BODY_SELECTORS: tuple[str, ...] = (
    "ucapcontent",
    "#UCAP-CONTENT",
    "#zoomcon",
    "#cmsArticleContent",
    ".article-content-body",
    "#zoom",
    ".article-content",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = (("<UCAPCONTENT>", "</UCAPCONTENT>"), ("<ucapcontent>", "</ucapcontent>"))
_MARKS = ("<UCAPTITLE", "<UCAPCONTENT", "<ucaptitle", "<ucapcontent", "UCAP-CONTENT", "zoomcon", "cmsArticleContent")
_LIST_MARKS = ("page_div", "loadPageData(")


def recognise(text: str) -> tuple[str, ...]:
    """Return the marks of UCAP seen in a list or article page."""
    return tuple(mark for mark in (*_MARKS, *_LIST_MARKS) if mark in text)


def read_listing(text: str, url: str) -> Listing:
    """Read a list page from its script data, else its markup, else the comment that hides the list."""
    embedded = _embedded(text, url)
    if embedded is not None:
        return embedded
    call = paging.script_call(text)
    for part in _parts(text):
        root = parse(part)
        listing = generic.read_tree(root, part, url, call=call) if root is not None else None
        if listing is not None and listing.entries:
            return listing
    if call is None:
        return generic.read_listing(text, url)
    return Listing((), call.total, call.pages, paging.call_pages(call, url), "createPageHTML")


def read_article(text: str) -> Structured | None:
    """Return None: UCAP articles are markup only."""
    del text
    return None


def _parts(text: str) -> list[str]:
    """Return where the list may be, likeliest first: a comment that also pages, the page, other comments."""
    comments = list(_comments(text))
    paging_ones = [comment for comment in comments if "createPageHTML" in comment]
    return [*paging_ones, _without_comments(text), *(one for one in comments if one not in paging_ones)]


def _comments(text: str) -> Iterator[str]:
    """Yield the inside of every comment that could hold a list, the last one even when it is never closed."""
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        inside = text[start + 4 : end if end >= 0 else len(text)]
        if "<a" in inside and ("<li" in inside or "<tr" in inside or "createPageHTML" in inside):
            yield inside
        start = text.find("<!--", end) if end >= 0 else -1


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*parts, text[at:]])


def _embedded(text: str, url: str) -> Listing | None:
    """Read `articleList: [{title, pubDate, urls: '{"pc": …}'}]`, the data a page hands to its own script."""
    data = value_after(text, "articleList") if "articleList" in text else None
    if not isinstance(data, list):
        return None
    entries = [entry for row in data if isinstance(row, dict) and (entry := _entry(row, url)) is not None]
    total, pages = paging.counts(text)
    if total is not None and total < len(entries):
        total = None
    return Listing(tuple(entries), total, pages, (), "articleList")


def _entry(row: dict[str, object], url: str) -> Entry | None:
    addresses = row.get("urls")
    if isinstance(addresses, str):
        addresses = load_json(addresses)
    href = addresses.get("pc") if isinstance(addresses, dict) else row.get("url")
    address = absolute(str(href or ""), url)
    title = plain(str(row.get("title") or row.get("showTitle") or ""))
    return Entry(address, title, find_date(str(row.get("pubDate") or ""))) if address and title else None
