"""The corpus as a server reads it: fresh, bounded, and only what its own rows name."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.archive.payloads import get_clean
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.corpus.served import FRESH_SECONDS, ServedCorpus
from scrapers.corpus.snapshot import province_of
from scrapers.corpus.summary import health, season, season_year
from scrapers.corpus.tally import Tally, coverage, tally
from scrapers.errors import NotInArchive
from stack.store import LocalStore
from tests.conftest import settings_of
from tests.plugins.archives import HOST, REGISTRY, RUNS, SILENT, TITLE, fill, visit


@pytest.fixture(scope="module")
def corpus(store_server: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> ServedCorpus:
    return ServedCorpus(fill(store_server.connect("pages"), tmp_path_factory.mktemp("sources")))


def test_a_snapshot_is_kept_until_the_catalog_changes(store: Store, tmp_path: Path) -> None:
    clock = [0.0]
    corpus = ServedCorpus(fill(store, tmp_path), clock=lambda: clock[0], patience=120)
    before = corpus.snapshot()
    assert before.reports.height == 63
    clock[0] += FRESH_SECONDS + 1
    assert corpus.snapshot() is before
    run = "demo.manual__2025-03-16T01:00:00+00:00"
    lines = [replace(line, run=run) for line in visit(store, RUNS[2], "later", 5, "又一份。", "又一份报告")]
    Catalog(f"s3://{store.bucket}/catalog", corpus.settings.table_options()).record(
        run, lines, lambda generation, content: get_clean(store, generation, content)
    )
    assert corpus.snapshot() is before, "not looked at again within the time it is fresh"
    clock[0] += FRESH_SECONDS + 1
    assert corpus.snapshot().reports.height == 64
    assert corpus.snapshot().size < 1_000_000


def test_nobody_waits_for_a_newer_snapshot(store: Store, tmp_path: Path) -> None:
    clock = [0.0]
    corpus = ServedCorpus(fill(store, tmp_path), clock=lambda: clock[0], patience=0)
    before = corpus.snapshot()
    run = "demo.manual__2025-03-16T01:00:00+00:00"
    lines = [replace(line, run=run) for line in visit(store, RUNS[2], "later", 5, "又一份。", "又一份报告")]
    Catalog(f"s3://{store.bucket}/catalog", corpus.settings.table_options()).record(
        run, lines, lambda generation, content: get_clean(store, generation, content)
    )
    clock[0] += FRESH_SECONDS + 1
    assert corpus.snapshot() is before, "shown while the newer one is taken"
    for _ in range(600):
        if corpus.snapshot() is not before:
            break
        time.sleep(0.1)
    assert corpus.snapshot().reports.height == 64


def test_only_the_id_of_a_report_opens_one(corpus: ServedCorpus) -> None:
    row = corpus.snapshot().reports.row(0, named=True)
    assert corpus.report(row["report_id"])["title"] == row["title"]
    for wrong in (row["report_id"][:31], row["payload_digest"], row["report_id"].upper(), "' OR 1=1", ""):
        with pytest.raises(NotInArchive):
            corpus.report(wrong)


def test_versions_share_an_address(corpus: ServedCorpus) -> None:
    rows = [row for row in corpus.snapshot().reports.to_dicts() if row["title"] == TITLE]
    assert len(rows) == 2
    for row in rows:
        assert {found["report_id"] for found in corpus.versions(row)} == {found["report_id"] for found in rows}
        (seen,) = corpus.sightings(row)
        capture = corpus.capture(seen["run"], seen["url"])
        assert capture is not None
        assert capture["payload_digest"] == row["payload_digest"]


def test_coverage_counts_sources_that_gave_a_report(corpus: ServedCorpus) -> None:
    def counted(years: int) -> Tally:
        return tally(corpus.snapshot(), corpus.declared().provinces, date(2025, 6, 1), years)

    found = coverage(counted(3))
    assert found.years == (2022, 2023, 2024)
    ((code, name, cells),) = found.rows
    assert (code, name) == ("430000", "湖南省")
    assert [(cell.declared, cell.found, cell.reports) for cell in cells] == [(2, 1, 1), (2, 1, 60), (2, 1, 2)]
    below = coverage(counted(1), "430000")
    assert [(code, cells[0].share) for code, _, cells in below.rows] == [("430900", 0.0), ("430903", 1.0)]


def test_a_season_counts_up_to_each_day(corpus: ServedCorpus) -> None:
    snapshot = corpus.snapshot()
    assert season_year(snapshot, date(2026, 11, 27)) == 2024, "the newest year there are reports of"
    assert season_year(snapshot, date(2024, 12, 2)) == 2024
    found = season(snapshot, corpus.declared().provinces, 2024)
    assert (found.due, found.declared, found.bodies[0], found.bodies[-1]) == (date(2025, 4, 1), 2, 0, 1)
    assert list(found.bodies) == sorted(found.bodies)


def test_a_source_that_gave_nothing_says_why(corpus: ServedCorpus) -> None:
    silent, good = health(corpus.snapshot(), corpus.declared().provinces)
    assert (silent.source.host, silent.state, silent.yields, silent.last_success) == (SILENT, "bad", (0, 0), None)
    assert silent.why.startswith(("blocked_waf", "empty_listing"))
    assert (good.source.host, good.state, good.yields, good.why) == (HOST, "ok", (1, 1, 61), "")
    assert good.last_success is not None


@pytest.mark.parametrize(
    ("run", "province"),
    [
        ("43-hunan.scheduled__2025-03-02T00:00:00+00:00", "43-hunan"),
        ("20250302t011000-43-hunan-1a2b3c", "43-hunan"),
        ("r1", ""),
    ],
)
def test_a_run_names_its_province(run: str, province: str) -> None:
    assert province_of(run) == province


def test_a_registry_that_changes_is_read_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    path.write_text(REGISTRY, encoding="utf-8")
    corpus = ServedCorpus(settings_of(store, sources=tmp_path))
    assert len(corpus.declared().provinces[0].sources) == 2
    assert corpus.declared() is corpus.declared()
    path.write_text("title = [", encoding="utf-8")
    assert "not valid TOML" in corpus.declared().wrong


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14"])
def test_the_day_is_that_of_china_wherever_the_server_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as there:  # one of the two has another day at any instant
        there.setenv("TZ", zone)
        time.tzset()
        assert ServedCorpus.today() == (datetime.now(UTC) + timedelta(hours=8)).date()
    time.tzset()
