"""A visitor who pages every kind of listing by hand, as a browser's scripts would; shares no code with the archive.

A session and a listing's address in, the addresses of all its entries out, in order. Used to test the village itself.
"""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import requests
from lxml import html

from tests.village import Village


def listing_url(village: Village, source: str) -> str:
    """Return the address the registry gives for a source."""
    found = re.search(rf'id = "{source}"[^\[]*?url = "([^"]+)"', village.registry())
    assert found
    return found[1]


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, f"the page does not say {pattern}"
    return found[1]


def hrefs(text: str, url: str, pattern: str) -> list[str]:
    """Return the links a pattern finds, made absolute."""
    return [urljoin(url, href.replace("&amp;", "&")) for href in re.findall(pattern, text)]


def page_trs(web: requests.Session, url: str) -> list[str]:
    """Page by the count in the script call."""
    pattern = r'<li><a href="([^"]+)" target'
    text = web.get(url).content.decode()
    found = hrefs(text, url, pattern)
    count = int(_first(r"createPageHTML\((\d+), 0,", text))
    for number in range(1, count):
        found += hrefs(web.get(f"{url}index_{number}.shtml").content.decode(), url, pattern)
    return found


def page_jcms(web: requests.Session, url: str) -> list[str]:
    """Page by POST with the parameters of the script call."""
    pattern = r'<li><a href="([^"]+)" title'
    text = web.get(url).text
    found = hrefs(text, url, pattern)
    total = int(_first(r"<totalrecord>(\d+)<", text))
    size = int(_first(r"perPage: (\d+)", text))
    form = {name: _first(rf"{name}: '?([^,'}}\s]+)", text) for name in ("columnid", "unitid", "webid", "path", "appid")}
    for start in range(size + 1, total + 1, size):
        query = {"startrecord": start, "endrecord": min(start + size - 1, total), "perpage": size}
        answer = web.post(urljoin(url, "/module/web/jpage/dataproxy.jsp"), params=query, data=form)
        assert answer.headers["Content-Type"].startswith("text/xml")
        found += hrefs(answer.text, url, pattern)
    assert web.get(urljoin(url, "/module/web/jpage/dataproxy.jsp"), params=form).status_code == 404
    return found


def page_ucap(web: requests.Session, url: str) -> list[str]:
    """Look into the comment; page by number."""
    pattern = r'<li><a href="([^"]+)" target'
    text = web.get(url).text
    assert html.fromstring(text).xpath("//ul[@class='channel-list']") == [], "the list is in a comment"
    pages = int(_first(r"createPageHTML\('page_div',(\d+),1,'list','shtml',\d+\)", text))
    total = int(_first(r"createPageHTML\('page_div',\d+,1,'list','shtml',(\d+)\)", text))
    found = hrefs(text, url, pattern)
    for number in range(2, pages + 1):
        found += hrefs(web.get(urljoin(url, f"list_{number}.shtml")).text, url, pattern)
    assert len(found) == total
    return found


def page_gkmlpt(web: requests.Session, url: str) -> list[str]:
    """Ask the interface page by page until it is empty."""
    shell = web.get(url).text
    sid = _first(r"SID: '(\d+)'", shell)
    found: list[str] = []
    page = 1
    while True:
        data = web.get(
            urljoin(url, f"/gkmlpt/api/all/{url.partition('#')[2]}"), params={"page": str(page), "sid": sid}
        ).json()
        if not data["articles"]:
            assert len(found) == data["total"]
            return found
        found += [article["url"] for article in data["articles"]]
        page += 1


def page_table(web: requests.Session, url: str) -> list[str]:
    """Follow the row of numbers."""
    text = web.get(url).content.decode("gb18030")
    pattern = r'<a href="([^"]+)" target=_blank>'
    found = hrefs(text, url, pattern)
    for number in re.findall(r'<a href="list_(\d+)\.html">', text):
        found += hrefs(web.get(urljoin(url, f"list_{number}.html")).content.decode("gb18030"), url, pattern)
    return found


def page_generic(web: requests.Session, url: str) -> list[str]:
    """Follow the next link until there is none."""
    found: list[str] = []
    step: str | None = url
    while step:
        text = web.get(step).text
        found += hrefs(text, url, r'<li class="card"><a href="([^"]+)"')
        following = re.search(r'<a class="next" href="([^"]+)">下一页', text)
        step = urljoin(url, following[1]) if following else None
    return found


WALKS: dict[str, Callable[[requests.Session, str], list[str]]] = {
    "trs": page_trs,
    "jcms": page_jcms,
    "ucap": page_ucap,
    "gkmlpt": page_gkmlpt,
    "table": page_table,
    "generic": page_generic,
}
