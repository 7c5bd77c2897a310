"""What relating costs, and how often it is right: generated reports with known relations, related from scratch.

`python -m benchmarks.relations` prints the curve over 1,000, 10,000 and 100,000 reports; `--sizes` and `--json` as
they say. Each size runs in a process of its own, so that its peak memory is its own. Texts are read from a file, as
the archive reads them from the store: only their shingles' cache is in memory. Time is spent on signatures, on
candidates, and on exact looks and kinds; making the reports is not counted.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.lookalikes import Pair, lookalikes
from scrapers.catalog.derive import relate
from scrapers.catalog.index import COLUMNS, Index
from scrapers.catalog.recording import signature_rows
from scrapers.catalog.texts import Texts

SIZES = (1_000, 10_000, 100_000)
COPIES = {"republication", "converted_mirror", "revision"}


class Shelf:
    """Texts in one file, found by content hash; the first of each name is kept, as in the store."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, content_hash: str, text: str) -> None:
        """Keep a text."""
        data = text.encode()
        self._places.setdefault(content_hash, (self._file.seek(0, 2), len(data)))
        self._file.write(data)

    def text_of(self, _generation: str, content_hash: str) -> str:
        """Return a text."""
        start, length = self._places[content_hash]
        self._file.seek(start)
        return self._file.read(length).decode()


def measure(size: int, seed: int = 5) -> dict[str, Any]:
    """Relate a set of reports in this process; return seconds, peak memory, precision and recall."""
    with tempfile.TemporaryDirectory() as directory, Shelf(Path(directory) / "texts") as shelf:
        truth, swapped, sightings = set[Pair](), set[frozenset[str]](), []
        before = 0
        for made, pair in lookalikes(size, seed):
            sightings.append(made.sighting)
            shelf.put(sightings[-1]["content_hash"], made.text)
            if pair:
                truth.add(pair)
                swapped |= {pair[0]} if made.year != before else set()
            before = made.year
        texts = Texts(shelf.text_of)
        clocks = [time.perf_counter()]
        signed = pl.DataFrame(list(texts.with_signature(signature_rows(sightings))), schema_overrides=_TYPES)
        clocks.append(time.perf_counter())
        rows = relate(sightings, Index(signed.select(COLUMNS)), texts.similarity)
        clocks.append(time.perf_counter())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = {"signatures": clocks[1] - clocks[0], "relating": clocks[2] - clocks[1], "all": clocks[2] - clocks[0]}
    return {"reports": size, "seconds": seconds, "peak_mb": peak, **judged(rows, truth, swapped)}


_TYPES = {"named_year": pl.Int64, "signature": pl.Binary}


def judged(
    rows: Iterable[dict[str, Any]], truth: set[Pair], swapped: set[frozenset[str]] | None = None
) -> dict[str, Any]:
    """Return precision and recall of pairs with their kinds, and how many pairs of different years were merged.

    `swapped` are pairs of different years; those that are to be told as copied years are added.
    """
    told: set[Pair] = {(frozenset((row["content_hash"], row["other_hash"])), row["kind"]) for row in rows}
    years = {names for names, kind in truth if kind == "year_on_year_copy"} | (swapped or set())
    right = told & truth
    return {
        "precision": len(right) / max(len(told), 1),
        "recall": len(right) / max(len(truth), 1),
        "year_swaps": len(years),
        "year_swaps_merged": sum(names in years and kind in COPIES for names, kind in told),
        "missed": dict(Counter(kind for _, kind in truth - told)),
        "wrong": dict(Counter(kind for _, kind in told - truth)),
    }


def _apart(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.relations", "--sizes", str(size), "--here", "--json"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def main() -> None:
    """Measure each size and print a table, or one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of reports")
    parser.add_argument("--json", action="store_true", help="print JSON lines for machines")
    parser.add_argument("--here", action="store_true", help="measure in this process")
    asked = parser.parse_args()
    if not asked.json:
        print(f"{'reports':>9}{'signatures s':>14}{'relating s':>12}{'all s':>9}{'peak MB':>9}", end="")
        print(f"{'precision':>11}{'recall':>9}{'year swaps merged':>19}")
    for size in asked.sizes:
        one = measure(size) if asked.here else _apart(size)
        if asked.json:
            print(json.dumps(one))
            continue
        spent = one["seconds"]
        print(
            f"{size:9}{spent['signatures']:14.1f}{spent['relating']:12.1f}{spent['all']:9.1f}{one['peak_mb']:9.0f}",
            end="",
        )
        print(f"{one['precision']:11.4f}{one['recall']:9.4f}{one['year_swaps_merged']:11} of {one['year_swaps']}")
        if one["missed"] or one["wrong"]:
            print(f"{'':9}missed {one['missed']}, wrong {one['wrong']}")


if __name__ == "__main__":
    main()
