"""The analyst's door over a real bucket: find, read, verify, export."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from scrapers.archive.keys import clean_key
from scrapers.archive.payloads import get_clean, put_clean, put_raw
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.corpus import Corpus, open_corpus
from scrapers.errors import CatalogConflict, FixityError, NotInArchive
from scrapers.fingerprint import fingerprint
from scrapers.model import Line, Outcome, Report
from stack.store import LocalStore
from tests.conftest import settings_of
from tests.scrapers.catalog.ledgers import HOSTS, crawled, report, settled


def kept(store: Store, host: str, name: str, minute: int, text: str, facts: Report) -> list[Line]:
    """Archive a page as a harvest does, and return its lines."""
    url, page = f"http://{host}/{name}.html", f"<html>{name}{text}"
    identity = fingerprint(text)
    put_raw(store, page.encode())
    put_clean(store, identity, text, url)
    line = crawled("r1", host, url, minute, page)
    done = settled(line, Outcome.ARCHIVED_NEW, text, facts)
    return [
        line,
        Line(**{**{name: getattr(done, name) for name in done.__slots__}, "content_hash": identity.content_hash}),
    ]


TEXT = "2024年，赫山区司法局坚持以习近平法治思想为指导。\n主要举措：行政复议 50 件。"


@pytest.fixture
def corpus(store: Store, store_server: LocalStore) -> Corpus:
    wanted = settings_of(store)
    lines = [
        *kept(store, HOSTS[2], "mirror", 0, TEXT, report("赫山区司法局", 2024, date(2025, 1, 1))),
        *kept(store, HOSTS[0], "official", 5, TEXT, report("赫山区司法局", 2024, date(2025, 2, 1))),
        *kept(store, HOSTS[0], "older", 6, "2023年工作情况。", report("赫山区司法局", 2023)),
        *kept(store, HOSTS[1], "copied", 7, TEXT, report("赫山区司法局", 2023)),
    ]
    Catalog(f"s3://{store.bucket}/catalog", wanted.table_options()).record(
        "r1", lines, lambda generation, content: get_clean(store, generation, content)
    )
    return open_corpus(wanted)


def the(corpus: Corpus, **asked: object) -> str:
    return corpus.reports(**asked).collect()["report_id"].item()  # type: ignore[arg-type]


def test_an_empty_archive_says_how_to_fill_it(store: Store, store_server: LocalStore) -> None:
    with pytest.raises(NotInArchive, match=r"no catalog yet.*harvest"):
        open_corpus(settings_of(store)).reports()


def test_reports_are_found(corpus: Corpus) -> None:
    assert len(corpus.reports().collect()) == 3
    assert len(corpus.reports(year=2023).collect()) == 2
    found = corpus.reports(year=2024, province="湖南", division="430903", agency="司法局", query="行政复议").collect()
    assert found["text"].to_list() == [TEXT]
    assert found["flags"].to_list() == ["shared_text"]
    assert found["county"].to_list() == ["赫山区"]
    assert found["host"].to_list() == [HOSTS[0]]
    assert corpus.reports(query="没有这个词").collect().is_empty()


def test_a_report_is_read_back_and_verified(corpus: Corpus) -> None:
    name = the(corpus, year=2024)
    assert corpus.report(name)["sightings"] == 2
    assert corpus.report(name[:8])["report_id"] == name
    assert corpus.text(name) == TEXT
    assert corpus.raw(name).decode() == f"<html>official{TEXT}"
    sightings = corpus.sightings(name)
    assert sightings["tier"].to_list() == ["official", "repost"]
    assert sightings["published_on_provenance"].to_list() == ["label", "label"]


def test_a_damaged_text_is_never_handed_out(corpus: Corpus, store: Store) -> None:
    row = corpus.reports(year=2024).collect().to_dicts()[0]
    key = clean_key(row["generation"], row["content_hash"])
    head = store.head(key)
    assert head is not None
    assert store.swap(key, b"something else", head.etag)
    with pytest.raises(FixityError):
        corpus.text(row["report_id"])


@pytest.mark.parametrize("wrong", ["", "abc", "zzzzzzzz", "0" * 32, "../../etc/passwd"])
def test_an_identifier_that_names_nothing_is_said_so(corpus: Corpus, wrong: str) -> None:
    with pytest.raises(NotInArchive, match="report"):
        corpus.report(wrong)


def test_the_other_tables_are_open(corpus: Corpus) -> None:
    assert corpus.captures().filter(pl.col("outcome") == "archived_same").collect().height == 2
    assert corpus.runs().collect()["archived_new"].to_list() == [2]
    assert corpus.findings().collect()["kind"].to_list() == ["year_on_year_copy"]  # the text that bears two years


def test_export_writes_what_was_chosen(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.export("jsonl", tmp_path / "c.jsonl", year=2024) == 1
    (line,) = (tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["text"] == TEXT
    assert corpus.export("parquet", str(tmp_path / "c.parquet")) == 3


def test_a_report_whose_body_is_just_being_named_is_said_so(store: Store) -> None:
    catalog = Catalog(f"s3://{store.bucket}/catalog", settings_of(store).table_options())

    def text_of(generation: str, content: str) -> str:
        return get_clean(store, generation, content)

    catalog.record("r1", kept(store, HOSTS[0], "nameless", 0, TEXT, report(None, 2024)), text_of)
    corpus = open_corpus(settings_of(store))
    nameless = the(corpus)
    later = [replace(line, run="r2") for line in kept(store, HOSTS[0], "named", 9, TEXT, report("赫山区司法局", 2024))]
    steps = catalog.steps("r2", later, text_of)
    for step in steps[:2]:  # captures and sightings; the recording is killed before the reports
        step()
    with pytest.raises(CatalogConflict, match="being recorded"):
        corpus.sightings(nameless)
    for step in steps:
        step()
    assert len(corpus.sightings(the(corpus))) == 2
