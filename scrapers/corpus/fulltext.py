"""Full text on a disk: reports in, one SQLite file out that finds words in their texts at once.

SQLite's FTS5 with one token a character, so that a phrase of tokens is a substring: words of any length are found as
`reports(query=…)` finds them, and none is missed because a segmenter cut elsewhere. Texts are not in the file, only
where their characters stand, and the facts that name a report. It knows nothing of where reports come from.
"""

import sqlite3
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pyarrow.parquet as pq

from scrapers.corpus.filters import searched
from scrapers.corpus.unread import reading
from scrapers.errors import UserError

FACTS = ("report_id", "report_year", "agency", "division", "published_on", "title", "url")
GAP = "␤"
"""Stands for each white space, so that a word does not reach over it."""
BATCH = 512
"""Texts held in memory at once."""
_FACTS = "create table reports (report_id, report_year, agency, division, published_on, title, url)"
_FACT = "insert into reports values (?, ?, ?, ?, ?, ?, ?)"
_FOUND = """
    select report_id, report_year, agency, division, published_on, title, url
    from texts join reports on texts.rowid = reports.rowid
    where texts match ?1 and (?2 is null or report_year = ?2) order by rank, report_id limit ?3
"""
_TOKENS = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"


def build(reports: pl.LazyFrame, path: Path, told: Callable[[int, int], object] = max) -> int:
    """Write the index of reports to a file and return how many; `told` hears how many of how many are done.

    The file appears whole or not at all. Raise UserError when it cannot be written, or SQLite has no FTS5.
    """
    if not path.name:
        raise UserError(f"Cannot write {str(path)!r}: it names no file. Name a file in a directory you may write.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=path.name) as room:
            texts, made = Path(room) / "texts.parquet", Path(room) / "index"
            facts = [pl.col(name).cast(pl.String) if name == "published_on" else pl.col(name) for name in FACTS]
            with reading("The catalog", into=texts):
                reports.select(*facts, words=searched()).sink_parquet(texts)
            with closing(sqlite3.connect(made)) as index:
                count = _fill(index, texts, told)
            made.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise UserError(f"Cannot write the index {path}: {error}. Name a file where there is room.") from error
    return count


def search(path: Path, query: str, *, year: int | None = None, limit: int = 50) -> pl.DataFrame:
    """Return the FACTS of reports that contain every word of the query, best first, from an index in a file."""
    words = unicodedata.normalize("NFKC", query).lower().split()
    if not words:
        raise UserError("Nothing to search for. Give one word or several.")
    phrases = " ".join('"' + _spaced(word).replace('"', '""') + '"' for word in words)
    rows = _ask(path, _FOUND, [phrases, year, limit])
    return pl.DataFrame(rows, schema=dict.fromkeys(FACTS, pl.String) | {"report_year": pl.Int64}, orient="row")


def about(path: Path) -> tuple[int, str]:
    """Return how many reports an index holds, and when it was made."""
    ((count, made_at),) = _ask(path, "select reports, made_at from about", [])
    return int(str(count)), str(made_at)


def _fill(index: sqlite3.Connection, texts: Path, told: Callable[[int, int], object]) -> int:
    index.execute("pragma journal_mode = off")  # a file that is not whole is thrown away
    index.execute(_FACTS)
    index.execute(f"create virtual table texts using fts5(words, content = '', tokenize = \"{_TOKENS}\")")
    count, source = 0, pq.ParquetFile(texts)
    for batch in source.iter_batches(BATCH):
        rows = batch.to_pylist()
        index.executemany(_FACT, ([row[name] for name in FACTS] for row in rows))
        spaced = ((count + number, _spaced(row["words"])) for number, row in enumerate(rows, 1))
        index.executemany("insert into texts(rowid, words) values (?, ?)", spaced)
        count += len(rows)
        told(count, source.metadata.num_rows)
    index.execute("insert into texts(texts) values ('optimize')")
    index.execute("create table about (reports, made_at)")
    index.execute("insert into about values (?, ?)", (count, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"))
    index.commit()
    return count


def _spaced(words: str) -> str:
    return " ".join(GAP if character.isspace() or character == "\0" else character for character in words)


def _ask(path: Path, asked: str, values: list[object]) -> list[tuple[object, ...]]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as index:
            return index.execute(asked, values).fetchall()
    except sqlite3.Error as error:
        raise UserError(f"{path} is no index of texts ({error}). Make one: python -m scrapers index {path}.") from error
