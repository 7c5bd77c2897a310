"""Which stored bytes are read again on a day: a day in, a question to ask of each object out.

Every object is due once in `SLICES` days by the first digits of its hash, and once more on the day after it was
written. Nothing is remembered between days: a day that was missed costs one turn of three in ninety days.
Source of the ninety days: the promise in `docs/architecture.md`.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from scrapers.archive.objects import Listed

SLICES = 30
_HASH = re.compile(r"sha256/([0-9a-f]{2})/")


def rota(day: date) -> Callable[[Listed], bool]:
    """Return whether an object is due on a day: its slice's turn, or written since the day before (UTC)."""
    since = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=1)

    def due(one: Listed) -> bool:
        found = _HASH.search(one.key)
        return found is None or one.modified >= since or int(found[1], 16) % SLICES == day.toordinal() % SLICES

    return due
