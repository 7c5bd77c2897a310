"""The documents a page offers: its attachments, and the document an inline viewer shows.

Enters: page text and its address. Leaves: absolute addresses. It refuses to know what is in them; what they are is
decided by their bytes once fetched, so an address only has to look like a document's.
"""

import re
from html import unescape
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from scrapers.platforms.tree import absolute

LIMIT = 5
"""Documents returned at most: a report has one body."""
_TAG = re.compile(r"<(?:a|iframe|embed|object|source|frame)\s([^<>]{1,4000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:href|src|data|data-src|data-url)\s{0,4}=\s{0,4}(?:\"([^\"]{1,2083})\"|'([^']{1,2083})'|([^\s\"']{1,2083}))",
    re.IGNORECASE,
)
_VIEWED = re.compile(r"\bshowVsbpdfIframe\s{0,4}\(\s{0,4}[\"']([^\"'<>]{1,2083})[\"']")
"""The call by which VSB shows a PDF where a body would stand."""
_LIKELY = re.compile(r"\.(?:pdf|docx?|wps|ofd|zip)\b|/down", re.IGNORECASE)
_LIKELY_BYTES = re.compile(rb"\.(?:pdf|docx?|wps|ofd|zip)|/down|showVsbpdf", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|ofd|zip)$", re.IGNORECASE)
_FORM = re.compile(r"/(?:download|downfile|downloadfile|down)\.(?:jsp|do|aspx|action|php)$", re.IGNORECASE)
_VIEWER = ("file", "filename", "url", "src", "path", "fileurl", "filepath")


def may_offer(payload: bytes) -> bool:
    """Say whether a page's bytes can hold the address of a document at all, which is cheaper than reading them."""
    return b"\0" in payload or _LIKELY_BYTES.search(payload) is not None  # UTF-16 has zeros between the letters


def document_links(text: str, url: str) -> tuple[str, ...]:
    """Return the addresses of a page's pdf, doc, docx, wps, ofd and zip documents, in order, each once, five at most.

    Found by the ending of a path or of a file named in the query (`viewer.html?file=a.pdf`), and as download forms
    (`/system/_content/download.jsp?…`), whose answer has no ending.
    """
    found: dict[str, None] = {}
    for viewed in islice(_VIEWED.finditer(text), LIMIT):
        if address := absolute(unescape(viewed[1]), url).split("#", 1)[0]:
            found.setdefault(address)
    for tag in _TAG.finditer(text):
        for match in _ATTRIBUTE.finditer(tag[1]):
            written = next(value for value in match.groups() if value is not None)
            if not _LIKELY.search(written):
                continue
            address = _document(unescape(written), url).split("#", 1)[0]
            if address:
                found.setdefault(address)
        if len(found) >= LIMIT:
            break
    return tuple(found)[:LIMIT]


def _document(href: str, url: str) -> str:
    address = absolute(href, url)
    if not address:
        return ""
    parts = urlsplit(address)
    if _DOCUMENT.search(parts.path):
        return address
    for name, value in parse_qsl(parts.query)[:20]:
        if name.lower() in _VIEWER and _DOCUMENT.search(value):
            return address if _FORM.search(parts.path) else absolute(value, address)
    return address if _FORM.search(parts.path) and parts.query else ""
