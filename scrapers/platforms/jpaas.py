"""jpaas, the successor of JCMS: units from which a page's script gets its list, as JSON that holds markup or rows.

Marks: `/api-gateway/jpaas-publish-server/front/page/build/unit`, `querydata="{…}"`, articles `art_<32hex>.html`.
Hosts seen: www.suichang.gov.cn and jtysj.huzhou.gov.cn (`/art/…`, of the same maker).

Enters: a page that names units, or a unit's answer. Leaves: requests and listings. It refuses to know JCMS proper.
"""

import json
import re
from itertools import islice
from urllib.parse import urlencode, urljoin

from scrapers.model import PageRequest
from scrapers.platforms import answers, generic, numbered, paging, turning
from scrapers.platforms.choose import choose
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.script import value_after
from scrapers.platforms.tree import parse

NAME = "jpaas"
MARKS: tuple[Mark, ...] = (
    Mark(r"jpaas-publish-server|jpaas-", 3),
    Mark(r"front/page/build/unit", 3),
    Mark(r"querydata\s{0,4}=", 1),
    Mark(r"/art_[0-9a-f]{32}\.html", 2, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = ("#zoom", ".article-content", "#barrierfree_container .content")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_UNIT = "/front/page/build/unit"
_PAGE_SIZE = 15
_MOST_UNITS = 20
_LIST = re.compile(r"列表|list|pageSize|paging", re.IGNORECASE)
"""What the parameters of a unit that lists say, and those of crumbs, menus and counters do not."""
_QUERY = re.compile(r"querydata\s{0,4}=\s{0,4}(\"[^\"]{2,2000}\"|'[^']{2,2000}')", re.IGNORECASE)
_ADDRESS = re.compile(rf"[\"']([^\"'<>\s]{{1,300}}{re.escape(_UNIT)})[\"'?]")


def read_listing(text: str, url: str) -> Listing:
    """Read a page that names its unit, a unit's answer, or any other page by shape."""
    if answers.is_answer(text):
        return read_answer(text, url)
    shown = generic.read_listing(text, url)
    units = unit_requests(text, url)
    if units and not (shown.entries and shown.following):
        return Listing((), None, None, units, "jpaas unit", "build/unit pageNo")
    return shown


def read_article(text: str) -> Structured | None:
    """Return None: jpaas articles are markup only."""
    del text
    return None


def unit_requests(text: str, url: str) -> tuple[PageRequest, ...]:
    """Return a request for the first page of the unit that lists, or none; a page may have others beside it."""
    address = _ADDRESS.search(text)
    queries = [match[1][1:-1].replace("&quot;", '"') for match in islice(_QUERY.finditer(text), _MOST_UNITS)]
    if not queries or address is None:
        return ()
    fields = value_after(f"query={max(queries, key=_likely_list)}", "query")
    if not isinstance(fields, dict):
        return ()
    values = {str(name): str(value) for name, value in fields.items() if isinstance(value, str | int)}
    values.setdefault("paramJson", json.dumps({"pageNo": 1, "pageSize": _PAGE_SIZE}, separators=(",", ":")))
    return (PageRequest(f"{urljoin(url, address[1])}?{urlencode(values)}"),)


def _likely_list(query: str) -> bool:
    return _LIST.search(query) is not None


def read_answer(text: str, url: str) -> Listing:
    """Read a unit's answer `{"data": {"html": …}}`; the page after it is asked for while rows come."""
    answer, _ = answers.load(text)
    data = answer.get("data") if isinstance(answer, dict) else None
    markup = data.get("html") if isinstance(data, dict) else None
    if not isinstance(markup, str):
        return answers.read(text, url)
    root = parse(markup)
    if root is None:
        return Listing((), None, None, (), "jpaas unit", interface=True)
    chosen = choose(root, url)
    total, pages = paging.counts(markup)
    linked = numbered.linked_pages(root, url, pages)
    following = linked or (turning.after(PageRequest(url), len(chosen.entries), total, pages))
    return Listing(chosen.entries, total, pages, following, "jpaas unit", "build/unit pageNo", chosen.damage, True)
