"""What a capture records, and when a page counts as unchanged."""

import gzip
import hashlib
import tracemalloc
import zlib
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from scrapers.fetch import Fetcher, Limits, page_of
from scrapers.model import Outcome, PageRequest, Validators
from tests.faults.clients import policy
from tests.faults.site import Seen, Site, Wire, reply, says
from tests.faults.site_matrix import REPORT, bomb, moved

DIGEST = hashlib.sha256(REPORT).hexdigest()
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = says(reply(REPORT), keep=True)


def validating(seen: Seen, wire: Wire) -> bool:
    fresh = seen.headers.get("if-none-match") == '"v1"'
    head = ('ETag: "v1"', "Last-Modified: Sun, 01 Mar 2026 00:00:00 GMT")
    if fresh:
        wire.send(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nContent-Length: 5\r\n\r\n')
    else:
        wire.send(reply(REPORT, *head))
    return True


def test_a_capture_records_what_was_asked_and_what_came() -> None:
    def answer(seen: Seen, wire: Wire) -> bool:
        gone = reply(b"moved", "Location: /new.html", status="301 Moved")
        body = reply(gzip.compress(REPORT), "Content-Encoding: gzip", "X-Name: \xe4\xe9", kind="text/html; charset=gbk")
        wire.send(gone if seen.path == "/old.html" else body)
        return True

    with Site(answer) as site:
        reachable = policy(site.netloc, contact="mailto:archive@example.org")
        with Fetcher(reachable, now=lambda: WHEN) as fetcher:
            fetched = fetcher.fetch(PageRequest(site.url("/old.html")))
    capture = fetched.capture
    assert fetched.payload == REPORT
    assert (capture.outcome, capture.reason, capture.status) == (None, "", 200)
    assert (capture.url, capture.final_url) == (site.url("/old.html"), site.url("/new.html"))
    assert [(hop.url, hop.status, hop.location) for hop in capture.redirects] == [
        (site.url("/old.html"), 301, site.url("/new.html"))
    ]
    assert capture.fetched_at == WHEN
    assert (capture.payload_digest, capture.length) == (DIGEST, len(REPORT))
    assert (capture.declared_type, capture.media_type) == ("text/html; charset=gbk", "html")
    assert (capture.content_encoding, capture.address, capture.attempts) == ("gzip", "127.0.0.1", 1)
    assert ("X-Name", "\xe4\xe9") in capture.headers
    sent = site.pages()[0].headers
    assert sent["user-agent"] == "ReportArchive/0.1 (+mailto:archive@example.org)"
    assert sent["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in sent


def test_one_connection_serves_many_requests() -> None:
    robots = reply(b"User-agent: *\nDisallow:\n", kind="text/plain")
    with Site(PAGE, robots=robots) as site, Fetcher(policy(site.netloc)) as fetcher:
        for number in range(10):
            assert fetcher.fetch(PageRequest(site.url(f"/{number}"))).capture.address == "127.0.0.1"
    assert {seen.connection for seen in site.requests} == {1}


def test_a_connection_closed_while_idle_is_not_the_sites_fault() -> None:
    with Site(says(reply(REPORT))) as site, Fetcher(policy(site.netloc)) as fetcher:
        captures = [fetcher.fetch(PageRequest(site.url(f"/{number}"))).capture for number in range(5)]
    assert {(capture.outcome, capture.attempts) for capture in captures} == {(None, 1)}


def test_cookies_are_not_carried_on() -> None:
    with (
        Site(says(reply(REPORT, "Set-Cookie: a=b; Path=/"), keep=True)) as site,
        Fetcher(policy(site.netloc)) as fetcher,
    ):
        for _ in range(2):
            fetcher.fetch(PageRequest(site.url()))
    assert all("cookie" not in seen.headers for seen in site.requests)


def test_an_unchanged_page_is_asked_for_conditionally() -> None:
    with Site(validating) as site, Fetcher(policy(site.netloc)) as fetcher:
        first = fetcher.fetch(PageRequest(site.url())).capture
        held = Validators(first.payload_digest, etag='"v1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
        fetched = fetcher.fetch(PageRequest(site.url()), held)
        again = fetcher.fetch(PageRequest(site.url()))
    assert (fetched.capture.outcome, fetched.capture.status, fetched.payload) == (Outcome.UNCHANGED, 304, b"")
    assert fetched.capture.payload_digest == DIGEST
    assert site.pages()[1].headers["if-modified-since"] == held.last_modified
    assert again.capture.outcome is None
    assert (fetcher.conditional, fetcher.requests) == (1, 4)
    assert page_of(fetched).outcome is Outcome.UNCHANGED


def test_the_same_bytes_are_unchanged_without_any_validator() -> None:
    with Site(PAGE) as site, Fetcher(policy(site.netloc)) as fetcher:
        same = fetcher.fetch(PageRequest(site.url()), Validators(DIGEST))
        other = fetcher.fetch(PageRequest(site.url()), Validators("0" * 64))
    assert (same.capture.outcome, same.capture.payload_digest) == (Outcome.UNCHANGED, DIGEST)
    assert other.capture.outcome is None
    assert fetcher.conditional == 0
    assert page_of(same).outcome is None
    assert page_of(same).text == REPORT.decode()


def test_a_redirects_target_is_never_asked_conditionally() -> None:
    """It may be the home page, unchanged for years: 304 there would hide that our page is gone."""

    def answer(seen: Seen, wire: Wire) -> None:
        wire.send(reply(b"", "Location: /b.html", status="302 Found") if seen.path == "/a.html" else reply(REPORT))

    with Site(answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        fetcher.fetch(PageRequest(site.url("/a.html")), Validators(DIGEST, etag='"v1"'))
    assert ["if-none-match" in seen.headers for seen in site.pages()] == [True, False]


@pytest.mark.parametrize("etag", ['"a"\r\nX-Injected: 1', '"法"', '"' + "a" * 5000 + '"'])
def test_a_validator_that_is_no_header_value_is_not_sent(etag: str) -> None:
    with Site(PAGE) as site, Fetcher(policy(site.netloc)) as fetcher:
        capture = fetcher.fetch(PageRequest(site.url()), Validators("0" * 64, etag=etag)).capture
    assert capture.outcome is None
    assert not {"if-none-match", "x-injected"} & set(site.pages()[0].headers)


def test_a_form_is_posted_and_only_repeated_where_the_status_says_so() -> None:
    form = (("columnid", "12"), ("名称", "法治 报告"))

    def answer(seen: Seen, wire: Wire) -> bool:
        status = {"/seeother": "303 See Other", "/keep": "307 Temporary"}.get(seen.path)
        wire.send(reply(b"", "Location: /end", status=status) if status else reply(REPORT))
        return True

    with Site(answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        for path in ("/end", "/seeother", "/keep"):
            fetcher.fetch(PageRequest(site.url(path), form))
    assert [seen.method for seen in site.pages()] == ["POST", "POST", "GET", "POST", "POST"]
    first = site.pages()[0]
    assert first.headers["content-type"] == "application/x-www-form-urlencoded"
    assert tuple(parse_qsl(first.body.decode())) == form


def test_a_meta_refresh_is_followed_like_a_redirect() -> None:
    def answer(seen: Seen, wire: Wire) -> None:
        refresh = b'<html><head><meta http-equiv="refresh" content="0;url=./zwgk/index.html"></head></html>'
        wire.send(reply(refresh if seen.path == "/a/" else REPORT))

    with Site(answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        capture = fetcher.fetch(PageRequest(site.url("/a/"))).capture
    assert (capture.outcome, capture.final_url) == (None, site.url("/a/zwgk/index.html"))
    assert [hop.status for hop in capture.redirects] == [200]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(REPORT)),
        ("x-gzip", gzip.compress(REPORT)),
        ("deflate", zlib.compress(REPORT)),
        ("deflate", zlib.compress(REPORT)[2:-4]),
        ("gzip", gzip.compress(REPORT[:500]) + gzip.compress(REPORT[500:])),
        ("gzip", gzip.compress(REPORT) + bytes(16)),
        ("GZIP, identity", gzip.compress(REPORT)),
        ("deflate, gzip", gzip.compress(zlib.compress(REPORT))),
    ],
)
def test_content_encoding_is_removed(coding: str, body: bytes) -> None:
    with Site(says(reply(body, f"Content-Encoding: {coding}"))) as site, Fetcher(policy(site.netloc)) as fetcher:
        fetched = fetcher.fetch(PageRequest(site.url()))
    assert fetched.payload == REPORT
    assert fetched.capture.content_encoding == coding


def test_a_bomb_costs_a_few_megabytes_with_the_real_limits() -> None:
    body = reply(bomb(), "Content-Encoding: gzip")
    with Site(says(body)) as site, Fetcher(policy(site.netloc, limits=Limits())) as fetcher:
        fetcher.fetch(PageRequest(site.url()))
        tracemalloc.start()
        fetched = fetcher.fetch(PageRequest(site.url()))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert fetched.capture.outcome is Outcome.BOMB
    assert len(fetched.payload) == 64 * 1024
    assert peak < 8 * 1024 * 1024


def test_a_document_may_be_larger_than_a_page() -> None:
    document = b"%PDF-1.7\n" + bytes(range(256)) * 6000 + b"\n%%EOF\n"
    page = b"<html>" + b"<p>x</p>" * 180_000 + b"</html>"
    assert min(len(document), len(page)) > 1024 * 1024
    for body, outcome in ((document, None), (page, Outcome.TOO_LARGE)):
        with Site(says(reply(body))) as site, Fetcher(policy(site.netloc)) as fetcher:
            assert fetcher.fetch(PageRequest(site.url())).capture.outcome is outcome


def test_a_bomb_behind_a_redirect_does_no_harm() -> None:
    """Where it points is known from its head; what follows is bounded like any body, and dropped."""

    huge = reply(bomb(), "Content-Encoding: gzip", "Location: /there", status="302 Found")

    def answer(seen: Seen, wire: Wire) -> None:
        wire.send(reply(REPORT) if seen.path == "/there" else huge)

    with Site(answer) as site, Fetcher(policy(site.netloc)) as fetcher:
        assert fetcher.fetch(PageRequest(site.url())).payload == REPORT


def test_listing_pages_are_read_as_text_or_stopped() -> None:
    gbk = REPORT.decode().encode("gb18030")
    with Site(says(reply(gbk))) as site, Fetcher(policy(site.netloc)) as fetcher:
        assert page_of(fetcher.fetch(PageRequest(site.url()))).text == REPORT.decode()
    with Site(says(reply(b"%PDF-1.4 x"))) as site, Fetcher(policy(site.netloc)) as fetcher:
        assert page_of(fetcher.fetch(PageRequest(site.url()))).outcome is Outcome.UNSUPPORTED_FORMAT
    with Site(says(reply(bytes(range(128, 256)) * 50))) as site, Fetcher(policy(site.netloc)) as fetcher:
        assert page_of(fetcher.fetch(PageRequest(site.url()))).outcome is Outcome.MOJIBAKE
    with Site(moved(b"http://elsewhere.cn/")) as site, Fetcher(policy(site.netloc)) as fetcher:
        page = page_of(fetcher.fetch(PageRequest(site.url())))
    assert (page.text, page.outcome) == ("", Outcome.OFF_SCOPE_REDIRECT)
    assert "elsewhere.cn" in page.reason
