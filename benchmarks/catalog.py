"""What a query costs a reader: bytes and seconds from a real store, the catalog beside plain Parquet and JSON lines.

`python -m benchmarks.catalog` writes a catalog of 20,000 reports (`catalogs`) as runs leave it, tends it, freezes a
release, writes the same reports as one Parquet file and as gzipped JSON lines, and asks each for one county's reports
and for one report's text. Bytes are counted by a relay between reader and store, the opening of tables included.
`--reports` and `--json` as they say.
"""

import argparse
import gzip
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import catalogs
from scrapers.archive.store import Store
from scrapers.corpus import Corpus, open_corpus
from scrapers.corpus.keeper import open_keeper
from scrapers.settings import Settings, load
from stack.counted import Counted
from stack.store import LocalStore

REPORTS = 20_000
COUNTY = "430903"
KEYS = {"parquet": "plain/reports.parquet", "jsonl": "plain/reports.jsonl.gz"}


def settings_of(endpoint: str) -> Settings:
    """Return settings for a store at an address."""
    return load(endpoint=endpoint, bucket="reports", access_key="a-key", secret_key="a-secret")


def measure(reports: int) -> Iterator[dict[str, Any]]:
    """Yield, for each question and each way to ask it, megabytes and seconds; every way gives the same answer."""
    with (
        tempfile.TemporaryDirectory() as directory,
        LocalStore(Path(directory) / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server,
        Counted(server.endpoint) as relay,
    ):
        near, counted = settings_of(server.endpoint), settings_of(relay.endpoint)
        store = server.connect()
        catalogs.write(store, near.table_options(), reports)
        corpus = open_corpus(near)
        county = corpus.reports(division=COUNTY).select("report_id").collect()["report_id"].to_list()
        kept = corpus.reports().filter(pl.col("url").str.ends_with("art_0.html")).select("report_id").collect().item()
        yield from _asked("as runs leave it", relay, _catalog(counted, kept), len(county))
        begun = time.process_time()
        list(open_keeper(near).tend())
        yield {"way": "tending", "question": "", "mb": 0.0, "seconds": time.process_time() - begun}
        yield from _asked("tended", relay, _catalog(counted, kept), len(county))
        open_keeper(near).freeze("release")
        yield from _asked("a release", relay, _release(counted, kept), len(county))
        _plain(store, corpus)
        away = Store.connect(endpoint=relay.endpoint, bucket="reports", access_key="a-key", secret_key="a-secret")
        yield from _asked("parquet", relay, _parquet(counted, kept), len(county))
        yield from _asked("jsonl", relay, _jsonl(away, kept), len(county))


Questions = dict[str, Callable[[], int]]


def _asked(way: str, relay: Counted, questions: Questions, county: int) -> Iterator[dict[str, Any]]:
    for question, ask in questions.items():
        relay.reset()
        begun = time.perf_counter()
        found = ask()
        seconds = time.perf_counter() - begun
        if (question == "county" and found != county) or not found:
            raise SystemExit(f"{way} gave {found} for {question}, not {county}")
        yield {"way": way, "question": question, "mb": relay.reset() / 1e6, "seconds": seconds}


def _catalog(settings: Settings, kept: str) -> Questions:
    corpus = open_corpus(settings)
    return {
        "county": lambda: corpus.reports(division=COUNTY).collect().height,
        "text": lambda: len(corpus.text(kept)),
    }


def _release(settings: Settings, kept: str) -> Questions:
    release = open_corpus(settings).release("release")
    one = pl.col("report_id") == kept
    return {
        "county": lambda: release.reports(division=COUNTY).collect().height,
        "text": lambda: len(release.reports().filter(one).select("text").collect().item()),
    }


def _plain(store: Store, corpus: Corpus) -> None:
    rows = corpus.reports().collect()
    out = io.BytesIO()
    rows.write_parquet(out)
    store.put_once(KEYS["parquet"], out.getvalue())
    out = io.BytesIO()
    rows.write_ndjson(out)
    store.put_once(KEYS["jsonl"], gzip.compress(out.getvalue(), 6))


def _parquet(settings: Settings, kept: str) -> Questions:
    def scan() -> pl.LazyFrame:
        return pl.scan_parquet(f"s3://reports/{KEYS['parquet']}", storage_options=settings.table_options())

    return {
        "county": lambda: scan().filter(pl.col("division") == COUNTY).collect().height,
        "text": lambda: len(scan().filter(pl.col("report_id") == kept).select("text").collect().item()),
    }


def _jsonl(store: Store, kept: str) -> Questions:
    def rows() -> Iterator[dict[str, Any]]:
        with gzip.open(io.BytesIO(store.get(KEYS["jsonl"], must=True) or b"")) as lines:
            yield from map(json.loads, lines)

    return {
        "county": lambda: sum(row["division"] == COUNTY for row in rows()),
        "text": lambda: next(len(row["text"]) for row in rows() if row["report_id"] == kept),
    }


def main() -> None:
    """Measure and print a table, or one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS, help=f"reports in the catalog (default {REPORTS})")
    parser.add_argument("--json", action="store_true", help="print JSON lines for machines")
    asked = parser.parse_args()
    if not asked.json:
        print("| asked of | for | MB read | s |\n|---|---|---|---|")
    for row in measure(asked.reports):
        text = f"| {row['way']} | {row['question']} | {row['mb']:.2f} | {row['seconds']:.2f} |"
        print(json.dumps(row) if asked.json else text, flush=True)


if __name__ == "__main__":
    main()
