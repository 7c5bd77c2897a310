"""`tend` on a real store: what it says, in words and in JSON, and how it ends."""

import json

import pytest

from scrapers.archive.store import Store
from scrapers.catalog import tending
from scrapers.catalog.tables import Catalog
from scrapers.cli import main
from scrapers.settings import PREFIX, Settings
from tests.conftest import settings_of
from tests.scrapers.catalog.ledgers import text_of
from tests.scrapers.catalog.test_bucket import harvested

RECORDED = {"captures", "sightings", "reports", "runs"}


@pytest.fixture
def environment(store: Store, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment that leads to an empty bucket, and what it says."""
    settings = settings_of(store)
    given = {"ENDPOINT": settings.endpoint, "BUCKET": settings.bucket, "ACCESS_KEY": settings.access_key}
    for name, value in {**given, "SECRET_KEY": settings.secret_key}.items():
        monkeypatch.setenv(PREFIX + name, value)
    return settings


@pytest.fixture
def catalog(environment: Settings) -> Catalog:
    """A catalog that two runs have written in."""
    catalog = Catalog(f"s3://{environment.bucket}/catalog", environment.table_options())
    for run in ("r1", "r2"):  # of no common text: its rows would be replaced, and their file with them
        lines = [line for line in harvested(run, 2, 0) if not line.url.endswith("shared.html")]
        catalog.record(run, lines, text_of)
    return catalog


def test_each_table_is_told_of_once(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    before = {name: catalog.version(name) for name in RECORDED}
    assert main(["tend", "--json"]) == 0
    rows = {row["table"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows.keys() >= RECORDED
    for name in RECORDED:
        assert (rows[name]["files_before"] > 1, rows[name]["files_after"]) == (True, 1), name
        assert rows[name]["bytes_after"] > 0
        assert (rows[name]["deleted"], rows[name]["beaten"]) == (0, False)
    assert {name: catalog.version(name) for name in RECORDED} == before
    assert main(["tend"]) == 0
    assert f"{len(rows)} tables" in capsys.readouterr().out


def test_a_table_that_others_kept_writing_ends_it_with_three(
    catalog: Catalog, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tending, "ROUNDS", 0)
    assert main(["tend", "--json"]) == 3
    rows = {row["table"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["reports"]["beaten"]


def test_no_catalog_is_nothing_to_tend(store: Store, capsys: pytest.CaptureFixture[str], catalog: Catalog) -> None:
    for key in list(store.list("catalog/")):
        store._client.delete_object(Bucket=store.bucket, Key=key)
    assert main(["tend", "--json"]) == 0
    assert capsys.readouterr().out == ""
