"""A village and an archive for it: real pages, a real store, the command line's own river."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers import harvest as river
from scrapers.archive.store import Store
from scrapers.settings import Settings
from tests.conftest import settings_of
from tests.village import Village


@dataclass
class Site:
    """One archive of one village."""

    village: Village
    works: river.Works
    settings: Settings

    def harvest(self, run: str = "", selection: river.Selection | None = None) -> river.RunSummary:
        """Harvest the village as the command line does."""
        return river.harvest(
            self.works,
            "demo",
            selection or river.Selection(),
            run or river.new_run("demo", datetime.now(UTC)),
            secrets.token_hex(4),
        )


def archive_of(village: Village, store: Store, sources: Path) -> Site:
    """Return an archive in the store for the village, its registry written to `sources`."""
    sources.mkdir(exist_ok=True)
    (sources / "demo.toml").write_text(village.registry(), encoding="utf-8")
    settings = settings_of(store, sources=sources)
    return Site(village, river.open_works(settings), settings)


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Make archives for villages; the villages close with the test."""
    open_villages: list[Village] = []

    def make(**options: object) -> Site:
        village = Village(**options)  # type: ignore[arg-type]
        village.start()
        open_villages.append(village)
        return archive_of(village, store, tmp_path / "sources")

    yield make
    for village in open_villages:
        village.stop()
