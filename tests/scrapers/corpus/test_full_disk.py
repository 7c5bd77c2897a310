"""A disk that fills while something is written to it: told as what it is, and nothing half is left."""

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from scrapers.corpus.export import write
from scrapers.corpus.fulltext import FACTS, build
from scrapers.errors import UserError
from tests.conftest import small_disk


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for two megabytes."""
    with small_disk(tmp_path / "small", "2m") as place:
        yield place


def reports() -> pl.LazyFrame:
    drawn, signs = random.Random(7), [chr(sign) for sign in range(0x4E00, 0x9FA5)]
    texts = ["".join(drawn.choices(signs, k=400)) for _ in range(4000)]
    facts = {name: ["x"] * len(texts) for name in (*FACTS, "division")}
    return pl.LazyFrame({**facts, "report_year": [2024] * len(texts), "text": texts})


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv", "index"])
def test_a_disk_that_fills_is_told_and_nothing_half_is_left(small: Path, kind: str) -> None:
    with pytest.raises(UserError, match="No space left on device"):
        build(reports(), small / "index") if kind == "index" else write(reports(), kind, small / "out")
    assert list(small.iterdir()) == []
