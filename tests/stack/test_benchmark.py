"""The benchmark still runs and counts what was harvested; what it measures is never asserted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[2]


def test_the_benchmarks_of_the_catalog_run() -> None:
    (commits,) = told("benchmarks.commits", "--sizes", "100", "--new", "20")
    assert (commits["reports"], commits["new"]) == (100, 20)
    assert min(commits["seconds"], commits["tending"]["seconds"], commits["again"]["mb"]) > 0
    asked = told("benchmarks.catalog", "--reports", "1300")
    assert {row["way"] for row in asked} >= {"as runs leave it", "tended", "a release", "parquet", "jsonl"}


def told(*words: str) -> list[dict[str, Any]]:
    """Return the JSON lines that a benchmark printed."""
    command = [sys.executable, "-m", *words, "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_the_archive_s_side_of_the_benchmark_runs():
    command = [
        sys.executable,
        "-m",
        "benchmarks.harvest",
        "--only",
        "ours",
        "--rounds",
        "1",
        "--reports",
        "27",
        "--json",
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    ours = result["contenders"]["ours"]
    assert (ours["pages"], ours["texts"]) == (27, 27)
    assert ours["lists"] >= 9
    assert result["same_pages"]
    assert {"fetch", "raw put", "clean put", "catalog", "extract: children"} <= result["stages_ms_per_page"].keys()
    assert all(round_["memory"] >= round_["parent"] > 0 for round_ in result["rounds"])
