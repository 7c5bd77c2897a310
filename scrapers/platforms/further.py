"""The further pages of one article: long texts are cut in pieces that a pager under the text names.

Enters: a page's text, its address and the address of the article's first page. Leaves: page numbers with absolute
addresses. It refuses to know what stands on them. A further page is one whose address is the first's with a number:
`t1_2.shtml` after `t1.shtml`, `?page=2` after no or another `page=`; a neighbour's or a list's address never is.
"""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from scrapers.platforms.paging import call_pages, script_call
from scrapers.platforms.tree import absolute

MOST_PAGES = 30
"""Pages of one article at most; a pager that names more is a trap."""
_LINK = re.compile(r"<a\s([^<>]{0,600})>([^<>]{0,20})", re.IGNORECASE)
_HREF = re.compile(
    r"(?<![\w-])href\s{0,4}=\s{0,4}(?:\"([^\"]{1,500})\"|'([^']{1,500})'|([^\s\"'>]{1,500}))", re.IGNORECASE
)
_NEXT = re.compile(r"^[\s\[【<«]*(?:下一?页|后一?页|末页|尾页|最后一页|余下全文|\d{1,2})[\s\]】>»]*$")
_NAMES = frozenset(
    {"page", "p", "pageno", "pagenum", "pagenumber", "page_no", "pageindex", "curpage", "currentpage", "pn"}
)
_CALL = "createPageHTML"


def may_continue(payload: bytes, first: str) -> bool:
    """Say whether a page's bytes can name a further page of an article at all, which is cheaper than reading them.

    The ways in which its address can be spelt are looked for, not a pager's words: some pagers are numbers alone.
    """
    name = urlsplit(first).path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    spelt = (_CALL, f"{stem}_", f"{stem}-", f"{name}?", '"?', "'?", "=?")
    return any(mark.encode() in payload for mark in spelt) or b"\0" in payload[:200]


def further_pages(text: str, url: str, first: str) -> dict[int, str]:
    """Return what a page of an article names of its further pages, by number, the first page itself left out.

    Numbers are those of the addresses, so that they may begin with 1 or 2; only their order counts.
    """
    found: dict[int, str] = {}
    call = script_call(text) if _CALL in text else None
    offered = [request.url for request in call_pages(call, url)] if call else []
    for match in _LINK.finditer(text):
        href = _HREF.search(match[1]) if _NEXT.match(unescape(match[2])) else None
        if href is not None:
            offered.append(absolute(unescape(next(part for part in href.groups() if part)), url))
    for address in offered:
        number = _number(address, first)
        if number and address != url and len(found) < MOST_PAGES:
            found.setdefault(number, address)
    return dict(sorted(found.items()))


def _number(address: str, first: str) -> int:
    """Return which further page of the article an address is; 0 for the first page and for everything else."""
    one, other = urlsplit(first), urlsplit(address)
    if (one.scheme, one.netloc) != (other.scheme, other.netloc) or not address:
        return 0
    if one.path == other.path:
        return _in_query(one.query, other.query)
    stem, dot, extension = one.path.rpartition(".")
    stem, extension = (stem, dot + extension) if dot and "/" not in extension else (one.path, "")
    rest = other.path.removeprefix(stem).removesuffix(extension)
    match = re.fullmatch(r"[_-](\d{1,2})", rest) if other.path.startswith(stem) and one.query == other.query else None
    return int(match[1]) if match else 0


def _in_query(one: str, other: str) -> int:
    known = [(name, value) for name, value in parse_qsl(one)[:20] if name.lower() not in _NAMES]
    rest, numbers = [], []
    for name, value in parse_qsl(other)[:20]:
        if name.lower() in _NAMES and value.isdecimal() and len(value) < 3:
            numbers.append(int(value))
        else:
            rest.append((name, value))
    return numbers[0] if rest == known and len(numbers) == 1 and numbers[0] > 1 else 0
