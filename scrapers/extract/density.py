"""Where a page's text is densest, without knowing the site.

A `Tree` in, one of its elements out. Two views that fail differently: descending to where the unlinked text
is, and the element whose own paragraphs hold most of it. Knows nothing of platforms.
"""

from collections.abc import Callable

from scrapers.extract.tree import Node, Tree

MASS = 0.80
"""Share of an element's unlinked text a child must hold for the descent to follow it."""
NEARLY = 0.95
TWIN_SHARE = 0.35
TWIN_RATIO = 0.85
TWIN_LIKENESS = 0.70
_LEAVES = frozenset({"p", "span", "font", "b", "strong", "a", "h1", "h2", "h3", "li", "tr", "tbody", "thead"})
_PARAGRAPHS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "tr", "br"})
SAMPLE = 1500
Mass = Callable[[Tree, Node], int]


def by_density(tree: Tree, mass: Mass | None = None) -> Node | None:
    """Descend from the root while one child holds at least 80 % of the mass, unlinked text if not told otherwise.

    Twins count once.
    """
    if not tree.nodes:
        return None
    below, mass = _children(tree), mass or _mass
    at = 0
    while True:
        here = mass(tree, tree.nodes[at])
        offers = [
            child for child in below.get(at, ()) if tree.nodes[child].tag not in _LEAVES or _wraps(tree, below, child)
        ]
        if not offers or not here:
            return tree.nodes[at]
        ranked = sorted(offers, key=lambda child: -mass(tree, tree.nodes[child]))[:2]
        if mass(tree, tree.nodes[ranked[0]]) >= MASS * here:
            at = ranked[0]
        elif len(ranked) == 2 and _twins(tree, ranked[0], ranked[1], here):
            at = min(ranked)
        else:
            return tree.nodes[at]


def by_marks(tree: Tree) -> Node | None:
    """Descend where the punctuation is: lists of names and columns that are no links have none."""
    return by_density(tree, lambda whole, node: whole.marks(node.first, node.last))


def by_paragraphs(tree: Tree) -> Node | None:
    """Return the element whose own text and direct paragraphs hold the most unlinked text."""
    mass: dict[int, int] = {}
    for node in tree.nodes:
        if node.tag in _PARAGRAPHS and node.parent >= 0:
            parent = node.parent
            while tree.nodes[parent].tag in ("tr", "tbody", "table") and tree.nodes[parent].parent >= 0:
                parent = tree.nodes[parent].parent
            mass[parent] = mass.get(parent, 0) + _mass(tree, node)
    for place, own in _own_text(tree).items():
        mass[place] = mass.get(place, 0) + own
    most = max(mass.values(), default=0)
    # The earlier of two near equals: copies for wide and narrow screens differ by a few characters.
    return next((tree.nodes[place] for place in sorted(mass) if mass[place] >= NEARLY * most > 0), None)


def _mass(tree: Tree, node: Node) -> int:
    return tree.han(node.first, node.last) - tree.linked(node.first, node.last)


def _children(tree: Tree) -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for place, node in enumerate(tree.nodes):
        below.setdefault(node.parent, []).append(place)
    return below


def _wraps(tree: Tree, below: dict[int, list[int]], place: int) -> bool:
    """Say whether an element that is usually a leaf is a container here: a broken page's `span` round it all."""
    return any(tree.nodes[child].tag in ("p", "div", "table", "tr", "td") for child in below.get(place, ()))


def _twins(tree: Tree, one: int, other: int, here: int) -> bool:
    """Say whether two elements are copies of one body: as long as each other, and nearly the same characters."""
    masses = sorted((_mass(tree, tree.nodes[one]), _mass(tree, tree.nodes[other])))
    if masses[0] < TWIN_SHARE * here or masses[0] < TWIN_RATIO * masses[1]:
        return False
    first, second = (_grams(tree, tree.nodes[place]) for place in (one, other))
    return len(first & second) >= TWIN_LIKENESS * min(len(first), len(second))


def _grams(tree: Tree, node: Node) -> set[str]:
    text = "".join(tree.lines(node.first, node.last))[:SAMPLE]
    return {text[start : start + 4] for start in range(len(text))}


def _own_text(tree: Tree) -> dict[int, int]:
    """Return the unlinked ideographs that stand directly in an element, outside any child that has some."""
    own: dict[int, int] = {}
    for place, node in enumerate(tree.nodes):
        mass = _mass(tree, node)
        own[place] = own.get(place, 0) + mass
        if node.parent >= 0 and mass:
            own[node.parent] = own.get(node.parent, 0) - mass
    return own
