"""Every fault a site may serve comes to its one outcome, within its cost, and never as an exception."""

import gc
import socket
import time
from ipaddress import ip_network

import pytest

from scrapers.fetch import Fetcher, Limits, Policy
from scrapers.fetch.policy import KIB, MIB
from scrapers.model import PageRequest, encode
from tests.faults.site import Site
from tests.faults.site_matrix import CELLS, REPORT, TRIES, Cell

LIMITS = Limits(
    text_wire=MIB,
    text_bytes=2 * MIB,
    document_bytes=3 * MIB,
    ratio_floor=256 * KIB,
    wall=0.6,
    connect=0.5,
    attempts=TRIES,
    backoff=0.01,
    max_wait=2.0,
)


def policy(netloc: str) -> Policy:
    private = (ip_network("127.0.0.0/8"),)
    return Policy(allow=frozenset({netloc}), private_networks=private, contact="", delay=0.0, limits=LIMITS)


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
    assert elapsed < cell.seconds
    assert len(capture.reason) <= 300
    assert capture.reason.isprintable()
    assert len(fetched.payload) <= max(LIMITS.evidence, len(REPORT))
    assert encode(capture)


def test_no_socket_is_left_open() -> None:
    """A fetcher that met faults closes what it opened; ResourceWarning is an error here."""
    for cell in CELLS[4:7] + CELLS[9:12]:
        assert cell.answer is not None
        with Site(cell.answer) as site, Fetcher(policy(site.netloc)) as fetcher:
            fetcher.fetch(PageRequest(site.url()))
        del fetcher
        gc.collect()


def test_names_are_unique() -> None:
    names = [cell.name for cell in CELLS]
    assert len(set(names)) == len(names)
    assert len(CELLS) >= 64
