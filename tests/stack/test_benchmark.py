"""The benchmark still runs and counts what was harvested; what it measures is never asserted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack
ROOT = Path(__file__).parents[2]


def test_the_benchmark_of_commits_runs() -> None:
    command = [sys.executable, "-m", "benchmarks.commits", "--sizes", "100", "--new", "20", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["reports"], told["new"]) == (100, 20)
    assert min(told["seconds"], told["tending"]["seconds"], told["again"]["mb"]) > 0


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
