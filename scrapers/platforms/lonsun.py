"""Lonsun 龙讯: disclosure catalogues of Anhui and beyond, articles at `/public/<department>/<id>.html`.

Marks: `/public/6600681/37797868.html`, `/openness/public/…`, `OpennessContent/show/<id>`, `/public/column/`, tables of
索引号 with class `table_suoyin` or `xxgk_…`, `Ls.` scripts, `pageIndex` parameters.
Hosts seen: www.huoqiu.gov.cn (`public/<department>/<id>`), www.wanzhi.gov.cn (`openness/public/…`).

Enters: page text. Leaves: listings. A catalogue's pages are `?pageIndex=N` of the same address, also where the pager is
drawn by `Ls.pagination` from counts that the page prints.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.model import PageRequest
from scrapers.platforms import generic, paging
from scrapers.platforms.contract import Listing, Mark, Structured

NAME = "lonsun"
MARKS: tuple[Mark, ...] = (
    Mark(r"\bLs\.\w{2,30}|lonsun", 3),
    Mark(r"class=[\"'][^\"']{0,80}(?:table_suoyin|xxgk_list|public_page_ul)", 2),
    Mark(r"/(?:openness/)?public/\d{5,9}/\d{5,10}\.html", 3, of_address=True),
    Mark(r"/public/column/\d", 3, of_address=True),
    Mark(r"/(?:OpennessContent|XxgkContent)/show/\d", 3, of_address=True),
    Mark(r"[?&]pageIndex=\d", 1, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = (
    ".gk_content",
    ".wzcon",
    "#zoom.j-fontContent",
    ".j-fontContent",
    ".newscontnet",
    "#zoom",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_PAGER = re.compile(r"Ls\.pagination|public_page|pagination\w{0,20}\(")


def read_listing(text: str, url: str) -> Listing:
    """Read a catalogue page; a pager that only a script draws is read from its counts."""
    listing = generic.read_listing(text, url)
    if listing.following or not listing.entries or listing.pages is None or not _PAGER.search(text):
        return listing
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    current = int(query["pageIndex"]) if query.get("pageIndex", "").isdecimal() else 1
    following = tuple(
        PageRequest(parts._replace(query=urlencode({**query, "pageIndex": str(number)})).geturl())
        for number in range(current + 1, min(listing.pages, paging.MAX_PAGES) + 1)
    )
    return Listing(
        listing.entries, listing.total, listing.pages, following, listing.container, "?pageIndex=N", listing.damage
    )  # fmt: skip


def read_article(text: str) -> Structured | None:
    """Return None: Lonsun articles are markup only."""
    del text
    return None
