"""Markup to trees, and the small questions every platform asks of one.

Enters: decoded page text, however broken. Leaves: lxml elements, clean one-line strings and absolute addresses.
It refuses to know lists, articles and dates.
"""

import re
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

_DECLARATION = re.compile(r"^\s{0,9}<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<[^<>]{0,500}>")
_BLANK = re.compile(r"[\s\u3000\u200b\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

_LINK = re.compile(r"<a\s", re.IGNORECASE)
_OPENING = re.compile(r"<[a-zA-Z]")
SOUP_LIMIT, SOUP_TAGS = 1_000_000, 3_000
"""Characters and tags of the largest page that is read again as a soup when its tree shows no link: soups are slow."""

Element: TypeAlias = html.HtmlElement


def parse(text: str) -> Element | None:
    """Return the tree of a page or fragment, or None when there is no markup in it.

    libxml2's own limits on depth and text size stay on: a listing that needs more is none.
    """
    text = _CONTROL.sub("", _DECLARATION.sub("", text, count=1))
    if "<" not in text:
        return None
    try:
        tree = html.document_fromstring(text, parser=html.HTMLParser(encoding=None, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        tree = None
    if (tree is None or next(tree.iter("a"), None) is None) and _LINK.search(text) and _fits_soup(text):
        soup = _soup(text)
        return tree if soup is None else soup
    return tree


def _fits_soup(text: str) -> bool:
    return len(text) <= SOUP_LIMIT and len(_OPENING.findall(text)) <= SOUP_TAGS


def _soup(text: str) -> Element | None:
    # An unclosed comment or textarea hides the whole rest of a page from libxml2, never from a soup.
    from lxml.html import soupparser  # half of what every child would spend on its imports, for a page in a thousand

    try:
        return soupparser.fromstring(text, features="html.parser")
    except (etree.ParserError, ValueError, AssertionError, RecursionError):
        return None


def plain(text: str) -> str:
    """Return a string as one clean line: tags dropped, entities kept as read, white space collapsed."""
    return _BLANK.sub(" ", _TAG.sub("", text)).strip()


def words(element: Element) -> str:
    """Return an element's whole text as one clean line; comments and script bodies are no text."""
    parts = []
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag not in ("script", "style") and node.text:
            parts.append(node.text)
        if node is not element and node.tail:
            parts.append(node.tail)
    return _BLANK.sub(" ", "".join(parts)).strip()


def absolute(href: str, url: str) -> str:
    """Resolve a link against the address of its page; empty when it leads to no http document.

    White space around and line breaks inside an attribute are dropped, as browsers do.
    """
    href = re.sub(r"[\t\r\n]", "", href).strip()
    if not href or len(href) > 2083 or href[0] == "#" or "\\" in href:
        return ""
    try:
        address = urljoin(url, href)
        parts = urlsplit(address)
        ready = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address.replace(" ", "%20") if ready else ""


def base(root: Element, url: str) -> str:
    """Return the address that relative links of a page resolve against: its <base href>, else its own."""
    for element in root.iter("base"):
        href = element.get("href")
        if href:
            return absolute(href, url) or url
    return url
