"""The documents a page offers: its attachments, the one a viewer shows, the page in a frame where its body would stand.

Enters: page text and its address. Leaves: absolute addresses, and what the page calls them. It refuses to know what
is in them; what they are is decided by their bytes once fetched, so an address only has to look like a document's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlsplit

from scrapers.platforms.tree import absolute, plain

LIMIT = 5
"""Documents returned at most: a report has one body."""
_TAG = re.compile(r"<(?:a|iframe|embed|object|source|frame)\s([^<>]{1,4000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:href|src|data|data-src|data-url)\s{0,4}=\s{0,4}(?:\"([^\"]{1,2083})\"|'([^']{1,2083})'|([^\s\"']{1,2083}))",
    re.IGNORECASE,
)
_VIEWED = re.compile(r"\bshowVsbpdfIframe\s{0,4}\(\s{0,4}[\"']([^\"'<>]{1,2083})[\"']")
"""The call by which VSB shows a PDF where a body would stand."""
KINDS = ("pdf", "docx", "doc", "wps", "ofd", "rtf", "zip", "xlsx", "xls")
"""Endings of documents, the likeliest to hold a report first."""
_ENDINGS = "|".join(sorted(KINDS, reverse=True))
_LIKELY = re.compile(rf"\.(?:{_ENDINGS})\b|/down", re.IGNORECASE)
_LIKELY_BYTES = re.compile(rf"\.(?:{_ENDINGS})|/down|showVsbpdf|<i?frame\s".encode(), re.IGNORECASE)
_DOCUMENT = re.compile(rf"\.({_ENDINGS})$", re.IGNORECASE)
_LINK_TEXT = 300
_CLOSE = re.compile("</a", re.IGNORECASE)
_FRAME = re.compile(r"<i?frame\s([^<>]{1,4000})", re.IGNORECASE)
_SOURCE = re.compile(r"(?<![\w-])src\s{0,4}=\s{0,4}[\"']?([^\"'\s<>]{1,2083})", re.IGNORECASE)
_UNSEEN = re.compile(
    r"display\s?:\s?none|visibility\s?:\s?hidden|(?<![\w-])(?:width|height)\s{0,4}[=:]\s{0,4}[\"']?[0-9]{1,2}(?:px)?(?![\d%])",
    re.IGNORECASE,
)
"""A frame of less than a hundred points either way holds no body."""
_PAGE = re.compile(r"(?:\.s?html?|\.jsp|\.aspx?|\.php|\.do|/[^./]*)$", re.IGNORECASE)
_CODE = re.compile("<[^<>]*>")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
BARE = 800
"""Ideographs of a page below which its body may stand in a frame."""
_FORM = re.compile(r"/(?:download|downfile|downloadfile|down)\.(?:jsp|do|aspx|action|php)$", re.IGNORECASE)
_BODY = re.compile(
    r"vsb_content|v_news_content|TRS_UEDITOR|TRS_Editor|UCAPCONTENT|[\"']zoom|easysiteText|ewb-article-info"
)
"""Where the systems' bodies begin."""
_BODY_END = re.compile(
    r"上一[条篇]|下一[条篇]|ZJEG_RSS\.content\.end|</UCAPCONTENT|</form|[\"'](?:foot|share|bottom)", re.IGNORECASE
)
_PICTURE = re.compile(
    r"<img\s[^<>]{0,2000}?(?<![\w-])src\s{0,4}=\s{0,4}[\"']?([^\"'\s<>]{1,2083}\.(?:jpe?g|png|bmp|tiff?|webp))",
    re.IGNORECASE,
)
_VIEWER = ("file", "filename", "url", "src", "path", "fileurl", "filepath")


def may_offer(payload: bytes) -> bool:
    """Say whether a page's bytes can hold the address of a document at all, which is cheaper than reading them."""
    return b"\0" in payload or _LIKELY_BYTES.search(payload) is not None  # UTF-16 has zeros between the letters


@dataclass(frozen=True, slots=True)
class Offer:
    """A document a page offers, and what the page calls it: the link's words, else the file's name."""

    url: str
    name: str


def document_links(text: str, url: str) -> tuple[str, ...]:
    """Return the addresses of a page's documents in order, each once, five at most; see `offers`."""
    return tuple(offer.url for offer in offers(text, url))


def offers(text: str, url: str) -> tuple[Offer, ...]:
    """Return the documents a page offers, in order, each once, five at most.

    Found by the ending of a path or of a file named in the query (`viewer.html?file=a.pdf`), and as download forms
    (`/system/_content/download.jsp?…`), whose answer has no ending. A page that offers none and says next to nothing
    offers the first page that it shows in a frame.
    """
    found: dict[str, Offer] = {}
    for viewed in islice(_VIEWED.finditer(text), LIMIT):
        if address := absolute(unescape(viewed[1]), url).split("#", 1)[0]:
            found.setdefault(address, Offer(address, ""))
    for tag in _TAG.finditer(text):
        for address in _addresses(tag[1], url):
            found.setdefault(address, Offer(address, _words(text, tag.end() + 1) or _file(address)))
        if len(found) >= LIMIT:
            break
    if not found and (framed := _framed(text, url)):
        return (Offer(framed, ""),)
    return tuple(found.values())[:LIMIT]


def pictures(text: str, url: str) -> tuple[str, ...]:
    """Return the addresses of the pictures that stand where a system's body stands, in order, each once."""
    start = _BODY.search(text)
    if start is None:
        return ()
    end = _BODY_END.search(text, start.end())
    shown = _PICTURE.finditer(text, start.end(), end.start() if end else len(text))
    return tuple(dict.fromkeys(address for one in shown if (address := absolute(unescape(one[1]), url))))


def kind(address: str) -> str:
    """Return the ending by which an address looks like a document; empty when it does not."""
    parts = urlsplit(address)
    for part in (parts.path, *(value for _, value in parse_qsl(parts.query)[:20])):
        if match := _DOCUMENT.search(part):
            return match[1].lower()
    return ""


def _addresses(attributes: str, url: str) -> Iterator[str]:
    for match in _ATTRIBUTE.finditer(attributes):
        written = next(value for value in match.groups() if value is not None)
        if _LIKELY.search(written) and (address := _document(unescape(written), url).split("#", 1)[0]):
            yield address


def _words(text: str, start: int) -> str:
    """Return what stands in a link that begins before `start`; empty where the link is long or does not end."""
    end = _CLOSE.search(text, start, start + _LINK_TEXT)
    return plain(unescape(text[start : end.start()])) if end else ""


def _file(address: str) -> str:
    return unquote(urlsplit(address).path.rpartition("/")[2])


def _framed(text: str, url: str) -> str:
    """Return the page of the same host that a bare page shows in a frame; empty when there is none."""
    frames = [tag[1] for tag in islice(_FRAME.finditer(text), 20) if not _UNSEEN.search(tag[1])]
    if not frames or len(_HAN.findall(_CODE.sub("", text))) >= BARE:
        return ""
    for attributes in frames:
        source = _SOURCE.search(attributes)
        address = absolute(unescape(source[1]), url).split("#", 1)[0] if source else ""
        if not address or address == url:
            continue
        parts = urlsplit(address)
        if parts.netloc == urlsplit(url).netloc and _PAGE.search(parts.path):
            return address
    return ""


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
