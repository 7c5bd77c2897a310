"""From any page of a site to the addresses its column of reports may have.

Enters: a page's text and address. Leaves: addresses on the same host, the likeliest first: the page itself, columns
that links and breadcrumbs name, columns that an article's own address spells, and the hubs that lead there. It refuses
to fetch, and to say which one is right: only a list that holds reports is.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from scrapers.dates import title_year
from scrapers.discover.addresses import canonical_address
from scrapers.platforms.gkmlpt import catalogue_of
from scrapers.platforms.tree import Element, absolute, base, parse, words

MOST = 40
_LONGEST_NAME = 24
_NAMES = (
    (re.compile("法治政府建设.{0,6}(?:报告|年报|情况)"), 8),
    (re.compile("法治政府"), 7),
    (re.compile("依法行政|法治建设|法治[\u4e00-\u9fff]{0,2}年度报告"), 5),
    (re.compile("其他(?:法定|主动|应|需|公开).{0,8}(?:信息|内容)?|执法公示|工作报告|年度报告|总结"), 3),
    (re.compile("法定主动公开|政府信息公开|政务公开|信息公开|专题专栏|专题|公开目录"), 2),
    (re.compile("通知公告|公示公告|公告公示"), 1),
)
"""What columns of such reports, and the hubs that lead to them, are called."""
_ALIASES = (
    (re.compile(r"/(?:nd)?fz(?:zf|zg)?(?:js)?(?:qk|nd|gz)?(?:bg|nb)\d{0,2}(?:_\d+)?(?:/|$)|ndfzz?f?js"), 6),
    (re.compile(r"/\w{0,6}fzzf\w{0,8}(?:/|$)"), 5),
    (re.compile(r"/(?:fzjs|fzbg|yfxz)\w{0,4}(?:/|$)"), 4),
)
"""How their addresses abbreviate them."""
_CRUMB = re.compile("crumb|position|location|dqwz|weizhi|bread|currchnl|dqlm|path", re.IGNORECASE)
_CRUMB_WEIGHT = 3
_DERIVED_WEIGHT = 4
_FILE = re.compile(r"/[^/]*$")
_DATED = re.compile(r"/20\d\d(?:[-/]?\d\d){1,2}/?$|/20\d\d/?$")
_ARTICLE = re.compile(
    r"/(?:t\d{8}_\d+|post_\d+|content_\d+|content_?\w{0,40}|art_\w+_\d+|[0-9a-f]{32}|\d{4,}|c\d+_\d+)\.\w{2,6}$"
)


def columns(text: str, url: str) -> tuple[str, ...]:
    """Return addresses on the page's host where a list of reports may stand, likeliest first, the page itself too."""
    weights: dict[str, int] = {}
    for address, weight in _offers(text, url):
        if urlsplit(address).netloc.lower() == urlsplit(url).netloc.lower():
            spelled = address if "#" in address else canonical_address(address)
            weights[spelled] = max(weight, weights.get(spelled, 0))
    own = url if "#" in url else canonical_address(url)
    weights.setdefault(own, 0)
    ranked = sorted(weights, key=lambda address: (-weights[address], address != own, len(address)))
    return tuple(dict.fromkeys((*([] if is_article(url) else [own]), *ranked)))[:MOST]


def is_article(url: str) -> bool:
    """Say whether an address has the shape that systems give to documents."""
    return _ARTICLE.search(urlsplit(url).path) is not None


def _offers(text: str, url: str) -> Iterator[tuple[str, int]]:
    yield from ((address, _DERIVED_WEIGHT) for address in _derived(url))
    if "/gkmlpt/" in url and (catalogue := catalogue_of(text)):
        yield f"{url.partition('/gkmlpt/')[0]}/gkmlpt/index#{catalogue}", _DERIVED_WEIGHT
    root = parse(text)
    if root is None:
        return
    address = base(root, url)
    for element in root.iter("a"):
        target = absolute(element.get("href") or "", address)
        if target and not is_article(target):
            weight = _weight(element, target)
            if weight:
                yield target, weight


def _weight(element: Element, target: str) -> int:
    name = words(element)[: _LONGEST_NAME + 1] or (element.get("title") or "")
    named = 0
    if len(name) <= _LONGEST_NAME and title_year(name) is None:
        named = next((weight for pattern, weight in _NAMES if pattern.search(name)), 0)
    alias = next((weight for pattern, weight in _ALIASES if pattern.search(urlsplit(target).path)), 0)
    crumb = _CRUMB_WEIGHT if _in_crumb(element) else 0
    return max(named, alias, crumb if urlsplit(target).path.strip("/") else 0)


def _in_crumb(element: Element) -> bool:
    node: Element | None = element
    for _ in range(4):
        if node is None:
            return False
        if _CRUMB.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        node = node.getparent()
    return False


def _derived(url: str) -> Iterator[str]:
    """Yield the columns an article's address spells: `/art/…/art_12_3.html` means `/col/col12/`, `/x/t1.html` `/x`."""
    parts = urlsplit(url)
    if not is_article(url):
        return
    column = re.search(r"/art_(\d+)_\d+\.\w+$", parts.path)
    if column:
        yield urljoin(url, f"/col/col{column[1]}/index.html")
    folder = _FILE.sub("/", parts.path)
    shorter = _DATED.sub("/", folder.removesuffix("content/"))
    yield urljoin(url, shorter)
    if (alias := shorter.rstrip("/")).rpartition("/")[2].startswith("c1"):
        yield urljoin(url, f"{alias}/list.shtml")
