"""Credentials that may only read: everything an analyst does works with them, and every verb that writes says no."""

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive.payloads import get_clean
from scrapers.catalog.tables import Catalog
from scrapers.cli import main
from scrapers.corpus import Corpus, Release, ServedCorpus, open_corpus, open_folder
from scrapers.corpus.keeper import open_keeper
from scrapers.settings import PREFIX, Settings
from stack.counted import Counted
from stack.store import LocalStore
from tests.scrapers.catalog.ledgers import HOSTS, report
from tests.scrapers.corpus.test_corpus import TEXT, kept
from tests.stack.identities import KEYS, guarded, settings_as
from tests.village import Village

pytestmark = [pytest.mark.stack, pytest.mark.apart]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """A store that the writer has filled: a report with two versions, and a release."""
    with guarded(tmp_path_factory.mktemp("guarded")) as server:
        writer = settings_as("writer", server.endpoint)
        keeper = open_keeper(writer)
        catalog = Catalog("s3://reports/catalog", writer.table_options())
        for run, minute, text in (("r1", 0, TEXT), ("r2", 9, TEXT + "\n又改了一处。")):
            facts = report("赫山区司法局", 2024, date(2025, 2, 1))
            lines = kept(keeper._store, HOSTS[0], "one", minute, text, facts)
            renamed = [type(line)(**{**{n: getattr(line, n) for n in line.__slots__}, "run": run}) for line in lines]
            catalog.record(run, renamed, lambda *named: get_clean(keeper._store, *named))
        keeper.freeze("v1")
        yield server


@pytest.fixture
def relay(server: LocalStore) -> Iterator[Counted]:
    """What stands between the reader and the store, and hears what is asked of it."""
    with Counted(server.endpoint) as relay:
        yield relay
        assert relay.asked, "nothing was heard"
        assert set(relay.asked) <= {"GET", "HEAD"}, f"a write was attempted: {relay.asked}"


@pytest.fixture
def reader(relay: Counted) -> Settings:
    return settings_as("reader", relay.endpoint)


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))}


def reading(corpus: Corpus, path: Path) -> dict[str, Callable[[], Any]]:
    """One call of every public method."""
    first = corpus.versions(corpus.reports().collect()["report_id"][0])["report_id"].to_list()
    return {
        "at": lambda: corpus.at(datetime.now(UTC)).reports().collect(),
        "reports": lambda: corpus.reports(
            year=2024, province="湖南", tier="official", query="行政复议", copies=False
        ).collect(),
        "report": lambda: corpus.report(first[0]),
        "sightings": lambda: corpus.sightings(first[0]),
        "text": lambda: corpus.text(first[0]),
        "raw": lambda: corpus.raw(first[0]),
        "relations": lambda: corpus.relations(first[0]).collect(),
        "versions": lambda: corpus.versions(first[0]),
        "diff": lambda: corpus.diff(first[-1]),
        "coverage": lambda: corpus.coverage(year=2024, division="430903").collect(),
        "captures": lambda: corpus.captures().collect(),
        "findings": lambda: corpus.findings().collect(),
        "runs": lambda: corpus.runs().collect(),
        "export": lambda: corpus.export("parquet", path / "reports.parquet"),
        "releases": corpus.releases,
        "release": corpus.release,
        "generation": corpus.generation,
        "generations": corpus.generations,
    }


def reading_release(release: Release, path: Path) -> dict[str, Callable[[], Any]]:
    return {
        "reports": lambda: release.reports(year=2024, division="430903", query="行政复议").collect(),
        "table": lambda: release.table("coverage").collect(),
        "changes": release.changes,
        "since": lambda: [release.since(release)],
        "versions": release.versions,
        "read": lambda: release.read("citation.txt"),
        "verify": lambda: [list(release.verify())],
        "require": release.require,
        "save": lambda: release.save(path / "copy"),
    }


def answered(calls: dict[str, Callable[[], Any]], kind: type) -> None:
    assert set(calls) == public(kind), "one call of every public method"
    for name, call in calls.items():
        answer = call()
        assert len(answer) if hasattr(answer, "__len__") else answer, name


def read_all(settings: Settings, path: Path) -> None:
    corpus = open_corpus(settings)
    answered(reading(corpus, path), Corpus)
    answered(reading_release(corpus.release("v1"), path), Release)
    served = ServedCorpus(settings)
    assert served.snapshot().reports.height == 2
    assert served.text(served.report(corpus.reports().collect()["report_id"][0]))


def test_every_door_of_the_corpus_opens_with_a_reader_s_key(reader: Settings, tmp_path: Path) -> None:
    # In another process than the relay: the Delta client reads a log without letting go of Python's lock.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(read_all, reader, tmp_path).result(120)


def test_a_release_in_a_folder_needs_no_store(
    relay: Counted, reader: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_corpus(reader).release("v1").save(tmp_path / "v1")
    for name in ("ENDPOINT", "BUCKET", "ACCESS_KEY", "SECRET_KEY"):
        monkeypatch.delenv(PREFIX + name, raising=False)
    heard = relay.asked.total()
    answered(reading_release(open_folder(tmp_path / "v1"), tmp_path), Release)
    assert relay.asked.total() == heard


def given(monkeypatch: pytest.MonkeyPatch, endpoint: str, **more: str) -> None:
    values = {"ENDPOINT": endpoint, "BUCKET": "reports", "ACCESS_KEY": "reader", "SECRET_KEY": KEYS["reader"]}
    for name, value in {**values, **more}.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_every_verb_that_reads_reads(
    relay: Counted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, relay.endpoint)
    assert main(["find", "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])["report_id"]
    for words in (
        ["show", first],
        ["show", first, "--raw"],
        ["coverage", "--year", "2024"],
        ["quality"],
        ["export", str(tmp_path / "reports.csv"), "--format", "csv"],
        ["releases"],
        ["download", "v1", str(tmp_path / "v1")],
        ["changes", "v1", f"{tmp_path}/v1"],
        ["index", str(tmp_path / "texts.sqlite")],
        ["index", str(tmp_path / "v1.sqlite"), "--release", f"{tmp_path}/v1"],
        ["search", str(tmp_path / "v1.sqlite"), "行政复议", "--year", "2024"],
    ):
        assert main(words) == 0, words
    capsys.readouterr()
    for words in (
        ["show", first, "--diff"],
        ["export", str(tmp_path / "again.jsonl")],
        ["download", "v1", str(tmp_path / "again")],
    ):
        assert main([*words, "--json"]) == 0
        assert json.loads(capsys.readouterr().out), f"{words} tells machines what it did"
    assert main(["search", str(tmp_path / "texts.sqlite"), "复议", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["search", str(tmp_path / "texts.sqlite"), "查无此词"]) == 1
    assert main(["search", str(tmp_path / "none.sqlite"), "复议"]) == 2


@pytest.mark.parametrize(
    "words",
    [["harvest", "demo"], ["tend"], ["release", "--name", "v2"], ["rebuild"], ["switch", "g1", "--anyway"]],
    ids=lambda words: words[0],
)
def test_every_verb_that_writes_is_refused_by_name_and_loses_nothing(
    server: LocalStore,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = list(server.connect().list(""))
    with Village() as village:
        (tmp_path / "demo.toml").write_text(village.registry(), encoding="utf-8")
        given(
            monkeypatch,
            server.endpoint,
            SOURCES=str(tmp_path),
            PRIVATE_NETWORKS="127.0.0.0/8",
            DELAY="0",
            CONTACT="a@b.c",
        )
        code = main(words)
    said = capsys.readouterr().err
    assert code == 2
    assert "refused" in said or "may not" in said, said
    assert list(server.connect().list("")) == before
