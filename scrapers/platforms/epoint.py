"""Epoint 新点: lists `moreinfo.html`, `2.html`, `3.html` …, or an interface that counts entries with `pn` and `rn`.

Marks: `ewb-…` classes such as `.ewb-article-info` and `.ewb-page`, `EpointWebBuilder`, article addresses that end in a
UUID.
Hosts seen: www.laobian.gov.cn (`003/003004/<day>/<uuid>.html`), nyncj.xuchang.gov.cn (`tzgg/<day>/<uuid>.html`).

Enters: page text or an interface's JSON. Leaves: listings.
"""

from scrapers.platforms import generic
from scrapers.platforms.contract import Listing, Mark, Structured

NAME = "epoint"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MARKS: tuple[Mark, ...] = (
    Mark(r"ewb-(?:article|page|list|info|data|news|con)\w{0,20}", 3),
    Mark(r"EpointWebBuilder|epoint", 3),
    Mark(rf"/20\d{{6}}/{_UUID}\.html|/content/{_UUID}\.html", 2, of_address=True),
    Mark(r"/(?:moreinfo|subpage)\w{0,20}\.html", 1, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = (
    ".ewb-article-info",
    ".ewb-info-con",
    ".ewb-article-content",
    "#zoom",
    ".news-article-para",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = ()


def read_listing(text: str, url: str) -> Listing:
    """Read a list page by shape, or an interface's answer."""
    return generic.read_listing(text, url)


def read_article(text: str) -> Structured | None:
    """Return None: Epoint articles are markup only."""
    del text
    return None
