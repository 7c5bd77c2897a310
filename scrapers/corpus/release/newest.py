"""The newest releases of a bucket in numbers, each counted once: what a page tells of them.

A release never changes, so only their names are asked for again. It knows nothing of what is in the catalog today.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from scrapers.archive.store import Store
from scrapers.corpus.release.compare import KINDS
from scrapers.corpus.release.released import BucketPlace, Release, release_names
from scrapers.corpus.unread import reading

SHOWN = 5
ASKED_SECONDS = 30.0
"""How long the names are used before they are asked for again."""


@dataclass(frozen=True, slots=True)
class Told:
    """One release."""

    name: str
    reports: int
    changes: tuple[tuple[str, int], ...]
    """How many reports are new, revised, corrected and withdrawn since the release before, none left at zero."""


class Newest:
    """The SHOWN newest releases, newest first."""

    def __init__(self, store: Store, options: dict[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._options, self._clock = store, options, clock
        self._told: dict[str, Told] = {}
        self._asked_at = float("-inf")

    def __call__(self) -> list[Told]:
        """Return them, at most ASKED_SECONDS old; raise what `unread.reading` does when one cannot be read."""
        if self._clock() - self._asked_at >= ASKED_SECONDS:
            names = release_names(self._store)[: -SHOWN - 1 : -1]
            known = self._told
            self._told = {name: known.get(name) or self._count(name) for name in names}
            self._asked_at = self._clock()
        return list(self._told.values())

    def _count(self, name: str) -> Told:
        release = Release(BucketPlace(self._store, self._options, name))
        with reading(f"Release {name}"):
            reports = int(release.reports().select(pl.len()).collect().item())
            counted = dict(release.table("changes").group_by("change").len().collect().iter_rows())
        return Told(name, reports, tuple((kind, counted[kind]) for kind in KINDS if kind in counted))
