"""gkmlpt, the disclosure platform of Guangdong: lists and articles are data, the markup is made by scripts.

Marks: `_CONFIG = {… DETAIL: {…}}`, `/gkmlpt/` addresses, `gkml_data`, articles `…/content/post_<id>.html`.
Hosts seen: gz.gov.cn (`gkmlpt/content/<n>/<n>/post_<id>.html`), www.by.gov.cn (`…/content/post_<id>.html`, the same
province's ordinary columns).

Enters: the shell page of a catalogue, an answer of its interface, or an article page with `_CONFIG`. Leaves: listings
and whole articles. It refuses to run scripts: literals are read, calls are not made.
"""

import re
from urllib.parse import urljoin, urlsplit

from scrapers.model import PageRequest
from scrapers.platforms import answers, generic, records
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.script import value_after
from scrapers.platforms.tree import plain

NAME = "gkmlpt"
MARKS: tuple[Mark, ...] = (
    Mark(r"_CONFIG\s{0,4}=\s{0,4}\{", 2),
    Mark(r"gkml[-_](?:data|app)|gkml_data", 2),
    Mark(r"\bDETAIL[\"']?\s{0,4}:\s{0,4}\{", 2),
    Mark(r"/gkmlpt/", 3, of_address=True),
    Mark(r"/content/(?:\d{1,6}/\d{1,9}/)?post_\d{3,12}\.html", 2, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = (".article-content", "#zoomcon", ".content")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_SITE = re.compile(r"(?<!\w)SID[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,12})")
_CATALOGUE = re.compile(
    r"(?:(?<!\w)(?:CID|CATE_ID|COLUMN_ID|classify_main)[\"']?\s{0,4}[:=]|data-cid=)\s{0,4}[\"']?(\d{1,12})"
)


def read_listing(text: str, url: str) -> Listing:
    """Read an answer of the interface, or the shell page, which names only the interface.

    A shell's catalogue is the fragment of its address (`…/gkmlpt/index#505`), else what its script says.
    """
    if answers.is_answer(text):
        return answers.read(text, url)
    site = _SITE.search(text)
    fragment = urlsplit(url).fragment
    catalogue = fragment if fragment.isdecimal() else catalogue_of(text)
    if site is None or not catalogue or "gkml" not in text:
        return generic.read_listing(text, url)
    root = url.split("/gkmlpt/", 1)[0] if "/gkmlpt/" in url else urljoin(url, "/").rstrip("/")
    first = f"{root}/gkmlpt/api/all/{catalogue}?page=1&sid={site[1]}"
    return Listing((), None, None, (PageRequest(first),), "gkmlpt shell")


def catalogue_of(text: str) -> str:
    """Return the number of the catalogue that a page is or belongs to; empty when it names none."""
    written = _CATALOGUE.search(text)
    return written[1] if written else ""


def read_article(text: str) -> Structured | None:
    """Return the article in `_CONFIG.DETAIL`, or None when there is none with a body."""
    detail = value_after(text, "DETAIL") if "DETAIL" in text else None
    if not isinstance(detail, dict):
        return None
    title, body = detail.get("title"), detail.get("content")
    if not isinstance(title, str) or not isinstance(body, str) or not body.strip():
        return None
    label = detail.get("source") or detail.get("publisher") or ""
    return Structured(plain(title), body, records.day_of(detail), plain(str(label)))
