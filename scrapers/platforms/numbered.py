"""The pages a list links to: "2 3 … 9", "next", "last".

Enters: a page's tree, its address, and the count of pages when it is printed. Leaves: requests for the pages after
this one, in order, with the gaps between the numbers filled. It refuses to know entries and site systems.
"""

import re
from collections import Counter
from dataclasses import dataclass

from scrapers.model import PageRequest
from scrapers.platforms.paging import MAX_PAGES
from scrapers.platforms.tree import Element, absolute, base, words

_NEXT = re.compile(r"[\[<»›>\s]{0,4}(?:下一?页|后一?页|next(?: page)?|[»›>]{1,2})[\]»›>\s]{0,4}", re.IGNORECASE)
_LAST = re.compile(r"[\[\s]{0,4}(?:尾页|末页|最后一?页|last(?: page)?)[\]»›>\s]{0,4}", re.IGNORECASE)
_LABEL = re.compile(r"[\[第\s]{0,4}(\d{1,4})[\]页\s]{0,4}")
_NUMBER = re.compile(
    r"^(?P<before>[^?#]{1,900}(?:[_-]|/(?:list|index|p|page)?))(?P<number>\d{1,4})(?P<after>\.\w{2,6}(?:\?[^#]{0,900})?)$"
    r"|^(?P<lead>[^#]{1,900}[?&](?:page|page_?no|page_?num|page_?index|page_?id|cur_?page|current_?page|pn|p|paged)=)"
    r"(?P<value>\d{1,4})(?P<trail>(?:&[^#]{0,900})?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Spot:
    """An address cut around its page number."""

    before: str
    number: int
    after: str


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


def _paging_links(root: Element, url: str) -> tuple[str, list[tuple[int, _Spot]]]:
    """Return where "next" leads, and the numbered links with the label each shows."""
    address = base(root, url)
    step = ""
    labelled = []
    for element in root.iter("a"):
        if len(element) > 3:
            continue
        text = words(element)
        label = _LABEL.fullmatch(text[:20])
        if label is None and not _NEXT.fullmatch(text[:20]):
            continue
        target = absolute(element.get("href") or "", address)
        if not target or target == url:
            continue
        if label is None:
            step = step or target
        elif (spot := _cut(target)) is not None:
            labelled.append((int(label[1]), spot))
    return step, labelled


def _line(known: dict[int, int]) -> tuple[int, int]:
    """Fit number = start + slope * label, with slope 1 or -1."""
    rising = Counter(number - label for label, number in known.items()).most_common(1)[0]
    falling = Counter(number + label for label, number in known.items()).most_common(1)[0]
    return (-1, falling[0]) if falling[1] > rising[1] else (1, rising[0])


def _cut(url: str) -> _Spot | None:
    match = _NUMBER.match(url)
    if match is None:
        return None
    if match["number"] is not None:
        return _Spot(match["before"], int(match["number"]), match["after"])
    return _Spot(match["lead"], int(match["value"]), match["trail"])
