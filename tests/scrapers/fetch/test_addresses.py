"""Only global unicast addresses are connected to, and every answer of the name service must be one."""

import socket
import threading
import time
from ipaddress import ip_network

import pytest

from scrapers.fetch import Fetcher
from scrapers.fetch.addresses import Answer, is_allowed, resolve
from scrapers.fetch.failures import Refused
from scrapers.model import Outcome, PageRequest
from tests.faults.clients import policy
from tests.faults.site import Site, reply, says
from tests.faults.site_matrix import REPORT

BAD = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "nonsense",
]
GOOD = ["8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


def rows(*addresses: str) -> tuple[Answer, ...]:
    return tuple((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses)


@pytest.mark.parametrize("address", BAD)
def test_refused(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", GOOD)
def test_allowed(address: str) -> None:
    assert is_allowed(address)


def test_a_named_private_network_is_allowed_and_no_other() -> None:
    private = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert is_allowed("127.0.0.11", private)
    assert is_allowed("::ffff:127.0.0.11", private)
    assert is_allowed("fd00::1", private)
    assert not is_allowed("10.0.0.1", private)


def test_one_bad_record_among_good_ones_is_enough() -> None:
    with pytest.raises(Refused) as caught:
        resolve("www.gov.cn", 80, (), lambda *_, **__: rows("8.8.8.8", "10.0.0.1"), 1.0)
    assert caught.value.outcome is Outcome.SSRF_BLOCKED
    assert "10.0.0.1" in caught.value.reason


def test_unknown_name_and_silent_name_service() -> None:
    def unknown(*_: object, **__: object) -> tuple[Answer, ...]:
        raise socket.gaierror(-2, "Name or service not known")

    release = threading.Event()

    def silent(*_: object, **__: object) -> tuple[Answer, ...]:
        release.wait(200)
        return ()

    for lookup in (unknown, silent, lambda *_, **__: ()):
        started = time.monotonic()
        with pytest.raises(Refused) as caught:
            resolve("www.gov.cn", 80, (), lookup, 0.1)
        assert caught.value.outcome is Outcome.DNS_TEMP
        assert time.monotonic() - started < 60, "it waited for the silent service"
    release.set()


def test_the_address_checked_is_the_address_connected() -> None:
    """A name that answers differently every time is looked up once a connection, and checked each time."""
    asked: list[str] = []
    with Site(says(reply(REPORT, "Connection: close"))) as site:

        def rebinding(host: str, port: int, **_: object) -> tuple[Answer, ...]:
            asked.append(host)
            address = site.host if len(asked) <= 2 else "10.0.0.1"
            return ((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)),)

        netloc = f"sfj.example.gov.cn:{site.port}"
        with Fetcher(policy(netloc), lookup=rebinding) as fetcher:
            first = fetcher.fetch(PageRequest(f"http://{netloc}/a")).capture
            second = fetcher.fetch(PageRequest(f"http://{netloc}/b")).capture
        assert site.pages()[0].headers["host"] == netloc
    assert (first.outcome, first.address) == (None, site.host)
    assert (second.outcome, second.address) == (Outcome.SSRF_BLOCKED, "")
    assert len(asked) == 3
    assert site.paths() == ["/robots.txt", "/a"]


def test_a_host_off_the_list_is_never_looked_up() -> None:
    def never(*_: object, **__: object) -> tuple[Answer, ...]:
        raise AssertionError("looked up")

    with Fetcher(policy("www.gov.cn"), lookup=never) as fetcher:
        capture = fetcher.fetch(PageRequest("http://www.gov.cn.evil.com/")).capture
    assert capture.outcome is Outcome.OFF_SCOPE_REDIRECT
    assert "www.gov.cn.evil.com" in capture.reason
    assert fetcher.requests == 0
