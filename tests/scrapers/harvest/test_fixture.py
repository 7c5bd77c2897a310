"""Every site that `probe --write` recorded is still recognised and read as it was then."""

from pathlib import Path

import pytest

from scrapers.harvest.fixture import expected, replay

PROBED = sorted((Path(__file__).parents[2] / "pages" / "probed").iterdir())


@pytest.mark.parametrize("kept", PROBED, ids=lambda kept: kept.name)
def test_a_recorded_site_is_read_as_it_was(kept: Path) -> None:
    assert replay(kept) == expected(kept)
