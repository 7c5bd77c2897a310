"""How many pages and entries a list says it has, and the script call that names its pages.

Enters: page text and its address. Leaves: requests for the pages after this one, in order, and printed counts. It
refuses to know entries and links. Every pattern is bounded.
"""

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from scrapers.model import PageRequest

MAX_PAGES = 200
"""Pages named at most; the count of a list that says it has more is kept as printed."""
MAX_TRIES = 10
"""Paging calls that are looked at in one page."""
_CALL = re.compile(r"createPageHTML\s{0,9}\(([^()]{1,200})\)")
_WRITTEN = re.compile(
    r"href=\\?[\"']{0,2}([\w-]{1,80})[\"']\s{0,4}\+\s{0,4}[\"']_[\"']\s{0,4}\+\s{0,4}\w{1,40}\s{0,4}\+\s{0,4}[\"']\.[\"']"
    r"\s{0,4}\+\s{0,4}[\"'](\w{2,6})\b"
)
"""An address joined in the page's own script, as TRS did before `createPageHTML`: "index"+"_"+nextPage+"."+"html"."""
_STEM = re.compile(r"[\w-]{1,80}(?:/[\w-]{1,80}){0,6}")
_GAP = r"\s{0,4}(?:</?\w{1,9}[^<>]{0,80}>)?\s{0,4}"
_TOTAL = re.compile(rf"[共总](?:计|有|数)?[:：]?{_GAP}(\d{{1,7}}){_GAP}(?:条|篇|个?记录)")
_PAGES = re.compile(
    rf"[共总](?:计|有)?[:：]?{_GAP}(\d{{1,5}}){_GAP}页|/{_GAP}(\d{{1,5}}){_GAP}页"
    rf"|条(?:记录)?(?:&nbsp;|\s){{0,4}}{_GAP}\d{{1,4}}{_GAP}/{_GAP}(\d{{1,5}})(?![\d/])"
    r"|(?:page|fanye|index)\w{0,20}[\"'][^<>]{0,80}>\s{0,4}\d{1,4}\s{0,4}/\s{0,4}(\d{1,5})\s{0,4}<"
)
_COUNTED = re.compile(
    rf"[共总](?:计|有|数)?[:：]?{_GAP}(\d{{1,7}}){_GAP}(?:条|篇|个?记录)(?:&nbsp;|\s){{0,4}}{_GAP}\d{{1,4}}{_GAP}/"
)
_IS = r"[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
_SCRIPT_TOTAL = re.compile(rf"[tT]otal_?(?:[rR]ecords?|[cC]ount|[rR]ows?){_IS}(\d{{1,7}})\b")
_SCRIPT_PAGES = re.compile(rf"(?:[tT]otal_?[pP]ages?|[pP]age_?[cC]ount){_IS}(\d{{1,5}})\b")
_TEMPLATE = re.compile(
    r"[\"']([^\"'<>\s{}]{1,300}\{(?:page|p|n|num|pageno|pagenum|pageindex)\}[^\"'<>\s{}]{0,100})[\"']", re.IGNORECASE
)
_JOINED = re.compile(
    r"(?:href|location|url)\s{0,4}[=(]\s{0,4}[\"']([^\"'<>\s]{0,200}(?:_|-|/|list|index|[?&]\w{1,20}=))[\"']\s{0,4}\+\s{0,4}[\w.]{1,40}"
    r"(?:\(\))?\s{0,4}(?:\+\s{0,4}[\"']([.&][^\"'<>\s]{1,100})[\"'])?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\{\w{1,9}\}")
_SETTINGS = (
    "total|count|total_?count|record_?count|totals",
    "size|page_?size|limit|per_?page",
    "pages|page_?count|total_?pages?",
    "current|curr|page|page_?index|page_?no",
)
_NOTHING = re.compile("(?:暂无|没有)(?:找到|查询到)?(?:相关|符合条件的)?(?:数据|内容|信息|记录|文章|文件)")


@dataclass(frozen=True, slots=True)
class Call:
    """A `createPageHTML` call: how many pages there are, which one is shown, and how their files are named."""

    pages: int
    current: int
    stem: str
    extension: str
    total: int | None
    first: int
    """The number of the first page: 0, or 1 when the call names the element that holds the links."""


def script_call(text: str) -> Call | None:
    """Return the page's first readable `createPageHTML` call. Arguments may be variables set in the same page."""
    # Each try may search the page for three variables: many unreadable calls must not cost many searches.
    for match in islice(_CALL.finditer(text), MAX_TRIES):
        arguments = [part.strip() for part in match[1].split(",")]
        first = int(arguments[0][:1] in ("'", '"') and len(arguments) > 4)
        pages, current, stem, extension, *rest = [*arguments[first:], "", "", "", ""]
        name = stem.strip("\"'")
        suffix = extension.strip("\"'.")
        count, shown = _value(pages, text), _value(current, text)
        if count is not None and shown is not None and _STEM.fullmatch(name) and suffix.isalnum():
            return Call(count, shown, name, suffix, _value(rest[0], text), first)
    return _written_call(text)


def _written_call(text: str) -> Call | None:
    written = _WRITTEN.search(text)
    pages, current = _value("countPage", text), _value("currentPage", text)
    if written is None or pages is None or current is None:
        return None
    return Call(pages, current, written[1], written[2], None, 0)


def call_pages(call: Call, url: str) -> tuple[PageRequest, ...]:
    """Name the pages after the current one.

    `createPageHTML(5, 0, "index", "shtml")` counts from 0 and its page 2 is `index_1.shtml`;
    `createPageHTML('page_div', 5, 1, 'list', 'shtml', 98)` counts from 1 and its page 2 is `list_2.shtml`.
    """
    stop = min(call.pages, MAX_PAGES) + call.first
    numbers = range(max(call.current, call.first) + 1, stop)
    return tuple(PageRequest(urljoin(url, f"{call.stem}_{number}.{call.extension}")) for number in numbers)


def template_pages(text: str, url: str) -> tuple[int | None, int | None, tuple[PageRequest, ...]]:
    """Name the pages after the current one from a pager's settings: an address with `{page}` in it, and its counts.

    `new Paging({total: 31, size: 15, current: 1, url: '/fz/index_{page}.html'})`, or an address that a script joins
    from pieces, `location.href = "index_" + n + ".html"`, on a page that prints its counts. Returns total, pages and
    requests.
    """
    written = _TEMPLATE.search(text) or _JOINED.search(text)
    if written is None:
        return None, None, ()
    template = written[1] if written.re is _TEMPLATE else f"{written[1]}{{page}}{written[2] or ''}"
    near = text[max(0, written.start() - 300) : written.end() + 300]
    total, size, pages, current = (_setting(near, names) for names in _SETTINGS)
    if pages is None:
        pages = -(-total // size) if total is not None and size else counts(text)[1]
    numbers = range((current or 1) + 1, min(pages or 0, MAX_PAGES) + 1)
    named = tuple(PageRequest(urljoin(url, _PLACE.sub(str(number), template))) for number in numbers)
    return total, pages, named


def _setting(near: str, names: str) -> int | None:
    found = re.search(rf"(?<!\w)(?:{names}){_IS}(\d{{1,7}})\b", near, re.IGNORECASE)
    return int(found[1]) if found else None


def counts(text: str) -> tuple[int | None, int | None]:
    """Return how many entries and how many pages a list page prints; None for what it does not say.

    A count of entries stands beside a count of pages, or in a script: prose counts all kinds of things.
    """
    script_total, script_pages = _SCRIPT_TOTAL.search(text), _SCRIPT_PAGES.search(text)
    total = int(script_total[1]) if script_total else None
    pages = int(script_pages[1]) if script_pages else None
    for match in _TOTAL.finditer(text):
        if "页" in text[max(0, match.start() - 150) : match.end() + 150]:
            total = int(match[1])
            break
    counted = _COUNTED.search(text)
    if counted and total is None:
        total = int(counted[1])
    printed = _PAGES.search(text)
    if printed:
        pages = int(next(group for group in printed.groups() if group))
    return total, pages


def says_nothing(text: str) -> bool:
    """Say whether a page tells its reader that the list is empty."""
    return _NOTHING.search(text) is not None


def _value(argument: str, text: str) -> int | None:
    """Return an argument's number: written out, or set once as `var name = 5` in the same page."""
    argument = argument.strip("\"' ")
    if argument.isdecimal() and len(argument) < 7:
        return int(argument)
    if not argument.isidentifier() or len(argument) > 40:
        return None
    found = re.search(rf"\b{re.escape(argument)}\s{{0,4}}=\s{{0,4}}[\"']?(\d{{1,6}})\b", text)
    return int(found[1]) if found else None
