"""What a page says of itself in its head and headings: meta tags, title, site code.

A parsed tree in, `Head` out. Meta names follow 《政府网站发展指引》 (国办发〔2017〕47号), in any case and doubled,
as pages write them. Knows nothing of bodies.
"""

import re
from dataclasses import dataclass

from lxml import etree

from scrapers.extract.likeness import alike
from scrapers.extract.tree import Tree
from scrapers.text import clean

LONGEST_TITLE = 200
_TAGS = re.compile("<[^<>]{0,200}>")
_SPACES = re.compile(r"\s+")
_SITE_CODE = re.compile(r"(?:网站)?标识码\s?[:：]?\s?(\d{6})\d{4}")
_HEADINGS = frozenset({"h1", "h2", "ucaptitle"})
_SUFFIX = re.compile(r"\s?[-_|—–－＿｜]+\s?|\s?>\s?|\s{2,}")
_SITE = re.compile("网|门户|平台|人民政府$|首页|信息公开$|栏目|委员会$|局$|厅$")


@dataclass(frozen=True, slots=True)
class Head:
    """A page's own description of itself; empty strings for what it does not say."""

    article_title: str
    title: str
    """The `title` element, whole."""
    headings: tuple[str, ...]
    published: str
    source: str
    division: str
    """First six digits of the site code, a GB/T 2260 code for local governments."""
    site: str
    domain: str = ""
    """SiteDomain as written."""


def read_head(tree: Tree) -> Head:
    """Read a page's meta tags, title and headings."""
    metas = _metas(tree.root)
    title = tree.root.find(".//title")
    headings = (one_line(" ".join(tree.lines(node.first, node.last))) for node in tree.nodes if node.tag in _HEADINGS)
    return Head(
        article_title=one_line(metas.get("articletitle", "")),
        title=one_line(str(title.xpath("string()")) if title is not None else ""),
        headings=tuple(heading for heading in headings if 4 <= len(heading) <= LONGEST_TITLE),
        published=metas.get("pubdate", ""),
        source=one_line(metas.get("contentsource", "")),
        division=_division(metas.get("siteidcode", ""), tree),
        site=one_line(metas.get("sitename", "")),
        domain=metas.get("sitedomain", ""),
    )


def one_line(text: str) -> str:
    """Return a title or label as one clean line, without the markup some pages write into it."""
    plain = _TAGS.sub("", text[: LONGEST_TITLE * 4].replace("&nbsp;", " "))
    plain = "".join(char for char in plain if char.isprintable() or char.isspace())
    return _SPACES.sub(" ", plain).strip()[:LONGEST_TITLE]


def titles(head: Head) -> list[tuple[str, str]]:
    """Return the page's possible titles with their provenance, the most trustworthy first."""
    found = [(head.article_title, "meta ArticleTitle")] if head.article_title else []
    plain = head.title.replace(" ", "")
    found += [(text, "heading in title") for text in head.headings if text.replace(" ", "") in plain]
    found += [(text, "title element") for text in _without_site(head)]
    found += [(text, "heading") for text in head.headings]
    return [(text, provenance) for text, provenance in found if len(text) >= 4]


def _metas(root: etree._Element) -> dict[str, str]:
    """Return the first non-empty content of every named meta tag, names in lower case."""
    metas: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or "").strip().lower()
        content = (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content)
    return metas


def _without_site(head: Head) -> list[str]:
    """Return the title element without the site's name and columns, then whole."""
    pieces = [piece.strip() for piece in _SUFFIX.split(head.title) if piece.strip()]
    kept = [piece for piece in pieces if not _is_site(piece, head)]
    longest = max(kept, key=len, default="")
    return [longest, head.title] if longest else []


def _is_site(piece: str, head: Head) -> bool:
    return piece == head.site or (len(piece) <= 20 and _SITE.search(piece) is not None) or alike(piece, head.site) > 0.9


def _division(code: str, tree: Tree) -> str:
    if len(code) >= 6 and code[:6].isascii() and code[:6].isdigit():
        return code[:6]
    if code:
        return ""
    foot = clean(" ".join(tree.lines(max(0, len(tree.tokens) - 200)))[-3000:])
    match = _SITE_CODE.search(foot)
    return match.group(1) if match else ""
