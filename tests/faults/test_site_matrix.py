"""Every fault a site may serve comes to its one outcome, within its cost, and never as an exception."""

import gc
import socket
import time

import pytest

from scrapers.fetch import Fetcher
from scrapers.model import PageRequest, encode
from tests.faults.clients import QUICK, policy
from tests.faults.site import Site
from tests.faults.site_matrix import CELLS, REPORT, Cell

BUSY = 10.0
"""Seconds a busy machine may add; what never ends takes longer."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_every_fault_has_its_outcome(cell: Cell) -> None:
    if cell.answer is None:
        netloc = f"127.0.0.1:{free_port()}"
        with Fetcher(policy(netloc)) as fetcher:
            capture = fetcher.fetch(PageRequest(f"http://{netloc}/")).capture
        assert capture.outcome is cell.outcome
        return
    with Site(cell.answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        started = time.monotonic()
        fetched = fetcher.fetch(PageRequest(site.url()))
        elapsed = time.monotonic() - started
        asked = len(site.pages())
    capture = fetched.capture
    assert capture.outcome is cell.outcome, capture.reason
    assert (capture.outcome is None) == (capture.reason == "")
    assert asked == cell.requests
    assert elapsed < cell.seconds + BUSY
    assert len(capture.reason) <= 300
    assert capture.reason.isprintable()
    assert len(fetched.payload) <= max(QUICK.evidence, len(REPORT))
    assert encode(capture)


def test_no_socket_is_left_open() -> None:
    """A fetcher that met faults closes what it opened; ResourceWarning is an error here."""
    for cell in CELLS:
        if cell.name.split()[0] in {"6", "11", "12", "22", "27", "29", "30"}:
            assert cell.answer is not None
            with Site(cell.answer) as site, Fetcher(policy(site.netloc)) as fetcher:
                fetcher.fetch(PageRequest(site.url()))
            del fetcher
            gc.collect()


@pytest.mark.parametrize("name", ["14 length and chunked", "19 header of 100 kB", "64 a report"])
def test_a_site_does_not_write_our_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = next(cell.answer for cell in CELLS if cell.name == name)
    assert answer is not None
    with caplog.at_level("DEBUG"), Site(answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        fetcher.fetch(PageRequest(site.url("/\u2028forged")))
    assert caplog.records == []


def test_names_are_unique() -> None:
    names = [cell.name for cell in CELLS]
    assert len(set(names)) == len(names)
    assert len(CELLS) >= 64
