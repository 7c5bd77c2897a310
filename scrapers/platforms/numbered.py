"""The pages a list links to: "2 3 … 9", "next", "last".

Enters: a page's tree, its address, and the count of pages when it is printed. Leaves: requests for the pages after
this one, in order, with the gaps between the numbers filled. It refuses to know entries and site systems.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from scrapers.model import PageRequest
from scrapers.platforms.paging import MAX_PAGES
from scrapers.platforms.tree import Element, absolute, base, words
from scrapers.platforms.turning import PAGE_NAMES

MOST_CONTROLS = 3000
"""Links, buttons and options of a page that are looked at as paging."""
_NEXT = re.compile(r"[\[<»›>\s]{0,4}(?:下一?页|后一?页|next(?: page)?|[»›>]{1,2})[\]»›>\s]{0,4}", re.IGNORECASE)
_PREVIOUS = re.compile(r"[\[<«‹\s]{0,4}(?:上一?页|前一?页|previous(?: page)?)[\]«‹<\s]{0,4}", re.IGNORECASE)
_MORE = re.compile(r"(?:点击)?(?:加载|显示|查看)更多(?:内容|信息)?|load more", re.IGNORECASE)
_LABEL = re.compile(r"[\[第\s]{0,4}(\d{1,4})[\]页\s]{0,4}")
_FILE = r"\.\w{2,6}(?:\?[^#]{0,900})?"
_NAMES = "|".join(sorted(PAGE_NAMES | {"pn"}, key=len, reverse=True))
VARIANTS: Mapping[str, re.Pattern[str]] = {
    "?page=N": re.compile(rf"^([^#]{{1,900}}[?&](?:{_NAMES})=)(\d{{1,4}})((?:&[^#]{{0,900}})?)$", re.IGNORECASE),
    "_N": re.compile(rf"^([^?#]{{1,900}}_)(\d{{1,4}})({_FILE})$"),
    "-N": re.compile(rf"^([^?#]{{1,900}}-)(\d{{1,4}})({_FILE})$"),
    "/N": re.compile(rf"^([^?#]{{1,900}}/)(\d{{1,4}})({_FILE})$"),
    "listN": re.compile(rf"^([^?#]{{1,900}}/(?:list|index|page|p))(\d{{1,4}})({_FILE})$", re.IGNORECASE),
    "/page/N": re.compile(r"^([^?#]{1,900}/(?:page|p|list)/)(\d{1,4})(/?)$", re.IGNORECASE),
}
"""How addresses hold their page number: the part before it, the number, the part after it."""
_HIDDEN = ("tagname", "data-url", "data-href", "data-next", "data-page-url")
"""Where controls whose href leads nowhere keep the address they load."""
_ONCLICK = re.compile(r"[\"']([^\"'()<>\s]{1,500}[./?=][^\"'()<>\s]{0,500})[\"']")


@dataclass(frozen=True, slots=True)
class _Spot:
    """An address cut around its page number."""

    before: str
    number: int
    after: str
    variant: str


def linked_pages(root: Element, url: str, pages: int | None) -> tuple[PageRequest, ...]:
    """Return the pages after this one, from its paging links; just the next one when no numbers can be read.

    Numbering may start at any number and may run backwards, as some systems count from the oldest page.
    """
    step, labelled = _paging_links(root, url)
    series = Counter((spot.before, spot.after) for _, spot in labelled)
    if not series:
        return (PageRequest(step),) if step else ()
    before, after = series.most_common(1)[0][0]
    known = {label: spot.number for label, spot in labelled if (spot.before, spot.after) == (before, after)}
    slope, start = _line(known)
    here = _cut(url)
    same = here is not None and (here.before, here.after) == (before, after)
    current = (here.number - start) * slope if here is not None and same else 1
    last = min(max([*known, pages or 0]), max(current, 0) + MAX_PAGES)
    numbers = [start + slope * label for label in range(current + 1, last + 1)]
    named = [f"{before}{number}{after}" for number in numbers if number >= 0]
    if step and step not in named:
        named.insert(0, step)
    return tuple(PageRequest(address) for address in named)


def first_page(root: Element, url: str) -> str:
    """Return where a later page leads back to as page 1; empty where nothing shows that the page is a later one.

    A later page has a number in its address, and a link to the page before it.
    """
    if (number_of(url) or 0) < 2:
        return ""
    controls = tuple(_controls(root, url))
    back = any(_PREVIOUS.fullmatch(text) for text, _ in controls)
    return next((target for text, target in controls if is_label(text) == 1), "") if back else ""


def _paging_links(root: Element, url: str) -> tuple[str, list[tuple[int, _Spot]]]:
    """Return where "next" leads, and the numbered links with the label each shows."""
    step = ""
    labelled = []
    for text, target in _controls(root, url):
        label, spot = _LABEL.fullmatch(text), _cut(target)
        if label is not None and spot is not None:
            labelled.append((int(label[1]), spot))
        elif _NEXT.fullmatch(text) or (spot is not None and _MORE.fullmatch(text)):
            step = step or target
    return step, labelled


def _controls(root: Element, url: str) -> Iterator[tuple[str, str]]:
    """Yield the text and target of everything a reader could turn pages with."""
    address = base(root, url)
    for element in islice(root.iter("a", "button", "option", "link"), MOST_CONTROLS):
        if len(element) > 3:
            continue
        text = "下一页" if "next" in (element.get("rel") or "").split() else words(element)[:20]
        turns = "更多" in text or any(kind.fullmatch(text) for kind in (_LABEL, _NEXT, _PREVIOUS, _MORE))
        target = _target(element, address) if turns else ""
        if target and target != url:
            yield text, target


def _target(element: Element, address: str) -> str:
    """Return where a control leads: its href, or where its script would go."""
    href = element.get("href") or ""
    if element.tag == "option":
        value = element.get("value") or ""
        return absolute(value, address) if "/" in value or "." in value else ""
    if href and href[0] != "#" and href[:11].lower() != "javascript:":
        return absolute(href, address)
    for name in _HIDDEN:
        if hidden := element.get(name):
            return absolute(hidden, address)
    written = _ONCLICK.search(f"{element.get('onclick') or ''} {href}"[:1000])
    return absolute(written[1], address) if written else ""


def _line(known: dict[int, int]) -> tuple[int, int]:
    """Fit number = start + slope * label, with slope 1 or -1."""
    rising = Counter(number - label for label, number in known.items()).most_common(1)[0]
    falling = Counter(number + label for label, number in known.items()).most_common(1)[0]
    return (-1, falling[0]) if falling[1] > rising[1] else (1, rising[0])


def following_number(url: str) -> str:
    """Return the address with the next page's number in it; empty when it holds none."""
    spot = _cut(url)
    return f"{spot.before}{spot.number + 1}{spot.after}" if spot is not None else ""


def number_of(url: str) -> int | None:
    """Return the page number in an address, or None."""
    spot = _cut(url)
    return spot.number if spot is not None else None


def is_next(text: str) -> bool:
    """Say whether a control's text means the next page."""
    return _NEXT.fullmatch(text) is not None


def is_label(text: str) -> int | None:
    """Return the page number a control shows, or None."""
    label = _LABEL.fullmatch(text)
    return int(label[1]) if label else None


def series(url: str, pages: int) -> tuple[PageRequest, ...]:
    """Return the addresses after a first page whose name holds its number, as far as the count of pages goes."""
    spot = _cut(url)
    if spot is None or spot.number > 1:
        return ()
    return tuple(
        PageRequest(f"{spot.before}{spot.number + turn}{spot.after}") for turn in range(1, min(pages, MAX_PAGES))
    )


def describe(requests: tuple[PageRequest, ...]) -> str:
    """Return how the further pages are named, as `index_N.shtml`, `?PAGENUM=N` or `next link`."""
    if not requests:
        return ""
    spot = _cut(requests[0].url)
    if spot is None:
        return "next link"
    lead = "?" + re.split("[?&]", spot.before)[-1] if spot.variant == "?page=N" else spot.before.rpartition("/")[2]
    if spot.variant in ("/N", "/page/N"):
        lead = "/" + lead
    return f"{lead}N{spot.after.partition('?')[0].partition('&')[0]}"


def _cut(url: str) -> _Spot | None:
    for variant, pattern in VARIANTS.items():
        match = pattern.match(url)
        if match is not None:
            return _Spot(match[1], int(match[2]), match[3], variant)
    return None
