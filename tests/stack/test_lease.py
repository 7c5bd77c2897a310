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

DELAY = 0.4
SHORT, LONG = 4.0, 60.0
"""Seconds a lease holds: of who is to lose its host, and of who must not, however slow the machine."""
SOURCE, SITE = "demo-trs-heshan", "trs-heshan"


def worker(site: Site, log: Path, run: str, source: str = SOURCE, term: float = LONG) -> subprocess.Popen[bytes]:
    slow = {PREFIX + "DELAY": str(DELAY), PREFIX + "LEASE": str(term)}
    command = [sys.executable, "-m", "scrapers", "harvest", "demo", "--run", run, "--source", source, "--json"]
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env={**environment(site), **slow}, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )


def hurried(site: Site) -> dict[str, float]:
    """Return the hosts that were asked sooner than their delay, with the shortest gap."""
    return {host: gap for host, gap in shortest_gaps(site.village.requests).items() if gap < DELAY - CLOCKS}


def wait_until(done: Callable[[], bool], child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until something is so while a worker lives."""
    end = time.monotonic() + 120
    while not done():
        assert child.poll() is None, log.read_text(errors="replace")[-1500:]
        assert time.monotonic() < end, f"waited for two minutes: {log.read_text(errors='replace')[-1500:]}"
        time.sleep(0.02)


def asked(site: Site, since: float) -> int:
    """Return how many requests came after a moment of the monotonic clock."""
    return sum(request.time > since for request in site.village.requests)


def test_two_attempts_of_a_run_that_overlap_keep_one_delay(archive: Callable[..., Site], tmp_path: Path) -> None:
    site, began = archive(clock="frozen"), time.monotonic()
    logs = [tmp_path / f"{n}.log" for n in range(2)]
    # The first cannot end before the second has met it: from its third request on it waits for its answer.
    site.village.site(SITE).hold_after(2)
    first = worker(site, logs[0], "twice")
    wait_until(lambda: asked(site, began) == 2, first, logs[0])
    second = worker(site, logs[1], "twice")
    wait_until(lambda: "is crawled by" in logs[1].read_text(errors="replace"), second, logs[1])
    site.village.site(SITE).let_go()
    assert [child.wait(240) for child in (first, second)] == [0, 0], [
        log.read_text(errors="replace")[-1500:] for log in logs
    ]
    assert hurried(site) == {}
    fetched = [line.url for line in read_lines(site.works.store, run="twice") if line.capture and line.stage == "crawl"]
    assert len(fetched) == len(set(fetched)), "the second attempt fetched again what the first had"
    assert list(verify(site.works)) == []


def test_a_frozen_holder_loses_the_host_and_asks_no_more(archive: Callable[..., Site], tmp_path: Path) -> None:
    site, began = archive(clock="frozen"), time.monotonic()
    logs = [tmp_path / f"{n}.log" for n in range(2)]
    first = worker(site, logs[0], "frozen", term=SHORT)
    wait_until(lambda: asked(site, began) >= 5, first, logs[0])
    os.killpg(first.pid, signal.SIGSTOP)
    frozen = time.monotonic()
    second = worker(site, logs[1], "frozen")
    wait_until(lambda: asked(site, frozen) >= 2, second, logs[1])
    # The second still crawls when the first wakes up: its next request waits for its answer.
    site.village.site(SITE).hold_after(0)
    os.killpg(first.pid, signal.SIGCONT)
    assert first.wait(120) == 3, logs[0].read_text(errors="replace")[-1500:]
    assert "another attempt crawls" in logs[0].read_text()
    site.village.site(SITE).let_go()
    assert second.wait(240) == 0, logs[1].read_text(errors="replace")[-1500:]
    assert hurried(site) == {}
    assert list(verify(site.works)) == []


def test_the_host_of_a_killed_worker_is_taken_over(archive: Callable[..., Site], tmp_path: Path) -> None:
    site, began = archive(clock="frozen"), time.monotonic()
    logs = [tmp_path / f"{n}.log" for n in range(2)]
    first = worker(site, logs[0], "killed", term=SHORT)
    wait_until(lambda: asked(site, began) >= 5, first, logs[0])
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    killed = time.monotonic()
    second = worker(site, logs[1], "killed")
    wait_until(lambda: asked(site, killed) >= 1, second, logs[1])
    assert min(request.time for request in site.village.requests if request.time > killed) - killed >= SHORT - CLOCKS
    assert second.wait(240) == 0, logs[1].read_text(errors="replace")[-1500:]
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
