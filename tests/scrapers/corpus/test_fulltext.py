"""The index on a disk finds exactly what a scan of all texts finds, for words of any length."""

import random
import sqlite3
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from scrapers.corpus import filters
from scrapers.corpus.fulltext import about, build, search
from scrapers.errors import UserError
from tests.village.grammar import report

ODD = (
    "𠮷野家与𰻝𰻝面，“双随机、一公开”；Ａ4纸 100% OK\u3000全角\n空行\n\n末尾",
    'He said "yes"; it\'s NEAR(x) AND y* -z ^a {b}: c',
    "İstanbul ßtraße ﬁn é e\u0301 \u200b零宽 \ue000专用",
    "",
)


def frame(count: int = 120) -> pl.LazyFrame:
    texts = [
        "\n".join(line for block in report(f"t{n}", "justice", 2012 + n % 12) for line in block.lines())
        for n in range(count)
    ] + list(ODD)
    rows = [
        {
            "report_id": f"{n:032x}",
            "title": f"第{n}号报告",
            "agency": None if n % 7 == 0 else f"赫山区第{n}局",
            "division": "430903",
            "report_year": None if n % 11 == 0 else 2012 + n % 12,
            "published_on": date(2025, 1, 1),
            "url": f"http://a/{n}",
            "text": text,
        }
        for n, text in enumerate(texts)
    ]
    return pl.DataFrame(rows, schema_overrides={"report_year": pl.Int64}).lazy()


@pytest.fixture(scope="module")
def reports() -> pl.LazyFrame:
    return frame()


@pytest.fixture(scope="module")
def index(reports: pl.LazyFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "texts.sqlite"
    assert build(reports, path) == 124
    assert [entry.name for entry in path.parent.iterdir()] == ["texts.sqlite"]
    return path


def scanned(reports: pl.LazyFrame, query: str) -> set[str]:
    condition = filters.of_query(query)
    assert condition is not None
    return set(reports.filter(condition).collect()["report_id"])


def asked(reports: pl.LazyFrame) -> list[str]:
    """Pieces of texts of one to nine characters, alone and in pairs, some of them from two texts, and odd ones."""
    rng, texts = random.Random(3), reports.collect()["text"].to_list()

    def piece() -> str:
        text = rng.choice(texts[:-1])
        begin = rng.randrange(len(text))
        return str(text[begin : begin + rng.randint(1, 9)])

    odd = [
        "复议",
        "府",
        "查无此词",
        "𠮷",
        "𰻝𰻝",
        "、",
        "”",
        '"yes"',
        "near(x)",
        "y*",
        "-z",
        "a4",
        "100%",
        "全角空行",
        "空行末尾",
    ]
    return [piece() for _ in range(150)] + [f"{piece()} {piece()}" for _ in range(50)] + odd


def test_it_finds_what_a_scan_finds(reports: pl.LazyFrame, index: Path) -> None:
    queries = [query for query in asked(reports) if query.split()]
    assert len(queries) > 190
    hits = 0
    for query in queries:
        found = set(search(index, query, limit=1000)["report_id"])
        assert found == scanned(reports, query), query
        hits += bool(found)
    assert 150 < hits < len(queries), "some words are there, and some are not"


def test_facts_come_back_best_first_and_of_one_year(reports: pl.LazyFrame, index: Path) -> None:
    found = search(index, "复议 2015", year=2015, limit=3)
    assert len(found) == 3
    assert set(found["report_year"]) == {2015}
    (row,) = search(index, "第5号报告").to_dicts()
    wanted = reports.filter(pl.col("title") == "第5号报告").drop("text").collect().to_dicts()[0]
    assert row == {name: row and wanted[name] for name in row} | {"published_on": "2025-01-01"}
    count, made_at = about(index)
    assert (count, made_at[:2]) == (124, "20")


def test_the_texts_are_not_in_it(index: Path) -> None:
    with sqlite3.connect(index) as opened:
        assert opened.execute("select words from texts limit 1").fetchone() == (None,)


@pytest.mark.parametrize("query", ["", "  ", "\u3000"])
def test_nothing_is_no_question(index: Path, query: str) -> None:
    with pytest.raises(UserError, match="Nothing to search for"):
        search(index, query)


def test_what_is_no_index_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database" * 100)
    for path in (tmp_path / "text", tmp_path / "nothing", tmp_path):
        with pytest.raises(UserError, match=r"is no index of texts .* Make one"):
            search(path, "复议")
    assert not (tmp_path / "nothing").exists()


def test_a_place_that_cannot_be_written_is_said_so(reports: pl.LazyFrame, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="names no file"):
        build(reports, Path())
    with pytest.raises(UserError, match="Cannot write the index"):
        build(reports, tmp_path / "no" / "such")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()
    with pytest.raises(UserError, match="Cannot write the index"):
        build(reports, tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]
