"""One pause per host between the starts of requests, whatever they are for; a host that asks for more gets it."""

import socket
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from scrapers.fetch import Fetcher
from scrapers.fetch.manners import retry_after
from scrapers.model import Outcome, PageRequest
from tests.faults.clients import Clock, policy
from tests.faults.site import Seen, Site, Wire, reply, says
from tests.faults.site_matrix import REPORT
from tests.village.arrivals import CLOCKS

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 5 ", 5.0),
        ("86400", 86400.0),
        ("9" * 400, 999999999.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("５", None),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 12:00:30", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 99 Mar 2026 11:00:00 GMT", None),
        ("Sun, 01 Mar 99999999999999999999 11:00:00 GMT", None),
        ("Sun, 01 Mar 2026 11:00:00 +99999999999999999", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_the_delay_holds_between_the_starts_of_all_requests() -> None:
    """Robots files, pages, redirects and second attempts alike, on a real clock."""

    def answer(seen: Seen, wire: Wire) -> bool:
        if seen.path == "/moved":
            wire.send(reply(b"", "Location: /there", status="302 Found"))
        elif seen.path == "/ill":
            wire.send(reply(b"", status="500 No"))
        else:
            wire.send(reply(REPORT))
        return True

    with Site(answer) as site, Fetcher(policy(site.netloc, delay=0.3)) as fetcher:
        for path in ("/a", "/moved", "/ill", "/b"):
            fetcher.fetch(PageRequest(site.url(path)))
    assert site.paths() == ["/robots.txt", "/a", "/moved", "/there", "/ill", "/ill", "/b"]
    assert min(later - earlier for earlier, later in pairwise(seen.at for seen in site.requests)) >= 0.3 - CLOCKS
    assert fetcher.requests == 7
    assert 1.4 < fetcher.waited < 2.2


def test_the_delay_counts_from_when_a_request_has_left() -> None:
    """A lookup that takes its time must not eat the pause after it."""
    clock = Clock()

    def slow(*asked: Any, **more: Any) -> Any:
        clock.now += 0.3
        return socket.getaddrinfo(*asked, **more)

    with (
        Site(says(reply(REPORT))) as site,
        Fetcher(policy(site.netloc, delay=9.0), clock=clock, sleep=clock.sleep, lookup=slow) as fetcher,
    ):
        fetcher.fetch(PageRequest(site.url()))
    assert clock.slept == [pytest.approx(9.0)]


def test_a_short_retry_after_is_sat_out() -> None:
    clock = Clock()

    def busy_once(seen: Seen, wire: Wire) -> None:
        wire.send(reply(REPORT) if len(site.pages()) > 1 else reply(b"", "Retry-After: 2", status="503 Busy"))

    with Site(busy_once) as site, Fetcher(policy(site.netloc), clock=clock, sleep=clock.sleep) as fetcher:
        capture = fetcher.fetch(PageRequest(site.url())).capture
    assert (capture.outcome, capture.attempts) == (None, 2)
    assert clock.slept == [2.0]
    assert fetcher.waited == 2.0


def test_a_long_retry_after_ends_the_visit_without_another_request() -> None:
    clock = Clock()
    busy = says(reply(b"", "Retry-After: 86400", status="429 Too Many"))
    with Site(busy) as site, Fetcher(policy(site.netloc), clock=clock, sleep=clock.sleep) as fetcher:
        outcomes = [fetcher.fetch(PageRequest(site.url(f"/{number}"))).capture for number in range(3)]
        assert len(site.pages()) == 1
        clock.now += 86400
        fetcher.fetch(PageRequest(site.url()))
        assert len(site.pages()) == 2
    assert {capture.outcome for capture in outcomes} == {Outcome.RATE_LIMITED}
    assert outcomes[1].status is None
    assert "86400 s" in outcomes[1].reason
    assert clock.slept == []


def test_hosts_do_not_wait_for_each_other() -> None:
    page = says(reply(REPORT), keep=True)
    clock = Clock()
    with Site(page) as one, Site(page, host="127.0.0.2") as two:
        both = policy({one.netloc, two.netloc}, delay=9.0)
        with Fetcher(both, clock=clock, sleep=clock.sleep) as fetcher:
            fetcher.fetch(PageRequest(one.url()))
            fetcher.fetch(PageRequest(two.url()))
    assert clock.slept == [9.0, 9.0]


def test_pauses_before_further_attempts_double() -> None:
    clock = Clock()
    with Site(says(reply(b"", status="500 No"))) as site:
        slow = policy(site.netloc)
        with Fetcher(slow, clock=clock, sleep=clock.sleep) as fetcher:
            capture = fetcher.fetch(PageRequest(site.url())).capture
    assert capture.attempts == slow.limits.attempts == 2
    assert clock.slept == [pytest.approx(slow.limits.backoff)]
