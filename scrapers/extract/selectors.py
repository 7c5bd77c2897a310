"""The few CSS selectors that body tables need, matched against a lxml tree without another library.

Selector texts in, matching elements out. It understands type, `#id`, `.class`, `[name]`, `[name=value]`, the
descendant and the child combinator, and refuses everything else (https://www.w3.org/TR/selectors-3/).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

_STEP = re.compile(r"([A-Za-z][\w-]*|\*)?((?:[#.][\w-]+|\[[\w-]+(?:=[\"']?[^\"'\]]*[\"']?)?\])*)")
_PART = re.compile(r"([#.])([\w-]+)|\[([\w-]+)(?:=[\"']?([^\"'\]]*)[\"']?)?\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One compound selector and how it hangs below the one before it."""

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    child: bool


Selector = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A tree's elements by id, by class and by tag, each in document order."""

    ids: Mapping[str, Sequence[etree._Element]]
    classes: Mapping[str, Sequence[etree._Element]]
    tags: Mapping[str, Sequence[etree._Element]]


def index(elements: Iterable[etree._Element]) -> Index:
    """Index the elements once, so that each selector costs a look-up instead of a walk."""
    ids: dict[str, list[etree._Element]] = {}
    classes: dict[str, list[etree._Element]] = {}
    tags: dict[str, list[etree._Element]] = {}
    for element in elements:
        tags.setdefault(str(element.tag), []).append(element)
        if name := element.get("id"):
            ids.setdefault(name, []).append(element)
        if names := element.get("class"):
            for name in set(names.split()):
                classes.setdefault(name, []).append(element)
    return Index(ids=ids, classes=classes, tags=tags)


@lru_cache(maxsize=512)
def parse(selector: str) -> tuple[Selector, ...]:
    """Return the alternatives of a selector list; raise ValueError naming a selector this subset lacks."""
    return tuple(_parse_one(part.strip()) for part in selector.split(","))


def select(selector: str, tree: Index) -> Iterator[etree._Element]:
    """Yield the elements that match, alternative by alternative, each in document order."""
    for steps in parse(selector):
        for element in _seeds(steps[-1], tree):
            if matches(element, steps):
                yield element


def _parse_one(text: str) -> Selector:
    steps = []
    child = False
    for word in text.replace(">", " > ").split():
        if word == ">":
            child = True
            continue
        match = _STEP.fullmatch(word)
        if match is None:
            raise ValueError(f"selector {text!r} uses more than tag, #id, .class, [name=value], space and >: {word!r}")
        steps.append(_step(match.group(1) or "", match.group(2), child))
        child = False
    if not steps or child:
        raise ValueError(f"selector {text!r} is incomplete")
    return tuple(steps)


def _step(tag: str, rest: str, child: bool) -> Step:
    parts = [match.groups() for match in _PART.finditer(rest)]
    return Step(
        tag="" if tag == "*" else tag.lower(),
        id=next((name for mark, name, _, _ in parts if mark == "#"), ""),
        classes=frozenset(name for mark, name, _, _ in parts if mark == "."),
        attributes=tuple((name, value) for _, _, name, value in parts if name),
        child=child,
    )


def _seeds(step: Step, tree: Index) -> Sequence[etree._Element]:
    if step.id:
        return tree.ids.get(step.id, ())
    if step.classes:
        return tree.classes.get(min(step.classes), ())
    if step.tag:
        return tree.tags.get(step.tag, ())
    return [element for elements in tree.tags.values() for element in elements]


def matches(element: etree._Element, steps: Selector) -> bool:
    """Say whether an element matches a parsed selector."""
    if not _fits(element, steps[-1]):
        return False
    child = steps[-1].child
    above = element.getparent()
    for step in reversed(steps[:-1]):
        while above is not None and not _fits(above, step):
            if child:
                return False
            above = above.getparent()
        if above is None:
            return False
        child = step.child
        above = above.getparent()
    return True


def _fits(element: etree._Element, step: Step) -> bool:
    if step.tag and element.tag != step.tag:
        return False
    if step.id and element.get("id") != step.id:
        return False
    if step.classes and not step.classes.issubset((element.get("class") or "").split()):
        return False
    return all(element.get(name) is not None and value in (None, element.get(name)) for name, value in step.attributes)
