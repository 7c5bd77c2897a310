"""开普 UCAP and other intensive platforms: lists in the markup, in an HTML comment, as data in a script or behind it.

Marks: `<UCAPTITLE> <UCAPCONTENT>`, `#zoomcon`, `#cmsArticleContent`, `page_div`, `loadPageData({…})`,
`/common/search/<32hex>`, articles `/c110179/202503/<32hex>.shtml`, `/<alias>/202402/<32hex>.shtml`,
`/sft/c103808/202203/c00_<id>.shtml`, `/<column>/<column>/content_<id>.html`.
Hosts seen: www.xp.gov.cn (`c<id>/<month>/<32hex>`), sft.hlj.gov.cn (`c<id>/<month>/c00_<id>`),
www.qy.gov.cn (`0400/…`).

Enters: page text. Leaves: listings. The comment that holds the list also holds the call that names its pages, e.g.
`createPageHTML('page_div', 10, 1, 'list', 'shtml', 200)`, where page 2 is `list_2.shtml`.
"""

from collections.abc import Iterator

from scrapers.model import PageRequest
from scrapers.platforms import answers, generic, paging, records, turning
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.script import rows_after, value_after
from scrapers.platforms.tree import absolute, parse

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
MARKS: tuple[Mark, ...] = (
    Mark(r"<(?:UCAP|ucap)(?:TITLE|CONTENT|title|content)|UCAP-CONTENT", 3),
    Mark(r"id=[\"']?cmsArticleContent\b", 2),
    Mark(r"id=[\"']?zoomcon\b", 1),  # gkmlpt's sites have one too
    Mark(r"createPageHTML\s{0,4}\(\s{0,4}[\"']", 3),
    Mark(r"loadPageData\s{0,4}\(|\barticleList\s{0,4}:", 3),
    Mark(r"/common/search/[0-9a-f]{32}", 3),
    Mark(r"/\d{6}/[0-9a-f]{32}\.s?html", 3, of_address=True),
    Mark(r"/c\d{4,8}/(?:\d{6}/)?(?:c00_\d|content\.s?html|list)", 2, of_address=True),
    Mark(r"/\d{3,7}/\d{3,7}/content_\d{4,9}\.html", 2, of_address=True),
)
_QUERY_LIST = "/queryList"
"""Where `loadPageData` asks for further pages when its call does not say."""


def read_listing(text: str, url: str) -> Listing:
    """Read a list page from its script data, else its markup, else the comment that hides the list, else its answer."""
    if answers.is_answer(text):
        return answers.read(text, url)
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
    if "articleList" not in text:
        return None
    data = value_after(text, "articleList")
    broken = False
    if not isinstance(data, list):
        saved = rows_after(text, "articleList")
        if saved is None:
            return None
        data, broken = saved
    found = records.read({"articleList": data}, url)
    total, pages = paging.counts(text)
    if total is not None and total < len(found.entries):
        total = None
    damage: tuple[str, ...] = ("a row of articleList is broken: the others were read",) if broken else ()
    damage += found.damage
    following = _more(text, url, total, found.rows)
    return Listing(found.entries, total, pages, following, "articleList", "interface" if following else "", damage)


def _more(text: str, url: str, total: int | None, rows: int) -> tuple[PageRequest, ...]:
    """Name the requests after the rows in the page, as its call `loadPageData({unitid: …, perPage: 15, …})` makes them.

    Without a total the second page is asked for when the first one is full.
    """
    call = text.find("loadPageData(")
    fields = value_after(f"it={text[call + len('loadPageData(') :]}", "it") if call >= 0 else None
    if not isinstance(fields, dict):
        return ()
    size = str(fields.get("perPage") or "")
    if rows < 1 or (total is None and not (size.isdecimal() and rows >= int(size))):
        return ()
    address = absolute(str(fields.get("url") or _QUERY_LIST), url)
    pairs = tuple(
        (f"{name}[]" if isinstance(value, list) else str(name), str(one))
        for name, value in fields.items()
        if name not in ("url", "current")
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str | int)
    )
    first = PageRequest(address, (("current", "1"), *pairs))
    return turning.after(first, rows, total) if address else ()
