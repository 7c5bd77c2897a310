"""What a site may do wrong on the wire, and the one outcome each must come to.

Numbers are those of the fault model. A cell is a response, its outcome, and how much it may cost us: requests
for the page (robots apart) and seconds. `Cell.answer` None means nobody listens.
"""

import gzip
import zlib
from dataclasses import dataclass

from scrapers.model import Outcome
from tests.faults.clients import QUICK
from tests.faults.site import Answer, Seen, Wire, reply, says

REPORT = (
    "<!DOCTYPE html><html><head><title>某县司法局2024年法治政府建设年度报告</title></head><body><p>"
    + "依法行政，建设法治政府，严格规范公正文明执法。" * 60
    + "</p></body></html>"
).encode()
GZIPPED = gzip.compress(REPORT)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CLOSE = b"Connection: close\r\n\r\n"
TRIES = QUICK.attempts
"""Attempts the matrix's limits allow; outcomes that may heal use them all."""


@dataclass(frozen=True)
class Cell:
    name: str
    answer: Answer | None
    outcome: Outcome | None
    requests: int = 1
    seconds: float = 1.0


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n" % size


def page(text: str, *headers: str, status: str = "200 OK") -> Answer:
    return says(reply(text.encode(), *headers, status=status))


def forever(part: bytes, every: float, before: bytes = b"") -> Answer:
    def answer(_: Seen, wire: Wire) -> None:
        wire.send(before)
        while True:
            wire.send(part)
            if every:
                wire.pause(every)

    return answer


def stall(before: bytes) -> Answer:
    def answer(_: Seen, wire: Wire) -> None:
        wire.send(before)
        wire.pause(20)

    return answer


def reset(before: bytes = b"") -> Answer:
    def answer(_: Seen, wire: Wire) -> None:
        wire.send(before)
        wire.reset()

    return answer


def chain(seen: Seen, wire: Wire) -> None:
    step = int(seen.path.strip("/") or 0) if seen.path.strip("/").isdigit() else 0
    wire.send(reply(b"", f"Location: /{step + 1}", status="302 Found"))


def moved(location: bytes, status: bytes = b"302 Found") -> Answer:
    return says(b"HTTP/1.1 " + status + b"\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n" + CLOSE)


def home(seen: Seen, wire: Wire) -> None:
    wire.send(reply(REPORT) if seen.path == "/" else reply(b"", "Location: /", status="302 Found"))


def bomb() -> bytes:
    return gzip.compress(b"\0" * 64 * 1024 * 1024)


HALF = len(REPORT) // 2
CELLS = (
    Cell("1 connection refused", None, Outcome.CONN_REFUSED, 0),
    Cell("2 silence", stall(b""), Outcome.TIMEOUT, TRIES, 3.0),
    Cell("3 reset", reset(), Outcome.CONN_RESET, TRIES),
    Cell("4 empty reply", says(b""), Outcome.CONN_RESET, TRIES),
    Cell("5 cut after the status line", says(b"HTTP/1.1 200 OK\r\n"), Outcome.TRUNCATED, TRIES),
    Cell("6 cut inside a header", says(OK, b"Content-Le"), Outcome.TRUNCATED, TRIES),
    Cell("7 dripped headers", forever(b"X-A: b\r\n", 0.1, OK), Outcome.TIMEOUT, TRIES, 3.0),
    Cell("8 dripped body", forever(b"x", 0.1, OK + length(99999) + b"\r\n"), Outcome.TIMEOUT, TRIES, 3.0),
    Cell(
        "8b dripped chunks",
        forever(b"1\r\nx\r\n", 0.1, OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        Outcome.TIMEOUT,
        TRIES,
        3.0,
    ),
    Cell("9 stalled half way", stall(OK + length(len(REPORT)) + b"\r\n" + REPORT[:HALF]), Outcome.TIMEOUT, TRIES, 3.0),
    Cell("9b reset half way", reset(OK + length(len(REPORT)) + b"\r\n" + REPORT[:HALF]), Outcome.CONN_RESET, TRIES),
    Cell("10 short body", says(OK, length(len(REPORT)), CLOSE, REPORT[:HALF]), Outcome.TRUNCATED, TRIES),
    Cell("11 body longer than announced", says(OK, length(HALF), CLOSE, REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("11b stray line break after the body", says(OK, length(len(REPORT)), CLOSE, REPORT, b"\r\n"), None),
    Cell("12 negative length", says(OK, b"Content-Length: -5\r\n", CLOSE, REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("12b length in words", says(OK, b"Content-Length: many\r\n", CLOSE, REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("13 two lengths", says(OK, length(5), length(2), CLOSE, b"hello"), Outcome.MALFORMED_RESPONSE),
    Cell("13b the same length twice", says(OK, length(len(REPORT)) * 2, CLOSE, REPORT), None),
    Cell(
        "14 length and chunked",
        says(
            OK, length(3), b"Transfer-Encoding: chunked\r\n", CLOSE, b"%x\r\n" % len(REPORT), REPORT, b"\r\n0\r\n\r\n"
        ),
        None,
    ),
    Cell(
        "15 chunked without an end",
        says(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b"5\r\n<html\r\n"),
        Outcome.TRUNCATED,
        TRIES,
    ),
    Cell(
        "15b cut inside a chunk",
        says(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b"ff\r\n<html"),
        Outcome.TRUNCATED,
        TRIES,
    ),
    Cell(
        "15c nonsense chunk size",
        says(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b"zz\r\n"),
        Outcome.MALFORMED_RESPONSE,
    ),
    Cell(
        "15d negative chunk size",
        forever(b"x" * 65536, 0, OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
        Outcome.TOO_LARGE,
    ),
    Cell(
        "16 huge chunk extension",
        says(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b"5;", b"x" * 100_000, b"\r\nhello\r\n0\r\n\r\n"),
        Outcome.MALFORMED_RESPONSE,
    ),
    Cell(
        "17 flood of interim responses", forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 64, 0), Outcome.MALFORMED_RESPONSE
    ),
    Cell("18 a hundred and one headers", says(OK, b"X-A: b\r\n" * 101, CLOSE, REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("19 header of 100 kB", says(OK, b"X-A: ", b"y" * 100_000, b"\r\n", CLOSE, REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("20 no headers at all", says(REPORT), Outcome.MALFORMED_RESPONSE),
    Cell("20b binary noise", says(bytes(range(256)) * 4), Outcome.MALFORMED_RESPONSE),
    Cell("21 status 999", says(b"HTTP/1.1 999 No\r\n", length(0), CLOSE), Outcome.MALFORMED_RESPONSE),
    Cell(
        "22 204 with a body",
        says(b"HTTP/1.1 204 No Content\r\n", length(5), CLOSE, b"hello"),
        Outcome.MALFORMED_RESPONSE,
    ),
    Cell("22b 206 nobody asked for", says(reply(REPORT, status="206 Partial")), Outcome.MALFORMED_RESPONSE),
    Cell("22c 304 nobody asked for", says(b"HTTP/1.1 304 Not Modified\r\n", CLOSE), Outcome.MALFORMED_RESPONSE),
    Cell("22d empty 200", says(reply(b"")), Outcome.TRUNCATED, TRIES),
    Cell("23 page cut by the connection's end", says(OK, CLOSE, REPORT[:HALF]), Outcome.TRUNCATED, TRIES),
    Cell("23b whole page without a length", says(OK, CLOSE, REPORT), None),
    Cell("24 plain body labelled gzip", says(reply(REPORT, "Content-Encoding: gzip")), Outcome.MALFORMED_RESPONSE),
    Cell("25 gzip body without label", says(reply(GZIPPED)), None),
    Cell(
        "26 gzip cut, no length",
        says(OK, b"Content-Encoding: gzip\r\n", CLOSE, GZIPPED[:-20]),
        Outcome.TRUNCATED,
        TRIES,
    ),
    Cell(
        "26b deflate cut",
        says(reply(zlib.compress(REPORT)[:-9], "Content-Encoding: deflate")),
        Outcome.TRUNCATED,
        TRIES,
    ),
    Cell(
        "26c gzip with a wrong checksum",
        says(reply(GZIPPED[:-8] + bytes(8), "Content-Encoding: gzip")),
        Outcome.MALFORMED_RESPONSE,
    ),
    Cell("27 unknown encoding", says(reply(REPORT, "Content-Encoding: foo")), Outcome.MALFORMED_RESPONSE),
    Cell(
        "27b brotli nobody asked for",
        says(reply(b"\x0b\x02\x80hello\x03", "Content-Encoding: br")),
        Outcome.MALFORMED_RESPONSE,
    ),
    Cell("28 gzip twice, said so", says(reply(gzip.compress(GZIPPED), "Content-Encoding: gzip, gzip")), None),
    Cell("29 gzip bomb", says(reply(bomb(), "Content-Encoding: gzip")), Outcome.BOMB),
    Cell("29b gzip bomb in gzip", says(reply(gzip.compress(bomb()), "Content-Encoding: gzip, gzip")), Outcome.BOMB),
    Cell("30 endless page", forever(b"<p>" * 20000, 0, OK + CLOSE), Outcome.TOO_LARGE),
    Cell("31 redirect to itself", moved(b"/art/1.html"), Outcome.MALFORMED_RESPONSE),
    Cell("31b to itself with a cookie", moved(b"/art/1.html\r\nSet-Cookie: a=b"), Outcome.BLOCKED_CHALLENGE),
    Cell("33 chain of redirects", chain, Outcome.MALFORMED_RESPONSE, 6),
    Cell("34 redirect inside the network", moved(b"http://127.0.0.1:1/"), Outcome.SSRF_BLOCKED),
    Cell("35 redirect to a metadata service", moved(b"http://169.254.169.254/latest/"), Outcome.SSRF_BLOCKED),
    Cell("35b another cloud's", moved(b"http://100.100.100.200/"), Outcome.SSRF_BLOCKED),
    Cell("38 redirect to another city", moved(b"http://www.elsewhere.gov.cn/"), Outcome.OFF_SCOPE_REDIRECT),
    Cell("38b redirect out of HTTP", moved(b"file:///etc/passwd"), Outcome.OFF_SCOPE_REDIRECT),
    Cell("40 GBK bytes in Location", moved("/法治/1.html".encode("gbk")), Outcome.MALFORMED_RESPONSE, 2),
    Cell("41 tab in Location", moved(b"/a\tb"), Outcome.OFF_SCOPE_REDIRECT),
    Cell("41b folded Location", moved(b"/a\r\n /b"), Outcome.MALFORMED_RESPONSE, 2),
    Cell("41d Location that cannot be read", moved(b"http://[::1"), Outcome.OFF_SCOPE_REDIRECT),
    Cell(
        "42b meta refresh that cannot be read",
        page("<meta http-equiv=refresh content='0;url=http://[x'>"),
        Outcome.OFF_SCOPE_REDIRECT,
    ),
    Cell("41c redirect without Location", says(reply(b"", status="302 Found")), Outcome.MALFORMED_RESPONSE),
    Cell("42 script location", page("<html><script>window.location.href='/x.html'</script></html>"), Outcome.SOFT_404),
    Cell("43 every missing page redirects home", home, Outcome.SOFT_404, 2),
    Cell(
        "44 412 challenge",
        page("<html><script>$_ts={}</script></html>", "Set-Cookie: a=b", status="412 Precondition Failed"),
        Outcome.BLOCKED_CHALLENGE,
    ),
    Cell(
        "45 521 challenge",
        page("<script>document.cookie='__jsl_clearance_s=1'</script>", status="521 "),
        Outcome.BLOCKED_CHALLENGE,
    ),
    Cell("46 403 firewall page", page("<html>您的访问被拒绝 WAF</html>", status="403 Forbidden"), Outcome.BLOCKED_WAF),
    Cell("46b firewall page at 405", page("<html>您的请求已被阻断</html>", status="405 No"), Outcome.BLOCKED_WAF),
    Cell(
        "47 firewall page at 200", page("<html><body>您的请求可能存在威胁，已被拦截</body></html>"), Outcome.BLOCKED_WAF
    ),
    Cell(
        "48 captcha at 200",
        page("<html><title>安全验证</title><body>请完成验证</body></html>"),
        Outcome.BLOCKED_CHALLENGE,
    ),
    Cell("49 429", page("slow down", status="429 Too Many"), Outcome.RATE_LIMITED, TRIES),
    Cell("49b 429, Retry-After: 0", page("", "Retry-After: 0", status="429 Too Many"), Outcome.RATE_LIMITED, TRIES),
    Cell("49c 429, a day", page("", "Retry-After: 86400", status="429 Too Many"), Outcome.RATE_LIMITED),
    Cell("49d 429, nonsense", page("", "Retry-After: soon", status="429 Too Many"), Outcome.RATE_LIMITED, TRIES),
    Cell("49e 429, negative", page("", "Retry-After: -1", status="429 Too Many"), Outcome.RATE_LIMITED, TRIES),
    Cell(
        "49f 503, a date far away",
        page("", "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT", status="503 Busy"),
        Outcome.RATE_LIMITED,
    ),
    Cell("50 503", page("busy", status="503 Service Unavailable"), Outcome.HTTP_5XX, TRIES),
    Cell("50b 500 page of a server", page("<h1>Internal Server Error</h1>", status="500 No"), Outcome.HTTP_5XX, TRIES),
    Cell("51 bare 403", page("", status="403 Forbidden"), Outcome.BLOCKED_WAF),
    Cell("52 login page", page("<html><title>用户登录</title><input type=password></html>"), Outcome.SOFT_404),
    Cell("63 soft 404", page("<html><body><p>抱歉，您访问的页面不存在</p></body></html>"), Outcome.SOFT_404),
    Cell("63b 404", page("<html>no</html>", status="404 Not Found"), Outcome.NOT_FOUND),
    Cell("63c 404 with a broken body", says(b"HTTP/1.1 404 No\r\n", length(99), CLOSE, b"x"), Outcome.NOT_FOUND),
    Cell("63d 410", page("", status="410 Gone"), Outcome.GONE_410),
    Cell("63e 400", page("", status="400 Bad Request"), Outcome.HTTP_4XX),
    Cell("64 a report", says(reply(REPORT)), None),
)
