"""Two workers on one host: real processes, a real store, and the village's own log of who asked when."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive.ledger import read_lines
from scrapers.harvest import verify
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from tests.stack.conftest import Site
from tests.stack.test_kills import environment
from tests.village.arrivals import CLOCKS, shortest_gaps

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

DELAY, TERM = 0.4, 4.0
SOURCE = "demo-trs-heshan"


def worker(site: Site, log: Path, run: str, source: str = SOURCE, delay: float = DELAY) -> subprocess.Popen[bytes]:
    slow = {PREFIX + "DELAY": str(delay), PREFIX + "LEASE": str(TERM)}
    command = [sys.executable, "-m", "scrapers", "harvest", "demo", "--run", run, "--source", source, "--json"]
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env={**environment(site), **slow}, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )


def hurried(site: Site, delay: float = DELAY) -> dict[str, float]:
    """Return the hosts that were asked sooner than their delay, with the shortest gap."""
    return {host: gap for host, gap in shortest_gaps(site.village.requests).items() if gap < delay - CLOCKS}


def wait_for(site: Site, requests: int, child: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 120
    while len(site.village.requests) < requests and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    assert len(site.village.requests) >= requests


def test_two_attempts_of_a_run_that_overlap_keep_one_delay(archive: Callable[..., Site], tmp_path: Path) -> None:
    site = archive(clock="frozen")
    # Long enough that the second is there before the first has ended, however long it takes to start.
    workers = [worker(site, tmp_path / f"{n}.log", "twice", delay=1.0) for n in range(2)]
    assert [child.wait(240) for child in workers] == [0, 0], [
        log.read_text(errors="replace")[-1500:] for log in sorted(tmp_path.glob("*.log"))
    ]
    assert hurried(site, 1.0) == {}
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
    assert hurried(site) == {}
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
    assert hurried(site) == {}


def test_crawls_that_share_a_host_of_attachments_keep_its_delay(archive: Callable[..., Site], tmp_path: Path) -> None:
    site = archive(clock="frozen", files={"generic-yongchuan": "mirror", "vsb-huachi": "mirror"})
    names = ("generic-yongchuan", "vsb-huachi", "mirror")
    sources = {name: site.village.site(name).columns[0].source for name in names}
    workers = [worker(site, tmp_path / f"{name}.log", name, source) for name, source in sources.items()]
    assert [child.wait(240) for child in workers] == [0, 0, 0], [
        log.read_text(errors="replace")[-1500:] for log in sorted(tmp_path.glob("*.log"))
    ]
    assert hurried(site) == {}
    shared = site.village.site("mirror").host
    wanted = {e.attachment_url for e in site.village.manifest() if e.attachment_url and e.source in sources.values()}
    assert len(wanted) >= 4
    assert {url.split("/")[2] for url in wanted} == {f"{shared}:{site.village.port}"}
    for name in names[:2]:
        fetched = {line.url for line in read_lines(site.works.store, run=name) if line.capture and not line.outcome}
        own = {e.attachment_url for e in site.village.manifest() if e.attachment_url and e.source == sources[name]}
        assert own <= fetched
    assert list(verify(site.works)) == []
