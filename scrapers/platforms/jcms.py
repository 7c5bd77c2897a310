"""大汉 JCMS: records in a data store inside the page, further ones from a proxy; pages of its successor are `jpaas`.

Marks: `<datastore><totalrecord>…<record><![CDATA[…`, `dataproxy.jsp`, `<!--ZJEG_RSS.content.begin-->`,
`meta ContentStart`, `<!--<$[…]>begin-->`, `/col/col123/`, articles `/art/2025/1/24/art_<column>_<id>.html`.
Hosts seen: www.jiangsu.gov.cn (`/art/2025/3/28/art_60096_<id>.html`), www.sx.gov.cn (`/col/col1229309447/`).

Enters: page text, or the proxy's XML or JSON answer. Leaves: listings. The page's script says where the proxy is and
how it wants to be asked; records are numbered from 1. It refuses to guess what the script does not say.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from scrapers.model import PageRequest
from scrapers.platforms import jpaas, paging
from scrapers.platforms.choose import choose
from scrapers.platforms.contract import Entry, Listing, Mark, Structured
from scrapers.platforms.tree import parse

NAME = "jcms"
BODY_SELECTORS: tuple[str, ...] = ("#zoom", "#con_con", "#content", ".article-content", ".bt-article-02", ".main-txt")
BODY_MARKERS: tuple[tuple[str, str], ...] = (
    ("<!--ZJEG_RSS.content.begin-->", "<!--ZJEG_RSS.content.end-->"),
    ('<meta name="ContentStart">', '<meta name="ContentEnd">'),
    ('<meta name="ContentStart"/>', '<meta name="ContentEnd"/>'),
)
MARKS: tuple[Mark, ...] = (
    Mark(r"ZJEG_RSS\.|<!--<\$\[", 3),
    Mark(r"<datastore>", 3),
    Mark(r"dataproxy\.jsp", 3),
    Mark(r"[\"']ContentStart[\"']", 2),
    Mark(r"/art/20\d\d/\d{1,2}/\d{1,2}/art_\d{1,12}_\d{1,12}\.html", 2, of_address=True),
    Mark(r"/col/col\d{1,12}/", 1, of_address=True),
)
_PROXY = "/module/web/jpage/dataproxy.jsp"
_TOTAL = re.compile(r"<totalrecord>\s{0,9}(\d{1,7})\s{0,9}</totalrecord>", re.IGNORECASE)
_PAGES = re.compile(r"<totalpage>\s{0,9}(\d{1,6})\s{0,9}</totalpage>", re.IGNORECASE)
_PROXY_PATH = re.compile(r"[\"']([^\"'<>\s?]{0,200}dataproxy\.jsp)")
_SCRIPT_TOTAL = re.compile(r"total_?record[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,7})", re.IGNORECASE)
"""Where the data store prints no total, the call of the page's pager does."""
_PER_PAGE = re.compile(r"per_?page[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,4})", re.IGNORECASE)
_NAMES = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
_VALUE = r"\"([^\"<>]{0,200})\"|'([^'<>]{0,200})'|([^\s\"'&,;{}<>]{1,200})"
_FIELD = re.compile(rf"(?<!\w)({'|'.join(_NAMES)})[\"']?\s{{0,4}}[:=]\s{{0,4}}(?:{_VALUE})")
_CUT = "a record of the data store is cut off and was left out"
_NEED = ("columnid", "unitid", "webid")


def read_listing(text: str, url: str) -> Listing:
    """Read a list page or a proxy's answer; both hold the same records. Other pages are read by shape."""
    if "<datastore>" not in text:
        return jpaas.read_listing(text, url)
    records = list(_records(text))
    entries = tuple(entry for record in records for entry in _entries(record, url))
    total, pages = _TOTAL.search(text) or _SCRIPT_TOTAL.search(text), _PAGES.search(text)
    count = int(total[1]) if total else None
    following = _following(text, url, len(records), count)
    damage = (_CUT,) if text.count("<record>") > text.count("</record>") else ()
    return Listing(
        entries, count, int(pages[1]) if pages else None, following, "datastore", "dataproxy.jsp records", damage
    )


def read_article(text: str) -> Structured | None:
    """Return None: JCMS articles are markup only."""
    del text
    return None


def _records(text: str) -> Iterator[str]:
    """Yield the markup of each whole record; one that is cut off is left out, as its title may be too."""
    at = text.find("<datastore>")
    while (start := text.find("<record>", at)) >= 0:
        end = text.find("</record>", start)
        if end < 0:
            return
        record = text[start + len("<record>") : end].strip()
        yield record.removeprefix("<![CDATA[").removesuffix("]]>")
        at = end


def _entries(record: str, url: str) -> tuple[Entry, ...]:
    root = parse(
        f"<div><p>{record}</p></div>" if "<li" not in record and "<tr" not in record else f"<div>{record}</div>"
    )
    return choose(root, url).entries[:1] if root is not None else ()


def _following(text: str, url: str, read: int, total: int | None) -> tuple[PageRequest, ...]:
    """Name the requests for the records after those in the page; none in an answer of the proxy itself."""
    script = text[text.rfind("</datastore>") + 1 :] if "</datastore>" in text else text
    script = script if "columnid" in script else text
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(script):
        fields.setdefault(match[1], next(value for value in match.groups()[1:] if value is not None))
    if total is None or "dataproxy" in url or any(name not in fields for name in _NEED):
        return ()
    written = _PER_PAGE.search(script)
    size = int(written[1]) if written else read
    step = read or size
    if step < 1:
        return ()
    path = _PROXY_PATH.search(script)
    address = urljoin(url, path[1] if path else _PROXY)
    common = tuple((name, fields[name]) for name in _NAMES if name in fields)
    return tuple(
        PageRequest(
            address,
            (
                ("startrecord", str(first)),
                ("endrecord", str(min(first + step - 1, total))),
                ("perpage", str(size)),
                *common,
            ),
        )
        for first in range(read + 1, min(total, read + step * paging.MAX_PAGES) + 1, step)
    )
