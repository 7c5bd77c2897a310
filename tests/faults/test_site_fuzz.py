"""Whatever bytes a site sends, a fetch ends in time with a capture that can be written down."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.fetch import Fetcher, page_of
from scrapers.model import PageRequest, encode
from tests.faults.clients import QUICK, policy
from tests.faults.site import Seen, Site, Wire, reply
from tests.faults.site_matrix import GZIPPED

ONCE = replace(QUICK, attempts=1, wall=0.4)
HEADERS = [
    "Content-Length",
    "Transfer-Encoding",
    "Content-Encoding",
    "Content-Type",
    "Location",
    "Set-Cookie",
    "Retry-After",
    "Connection",
    "ETag",
]
header = st.tuples(st.sampled_from(HEADERS), st.text(st.characters(max_codepoint=255), max_size=30))
noise = st.binary(max_size=300)
spoken = st.builds(
    lambda status, headers, body: (
        f"HTTP/1.1 {status} X\r\n".encode()
        + b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers)
        + b"\r\n"
        + body
    ),
    st.sampled_from([100, 101, 200, 200, 200, 206, 301, 302, 304, 404, 412, 429, 503, 521, 999]),
    st.lists(header, max_size=5),
    noise,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A correct answer with a few bytes changed and perhaps its end missing."""
    whole = bytearray(reply(GZIPPED, "Content-Encoding: gzip"))
    for _ in range(draw(st.integers(1, 6))):
        whole[draw(st.integers(0, len(whole) - 1))] = draw(st.integers(0, 255))
    return bytes(whole[: draw(st.integers(1, len(whole)))])


class Parrot:
    """A site that says what it is told to."""

    def __init__(self) -> None:
        self.line = b""

    def __call__(self, _: Seen, wire: Wire) -> None:
        wire.send(self.line)


@pytest.fixture(scope="module")
def parrot() -> Iterator[tuple[Parrot, Site]]:
    told = Parrot()
    with Site(told) as site:
        yield told, site


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(line=st.one_of(noise, spoken, damaged()))
def test_any_answer_ends_in_a_capture(parrot: tuple[Parrot, Site], line: bytes) -> None:
    told, site = parrot
    told.line = line
    started = time.monotonic()
    with Fetcher(policy(site.netloc, limits=ONCE)) as fetcher:
        fetched = fetcher.fetch(PageRequest(site.url()))
    assert time.monotonic() - started < 20
    capture = fetched.capture
    assert encode(capture)
    assert capture.reason.isprintable()
    assert capture.outcome is not None or (capture.status == 200 and fetched.payload)
    assert page_of(fetched).url
