"""What an earlier version of the software wrote: releases stay readable, an old catalog is named with its remedy."""

from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake

from scrapers.archive.store import Store
from scrapers.catalog.agreement import disagreements
from scrapers.catalog.tables import Catalog
from scrapers.cli import main
from scrapers.corpus import Corpus, Release, open_folder
from scrapers.corpus.release.compare import counts
from scrapers.corpus.release.freeze import freeze
from scrapers.errors import NotInArchive, UserError
from scrapers.settings import PREFIX
from tests.conftest import settings_of
from tests.scrapers.catalog.ledgers import HOSTS, report, text_of
from tests.scrapers.corpus.test_corpus import TEXT, kept
from tests.scrapers.corpus.test_release import catalog, corpus, record

__all__ = ["catalog", "corpus"]
EARLY = ("report_id", "title", "agency", "division", "report_year", "url", "text")
"""Columns that the first version wrote."""


@pytest.fixture
def old(store: Store, catalog: Catalog, corpus: Corpus, tmp_path: Path) -> Release:
    """A release as the first version would have written it: fewer columns, no other table."""
    freeze(store, catalog, name="v1")
    place = tmp_path / "v1"
    corpus.release("v1").save(place)
    for path in place.glob("*.parquet"):
        if path.name.startswith("reports-"):
            pl.read_parquet(path).select(EARLY).write_parquet(path)
        else:
            path.unlink()
    lines = (place / "SHA256SUMS").read_text().splitlines(keepends=True)
    kept = [line for line in lines if "parquet" not in line or "reports-" in line]
    (place / "SHA256SUMS").write_text("".join(kept))
    return open_folder(place)


def test_an_old_release_is_read_and_asked_for_what_it_has(old: Release) -> None:
    assert old.reports().collect().columns == list(EARLY)
    assert len(old.reports(year=2024, query="行政复议").collect()) == 1
    assert len(old.reports().filter(pl.col("division") == "430903").collect()) == 3
    with pytest.raises(NotInArchive, match=r"v1 was written by a version without a column .*province"):
        old.reports(province="湖南")
    with pytest.raises(NotInArchive, match="no table 'coverage'"):
        old.table("coverage")


def test_what_an_old_release_does_not_tell_is_no_difference(old: Release, corpus: Corpus) -> None:
    assert corpus.release("v1").since(old).is_empty()
    later = pl.read_parquet(next(iter(Path(old._place._path).glob("reports-2024.parquet"))))  # type: ignore[attr-defined]
    later.with_columns(title=pl.lit("改了")).write_parquet(Path(old._place._path) / "reports-2024.parquet")  # type: ignore[attr-defined]
    changed = corpus.release("v1").since(old)
    assert counts(changed) == {"new": 0, "revised": 0, "corrected": 1, "withdrawn": 0}
    assert changed["fields"].to_list() == ["title"]


@pytest.mark.parametrize("name", ["reports", "sightings"])
def test_a_catalog_older_than_the_code_is_named_with_its_remedy(
    store: Store,
    catalog: Catalog,
    corpus: Corpus,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = settings_of(store)
    options = settings.table_options()
    (row, *_) = corpus.reports().collect().to_dicts()
    before = pl.read_delta(catalog.uri(name), storage_options=options)
    early = before.drop("document_number", "sections").to_arrow()
    write_deltalake(catalog.uri(name), early, mode="overwrite", schema_mode="overwrite", storage_options=options)
    with pytest.raises(UserError, match=rf"{name}.*without a column .*sections.*rebuild"):
        corpus.reports() if name == "reports" else corpus.sightings(row["report_id"])
    with pytest.raises(UserError, match=rf"{name}.*rebuild"):
        record(store, "r2", kept(store, HOSTS[0], "four", 3, TEXT, report("赫山区司法局", 2022)))
    with pytest.raises(UserError, match=rf"{name}.*rebuild"):
        list(disagreements(catalog, [], text_of))
    with pytest.raises(UserError, match=rf"{name}.*without a column .*sections.*rebuild"):
        freeze(store, catalog, name="late")
    assert not list(store.list("release/late")), "nothing is pinned that could never be finished"
    given = {"ENDPOINT": settings.endpoint, "BUCKET": settings.bucket, "ACCESS_KEY": settings.access_key}
    for variable, value in {**given, "SECRET_KEY": settings.secret_key}.items():
        monkeypatch.setenv(PREFIX + variable, value)
    assert main(["show", row["report_id"]]) == 2
    assert "python -m scrapers rebuild" in capsys.readouterr().err
