"""The keeper's door: what changes releases, the files of tables and the generation that readers see.

Everything a `Corpus` does, and what an analyst's credentials may not. It knows nothing of who asks, nor when.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from scrapers.archive.generations import Switch, switch
from scrapers.archive.payloads import get_clean
from scrapers.catalog.tending import Tended, tend
from scrapers.corpus import Corpus
from scrapers.corpus.release.freeze import Frozen, freeze, is_due
from scrapers.corpus.trial import Trial, compare, markdown, untold
from scrapers.errors import NotInArchive, UserError
from scrapers.fingerprint import GENERATION
from scrapers.settings import Settings, load


def open_keeper(settings: Settings | None = None) -> "Keeper":
    """Open the archive the settings (by default the environment's) point to, to keep it; nothing is read yet."""
    return Keeper(load() if settings is None else settings)


class Keeper(Corpus):
    """The archive as whoever keeps it sees it; what writes says so, and needs credentials that may."""

    def release_is_due(self, days: int, today: date | None = None) -> bool:
        """Return whether the newest release that is named by a date is at least so many days old, or there is none."""
        return is_due(self.releases(), today or datetime.now(UTC).date(), days)

    def freeze(self, name: str = "", told: Callable[[str], object] = str) -> Frozen:
        """Freeze the catalog as a release, named by today's date unless a name is given; see `freeze.freeze`."""
        return freeze(self._store, self._catalog, name=name, told=told)

    def tend(self) -> Iterator[Tended]:
        """Put the files of the catalog in order, with credentials that may delete there; see `catalog.tending`."""
        return tend(self._catalog)

    def trial(self, before: str, after: str, told: Callable[[int, int], None] = untold) -> Trial:
        """Return what another generation would change for readers, before it is switched to; see `trial`."""
        tables = {name: self._table(name) for name in ("reports", "sightings", "captures")}
        return compare(tables, before, after, lambda *named: get_clean(self._store, *named), told)

    def switch(self, generation: str, reason: str = "", *, anyway: bool = False) -> None:
        """Let readers see another generation, at once and whole; with credentials that may write.

        Raise UserError when it has not read all that they see today, unless told to switch anyway.
        """
        now = self.generation()
        left = self.trial(now, generation).unread if now != generation and not anyway else 0
        if left:
            raise UserError(
                f"{generation} has not read {left} pages that readers see today. "
                "Run `reextract` first, or switch anyway."
            )
        switch(self._store, Switch(generation, datetime.now(UTC), reason))

    def try_installed(self, change: bool, told: Callable[[str], object]) -> dict[str, Any]:
        """Compare the installed reader's generation with the one in effect, and switch to it when asked to change."""
        now = self.generation()
        found = self.trial(now, GENERATION)
        told(markdown(found))
        if found.unread:
            raise NotInArchive(f"{GENERATION} has not read {found.unread} pages yet. Clear the hosts that failed.")
        if change and now != GENERATION:
            self.switch(GENERATION, "the reextract DAG was told to")
        return asdict(found)
