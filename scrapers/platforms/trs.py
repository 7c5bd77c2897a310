"""TRS WCM and 海云: static lists `index.shtml`, `index_1.shtml` …, named by a script call.

Marks: `.TRS_Editor`, `.TRS_UEDITOR`, `.trs_editor_view`, `a.CurrChnlCls`, `createPageHTML(5, 0, "index", "shtml")` with
the count of pages first, articles `/202403/t20240328_6583952.html`.
Hosts seen: www.tjjh.gov.cn (`202403/t<day>_<id>.html`), sjj.cq.gov.cn (`zwgk/fzjsldbg/`).

Enters: page text. Leaves: listings whose other pages come from `createPageHTML(n, current, "index", "shtml")`. The
rows are read by shape, since every site styles its own.
"""

from scrapers.platforms import answers, generic, paging
from scrapers.platforms.contract import Listing, Mark, Structured
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
MARKS: tuple[Mark, ...] = (
    Mark(r"TRS_Editor|TRS_UEDITOR|trs_editor_view|trs_paper_default|trs_web_column", 3),
    Mark(r"CurrChnlCls", 3),
    Mark(r"createPageHTML\s{0,4}\(\s{0,4}[\w${]", 2),
    Mark(r"\bcountPage\s{0,4}=\s{0,4}\d", 2),
    Mark(r"/?20\d{4}/t20\d{6}_\d{3,12}\.s?html?", 2, of_address=True),
    Mark(r"/t\d{5,9}\.s?html?", 1, of_address=True),
)


def read_listing(text: str, url: str) -> Listing:
    """Read a list page; relative links resolve against `url`, the page's own address."""
    root = parse(text)
    if root is None or answers.is_answer(text):
        return generic.read_listing(text, url)
    call = paging.script_call(text)
    listing = generic.read_tree(root, text, url, call=call)
    if not listing.container and call is not None:
        return Listing((), listing.total, listing.pages, listing.following, "createPageHTML", listing.paging)
    return listing if listing.container else generic.behind(text, url) or listing


def read_article(text: str) -> Structured | None:
    """Return None: TRS articles are markup only."""
    del text
    return None
