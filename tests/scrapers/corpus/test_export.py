"""Exports keep every value, and a spreadsheet opens them without obeying them."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from scrapers.corpus.export import write
from scrapers.errors import UserError

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]
HARMLESS = ["1=1", "报告", "", " =1", "'=1", "第一行\n=第二行", 'say "hi", =x']
REPORTS = pl.LazyFrame(
    {
        "title": [*HOSTILE, *HARMLESS],
        "report_year": [2024] * 18,
        "published_on": [date(2025, 1, 24)] * 18,
        "first_seen": [datetime(2025, 3, 2, tzinfo=UTC)] * 18,
    }
)


def test_csv_cells_never_begin_a_formula(tmp_path: Path) -> None:
    assert write(REPORTS, "csv", tmp_path / "out.csv") == 18
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == ["'" + cell for cell in HOSTILE] + HARMLESS
    assert {row["published_on"] for row in rows} == {"2025-01-24"}
    assert {row["report_year"] for row in rows} == {"2024"}


def test_json_lines_and_parquet_are_exact(tmp_path: Path) -> None:
    assert write(REPORTS, "jsonl", tmp_path / "out.jsonl") == 18
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert [line["title"] for line in lines] == HOSTILE + HARMLESS
    assert lines[0]["published_on"] == "2025-01-24"
    assert write(REPORTS, "parquet", tmp_path / "out.parquet") == 18
    assert pl.read_parquet(tmp_path / "out.parquet").equals(REPORTS.collect())


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    broken = REPORTS.with_columns(pl.col("title").str.to_date("%Y", strict=True))
    with pytest.raises(pl.exceptions.InvalidOperationError):
        write(broken, "jsonl", path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.jsonl"]


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'xlsx'.*jsonl, parquet, csv"):
        write(REPORTS, "xlsx", tmp_path / "out.xlsx")
    with pytest.raises(UserError, match="nowhere"):
        write(REPORTS, "csv", tmp_path / "nowhere" / "out.csv")
    with pytest.raises(UserError, match="Cannot write"):
        write(REPORTS, "jsonl", tmp_path)
