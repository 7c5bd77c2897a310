"""A whole harvest of the village, ours beside Scrapy with trafilatura: `python -m benchmarks.harvest`.

The village and the S3 store run in processes of their own and are not charged to anybody; each contender runs in a
fresh process, on a fresh bucket, in turns. Figures are per report page; ratios within one run are the trustworthy
part, absolute times are the machine's. It prints tables, or one JSON object with `--json`.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.job import Done, Job, Listing
from benchmarks.memory import Peak
from benchmarks.tables import show
from stack.store import LocalStore
from tests.village import Village

ROOT = Path(__file__).parents[1]
CONTENDERS = {"ours": "benchmarks.ours", "scrapy": "benchmarks.spider", "scrapy+meta": "benchmarks.spider"}
FIRST_PORT, PORTS = 18600, 1000


@dataclass(frozen=True, slots=True)
class Round:
    """One contender's turn."""

    contender: str
    done: Done
    memory: float
    """Peak of the process tree, MB."""
    parent: float
    children: int


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; return 0 when every contender fetched the same pages."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.harvest", description=__doc__.partition("\n")[0])
    parser.add_argument("--reports", type=int, default=1500, help="report pages in the village (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contender (default %(default)s)")
    parser.add_argument("--only", choices=CONTENDERS, help="run one contender, for profiling")
    parser.add_argument("--light", action="store_true", help="serve the pages without the weight of real ones")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args(arguments)
    turns = [
        (name, False)
        for number in range(options.rounds)
        for name in (list(CONTENDERS) if number % 2 == 0 else list(reversed(CONTENDERS)))
        if options.only in (None, name)
    ]
    if options.only in (None, "ours"):
        turns.append(("ours", True))
    rounds = list(run(turns, options.reports, furnished=not options.light))
    timed = [one for one in rounds if not one.done.stages]
    result = {
        "machine": {"cores": os.cpu_count(), "python": sys.version.split()[0]},
        "same_pages": len({(one.done.pages, one.done.addresses) for one in rounds}) == 1,
        "contenders": {name: figures([one for one in timed if one.contender == name]) for name in CONTENDERS},
        "stages_ms_per_page": stages(rounds),
        "rounds": [asdict(one) for one in rounds],
    }
    print(msgspec.json.encode(result).decode() if options.json else show(result))
    return 0 if result["same_pages"] else 1


def run(turns: list[tuple[str, bool]], reports: int, *, furnished: bool = True) -> Iterator[Round]:
    """Take turns on one store and one village."""
    with tempfile.TemporaryDirectory(prefix="report-archive-bench-") as scratch:
        place = Path(scratch)
        keys = {"access_key": secrets.token_hex(8), "secret_key": secrets.token_urlsafe(24)}
        buckets = [f"turn-{number:03d}" for number in range(len(turns))]
        with (
            village(reports, place, furnished=furnished) as lists,
            LocalStore(place / "s3", **keys, bucket=",".join(buckets)) as store,
        ):
            for (name, clocks), bucket in zip(turns, buckets, strict=True):
                job = Job(
                    store.endpoint,
                    bucket,
                    **keys,
                    sources=scratch,
                    listings=lists,
                    scratch=scratch,
                    metadata=name == "scrapy+meta",
                    clocks=clocks,
                )
                yield turn(name, job)


@contextmanager
def village(reports: int, place: Path, *, furnished: bool) -> Iterator[tuple[Listing, ...]]:
    """Serve a village with so many more reports from a process of its own, and name their listings."""
    port = FIRST_PORT + secrets.randbelow(PORTS)
    plan = Village(port, extra_reports=reports, furnished=furnished)
    (place / "demo.toml").write_text(plan.registry(), encoding="utf-8")
    command = [sys.executable, "-m", "tests.village", "--port", str(port), "--extra", str(reports)]
    command += ["--furnished"] * furnished
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as child:
        try:
            assert child.stdout is not None
            if not any(line.startswith("The village is open") for line in iter(child.stdout.readline, "")):
                raise SystemExit("the village did not open; run again")
            yield tuple(listings(plan))
        finally:
            child.terminate()
            child.wait()


def listings(plan: Village) -> Iterator[Listing]:
    """Name the lists of the added reports: no traps, no documents, so that anybody can fetch them all."""
    addresses = {source["id"]: source["url"] for source in tomllib.loads(plan.registry())["source"]}
    for site in plan.sites:
        for column in site.columns:
            if column.source.endswith("-crowd"):
                yield Listing(column.source, site.system, addresses[column.source])


def turn(name: str, job: Job) -> Round:
    """Let one contender do the job in a process of its own."""
    command = [sys.executable, "-m", CONTENDERS[name]]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as child,
        Peak(child.pid) as peak,
    ):
        out, _ = child.communicate(msgspec.json.encode(job))
    if child.returncode:
        raise SystemExit(f"{name} failed with exit status {child.returncode}; its own words are above")
    done = msgspec.json.decode(out.splitlines()[-1], type=Done)
    return Round(name, done, peak.whole, peak.parent, peak.children)


def figures(rounds: list[Round]) -> dict[str, float] | None:
    """Return best and median of a contender's rounds; None when it had none."""
    if not rounds:
        return None
    cpu = [1000 * one.done.cpu / one.done.pages for one in rounds]
    rate = [one.done.pages / one.done.wall for one in rounds]
    return {
        "pages": rounds[0].done.pages,
        "lists": rounds[0].done.lists,
        "texts": rounds[0].done.texts,
        "cpu_ms_best": min(cpu),
        "cpu_ms_median": median(cpu),
        "pages_a_second_best": max(rate),
        "pages_a_second_median": median(rate),
        "memory_mb": max(one.memory for one in rounds),
        "parent_mb": max(one.parent for one in rounds),
        "children": max(one.children for one in rounds),
    }


def stages(rounds: list[Round]) -> dict[str, float]:
    """Return milliseconds of processor time a page by stage, from the round with clocks; what is left is `rest`."""
    for one in rounds:
        if one.done.stages:
            known = {name: 1000 * seconds / one.done.pages for name, seconds in one.done.stages.items()}
            return {**known, "rest": 1000 * one.done.cpu / one.done.pages - sum(known.values())}
    return {}


if __name__ == "__main__":
    sys.exit(main())
