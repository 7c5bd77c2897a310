"""What a page's own style sheet hides.

A page's text in, the selectors of its `style` elements that set `display: none` or `visibility: hidden` out, and
whether an element is hidden by them. Sheets in other files are not read. Rules for one kind of screen only (`@media`)
hide nothing, nor does a rule beside which another shows the same element: what a script shows is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from scrapers.extract import selectors

LONGEST = 200_000
"""Characters of style read in a page; no page written by people has more of its own."""
MOST_RULES = 200
_BRACES = re.compile("([{}])")
_MAY_HIDE = re.compile(r":\s{0,9}(?:none|hidden)", re.IGNORECASE)
_DISPLAY = re.compile(
    r"(?<![\w-])(?:display\s{0,9}:\s{0,9}([\w-]{1,20})|visibility\s{0,9}:\s{0,9}(hidden|visible))", re.IGNORECASE
)
_HIDING = frozenset({"none", "hidden"})

Keyed = dict[str, list[selectors.Selector]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Selectors that hide and selectors that show, each by the id or class it ends in."""

    hiding: Keyed = field(default_factory=dict)
    showing: Keyed = field(default_factory=dict)

    def hides(self, element: etree._Element) -> bool:
        """Say whether a rule hides the element and none shows it."""
        keys = ["." + name for name in (element.get("class") or "").split()]
        if name := element.get("id"):
            keys.append("#" + name)
        if not _any(element, keys, self.hiding):
            return False
        return not _any(element, keys, self.showing) and "display" not in (element.get("style") or "")


def read_styles(html: str) -> Sheet | None:
    """Return what a page's own rules hide; None when they hide nothing, as nearly all pages' do."""
    sheet = Sheet()
    # Comments go first, and without a pattern: many that never end must not cost many searches.
    css = "".join(piece.partition("*/")[2] if n else piece for n, piece in enumerate(_styles(html).split("/*")))
    for selector, rule in _rules(css):
        found = [(match.group(1) or match.group(2)).lower() for match in _DISPLAY.finditer(rule)]
        if found:
            keyed = sheet.hiding if _HIDING.intersection(found) else sheet.showing
            for key, steps in _keyed(selector):
                keyed.setdefault(key, []).append(steps)
        if len(sheet.hiding) > MOST_RULES:
            return None
    return sheet if sheet.hiding else None


def _styles(html: str) -> str:
    found: list[str] = []
    for opening, closing in (("<style", "</style"), ("<STYLE", "</STYLE")):
        length, at = 0, html.find(opening)
        while at >= 0 and length < LONGEST:
            start, stop = html.find(">", at) + 1, html.find(closing, at)
            if not start or stop < 0:
                break
            text = html[start:stop]
            length += len(text)
            if _MAY_HIDE.search(text):
                found.append(text[:LONGEST])
            at = html.find(opening, stop)
    return "\n".join(found)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the outermost rules, selector and declarations; what stands in an at-rule is not among them."""
    depth, selector, last = 0, "", ""
    for piece in _BRACES.split(css):
        if piece == "{":
            depth += 1
            selector = last if depth == 1 else selector
        elif piece == "}":
            if depth == 1 and "@" not in selector:
                yield selector, last
            depth = max(0, depth - 1)
        else:
            last = piece


def _keyed(text: str) -> Iterator[tuple[str, selectors.Selector]]:
    """Yield the alternatives of a selector that end in an id or a class, with that as their key."""
    for part in text[:2000].split(","):
        try:
            (steps,) = selectors.parse(part.strip())
        except ValueError:  # a pseudo-class, or no selector: neither hides what the page shows at rest
            continue
        last = steps[-1]
        if last.id or last.classes:
            yield ("#" + last.id if last.id else "." + min(last.classes)), steps


def _any(element: etree._Element, keys: list[str], keyed: Keyed) -> bool:
    return any(selectors.matches(element, steps) for key in keys for steps in keyed.get(key, ()))
