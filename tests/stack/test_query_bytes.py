"""What a question costs in bytes, counted between a reader and a real store that holds 20,000 reports."""

from collections.abc import Iterator

import polars as pl
import pytest

from benchmarks import catalogs
from benchmarks.catalog import COUNTY, settings_of
from scrapers.corpus import open_corpus
from scrapers.corpus.keeper import open_keeper
from stack.counted import Counted
from stack.store import LocalStore

pytestmark = pytest.mark.stack
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


def test_one_report_is_read_without_the_others(relay: Counted) -> None:
    corpus = open_corpus(settings_of(relay.endpoint))
    first = corpus.reports().filter(pl.col("url").str.ends_with("art_0.html")).select("report_id").collect().item()
    relay.reset()
    assert len(corpus.text(first)) >= 2000
    assert 0 < relay.reset() < MOST
