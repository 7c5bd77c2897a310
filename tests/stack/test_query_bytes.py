"""What a question costs in bytes, counted between a reader and a real store that holds 20,000 reports."""

from collections.abc import Iterator

import polars as pl
import pytest

from benchmarks import catalogs
from benchmarks.catalog import COUNTY, settings_of
from scrapers.archive.keys import release_key
from scrapers.corpus import open_corpus
from scrapers.corpus.keeper import open_keeper
from scrapers.corpus.release.files import ORDER, parquet
from scrapers.corpus.release.released import SUMS
from stack.counted import Counted
from stack.store import LocalStore

pytestmark = [pytest.mark.stack, pytest.mark.apart]
REPORTS = 20_000
MOST = 5_000_000


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    directory = tmp_path_factory.mktemp("large") / "s3"
    with (
        LocalStore(directory, access_key="a-key", secret_key="a-secret", bucket="reports") as server,
        Counted(server.endpoint) as relay,
    ):
        near = settings_of(server.endpoint)
        catalogs.write(server.connect(), near.table_options(), REPORTS, runs=1)
        assert not any(table.beaten for table in open_keeper(near).tend())
        yield relay


def test_one_county_is_read_without_its_neighbours(relay: Counted) -> None:
    corpus = open_corpus(settings_of(relay.endpoint))
    relay.reset()
    found = corpus.reports(division=COUNTY).collect()
    assert 0 < relay.reset() < MOST
    assert found["division"].unique().to_list() == [COUNTY]
    named = corpus.reports(division=found["county"][0]).collect()
    assert relay.reset() < MOST
    assert set(named["report_id"]) >= set(found["report_id"])
    every = pl.read_delta(
        "s3://reports/catalog/reports",
        storage_options=settings_of(relay.endpoint).table_options(),
        columns=["division"],
    )
    assert len(found) == every["division"].to_list().count(COUNTY)


def test_one_county_of_a_release_is_read_without_its_neighbours(relay: Counted) -> None:
    near = settings_of(relay.endpoint)
    store, reports = open_keeper(near)._store, open_corpus(near).reports().collect()
    lines = ""
    for year in sorted(reports["report_year"].unique()):  # a release's own files, without those nobody asks here
        name, rows = f"reports-{year}.parquet", reports.filter(report_year=year).sort(ORDER, nulls_last=True)
        store.put_once(release_key("v1", name), parquet(rows))
        lines += f"{'0' * 64}  {name}\n"
    store.put_once(release_key("v1", SUMS), lines.encode())
    relay.reset()
    found = open_corpus(near).release("v1").reports(division=COUNTY).collect()
    assert 0 < relay.reset() < MOST
    assert len(found) == reports["division"].to_list().count(COUNTY)


def test_one_report_is_read_without_the_others(relay: Counted) -> None:
    corpus = open_corpus(settings_of(relay.endpoint))
    first = corpus.reports().filter(pl.col("url").str.ends_with("art_0.html")).select("report_id").collect().item()
    relay.reset()
    assert len(corpus.text(first)) >= 2000
    assert 0 < relay.reset() < MOST
