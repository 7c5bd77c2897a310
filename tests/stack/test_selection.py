"""What a run is asked to do: what is due, what failed, and nothing when nothing is left."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.harvest import Recheck, Selection, gate
from scrapers.harvest.due import due
from tests.stack.conftest import Site

pytestmark = pytest.mark.stack


def pages(site: Site) -> Counter[str]:
    """Return how often each article of the manifest was asked for."""
    asked = Counter(f"http://{r.host.split(':')[0]}:{site.village.port}{r.path}" for r in site.village.requests)
    return Counter({e.url: asked[e.url] for e in site.village.manifest() if asked[e.url]})


def test_only_what_failed_is_asked_again_and_then_nothing_is(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    dead = site.village.sites[0]
    dead.down = True
    site.harvest("first")
    dead.restore()
    site.village.forget()
    again = site.harvest("second", Selection(failed=True))
    assert f"{dead.host}:{site.village.port}" in again.hosts
    assert len(again.hosts) < len(site.village.sites)
    assert again.silent == {}
    neighbours = {e.url for e in site.village.manifest() if e.site != dead.name and e.outcome == "archived"}
    assert not neighbours & set(pages(site)), "a report that was archived was asked for again"
    assert any(e.site == dead.name for e in site.village.manifest() if e.url in pages(site))
    gate(again)


def test_pages_asked_today_are_not_due_and_their_hosts_are_not_silent(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    site.harvest("first")
    site.village.forget()
    second = site.harvest("second", Selection(recheck=Recheck.DUE))
    archived = {e.url for e in site.village.manifest() if e.outcome == "archived" and not e.copy_of}
    assert not archived & set(pages(site))
    assert second.silent == {}
    gate(second)


@pytest.mark.parametrize(
    ("year", "days", "asked"), [(2026, 1, True), (None, 1, True), (2026, 0, False), (2020, 29, False), (2020, 31, True)]
)
def test_new_years_are_due_daily_and_old_ones_monthly(year: int | None, days: int, asked: bool) -> None:
    now = datetime(2027, 2, 1, tzinfo=UTC)
    assert due(now - timedelta(days=days), year, now) is asked
    assert due(None, year, now)
