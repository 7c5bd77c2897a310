"""What finding words in texts costs: 20,000 planted reports in a real store, scanned, and indexed on a disk.

`python -m benchmarks.fulltext` asks for the same words of the catalog in the store (bytes counted by a relay), of a
release in a folder, of texts in memory, of our index, and of SQLite's trigrams. Every way must find the same reports,
but for words too short for trigrams. `--counties` and `--json` as they say.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import planted
from scrapers.corpus import filters, fulltext, open_corpus, open_folder
from scrapers.corpus.keeper import open_keeper
from scrapers.settings import load
from stack.counted import Counted
from stack.store import LocalStore

ASKED = ("数字政府", "行政复议", "双随机 数字政府", "复议", "查无此词")
ROUNDS = 3


def measure(counties: int) -> Iterator[dict[str, Any]]:
    """Yield what each way to ask costs."""
    with (
        tempfile.TemporaryDirectory() as directory,
        LocalStore(Path(directory) / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server,
        Counted(server.endpoint) as relay,
    ):
        near, counted = (
            load({}, endpoint=endpoint, bucket="reports", access_key="a-key", secret_key="a-secret")
            for endpoint in (server.endpoint, relay.endpoint)
        )
        planted.plant("s3://reports/catalog", near.table_options(), counties)
        keeper, corpus = open_keeper(near), open_corpus(counted)
        list(keeper.tend())
        keeper.freeze("v1")
        keeper.release("v1").save(Path(directory) / "v1")
        release = open_folder(Path(directory) / "v1")
        ours, theirs = Path(directory) / "ours.sqlite", Path(directory) / "trigrams.sqlite"
        rows = release.reports().select("report_id", "title", "agency", "text").collect()
        yield _built("building our index", ours, lambda: fulltext.build(release.reports(), ours))
        yield _built("building trigrams", theirs, lambda: _trigrams(theirs, rows))
        trigrams = sqlite3.connect(theirs)
        ways: dict[str, Callable[[str], int]] = {
            "catalog in the store": lambda words: corpus.reports(query=words).select("report_id").collect().height,
            "release in a folder": lambda words: release.reports(query=words).select("report_id").collect().height,
            "texts in memory": lambda words: rows.filter(filters.of_query(words)).height,  # type: ignore[arg-type]
            "our index": lambda words: fulltext.search(ours, words, limit=1_000_000).height,
            "trigrams": lambda words: _found(trigrams, words),
        }
        for words in ASKED:
            yield from _asked(words, ways, relay)


def _asked(words: str, ways: dict[str, Callable[[str], int]], relay: Counted) -> Iterator[dict[str, Any]]:
    truth = None
    for way, ask in ways.items():
        relay.reset()
        begun = time.perf_counter()
        found = max(ask(words) for _ in range(ROUNDS))
        took = (time.perf_counter() - begun) / ROUNDS
        truth = found if truth is None else truth
        if found != truth and not (way == "trigrams" and _short(words)):
            raise SystemExit(f"{way} found {found} for {words}, not {truth}")
        yield {"way": way, "words": words, "mb": relay.reset() / 1e6 / ROUNDS, "seconds": took, "found": found}


def _built(way: str, path: Path, build: Callable[[], int]) -> dict[str, Any]:
    begun = time.perf_counter()
    count = build()
    took = time.perf_counter() - begun
    return {"way": way, "words": "", "mb": path.stat().st_size / 1e6, "seconds": took, "found": count}


def _short(words: str) -> bool:
    return any(len(word) < 3 for word in words.split())


def _trigrams(path: Path, rows: pl.DataFrame) -> int:
    index = sqlite3.connect(path)
    index.execute("pragma journal_mode = off")
    index.execute("create virtual table t using fts5(title, agency, text, tokenize = 'trigram', content = '')")
    index.executemany("insert into t values (?, ?, ?)", rows.select("title", "agency", "text").iter_rows())
    index.execute("insert into t(t) values ('optimize')")
    index.commit()
    index.close()
    return rows.height


def _found(index: sqlite3.Connection, words: str) -> int:
    asked = " ".join(f'"{word}"' for word in words.split())
    return int(index.execute("select count(*) from t where t match ?", (asked,)).fetchone()[0])


def main() -> None:
    """Print a line a way and a query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=planted.COUNTIES, help="counties, of 13 reports each")
    parser.add_argument("--json", action="store_true", help="print JSON lines for machines")
    given = parser.parse_args()
    for row in measure(given.counties):
        told = f"{row['way']:24} {row['words']:14} {row['found']:6} {row['mb']:9.2f} MB {row['seconds']:8.3f} s"
        print(json.dumps(row, ensure_ascii=False) if given.json else told, flush=True)


if __name__ == "__main__":
    main()
