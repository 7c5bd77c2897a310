"""Our reader beside others on one set of pages in one run: how right it reads, how fast, in how much memory.

`python -m benchmarks.extraction DIRECTORY`: a directory with pages and a `truth.jsonl` in (see `benchmarks.truth`), a
table out, or JSON. Each reader runs in a process of its own, one after the other, imports not counted; the best of the
rounds counts, for the machine may be busy. Readers other than ours need `.bench` (make bench builds it).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import PEERS
from benchmarks.truth import Found, Page, load, marks, total

ROUNDS = 3
COLUMNS = ("f1", "exact", "hash", "title", "date", "source", "docs_per_second", "cpu_ms", "peak_mb")


def measure(
    name: str, directory: Path, pages: Sequence[Page], rounds: int, *, held_out: bool = False
) -> dict[str, Any]:
    """Run one reader over the pages and mark what it found."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.peers", name, str(directory), str(rounds)]
    if held_out:
        command.append("--held-out")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"{name} could not be measured, see above")
    said = json.loads(done.stdout.splitlines()[-1])
    found = [Found(**one) for one in said["found"]]
    marked = [marks(page, one) for page, one in zip(pages, found, strict=True)]
    return {
        **total(marked),
        "docs_per_second": round(len(pages) / min(said["wall"]), 1),
        "cpu_ms": round(1000 * min(said["cpu"]) / len(pages), 3),
        "peak_mb": round(said["peak_mb"]),
        "misses": {page.name: _misses(page, one, row) for page, one, row in zip(pages, found, marked, strict=True)},
    }


def _misses(page: Page, found: Found, row: dict[str, float]) -> dict[str, object]:
    wrong: dict[str, object] = {
        name: [getattr(found, name), getattr(page.truth, name)]
        for name in ("title", "date", "source")
        if not row[name] and getattr(page.truth, name)
    }
    if not row["hash"]:
        wrong["hash"] = f"F1 {row['f1']:.4f}, read by {found.method or 'unknown'}"
    return wrong


def compare(directory: Path, names: Sequence[str], rounds: int, *, held_out: bool = False) -> dict[str, Any]:
    """Measure the named readers on a directory, one after the other."""
    pages = load(directory)
    return {
        "directory": directory.name,
        "pages": len(pages),
        "hosts": len({page.host for page in pages}),
        "with_source": sum(bool(page.truth.source) for page in pages),
        "held_out": held_out,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "readers": {
            name: measure(name, directory, pages, rounds, held_out=held_out and name == "ours") for name in names
        },
    }


def show(result: dict[str, Any]) -> str:
    """Return the table for people, and what ours got wrong."""
    machine = result["machine"]
    kept = "selectors that match only one host removed" if result["held_out"] else "all selectors"
    lines = [
        f"{result['pages']} pages of {result['hosts']} hosts, {result['with_source']} with a source label; {kept}; "
        f"{machine['cores']} cores, Python {machine['python']}",
        f"{'':18}" + "".join(f"{name:>9}" for name in ("F1", *COLUMNS[1:6], "docs/s", "CPU ms", "MB")),
    ]
    for name, one in result["readers"].items():
        cells = [f"{one['f1']:9.4f}", *(f"{one[column]:9g}" for column in COLUMNS[1:])]
        lines.append(f"{name:18}" + "".join(cells))
    misses = result["readers"].get("ours", {}).get("misses", {})
    lines += [f"  {name}: {wrong}" for name, wrong in misses.items() if wrong]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.extraction")
    parser.add_argument("directory", type=Path, help="pages and a truth.jsonl")
    parser.add_argument("--only", nargs="+", choices=("ours", *PEERS), default=("ours", *PEERS), help="readers to run")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the best of so many counts")
    parser.add_argument("--held-out", action="store_true", help="remove our selectors that match only one host")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    result = compare(chosen.directory, chosen.only, max(1, chosen.rounds), held_out=chosen.held_out)
    print(json.dumps(result, ensure_ascii=False) if chosen.json else show(result))


if __name__ == "__main__":
    main()
