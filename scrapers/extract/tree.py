"""A page's visible text as one run of tokens, with every element a slice of it.

Decoded HTML in, `Tree` out: parsed once, walked once. What a reader would not see (scripts, styles, comments,
`display: none`) is not there; every other character is, whatever inline element holds it. Knows nothing of
bodies, titles or furniture.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from scrapers.extract import selectors
from scrapers.extract.styles import Sheet

DEEPEST = 2000
"""Open elements; libxml2 drops what lies deeper than 2,048, so a page at that depth cannot be read whole."""
MOST_NODES = 400_000
BREAK = "\n"
GAP = "\x1f"
"""A line break of the source inside a text run: nothing between ideographs, a space elsewhere."""

_BLOCK_NAMES = (
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ucapcontent ucaptitle ul"
)
_UNSEEN_NAMES = "audio canvas head iframe math noframes noscript object script select style svg template textarea video"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_CELLS = frozenset({"td", "th"})
_BREAKING = _BLOCKS | _CELLS | {"br", "a"}
"""Elements whose start means something; all others are only text."""
_LAYOUT = frozenset({"table", "td"})
_INSIDE_CELL = frozenset({"p", "br", "div", "li"})
MANY_BLOCKS = 4
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_SOURCE_BREAK = re.compile(r" ?\n[ \n]*")
_SPACES = " \t\r\n"
_BLANKS = re.compile(r"[ \t\r\f]+")
_WIDE = "\u2018-\u201f\u2026\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60"
_GAP_BETWEEN = re.compile(f"(?<=[{_WIDE}]){GAP}+(?=[{_WIDE}])")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_MARKS = re.compile("[，。；：、！？]")


class TreeLimit(Exception):
    """Raised when a page is larger than any page meant for people; the child answers with `parser_limit`."""


@dataclass(slots=True)
class Node:
    """One visible element: the slice of tokens it holds, and its place."""

    element: etree._Element
    tag: str
    parent: int
    first: int
    last: int = 0


@dataclass(slots=True)
class Tree:
    """The tokens, the elements as slices of them, and running counts, so that any slice is measured in one step."""

    root: etree._Element
    nodes: list[Node] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    han_before: list[int] = field(default_factory=list)
    linked_before: list[int] = field(default_factory=list)
    marks_before: list[int] = field(default_factory=list)
    place: dict[etree._Element, int] = field(default_factory=dict)
    sheet: Sheet | None = None

    def han(self, first: int, last: int) -> int:
        """Return how many ideographs the slice holds."""
        return self.han_before[last] - self.han_before[first]

    def linked(self, first: int, last: int) -> int:
        """Return how many of the slice's ideographs stand in links."""
        return self.linked_before[last] - self.linked_before[first]

    def marks(self, first: int, last: int) -> int:
        """Return how many Chinese punctuation marks the slice holds."""
        return self.marks_before[last] - self.marks_before[first]

    def lines(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the slice as non-empty lines: a line a block or table row, cells separated by a space."""
        text = "".join(self.tokens[first:last])
        if GAP in text:
            text = _GAP_BETWEEN.sub("", text).replace(GAP, " ")
        return [line for line in (raw.strip() for raw in text.split(BREAK)) if line]

    def index(self) -> selectors.Index:
        """Return the visible elements indexed for selectors."""
        return selectors.index(node.element for node in self.nodes)

    def select(self, selector: str) -> Iterator[etree._Element]:
        """Yield the visible elements that a selector matches."""
        return selectors.select(selector, self.index())


def parse(html: str) -> etree._Element | None:
    """Parse HTML of any depth into one tree, or None when there is nothing to parse. Fetches nothing."""
    text = html.replace("\x00", "").replace(GAP, "")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True, recover=True
    )
    if not text.strip():
        return None
    try:
        return etree.fromstring(text.encode("utf-8", errors="ignore"), parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise TreeLimit("the page needs more memory than a reader has") from None
        return None


def grow(html: str, sheet: Sheet | None = None) -> Tree | None:
    """Parse a page or a fragment and walk it once; None when it holds no element at all.

    What `sheet` hides is not seen.
    """
    root = parse(html)
    if root is None:
        return None
    tree = Tree(root, sheet=sheet)
    hidden = (element for element in root.iter() if sheet is not None and sheet.hides(element))
    _Walk(tree, frozenset(hidden) if sheet is not None else frozenset()).run()
    han = [0 if token.isascii() else len("".join(_HAN.findall(token))) for token in tree.tokens]
    marks = [0 if token.isascii() else len(_MARKS.findall(token)) for token in tree.tokens]
    tree.han_before = [0, *accumulate(han)]
    tree.marks_before = [0, *accumulate(marks)]
    tree.linked_before = [0, *accumulate(n if link else 0 for n, link in zip(han, tree.links, strict=True))]
    return tree


class _Walk:
    """One pass over a tree without recursion, so that depth costs no stack."""

    def __init__(self, tree: Tree, hidden: frozenset[etree._Element]) -> None:
        self.tree = tree
        self.hidden = hidden
        self.open: list[int] = []
        self.anchors = 0
        self.cells: list[bool] = []
        """One entry an open cell: whether its inner breaks are spaces, because it is data and not layout."""
        self.preformatted = 0

    def run(self) -> None:  # noqa: C901  the inner loop of every reading: an inline element costs no call but for its text
        root, hidden, add, above = self.tree.root, self.hidden, self._add, self.open
        nodes, tokens, place = self.tree.nodes, self.tree.tokens, self.tree.place
        skipped = None
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                tag = element.tag
                if tag in _UNSEEN or _says_unseen(element) or element in hidden:
                    skipped = element
                    walker.skip_subtree()
                    continue
                if tag in _BREAKING:
                    self._opened(element, tag)
                here = len(nodes)
                place[element] = here
                nodes.append(Node(element, tag, above[-1] if above else -1, len(tokens)))
                above.append(here)
                if here >= MOST_NODES or len(above) > DEEPEST:
                    raise TreeLimit(f"more than {MOST_NODES:,} elements, or nested deeper than {DEEPEST:,}")
                text = element.text
            else:
                if element is skipped:
                    skipped = None
                else:
                    node = nodes[above.pop()]
                    node.last = len(tokens)
                    if node.tag in _BREAKING:
                        self._closed(node.tag)
                text = element.tail if element is not root else None
            if text and not (tokens and tokens[-1] == BREAK and text.isspace()):
                add(text)

    def _opened(self, element: etree._Element, tag: str) -> None:
        if tag in _CELLS:
            self.cells.append(_is_data(element))
        elif tag == "a":
            self.anchors += 1
        else:
            self.preformatted += tag == "pre"
            self._break(tag)

    def _closed(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.preformatted -= tag == "pre"
            self._break(tag)
        elif tag in _CELLS:
            self._push(" " if self.cells.pop() else BREAK)
        elif tag == "a":
            self.anchors -= 1

    def _break(self, tag: str) -> None:
        self._push(" " if self.cells and self.cells[-1] and tag != "tr" else BREAK)

    def _push(self, token: str) -> None:
        tokens = self.tree.tokens
        if tokens and (tokens[-1] == BREAK or tokens[-1] == token):
            return
        tokens.append(token)
        self.tree.links.append(False)

    def _add(self, text: str) -> None:
        tokens = self.tree.tokens
        if not text.strip(_SPACES) and not self.preformatted:  # between two elements of the source, mostly
            text = GAP if BREAK in text else " "
        else:
            if "  " in text or "\t" in text or "\r" in text:
                text = _BLANKS.sub(" ", text)
            if BREAK in text and not self.preformatted:
                text = _SOURCE_BREAK.sub(GAP, text)
        if text in (" ", GAP) and (not tokens or tokens[-1] == BREAK):
            return
        tokens.append(text)
        self.tree.links.append(self.anchors > 0)


def _says_unseen(element: etree._Element) -> bool:
    style = element.get("style")
    if style is not None:
        plain = style.lower()  # and two words looked for: a pattern at every place of a long style costs ten times that
        if ("none" in plain or "hidden" in plain) and _HIDDEN.search(plain) is not None:
            return True
    return element.get("hidden") is not None


def _is_data(cell: etree._Element) -> bool:
    """Say whether a cell is data (few blocks, no table within) and not a piece of an old page's layout."""
    blocks = 0
    for element in cell.iterdescendants():
        if element.tag in _LAYOUT:
            return False
        if element.tag in _INSIDE_CELL:
            blocks += 1
            if blocks == MANY_BLOCKS:
                return False
    return True
