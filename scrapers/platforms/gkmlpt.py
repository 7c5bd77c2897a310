"""gkmlpt, the disclosure platform of Guangdong: lists and articles are data, the markup is made by scripts.

Enters: the shell page of a catalogue, an answer of its interface, or an article page with `_CONFIG`. Leaves: listings
and whole articles. It refuses to run scripts: literals are read, calls are not made.
"""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapers.dates import find_date
from scrapers.model import PageRequest
from scrapers.platforms import generic, paging
from scrapers.platforms.contract import Entry, Listing, Structured
from scrapers.platforms.script import load_json, value_after
from scrapers.platforms.tree import absolute, plain

NAME = "gkmlpt"
BODY_SELECTORS: tuple[str, ...] = (".article-content", "#zoomcon", ".content")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_PAGE_SIZE = 100
"""Articles an interface gives at once when it does not say."""
_CHINA = timedelta(hours=8)
_SITE = re.compile(r"(?<!\w)SID[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,12})")
_CATALOGUE = re.compile(r"(?:(?<!\w)(?:CID|CATE_ID|COLUMN_ID)[\"']?\s{0,4}[:=]|data-cid=)\s{0,4}[\"']?(\d{1,12})")
_DAYS = ("display_publish_time", "first_publish_time", "publish_time", "date", "create_time", "created_at")


def recognise(text: str) -> tuple[str, ...]:
    """Return the marks of gkmlpt seen in a shell, an answer or an article page."""
    return tuple(mark for mark in ("_CONFIG", "/gkmlpt/", "gkml_data", "DETAIL") if mark in text and "gkml" in text)


def read_listing(text: str, url: str) -> Listing:
    """Read an answer of the interface, or the shell page, which names only the interface.

    A shell's catalogue is the fragment of its address (`…/gkmlpt/index#505`), else what its script says.
    """
    if text.lstrip()[:1] == "{":
        return _read_answer(text, url)
    site = _SITE.search(text)
    fragment = urlsplit(url).fragment
    written = _CATALOGUE.search(text)
    catalogue = fragment if fragment.isdecimal() else written[1] if written else ""
    if site is None or not catalogue or "gkml" not in text:
        return generic.read_listing(text, url)
    root = url.split("/gkmlpt/", 1)[0] if "/gkmlpt/" in url else urljoin(url, "/").rstrip("/")
    first = f"{root}/gkmlpt/api/all/{catalogue}?page=1&sid={site[1]}"
    return Listing((), None, None, (PageRequest(first),), "gkmlpt shell")


def read_article(text: str) -> Structured | None:
    """Return the article in `_CONFIG.DETAIL`, or None when there is none with a body."""
    detail = value_after(text, "DETAIL") if "DETAIL" in text else None
    if not isinstance(detail, dict):
        return None
    title, body = detail.get("title"), detail.get("content")
    if not isinstance(title, str) or not isinstance(body, str) or not body.strip():
        return None
    label = detail.get("source") or detail.get("publisher") or ""
    return Structured(plain(title), body, _day(detail), plain(str(label)))


def _read_answer(text: str, url: str) -> Listing:
    answer = load_json(text)
    if not isinstance(answer, dict) or not isinstance(answer.get("articles"), list):
        return Listing((), None, None, ())
    rows = [row for row in answer["articles"] if isinstance(row, dict)]
    entries = tuple(entry for row in rows if (entry := _entry(row, url)) is not None)
    total = answer.get("total")
    total = int(total) if isinstance(total, int) or (isinstance(total, str) and total.isdecimal()) else None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    page = max(int(query["page"]), 1) if query.get("page", "").isdecimal() else 1
    size = len(rows) if page == 1 else _PAGE_SIZE
    pages = -(-total // size) if total is not None and size and page == 1 else None
    numbers = range(2, min(pages, paging.MAX_PAGES) + 1) if pages else ()
    following = tuple(
        PageRequest(parts._replace(query=urlencode({**query, "page": str(number)})).geturl()) for number in numbers
    )
    return Listing(entries, total, pages, following, "articles")


def _entry(row: dict[str, object], url: str) -> Entry | None:
    address = absolute(str(row.get("url") or row.get("post_url") or ""), url)
    title = plain(str(row.get("title") or ""))
    return Entry(address, title, _day(row)) if address and title else None


def _day(row: dict[str, object]) -> date | None:
    """Return the first readable day: a date as written, or seconds since 1970 read in China's time."""
    for name in _DAYS:
        value = row.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < 12:
            value = int(value)
        if isinstance(value, int) and 946_684_800 <= value < 4_102_444_800:
            return (datetime.fromtimestamp(value, UTC) + _CHINA).date()
        day = find_date(value) if isinstance(value, str) else None
        if day is not None:
            return day
    return None
