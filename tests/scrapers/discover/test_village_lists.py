"""Every list of the village, over loopback: all found, the end proved, also while rows come and go; traps named."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from scrapers import divisions, platforms, registry
from scrapers.discover import walk
from scrapers.discover.sweep import Sweep
from scrapers.fetch import Fetcher, Limits, Policy, page_of
from scrapers.model import Complete, Outcome, Page, PageRequest, Source, Walk
from tests.village import Expected, Village
from tests.village.cast import TRAPS, sites

LOOPBACK = (ip_network("127.0.0.0/8"),)
COLUMNS = [column.source for site in sites() for column in site.columns]
PROVED = [name for name in COLUMNS if name != "demo-mirror"]
"""The mill's list is one page that prints no count and turns no page: nothing proves its end."""


def sources(village: Village, folder: Path) -> dict[str, Source]:
    path = folder / "demo.toml"
    path.write_text(village.registry(), encoding="utf-8")
    return {one.id: one for one in registry.load(path, platforms.PLATFORMS, divisions.codes()).sources}


def walked(source: Source) -> tuple[Walk, int]:
    """Walk a list over the network; return the walk and how many requests it took."""
    with Fetcher(Policy(frozenset({source.host}), LOOPBACK, "", 0.0, Limits(backoff=0.01))) as fetcher:
        return walk(source, lambda request: page_of(fetcher.fetch(request))), fetcher.requests


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    with Village() as opened:
        yield opened


@pytest.fixture(scope="module")
def registered(village: Village, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    return sources(village, tmp_path_factory.mktemp("still"))


def expected(village: Village, source: str) -> list[Expected]:
    return [each for each in village.manifest() if each.source == source]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_entry_is_found_with_title_and_day_and_the_end_is_proved(
    village: Village, registered: dict[str, Source], name: str
) -> None:
    result, _ = walked(registered[name])
    found = {one.url: (one.title, one.listed_on) for one in result.candidates}
    assert found == {each.url: (each.title, each.published_on) for each in expected(village, name)}
    assert (result.complete, result.findings) == (Complete.YES if name in PROVED else Complete.UNKNOWN, ())
    assert result.why


@pytest.mark.parametrize("name", PROVED)
def test_a_site_that_counts_less_than_it_lists_proves_nothing_by_its_count(
    registered: dict[str, Source], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Sweep._listing

    def less(sweep: Sweep, request: PageRequest, page: Page) -> platforms.Listing:
        listing = read(sweep, request, page)
        return listing if listing.total is None else replace(listing, total=listing.total - 1)

    monkeypatch.setattr(Sweep, "_listing", less)
    result, _ = walked(registered[name])
    if result.expected_total is None or len(result.candidates) == result.expected_total:
        return  # it prints no total, or its pages are named by the total alone
    assert "own total" not in result.why
    assert f"counts {result.expected_total} entries, {len(result.candidates)} were found" in result.why
    told = [finding.kind for finding in result.findings]
    assert told == ([] if result.complete is Complete.YES else [Outcome.ABOVE_EXPECTED])


@pytest.mark.parametrize("name", PROVED)
def test_every_report_is_found_while_rows_come_and_go(
    village: Village, registered: dict[str, Source], name: str
) -> None:
    site = next(site for site in village.sites if any(column.source == name for column in site.columns))
    site.begin_moving(name)
    try:
        result, requests = walked(registered[name])
    finally:
        site.restore()
    reports = {each.url for each in expected(village, name) if each.kind != "negative"}
    assert reports <= {one.url for one in result.candidates}
    assert result.complete is Complete.YES
    assert requests < 30


@pytest.mark.parametrize(
    ("trap", "kind", "name", "most"),
    [
        ("repeats", Outcome.ENDLESS_LISTING, "Repeats itself", 8),
        ("past-end", Outcome.ENDLESS_LISTING, "Past the end", 10),
        ("calendar", Outcome.ENDLESS_LISTING, "Calendar trap", 40),
        ("thousands", Outcome.ENDLESS_LISTING, "Page cap", 205),
        ("self-link", Outcome.ENDLESS_LISTING, "Repeats itself", 8),
        ("cut-record", Outcome.DAMAGED_LISTING, "a record of the data store is cut off", 3),
        ("broken-json", Outcome.DAMAGED_LISTING, "articleList is broken", 3),
        ("mixed", Outcome.DAMAGED_LISTING, "mixed encodings", 3),
        ("dates", Outcome.DAMAGED_LISTING, "2026-13-45", 3),
        ("marked-up", Outcome.DAMAGED_LISTING, "markup", 3),
    ],
)
def test_a_hostile_list_ends_in_its_named_finding_within_its_cap(
    tmp_path: Path, trap: str, kind: Outcome, name: str, most: int
) -> None:
    with Village(trapped=True) as hostile:
        result, requests = walked(sources(hostile, tmp_path)[f"demo-trap-{trap}"])
        wanted = {each.url for each in expected(hostile, f"demo-trap-{trap}")}
    told = [finding for finding in result.findings if finding.kind is kind]
    assert any(name in finding.message for finding in told)
    assert requests <= most
    assert result.complete is not Complete.YES
    found = {one.url for one in result.candidates}
    if trap in {"mixed", "dates", "marked-up", "repeats"}:
        assert found == wanted
        assert all("<" not in one.title and "\ufffd" not in one.title for one in result.candidates)
    if trap in {"cut-record", "broken-json"}:
        assert len(wanted - found) == 1


def test_every_trap_of_the_village_is_tried() -> None:
    marks = test_a_hostile_list_ends_in_its_named_finding_within_its_cap.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == TRAPS.keys()
