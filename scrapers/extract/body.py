"""Which part of a page is the article: several readers, cheapest first, and a judge where they disagree.

A page's text and its tree in, `Body` out. The layers, in order: the article the platform carries as data;
the platform's literal markers; the platform's selectors; the densest element; and, only where the last two
disagree or nothing was found, trafilatura. Knows nothing of titles, dates or what a report is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scrapers.extract import arbiter, selectors
from scrapers.extract.density import by_density, by_marks, by_paragraphs
from scrapers.extract.tree import Node, Tree, grow
from scrapers.platforms import PLATFORMS, Platform, Structured

LEAST_HAN = 80
"""Fewer ideographs are no body: a cover page, a caption, a menu."""
LEAST_ASKED = 200
"""Ideographs outside links below which a page on which nothing reads like text is not put before the judge."""
MOST_LINKED = 0.35
LEAST_MARKS = 3
KEEPS = 0.92
AGREED = 0.80
HELD = 0.50
"""Share of the densest element a selector's element must hold to be believed without a judge."""
ALIKE = 0.85
FROM, TO = "ra-from", "ra-to"
"""Elements that no page has, put where a platform's markers stand."""
_FROM = f"<{FROM}>"


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of an article as the page holds them, furniture included, and which layer found them."""

    lines: tuple[str, ...]
    method: str
    agreement: float | None
    """How far two independent layers agree, 0 to 1; None when only one was asked."""
    structured: Structured | None = None
    place: tuple[int, int] | None = None
    """The slice of the page's tokens, when the body is an element of the page's own tree."""


def find_body(html: str, tree: Tree, platform: str = "", least: int = LEAST_HAN) -> Body | None:
    """Return the article of a page, or None when nothing on it reads like one. `platform` is asked first.

    With `least` below its default a platform's own element or marks are believed however little they hold: the last
    of an article's pages may be a paragraph.
    """
    asked = _in_order(platform)
    found = _from_data(html, asked) or _from_markers(html, tree, asked, least)
    return found or _from_tree(html, tree, asked, platform, least)


def _in_order(platform: str) -> tuple[Platform, ...]:
    first = [PLATFORMS[platform]] if platform in PLATFORMS else []
    return (*first, *(other for name, other in PLATFORMS.items() if name != platform))


def _from_data(html: str, asked: Iterable[Platform]) -> Body | None:
    for platform in asked:
        article = platform.read_article(html)
        if article is not None:
            tree = grow(article.body_html)
            return Body(tuple(tree.lines()) if tree else (), "payload", None, article)
    return None


def marked(html: str, platform: str = "") -> str:
    """Return a page with elements where its first pair of markers stands, so that its tree shows what they enclose."""
    for begin, end in (pair for other in _in_order(platform) for pair in other.BODY_MARKERS):
        start = html.find(begin)
        stop = html.find(end, start + len(begin)) if start >= 0 else -1
        if stop < 0:
            continue
        at = start + len(begin)
        is_in_body = "<body" in html[:start] or "<BODY" in html[:start]
        if not is_in_body or _FROM in html:
            return html
        return f"{html[:at]}{_FROM}</{FROM}>{html[at:stop]}<{TO}></{TO}>{html[stop:]}"
    return html


def _from_markers(html: str, page: Tree, asked: Iterable[Platform], least: int) -> Body | None:
    place = _enclosed(page)
    if place is not None and _reads_like_text(page, *place, least):
        return Body(tuple(page.lines(*place)), "marker", None, place=place)
    for begin, end in (pair for platform in asked for pair in platform.BODY_MARKERS):
        start = html.find(begin)
        stop = html.find(end, start + len(begin)) if start >= 0 else -1
        if stop < 0:
            continue
        tree = grow(html[start + len(begin) : stop], page.sheet)
        if tree is not None and _reads_like_text(tree, 0, len(tree.tokens), least):
            return Body(tuple(tree.lines()), "marker", None)
    return None


def _enclosed(tree: Tree) -> tuple[int, int] | None:
    """Return the tokens between a pair of markers, where they read as they would by themselves.

    That is where both stand in one element, and in no cell of data and no preformatted text, whose lines are others.
    """
    ends = [node for node in tree.nodes if node.tag in (FROM, TO)]
    if len(ends) != 2 or ends[0].parent != ends[1].parent:
        return None
    above = ends[0].parent
    while above >= 0:
        if tree.nodes[above].tag in ("td", "th", "pre", "a"):
            return None
        above = tree.nodes[above].parent
    return ends[0].last, ends[1].first


def _from_tree(html: str, tree: Tree, asked: tuple[Platform, ...], hinted: str, least: int) -> Body | None:
    whole = len(tree.tokens)
    unlinked = tree.han(0, whole) - tree.linked(0, whole)
    if unlinked < least:
        return None
    chosen = _by_selectors(tree, asked, hinted, least)
    if chosen is not None and least < LEAST_HAN:
        return _body(tree, chosen, "selector", None)
    return _agreed(html, tree, chosen, unlinked)


def _agreed(html: str, tree: Tree, chosen: Node | None, unlinked: int) -> Body | None:
    """Return what two views of the page agree on, or what the judge says where they do not."""
    dense = _if_text(tree, by_density(tree)) or _if_text(tree, by_marks(tree))
    if chosen is not None and (dense is None or _held(tree, chosen, dense) >= HELD):
        return _body(tree, chosen, "selector", _shared(tree, chosen, dense))
    second = _if_text(tree, by_paragraphs(tree))
    if chosen is not None:
        if (_shared(tree, chosen, second) or 0.0) >= AGREED:
            return _body(tree, chosen, "selector", _shared(tree, chosen, dense))
    elif dense is not None:
        agreement = _shared(tree, dense, second)
        if agreement is not None and agreement >= AGREED:
            return _body(tree, dense, "density", agreement)
    if chosen is dense is second is None and unlinked < LEAST_ASKED:
        return None
    return _arbitrated(html, tree, (("selector", chosen), ("density", dense), ("density", second)))


def _if_text(tree: Tree, node: Node | None) -> Node | None:
    return node if node is not None and _reads_like_text(tree, node.first, node.last) else None


def _by_selectors(tree: Tree, asked: tuple[Platform, ...], hinted: str, least: int) -> Node | None:
    """Return the best match of the hinted platform's selectors, else of everybody's."""
    index = tree.index()
    own = _best(tree, _matching(tree, index, asked[:1], least)) if hinted in PLATFORMS else None
    return own or _best(tree, _matching(tree, index, asked, least))


def _matching(tree: Tree, index: selectors.Index, asked: Iterable[Platform], least: int) -> Iterator[Node]:
    for platform in asked:
        for selector in platform.BODY_SELECTORS:
            for element in selectors.select(selector, index):
                node = tree.nodes[tree.place[element]]
                if _reads_like_text(tree, node.first, node.last, least):
                    yield node


def _best(tree: Tree, found: Iterable[Node]) -> Node | None:
    """Of all matches the one with most punctuation; of those, the deepest that keeps 92 % of it.

    Equal copies of a body are told apart by their place: the first one wins.
    """
    nodes = list(found)
    if not nodes:
        return None
    most = max(tree.marks(node.first, node.last) for node in nodes)
    rich = [node for node in nodes if tree.marks(node.first, node.last) >= KEEPS * most]
    first = min(rich, key=lambda node: (node.first, -node.last))
    inside = [node for node in rich if first.first <= node.first and node.last <= first.last]
    return max(inside, key=lambda node: tree.place[node.element] if _holds(tree, first, node) else -1)


def _holds(tree: Tree, outer: Node, inner: Node) -> bool:
    return tree.marks(inner.first, inner.last) >= KEEPS * tree.marks(outer.first, outer.last)


def _reads_like_text(tree: Tree, first: int, last: int, least: int = LEAST_HAN) -> bool:
    han = tree.han(first, last)
    if han < least or tree.linked(first, last) > MOST_LINKED * han:
        return False
    return tree.marks(first, last) >= LEAST_MARKS or least < LEAST_HAN


def _held(tree: Tree, chosen: Node, dense: Node) -> float:
    first, last = max(chosen.first, dense.first), min(chosen.last, dense.last)
    return tree.han(first, last) / max(1, tree.han(dense.first, dense.last)) if first < last else 0.0


def _shared(tree: Tree, one: Node | None, other: Node | None) -> float | None:
    """Return the ideographs two elements share over those either holds."""
    if one is None or other is None:
        return None
    first, last = max(one.first, other.first), min(one.last, other.last)
    common = tree.han(first, last) if first < last else 0
    either = tree.han(one.first, one.last) + tree.han(other.first, other.last) - common
    return round(common / either, 3) if either else 0.0


def _body(tree: Tree, node: Node, method: str, agreement: float | None) -> Body:
    lines = tuple(tree.lines(node.first, node.last))
    return Body(lines, method, agreement, place=(node.first, node.last))


def _arbitrated(html: str, tree: Tree, offers: Sequence[tuple[str, Node | None]]) -> Body | None:
    """Ask trafilatura; keep whichever of our elements it agrees with, for ours loses no characters."""
    theirs = arbiter.read(html)
    bodies = [
        _body(tree, node, method, arbiter.agreement(tree.lines(node.first, node.last), theirs))
        for method, node in offers
        if node is not None
    ]
    best = max(bodies, key=lambda body: body.agreement or 0.0, default=None)
    if best is not None and ((best.agreement or 0.0) >= ALIKE or not theirs):
        return best
    if sum(len(line) for line in theirs) < LEAST_HAN:
        return best
    return Body(tuple(theirs), "trafilatura", best.agreement if best else None)
