"""Two workers on one host: real processes, a real store, and the village's own log of who asked when."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from scrapers.archive.ledger import read_lines
from scrapers.harvest import verify
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from tests.stack.conftest import Site
from tests.stack.test_kills import environment

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

DELAY, TERM = 0.4, 4.0
SOURCE = "demo-trs-heshan"


def worker(site: Site, log: Path, run: str) -> subprocess.Popen[bytes]:
    slow = {PREFIX + "DELAY": str(DELAY), PREFIX + "LEASE": str(TERM)}
    command = [sys.executable, "-m", "scrapers", "harvest", "demo", "--run", run, "--source", SOURCE, "--json"]
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env={**environment(site), **slow}, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )


def gaps(site: Site) -> list[float]:
    times = defaultdict(list)
    for request in site.village.requests:
        times[request.host].append(request.time)
    (asked,) = times.values()
    return [later - earlier for earlier, later in pairwise(asked)]


def wait_for(site: Site, requests: int, child: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 120
    while len(site.village.requests) < requests and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    assert len(site.village.requests) >= requests


def test_two_attempts_of_a_run_that_overlap_keep_one_delay(archive: Callable[..., Site], tmp_path: Path) -> None:
    site = archive(clock="frozen")
    workers = [worker(site, tmp_path / f"{n}.log", "twice") for n in range(2)]
    assert [child.wait(240) for child in workers] == [0, 0], [
        log.read_text(errors="replace")[-1500:] for log in sorted(tmp_path.glob("*.log"))
    ]
    # The village notes a request when it comes, we keep the pause between our sendings.
    assert min(gaps(site)) >= 0.8 * DELAY, sorted(gaps(site))[:5]
    assert "is crawled by" in "".join(log.read_text() for log in tmp_path.glob("*.log"))
    fetched = [line.url for line in read_lines(site.works.store, run="twice") if line.capture and line.stage == "crawl"]
    assert len(fetched) == len(set(fetched)), "the second attempt fetched again what the first had"
    assert list(verify(site.works)) == []


def test_a_frozen_holder_loses_the_host_and_asks_no_more(archive: Callable[..., Site], tmp_path: Path) -> None:
    site = archive(clock="frozen")
    log = tmp_path / "frozen.log"
    first = worker(site, log, "frozen")
    wait_for(site, 5, first)
    os.killpg(first.pid, signal.SIGSTOP)
    second = worker(site, tmp_path / "second.log", "frozen")
    wait_for(site, 9, second)
    os.killpg(first.pid, signal.SIGCONT)
    assert first.wait(120) == 3, log.read_text(errors="replace")[-1500:]
    assert "another attempt crawls" in log.read_text()
    assert second.wait(240) == 0, (tmp_path / "second.log").read_text(errors="replace")[-1500:]
    assert min(gaps(site)) >= 0.8 * DELAY, sorted(gaps(site))[:5]
    assert list(verify(site.works)) == []


def test_the_host_of_a_killed_worker_is_taken_over(archive: Callable[..., Site], tmp_path: Path) -> None:
    site = archive(clock="frozen")
    first = worker(site, tmp_path / "killed.log", "killed")
    wait_for(site, 5, first)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    started = time.monotonic()
    second = worker(site, tmp_path / "second.log", "killed")
    wait_for(site, 6, second)
    assert time.monotonic() - started >= TERM - 0.5
    assert second.wait(240) == 0, (tmp_path / "second.log").read_text(errors="replace")[-1500:]
    assert min(gaps(site)) >= 0.8 * DELAY, sorted(gaps(site))[:5]
