"""What recording a run costs while the catalog grows: 1,000 new reports into 1,000, 20,000 and 200,000.

`python -m benchmarks.commits` prints a table; `--sizes`, `--new` and `--json` as they say. The catalogs are written
fast (`catalogs`) into a real store, with a signature for every text, and tended as before a release; then one run
of new reports, each with a text of its own, is recorded as a harvest does it. Reading texts is left out: a harvest has
them near. Making the catalog is not counted. Tending runs in a process of its own, so that its memory is its own; its
second time, after the run, is what tending costs from then on.
"""

import argparse
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from deltalake import write_deltalake

from benchmarks import catalogs
from benchmarks.lookalikes import lookalikes
from scrapers.catalog import coverage, delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.tables import Catalog
from scrapers.fingerprint import GENERATION
from scrapers.model import Complete, Line, Walk
from stack.store import LocalStore
from tests.scrapers.catalog.ledgers import START
from tests.scrapers.catalog.test_recording import lines_of

SIZES = (1_000, 20_000, 200_000)
DERIVED = ("walks", "signatures", "relations", "coverage")


def sign(catalog: Catalog) -> None:
    """Give every report of a made catalog a signature and its place in the coverage, and the derived tables theirs.

    One byte in ten agrees between any two, as it does between real reports.
    """
    names = pl.read_delta(catalog.uri("reports"), storage_options=catalog.options, columns=["content_hash"])
    drawn = np.random.default_rng(7).integers(0, 256, (len(names), 128), dtype=np.uint8)
    drawn[np.random.default_rng(8).random(drawn.shape) < 0.3] = 7
    rows = pa.table(
        {
            "generation": [GENERATION] * len(names),
            "content_hash": names["content_hash"].to_arrow().cast(pa.string()),
            "named_year": pa.nulls(len(names), pa.int64()),
            "signature": [row.tobytes() for row in drawn],
        },
        schema=TABLES["signatures"].schema,
    )
    for name in DERIVED:
        catalog.open(name)
    write_deltalake(catalog.uri("signatures"), rows, mode="append", storage_options=catalog.options)
    reports = pl.read_delta(catalog.uri("reports"), storage_options=catalog.options, columns=coverage.REPORT_COLUMNS)
    found = coverage.coverage_rows(reports.iter_rows(named=True), [], [])
    delta.overwrite(catalog.open("coverage"), TABLES["coverage"], found)  # what was made along is not of these reports


def new_lines(count: int) -> Iterator[tuple[list[Line], str, str]]:
    """Yield the lines of new reports of some hundred bodies, each with its content hash and its text."""
    for made, _ in lookalikes(2 * count, seed=99):
        if made.number % 2 == 0:
            body = made.number // 2 % 100
            own = replace(made, office=f"第{body}局", url=f"http://new{body}.gov.cn/{made.number}.html")
            lines = lines_of(own, "new")[:2]
            if made.number < 200:
                walk = Walk(f"new{body}", own.url, (), 1, 1, Complete.YES, "read", agency=f"{own.place}第{body}局",
                            division=own.division, first_year=2015)  # fmt: skip
                lines.append(Line("new", own.sighting["host"], "crawl", START, walk=walk))
            yield lines, own.sighting["content_hash"], own.text


def measure(size: int, new: int) -> dict[str, Any]:
    """Record a run of new reports into a catalog of a size; return seconds, by table and in all."""
    with (
        tempfile.TemporaryDirectory() as directory,
        LocalStore(Path(directory) / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server,
    ):
        options = {
            "AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": "a-key", "AWS_SECRET_ACCESS_KEY": "a-secret",
            "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag",
            "aws_checksum_algorithm": "sha256",
        }  # fmt: skip
        catalog = Catalog("s3://reports/catalog", options)
        catalogs.write(server.connect(), options, size)
        sign(catalog)
        before = tended(catalog)
        made = list(new_lines(new))
        texts = {content_hash: text for _, content_hash, text in made}
        lines = [line for own, _, _ in made for line in own]
        random.Random(1).shuffle(lines)
        spent, cpu = [time.perf_counter()], time.process_time()
        for step in catalog.steps("new", lines, lambda _, name: texts[name]):
            step()
            spent.append(time.perf_counter())
        cpu = time.process_time() - cpu
        after = tended(catalog)
    by_table = {name: spent[n + 1] - spent[n] for n, name in enumerate(_ORDER)}
    told = {"reports": size, "new": new, "seconds": spent[-1] - spent[0], "cpu": cpu, "tables": by_table}
    return {**told, "tending": before, "again": after}


def tended(catalog: Catalog) -> dict[str, float]:
    """Tend a catalog in a fresh process; return its seconds, its processor time and the peak of its memory in MB."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    spawn = multiprocessing.get_context("spawn")
    child = spawn.Process(target=_tend, args=(catalog.root, catalog.options, theirs))
    child.start()
    theirs.close()
    told: dict[str, float] = ours.recv()  # EOFError when it died
    child.join()
    return told


def _tend(root: str, options: dict[str, str], parent: Connection) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    list(Catalog(root, options).tend())
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    parent.send({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "mb": peak / 1024})


_ORDER = ("captures", "sightings", "reports", "findings", "walks", "signatures", "relations", "coverage", "runs")


def main() -> None:
    """Measure each size and print a table, or one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="reports in the catalog before")
    parser.add_argument("--new", type=int, default=1_000, help="new reports in the run (default 1000)")
    parser.add_argument("--json", action="store_true", help="print JSON lines for machines")
    asked = parser.parse_args()
    if not asked.json:
        print(f"{'reports':>9}{'seconds':>9}{'CPU s':>7}" + "".join(f"{name:>12}" for name in _ORDER))
    for size in asked.sizes:
        one = measure(size, asked.new)
        if asked.json:
            print(json.dumps(one))
        else:
            columns = "".join(f"{one['tables'][name]:12.2f}" for name in _ORDER)
            print(f"{size:9}{one['seconds']:9.2f}{one['cpu']:7.2f}" + columns)
            for name in ("tending", "again"):
                print(f"  {name}: {one[name]['seconds']:.1f} s, {one[name]['cpu']:.1f} CPU-s, {one[name]['mb']:.0f} MB")


if __name__ == "__main__":
    main()
