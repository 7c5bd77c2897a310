"""The corpus as it was: one moment for every table and for the generation in effect, by door and by command."""

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive.generations import Switch, switch
from scrapers.archive.store import Store
from scrapers.cli import main
from scrapers.corpus import Corpus, open_corpus
from scrapers.errors import NotInArchive
from scrapers.settings import PREFIX
from tests.conftest import ACCESS_KEY, SECRET_KEY, settings_of
from tests.scrapers.catalog.ledgers import HOSTS, report
from tests.scrapers.corpus.test_corpus import TEXT, kept
from tests.scrapers.corpus.test_release import record


def now() -> datetime:
    time.sleep(0.005)  # a log's clock counts milliseconds
    moment = datetime.now(UTC)
    time.sleep(0.005)
    return moment


@pytest.fixture
def moments(store: Store) -> list[datetime]:
    """Moments after each of two runs; the second changes a text, and brings a report that copies the other's."""
    record(store, "r1", kept(store, HOSTS[0], "one", 0, TEXT, report("赫山区司法局", 2024, date(2025, 2, 1))))
    first = now()
    changed = TEXT + "\n存在的问题：宣传不够深入。" * 2
    record(store, "r2", kept(store, HOSTS[0], "one", 9, changed, report("赫山区司法局", 2024, date(2025, 2, 1))))
    return [first, now()]


@pytest.fixture
def corpus(store: Store) -> Corpus:
    return open_corpus(settings_of(store))


def test_every_table_is_of_one_moment(corpus: Corpus, moments: list[datetime], store: Store) -> None:
    then, later = (corpus.at(moment) for moment in moments)
    assert then.reports().collect()["text"].to_list() == [TEXT]
    assert len(later.reports().collect()) == 2
    assert [then.runs().collect()["run"].to_list(), then.captures().collect().height] == [["r1"], 1]
    assert later.at(moments[0]).reports().collect().height == 1, "from any corpus to any moment"
    row = then.reports().collect().to_dicts()[0]
    assert then.sightings(row["report_id"]).height == 1
    assert then.text(row["report_id"]) == TEXT
    assert then.findings().collect().height == 0
    record(store, "r3", kept(store, HOSTS[1], "late", 20, "后来的一份报告。" * 5, report("沅江市司法局", 2024)))
    assert len(corpus.reports().collect()) == 3
    assert len(later.reports().collect()) == 2, "what is recorded later changes nothing"


def test_coverage_is_judged_on_the_day_of_the_moment(corpus: Corpus, moments: list[datetime]) -> None:
    then = corpus.at(moments[0])
    statuses = then.coverage(year=moments[0].year - 1, division="430000").collect()["status"].unique().to_list()
    assert statuses == (["unknown"] if moments[0].month >= 4 else ["not_due"])


def test_the_generation_is_that_of_the_moment(corpus: Corpus, moments: list[datetime], store: Store) -> None:
    generation = corpus.generation()
    switch(store, Switch("another", now()))
    assert corpus.generation() == "another"
    assert corpus.at(moments[1]).generation() == generation
    assert corpus.at(now()).generation() == "another"


def test_before_anything_was_recorded(corpus: Corpus, moments: list[datetime]) -> None:
    with pytest.raises(NotInArchive, match="nothing was recorded"):
        corpus.at("2020-01-01")


def test_the_verbs(
    store: Store, moments: list[datetime], monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    for name, value in (
        ("ENDPOINT", store.endpoint),
        ("BUCKET", store.bucket),
        ("ACCESS_KEY", ACCESS_KEY),
        ("SECRET_KEY", SECRET_KEY),
    ):
        monkeypatch.setenv(PREFIX + name, value)
    then = moments[0].isoformat()
    assert main(["find", "--json", "--as-of", then]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert main(["find", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["show", row["report_id"], "--as-of", then]) == 0
    assert TEXT.splitlines()[1] in capsys.readouterr().out
    assert main(["export", str(tmp_path / "then.jsonl"), "--as-of", then]) == 0
    assert len((tmp_path / "then.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    for words in (["quality"], ["coverage", "--division", "430903"]):
        assert main([*words, "--as-of", then]) == 0
    for wrong, said in (
        ("soon", "is no moment"),
        ("2999-01-01", "not over yet"),
        ("1999-01-01", "nothing was recorded"),
    ):
        capsys.readouterr()
        assert main(["find", "--as-of", wrong]) == 2
        assert said in capsys.readouterr().err
    for more in (["--as-of", then], ["--tier", "official"]):
        assert main(["export", "--format", "bag", str(tmp_path / "bag"), *more]) == 2
