"""EasySite: lists whose paging controls keep their address in `tagname`, articles in `#easysiteText`.

Marks: `easysiteText`, `easysite-…` classes, `eportal/ui?pageId=`, `queryArticleByCondition(this,'…')`,
`article_paging_list_hidden`.
Hosts seen: www.sjz.gov.cn and sjzjyj.sjz.gov.cn (columns and articles named by UUID, pages `<uuid>-2.html`).

Enters: page text. Leaves: listings. A page control is `<a tagname="/columns/<uuid>-2.html" onclick="query…">`, which
`numbered` reads like any other link.
"""

from scrapers.platforms import generic
from scrapers.platforms.contract import Listing, Mark, Structured

NAME = "easysite"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MARKS: tuple[Mark, ...] = (
    Mark(r"easysiteText", 3),
    Mark(r"easysite-|EasySite", 2),
    Mark(r"queryArticleByCondition\(|article_paging_list_hidden", 3),
    Mark(r"eportal/ui\?", 2, of_address=True),
    Mark(rf"/columns/{_UUID}/", 3, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = ("#easysiteText", ".easysite-news-text", "#zoom")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()


def read_listing(text: str, url: str) -> Listing:
    """Read a list page by shape."""
    return generic.read_listing(text, url)


def read_article(text: str) -> Structured | None:
    """Return None: EasySite articles are markup only."""
    del text
    return None
