"""Which system made a page: every mark of every system sought, the weights added up, the sums told with their reasons.

Enters: page text and its address. Leaves: the systems whose marks were seen, likeliest first, `generic` last. It
refuses to read the page: a site may wear another system's clothes, and only a list that can be read proves anything.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from scrapers.platforms import PLATFORMS, generic
from scrapers.platforms.contract import Mark

SURE = 3
"""From this score on a system is named without asking anybody."""
_LOOKED_AT = 1_000_000
"""Characters of a page that are searched for marks."""
_LINKS = 400
_HREF = re.compile(r"(?:href|src|tagname)\\?\s{0,4}=\s{0,4}[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Recognised:
    """A system and why we think a page is its."""

    platform: str
    score: int
    marks: tuple[str, ...]
    """What was seen of it, as it stands in the page, strongest first."""

    def why(self) -> str:
        """Return the reason as a line: `score 5 for "TRS_Editor", "createPageHTML(4, 0,"`."""
        seen = ", ".join(f'"{mark}"' for mark in self.marks)
        return f"score {self.score} for {seen}" if seen else "no system's marks were seen; read by shape"


def recognise(text: str, url: str = "") -> tuple[Recognised, ...]:
    """Return the systems whose marks a page shows, best first; the last is always `generic`, with score 0."""
    text = text[:_LOOKED_AT]
    addresses = "\n".join([url, *(match[1] for match in islice(_HREF.finditer(text), _LINKS))])
    found = []
    for name, platform in PLATFORMS.items():
        seen = [
            (mark.weight, match[0][:_SHOWN])
            for mark in platform.MARKS
            if (match := _compiled(mark).search(addresses if mark.of_address else text)) is not None
        ]
        if seen:
            seen.sort(key=lambda one: -one[0])
            found.append(Recognised(name, sum(weight for weight, _ in seen), tuple(sign for _, sign in seen)))
    found.sort(key=lambda one: -one.score)
    return (*found, Recognised(generic.NAME, 0, ()))


@cache
def _compiled(mark: Mark) -> re.Pattern[str]:
    return re.compile(mark.sign)
