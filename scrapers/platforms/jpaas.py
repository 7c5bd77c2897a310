"""jpaas units: the interface from which a page's script gets its list, as JSON that holds markup.

Enters: a page that names units, or a unit's answer. Leaves: requests and listings. It refuses to know JCMS proper.
"""

import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapers.model import PageRequest
from scrapers.platforms import numbered, paging
from scrapers.platforms.choose import choose
from scrapers.platforms.contract import Listing
from scrapers.platforms.script import load_json, value_after
from scrapers.platforms.tree import parse

_UNIT = "/front/page/build/unit"
_PAGE_SIZE = 15
_QUERY = re.compile(r"querydata\s{0,4}=\s{0,4}(\"[^\"]{2,2000}\"|'[^']{2,2000}')", re.IGNORECASE)
_ADDRESS = re.compile(rf"[\"']([^\"'<>\s]{{1,300}}{re.escape(_UNIT)})[\"'?]")


def unit_requests(text: str, url: str) -> tuple[PageRequest, ...]:
    """Return a request for the first page of the first unit that a page's script tag names, or none."""
    query, address = _QUERY.search(text), _ADDRESS.search(text)
    if query is None or address is None:
        return ()
    fields = value_after(f"query={query[1][1:-1].replace('&quot;', chr(34))}", "query")
    if not isinstance(fields, dict):
        return ()
    values = {str(name): str(value) for name, value in fields.items() if isinstance(value, str | int)}
    values.setdefault("paramJson", json.dumps({"pageNo": 1, "pageSize": _PAGE_SIZE}, separators=(",", ":")))
    return (PageRequest(f"{urljoin(url, address[1])}?{urlencode(values)}"),)


def read_answer(text: str, url: str) -> Listing:
    """Read a unit's answer `{"data": {"html": …}}`; the page after it is asked for while rows come."""
    answer = load_json(text)
    data = answer.get("data") if isinstance(answer, dict) else None
    markup = data.get("html") if isinstance(data, dict) else None
    if not isinstance(markup, str):
        return Listing((), None, None, ())
    root = parse(markup)
    if root is None:
        return Listing((), None, None, (), "jpaas unit")
    chosen = choose(root, url)
    total, pages = paging.counts(markup)
    following = numbered.linked_pages(root, url, pages) or (_next_page(url) if chosen.entries else ())
    return Listing(chosen.entries, total, pages, following, "jpaas unit")


def _next_page(url: str) -> tuple[PageRequest, ...]:
    parts = urlsplit(url)
    values = dict(parse_qsl(parts.query))
    parameters = load_json(values.get("paramJson", ""))
    page = parameters.get("pageNo") if isinstance(parameters, dict) else None
    if not isinstance(parameters, dict) or not isinstance(page, int) or page >= paging.MAX_PAGES:
        return ()
    values["paramJson"] = json.dumps({**parameters, "pageNo": page + 1}, separators=(",", ":"))
    return (PageRequest(parts._replace(query=urlencode(values)).geturl()),)
