"""ASP.NET WebForms: tables whose pages are turned by posting the page's own hidden fields back to it.

Marks: `__VIEWSTATE`, `__EVENTVALIDATION`, `__doPostBack('…','…')`, AspNetPager, `.aspx`.
Hosts seen: taoyuan.gov.cn (`Item/<id>.aspx`), sfj.xuancheng.gov.cn (`News/show/<id>`, the MVC successor).

Enters: page text. Leaves: listings whose next page is a POST with `__EVENTTARGET`. Only the next page is named: the
hidden fields of each page are good for that page alone. The rows are read by shape.
"""

import re
from dataclasses import replace

from scrapers.model import PageRequest
from scrapers.platforms import generic
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.numbered import is_label, is_next
from scrapers.platforms.tree import Element, absolute, parse, words

NAME = "aspnet"
MARKS: tuple[Mark, ...] = (
    Mark(r"__VIEWSTATE", 2),
    Mark(r"__doPostBack\(", 1),
    Mark(r"AspNetPager", 2),
    Mark(r"__EVENTVALIDATION", 1),
    Mark(r"\.aspx\b", 1, of_address=True),
    Mark(r"/News/show/\d", 1, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = (
    "td.NewsContent",
    "#ctl00_ContentPlaceHolder1_lblContent",
    ".newscontent",
    "#lblContent",
)
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
MOST_HIDDEN = 40
_MARK = r"(?:'|&#39;)"
_POSTBACK = re.compile(
    rf"__doPostBack\(\s{{0,4}}{_MARK}([^'&]{{1,200}}){_MARK}\s{{0,4}},\s{{0,4}}{_MARK}([^'&]{{0,100}}){_MARK}"
)
_FURTHER = re.compile(r"\.\.|…|页|[>»]|last", re.IGNORECASE)
"""What the control shows that leads to numbers a pager does not show."""
_GAP = r"\s{0,4}(?:</?\w{1,9}[^<>]{0,80}>)?\s{0,4}"
_CURRENT = re.compile(rf"第{_GAP}(\d{{1,5}}){_GAP}(?:页|/)|当前页?[:：]?{_GAP}(\d{{1,5}})")


def read_listing(text: str, url: str) -> Listing:
    """Read a list page; where a control of it posts back, the next page is asked for as that control would."""
    root = parse(text)
    if root is None:
        return generic.read_listing(text, url)
    listing = generic.read_tree(root, text, url)
    step, pages = _turn(root, text)
    listing = replace(listing, pages=pages if listing.pages is None else listing.pages)
    if step is None:
        return listing
    holder = next((element for element in root.iter("input") if element.get("name") == "__VIEWSTATE"), root)
    while holder.tag != "form" and (above := holder.getparent()) is not None:
        holder = above
    address = absolute(holder.get("action") or "", url) or url
    form = (*_hidden(holder), ("__EVENTTARGET", step[0]), ("__EVENTARGUMENT", step[1]))
    return replace(listing, following=(PageRequest(address, form),), paging="postback")


def read_article(text: str) -> Structured | None:
    """Return None: these articles are markup only."""
    del text
    return None


def _hidden(root: Element) -> tuple[tuple[str, str], ...]:
    fields: dict[str, str] = {}
    for element in root.iter("input"):
        name = element.get("name") or ""
        if (element.get("type") or "").lower() == "hidden" and name and len(fields) < MOST_HIDDEN:
            fields.setdefault(name, element.get("value") or "")
    return tuple((name, value) for name, value in fields.items() if not name.startswith("__EVENT") or "VALID" in name)


def _turn(root: Element, text: str) -> tuple[tuple[str, str] | None, int | None]:
    """Return target and argument of the control that turns to the next page, None on the last one, and the pages.

    The pages are told by a grid's pager that shows every number and nothing that leads further.
    """
    numbered: dict[int, tuple[str, str]] = {}
    further = False
    for element in root.iter("a", "input", "button"):
        posted = _POSTBACK.search(f"{element.get('href') or ''} {element.get('onclick') or ''}")
        if posted is None:
            continue
        shown = words(element)[:20] or (element.get("value") or "")[:20]
        if is_next(shown):
            return None if element.get("disabled") is not None else (posted[1], posted[2]), None
        further = further or _FURTHER.search(shown) is not None
        if (label := is_label(shown)) is not None:
            numbered[label] = posted[1], posted[2]
    printed = _CURRENT.search(text)
    most = max(numbered, default=0)
    missing = [number for number in range(1, most + 1) if number not in numbered]
    current = int(printed[1] or printed[2]) if printed else (missing[0] if missing else most)
    # The number of the page that is shown is no link: on the last page it is one more than those that are.
    whole = numbered and not further and most <= len(numbered) + 1 and not printed
    return numbered.get(current + 1), len(numbered) + 1 if whole else None
