"""Robots files are read by RFC 9309, and a host that cannot show one is left alone."""

import pytest

from scrapers.fetch import Fetcher
from scrapers.model import Outcome, PageRequest
from tests.faults.clients import QUICK, Clock, policy
from tests.faults.site import Answer, Seen, Site, Wire, reply, says
from tests.faults.site_matrix import REPORT, moved, reset, stall

PAGE = says(reply(REPORT), keep=True)
DENY = b"User-agent: *\nDisallow: /art/\n"


def text(body: bytes, status: str = "200 OK", kind: str = "text/plain") -> Answer:
    return says(reply(body, status=status, kind=kind), keep=True)


def outcome_of(robots: Answer, path: str = "/art/1.html") -> tuple[Outcome | None, int, int]:
    """Return the page's outcome, and how often robots file and page were asked for."""
    with Site(PAGE, robots=robots) as site, Fetcher(policy(site.netloc)) as fetcher:
        capture = fetcher.fetch(PageRequest(site.url(path))).capture
        pages = len(site.pages())
        return capture.outcome, len(site.requests) - pages, pages


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (text(DENY), Outcome.ROBOTS_DISALLOWED),
        (text(b"User-agent: ReportArchive\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), Outcome.ROBOTS_DISALLOWED),
        (text(b"User-agent: ReportArchive\nAllow: /\n\nUser-agent: *\nDisallow: /\n"), None),
        (text(b"User-agent: *\nDisallow: /other/\n"), None),
        (text(b"User-agent: *\nDisallow: /art/\nAllow: /art/1\n"), None),
        (text(b"User-agent: *\nDisallow: /*a*a*a*a*a*a*a*a*a*a*z\n"), None),
        (text(b"\xef\xbb\xbf" + DENY), Outcome.ROBOTS_DISALLOWED),
        (text("# 见 <a href='/help.html'>说明</a>\n".encode() + DENY), Outcome.ROBOTS_DISALLOWED),
        (text("# 法治\n".encode("gbk") + DENY), Outcome.ROBOTS_DISALLOWED),
        (text(b"\xff\xfe" + DENY.decode().encode("utf-16-le")), Outcome.ROBOTS_DISALLOWED),
        (text(DENY.replace(b"\n", b"\r")), Outcome.ROBOTS_DISALLOWED),
        (text(b"<html><title>404</title>no</html>", kind="text/html"), None),
        (text(b"<html>" + DENY + b"</html>", kind="text/html"), None),
        (text(b"", status="404 Not Found"), None),
        (text(b"", status="401 Unauthorized"), None),
        (text(b"", status="403 Forbidden"), Outcome.BLOCKED_WAF),
        (text(b"", status="412 No"), Outcome.BLOCKED_CHALLENGE),
        (text(b"<script>__jsl_clearance_s</script>", status="521 ", kind="text/html"), Outcome.BLOCKED_CHALLENGE),
        (text("<html>您的请求可能存在威胁</html>".encode(), kind="text/html"), Outcome.BLOCKED_WAF),
    ],
)
def test_one_look_decides(robots: Answer, expected: Outcome | None) -> None:
    assert outcome_of(robots) == (expected, 1, 0 if expected else 1)


@pytest.mark.parametrize(
    ("robots", "expected", "asked"),
    [
        (text(b"", status="500 No"), Outcome.ROBOTS_UNREACHABLE, 2),
        (text(b"", status="503 No"), Outcome.ROBOTS_UNREACHABLE, 2),
        (text(b"", status="429 No"), Outcome.RATE_LIMITED, 2),
        (stall(b""), Outcome.ROBOTS_UNREACHABLE, 2),
        (reset(), Outcome.ROBOTS_UNREACHABLE, 2),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent"), Outcome.ROBOTS_UNREACHABLE, 2),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Encoding: foo\r\nContent-Length: 1\r\n\r\nU"),
            Outcome.ROBOTS_UNREACHABLE,
            1,
        ),
        (moved(b"http://elsewhere.gov.cn/robots.txt"), Outcome.ROBOTS_UNREACHABLE, 1),
        (moved(b"/robots.txt"), Outcome.ROBOTS_UNREACHABLE, 1),
    ],
)
def test_a_file_that_cannot_be_had_forbids_everything(robots: Answer, expected: Outcome, asked: int) -> None:
    assert outcome_of(robots) == (expected, asked, 0)


def test_a_short_illness_of_the_file_is_sat_out() -> None:
    def ill_once(seen: Seen, wire: Wire) -> None:
        wire.send(reply(b"", status="503 No") if not ill.pop() else reply(DENY, kind="text/plain"))

    ill = [True, False]
    assert outcome_of(ill_once) == (Outcome.ROBOTS_DISALLOWED, 2, 0)


def test_an_empty_file_has_no_rules_once_it_was_seen_twice() -> None:
    assert outcome_of(text(b"")) == (None, 2, 1)


def test_redirects_are_followed_and_bind_the_first_host() -> None:
    def answer(seen: Seen, wire: Wire) -> None:
        step = int(seen.path[2:]) if seen.path.startswith("/r") and seen.path != "/robots.txt" else 0
        wire.send(
            reply(b"", f"Location: /r{step + 1}", status="301 Moved") if step < 5 else reply(DENY, kind="text/plain")
        )

    with Site(answer, robots=None) as site, Fetcher(policy(site.netloc)) as fetcher:
        capture = fetcher.fetch(PageRequest(site.url())).capture
    assert capture.outcome is Outcome.ROBOTS_DISALLOWED
    assert site.paths() == ["/robots.txt", "/r1", "/r2", "/r3", "/r4", "/r5"]


def test_the_first_500_kib_are_read_and_no_more() -> None:
    filler = b"User-agent: *\n" + b"Disallow: /x\n" * 50_000
    assert len(filler) > 600_000
    assert outcome_of(text(filler + DENY))[0] is None
    assert outcome_of(text(DENY + filler))[0] is Outcome.ROBOTS_DISALLOWED


def test_every_hop_asks_its_own_hosts_rules() -> None:
    with Site(PAGE, robots=text(DENY), host="127.0.0.2") as closed:
        redirect = says(reply(b"", f"Location: {closed.url()}", status="302 Found"), keep=True)
        with Site(redirect) as opened, Fetcher(policy({opened.netloc, closed.netloc})) as fetcher:
            capture = fetcher.fetch(PageRequest(opened.url())).capture
    assert capture.outcome is Outcome.ROBOTS_DISALLOWED
    assert [hop.location for hop in capture.redirects] == [closed.url()]
    assert closed.paths() == ["/robots.txt"]


def test_the_file_is_kept_for_a_day_and_asked_for_again_after_a_failure() -> None:
    clock = Clock()
    with Site(PAGE, robots=text(b"User-agent: *\nDisallow:\n")) as site:
        with Fetcher(policy(site.netloc), clock=clock, sleep=clock.sleep) as fetcher:
            for hours in (0, 23, 2):
                clock.now += hours * 3600
                assert fetcher.fetch(PageRequest(site.url())).capture.outcome is None
        assert site.paths().count("/robots.txt") == 2
    with Site(PAGE, robots=text(b"", status="500 No")) as site:
        with Fetcher(policy(site.netloc), clock=clock, sleep=clock.sleep) as fetcher:
            for minutes in (0, 5, 6):
                clock.now += minutes * 60
                assert fetcher.fetch(PageRequest(site.url())).capture.outcome is Outcome.ROBOTS_UNREACHABLE
        assert site.paths().count("/robots.txt") == 2 * QUICK.attempts


@pytest.mark.parametrize(("asked", "kept"), [(b"7", 7.0), (b"3600", 60.0), (b"0.5", 2.0), (b"nan", 2.0)])
def test_crawl_delay_lengthens_the_pause_within_bounds(asked: bytes, kept: float) -> None:
    clock = Clock()
    with (
        Site(PAGE, robots=text(b"User-agent: *\nCrawl-delay: " + asked + b"\n")) as site,
        Fetcher(policy(site.netloc, delay=2.0), clock=clock, sleep=clock.sleep) as fetcher,
    ):
        for number in range(3):
            fetcher.fetch(PageRequest(site.url(f"/{number}")))
    assert clock.slept == [kept, kept, kept]
