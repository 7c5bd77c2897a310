"""A visitor who pages every kind of listing by hand, as a browser's scripts would; shares no code with the archive.

A session and a listing's address in, the addresses of all its entries out, in order. Used to test the village itself.
"""

import json
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


LISTED = r'<li[^>]*><a href="([^"]+)"'


def page_jpaas(web: requests.Session, url: str) -> list[str]:
    """Ask the unit page by page until its markup is empty."""
    shell = web.get(url).text
    unit, page_id = _first(r'script url="([^"]+)"', shell), _first(r"'pageId':'([^']+)'", shell)
    found: list[str] = []
    for number in range(1, 99):
        query = {"pageId": page_id, "paramJson": json.dumps({"pageNo": number})}
        rows = hrefs(web.get(urljoin(url, unit), params=query).json()["data"]["html"], url, LISTED)
        if not rows:
            break
        found += rows
    return found


def page_kaipu(web: requests.Session, url: str) -> list[str]:
    """Ask the channel's interface until its total is reached."""
    channel = _first(r'url: "(/common/search/[0-9a-f]{32})"', web.get(url).text)
    found: list[str] = []
    while True:
        data = web.get(urljoin(url, channel), params={"page": str(len(found) // 4 + 1)}).json()["data"]
        found += [row["url"] for row in data["results"]]
        if len(found) >= data["total"]:
            return found


def page_jiangxi(web: requests.Session, url: str) -> list[str]:
    """Read the rows in the script, then post for the others."""
    text = web.get(url).text
    rows = json.JSONDecoder().raw_decode(text[text.index("articleList: ") + 13 :])[0]
    channel = _first(r"channelCode: \['(\d+)'\]", text)
    for page in range(2, 99):
        form = {"channelCode[]": channel, "current": str(page)}
        answer = web.post(urljoin(url, "/queryList"), data=form).json()["data"]
        rows += [row["source"] for row in answer["results"]]
        if len(rows) >= answer["total"]:
            break
    return [urljoin(url, json.loads(row["urls"])["pc"]) for row in rows]


def page_vsb(web: requests.Session, url: str) -> list[str]:
    """Follow 下页, whose numbers run backwards."""
    return _by_next(web, url, r'<span class="p_next"><a href="([^"]+)">下页')


def page_epoint(web: requests.Session, url: str) -> list[str]:
    """Follow 下页."""
    text = web.get(url).text
    found = hrefs(text, url, r'<div class="ewb-data-info"><a href="([^"]+)"')
    for number in range(2, int(_first(r'id="index">1/(\d+)<', text)) + 1):
        text = web.get(urljoin(url, f"{number}.html")).text
        found += hrefs(text, url, r'<div class="ewb-data-info"><a href="([^"]+)"')
    return found


def page_easysite(web: requests.Session, url: str) -> list[str]:
    """Follow the tagname of 下一页."""
    return _by_next(web, url, r'<a tagname="([^"]+)"[^>]*>下一页')


def page_lonsun(web: requests.Session, url: str) -> list[str]:
    """Page by the count in the script call."""
    text = web.get(url).text
    found: list[str] = []
    for number in range(1, int(_first(r"pageCount: (\d+)", text)) + 1):
        found += hrefs(web.get(f"{url}&pageIndex={number}" if number > 1 else url).text, url, r'<td><a href="([^"]+)"')
    return found


def page_aspnet(web: requests.Session, url: str) -> list[str]:
    """Post the hidden fields of each page for the next one."""
    text = web.get(url).text
    found = hrefs(text, url, r'<td>·<a href="([^"]+)"')
    for number in range(2, int(_first(r"共(\d+)页", text)) + 1):
        form = {name: _first(rf'id="{name}" value="([^"]*)"', text) for name in ("__VIEWSTATE", "__EVENTVALIDATION")}
        form |= {"__EVENTTARGET": _first(r"__doPostBack\('([^']+)'", text), "__EVENTARGUMENT": str(number)}
        text = web.post(url, data=form).text
        found += hrefs(text, url, r'<td>·<a href="([^"]+)"')
    return found


def page_spa(web: requests.Session, url: str) -> list[str]:
    """Read the data files."""
    address = urljoin(url, _first(r'var listJson = "([^"]+)"', web.get(url).text))
    data = web.get(address).json()
    rows = data["rows"]
    for number in range(2, data["pageCount"] + 1):
        rows += web.get(address.replace("_1.json", f"_{number}.json")).json()["rows"]
    return [urljoin(url, row["linkUrl"]) for row in rows]


def page_loadmore(web: requests.Session, url: str) -> list[str]:
    """Press the button until nothing comes."""
    text = web.get(url).text
    found = hrefs(text, url, LISTED.replace("<li[^>]*>", "<li>"))
    channel = int(_first(r"channelId: (\d+)", text))
    for number in range(2, 99):
        rows = web.post(urljoin(url, "/api/article/list"), json={"channelId": channel, "pageNo": number}).json()
        if not rows["data"]["list"]:
            break
        found += [urljoin(url, row["url"]) for row in rows["data"]["list"]]
    return [one for one in found if "/1777" in one]


def _by_next(web: requests.Session, url: str, pattern: str) -> list[str]:
    found: list[str] = []
    step: str | None = url
    while step:
        text = web.get(step).content.decode()
        found += [one for one in hrefs(text, step, LISTED) if one.count("/") > 4]
        following = re.search(pattern, text)
        step = urljoin(step, following[1]) if following else None
    return found


WALKS: dict[str, Callable[[requests.Session, str], list[str]]] = {
    "trs": page_trs,
    "jcms": page_jcms,
    "ucap": page_ucap,
    "gkmlpt": page_gkmlpt,
    "table": page_table,
    "generic": page_generic,
    "jpaas": page_jpaas,
    "kaipu": page_kaipu,
    "jiangxi": page_jiangxi,
    "vsb": page_vsb,
    "epoint": page_epoint,
    "easysite": page_easysite,
    "lonsun": page_lonsun,
    "aspnet": page_aspnet,
    "spa": page_spa,
    "loadmore": page_loadmore,
}
