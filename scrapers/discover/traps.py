"""The ways a list goes on without end, each by its name.

Enters: the addresses a walk has asked for and what each page brought. Leaves: why the walk must stop, or nothing. It
refuses to fetch. Caps are the last of the guards, never the first.
"""

import re
from dataclasses import dataclass

PAGE_CAP = 200
ADDRESS_CAP = 2000
REPEATS = 2
"""Pages in a row without one new entry after which a list is going in circles."""
HOLLOW = 3
"""Pages in a row with a list and no entry in it after which a list has run past its end."""
FIRST_PLAUSIBLE_YEAR = 2004
_MOMENT = re.compile(r"(?<![\d.])((?:19|20|21)\d\d)(?:[-/_年]?(0?[1-9]|1[0-2]))?(?![\d])")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Watch:
    """What a walk must remember to see that it gets nowhere."""

    newest: int = 0
    """The newest year the first page shows; 0 while it shows none."""
    repeats: int = 0
    hollow: int = 0
    barren_days: int = 0
    """Steps of a calendar in a row that brought nothing new."""

    def page(self, entries: int, fresh: int, *, chained: bool, hollow: bool) -> str:
        """Note what a page brought; return why the walk must stop, or an empty string.

        `chained` pages name only the next one: of those the first repetition is enough.
        """
        self.hollow = self.hollow + 1 if hollow else 0
        self.repeats = self.repeats + 1 if entries and not fresh else 0
        if self.repeats and (chained or self.repeats >= REPEATS):
            return "Repeats itself: a page brings only entries already seen, the list goes in circles"
        if self.hollow >= HOLLOW:
            return f"Past the end: {HOLLOW} pages in a row that the site names hold no entries"
        return ""

    def step(self, before: str, url: str, fresh: int) -> str:
        """Judge the way from one page's address to the next one's, given how many new entries the first brought."""
        moment = _step_of_calendar(before, url)
        if moment is None:
            self.barren_days = 0
            return ""
        self.barren_days = 0 if fresh else self.barren_days + 1
        last = self.newest or 2099
        if moment > last + 1 or moment < FIRST_PLAUSIBLE_YEAR:
            return f"Calendar trap: the next page is one of {moment}, beyond everything the list shows"
        if self.barren_days >= HOLLOW:
            return f"Calendar trap: {HOLLOW} dates in a row bring nothing new"
        return ""


def _step_of_calendar(before: str, url: str) -> int | None:
    """Return the year an address leads to when it differs from the one before in its date alone; else None."""
    if before == url or _DIGITS.sub("0", before) != _DIGITS.sub("0", url):
        return None
    old, new = _MOMENT.findall(before), _MOMENT.findall(url)
    if len(old) != len(new) or not new or _MOMENT.sub("", before) != _MOMENT.sub("", url):
        return None
    changed = [int(year) for one, (year, month) in zip(old, new, strict=True) if one != (year, month)]
    return changed[0] if changed else None
