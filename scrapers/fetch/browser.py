"""A browser, the last resort: for lists that only their own script can draw, and only where the registry asks for one.

A `PageRequest` in, the page as its script drew it out. The browser itself reaches nothing: names resolve to nothing,
its proxy is a closed port, and every request of the page is answered by the one `Fetcher`, under its allow-list, robots
rules, pauses and vetted addresses. Pictures, styles, sockets, workers, downloads and new windows do not exist. It
refuses to know lists. One thread, as its driver has it.
"""

import os
import secrets
import shutil
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from scrapers.errors import SettingsError
from scrapers.fetch import page_of
from scrapers.fetch.policy import Fetched
from scrapers.model import Outcome, Page, PageRequest

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Driven
    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Playwright, Request, Route, WebSocketRoute

SANDBOX = "In a container that takes `make up BROWSER=1`; elsewhere docs/deploy.md says what Chromium's sandbox needs"
INSTALL = "Install it with `pip install -r requirements-browser.txt` and a Chromium with `apt-get install chromium`"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_KINDS = frozenset({"document", "script", "xhr", "fetch"})
_SWITCHES = (
    "--proxy-server=http://127.0.0.1:1",  # nothing listens there
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
)
_WITHOUT_UDP = "for (const n of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete window[n];"
"""No switch keeps every Chromium's peer connections off the network, so pages never see them (measured)."""
_NEXT = r"^[\[<»›>\s]{0,4}(?:下一?页|后一?页|next|[»›>]{1,2}|(?:点击)?(?:加载|显示|查看)更多|load more)[\]»›>\s]{0,4}$"
_CONTROL = """(pattern) => {
  const wanted = new RegExp(pattern, "i");
  const all = document.querySelectorAll("a, button, li, span, div");
  for (const one of all) {
    if (one.childElementCount > 1 || !wanted.test((one.innerText || "").trim())) continue;
    const off = one.closest("[disabled], [aria-disabled=true], .disabled, .is-disabled");
    if (off || one.offsetParent === null) continue;
    one.click();
    return true;
  }
  return false;
}"""


@dataclass(frozen=True, slots=True)
class BrowserLimits:
    """Bounds on the drawing of one page."""

    requests: int = 40
    """Requests the page may make through us; the others get nothing."""
    wall: float = 180.0
    """Seconds after which the browser is ended, whatever its page does; the pauses between requests count."""
    settle: float = 30.0
    """Seconds a page has to come to rest; it is read as it is then."""
    text_bytes: int = 32 * 2**20


class Browser:
    """One browser for one host queue. A context manager; the program starts with the first page and ends with it."""

    def __init__(
        self,
        fetch: Callable[[PageRequest], Fetched],
        *,
        limits: BrowserLimits | None = None,
        executable: str = "",
    ) -> None:
        self._fetch = fetch
        self._limits = limits or BrowserLimits()
        self._executable = executable or next((path for name in _NAMES if (path := shutil.which(name))), "")
        self._token = f"--report-archive={secrets.token_hex(8)}"
        self._playwright: Playwright | None = None
        self._driven: Driven | None = None
        self._tab: Tab | None = None
        self._first: Page | None = None
        self._spent = 0
        self._raised: BaseException | None = None
        """What our own fetching raised, a lost lease or Ctrl-C: the driver must not swallow it."""
        self.refused: list[str] = []
        """Addresses the last page asked for and did not get, with the reason; the first hundred."""

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def page(self, request: PageRequest) -> Page:
        """Return a page as its script draws it, or the outcome that stopped it; `turn` presses its own control.

        Raises SettingsError, with the line that installs it, when there is no browser to drive.
        """
        wrong = _driver_error()
        timer = threading.Timer(self._limits.wall, self._kill)
        timer.start()
        try:
            page = self._turned(request) if request.turn else self._drawn(request)
            if self._raised is not None:
                raise self._raised
            return page
        except wrong as error:
            if self._raised is not None:
                raise self._raised from None
            first = self._main_page()
            if first is not None and first.outcome is not None:
                return first  # the driver only saw that we gave it nothing
            self._end()
            why = str(error).splitlines()[0][:200]
            return Page(request.url, "", Outcome.TIMEOUT, f"the browser could not draw the page: {why}")
        finally:
            timer.cancel()
            self._raised = None

    def _drawn(self, request: PageRequest) -> Page:
        tab = self._opened()
        self._spent, self._first = 0, None
        self.refused.clear()
        tab.goto(request.url.partition("#")[0], wait_until="domcontentloaded", timeout=self._limits.wall * 1000)
        first = self._main_page()
        if first is not None and first.outcome is not None:
            return first
        return self._read(tab, first.url if first is not None else request.url)

    def _main_page(self) -> Page | None:
        return self._first

    def _turned(self, request: PageRequest) -> Page:
        tab = self._tab
        before = "" if tab is None else tab.content()
        if tab is None or not tab.evaluate(_CONTROL, _NEXT):
            return Page(request.url, "", Outcome.NOT_FOUND, "the page shows no control for a further page")
        tab.wait_for_timeout(300)
        page = self._read(tab, request.url)
        if page.text == before:
            return Page(request.url, "", Outcome.NOT_FOUND, "the control for a further page changes nothing")
        return page

    def _read(self, tab: "Tab", url: str) -> Page:
        from playwright.sync_api import TimeoutError as Late

        try:
            tab.wait_for_load_state("networkidle", timeout=self._limits.settle * 1000)
        except Late:
            self._refuse(url, "the page did not come to rest")
        text = tab.content()
        if len(text.encode("utf-8", "replace")) > self._limits.text_bytes:
            return Page(url, "", Outcome.TOO_LARGE, f"the drawn page is larger than {self._limits.text_bytes} bytes")
        return Page(url, text, None, "")

    def _opened(self) -> "Tab":
        """Return a fresh tab of the running browser, started when there is none."""
        if self._tab is not None:
            self._tab.context.close()
        context = self._started().new_context(
            accept_downloads=False, service_workers="block", java_script_enabled=True, locale="zh-CN"
        )
        context.add_init_script(_WITHOUT_UDP)
        context.route("**/*", self._answer)
        context.route_web_socket("**/*", self._no_socket)
        self._tab = context.new_page()
        context.on("page", lambda opened: opened.close())  # no window but the one we opened
        return self._tab

    def _started(self) -> "Driven":
        if self._driven is not None and self._driven.is_connected():
            return self._driven
        from playwright.sync_api import Error, sync_playwright

        if not self._executable:
            raise SettingsError(f"A source asks for a browser and no Chromium is on the PATH. {INSTALL}.")
        self._playwright = self._playwright or sync_playwright().start()
        try:
            self._driven = self._playwright.chromium.launch(
                executable_path=self._executable,
                args=[*_SWITCHES, self._token],
                chromium_sandbox=os.geteuid() != 0,  # Chromium's own sandbox refuses to run as root
                timeout=60_000,
            )
        except Error as error:
            self._end()
            fix = SANDBOX if "sandbox" in str(error).lower() else INSTALL
            raise SettingsError(f"{self._executable} does not start: {_reason(str(error))}. {fix}.") from None
        return self._driven

    def _answer(self, route: "Route") -> None:
        """Answer one request of the page: by the fetcher, or not at all."""
        request = route.request
        reason = self._why_not(request)
        if reason:
            self._refuse(request.url, reason)
            return route.abort("blockedbyclient")
        self._spent += 1
        try:
            fetched = self._fetch(_request(request))
        except BaseException as error:  # noqa: BLE001  it is raised again by `page`, out of the driver's hands
            self._raised = error
            self._kill()
            return None
        if self._first is None and request.resource_type == "document":
            self._first = page_of(fetched)
        outcome = fetched.capture.outcome
        if outcome is not None and not (outcome is Outcome.UNCHANGED and fetched.payload):
            self._refuse(request.url, f"{outcome}: {fetched.capture.reason}")
            return route.abort("failed")
        return route.fulfill(
            status=200, headers={"content-type": fetched.capture.declared_type or "text/html"}, body=fetched.payload
        )

    def _why_not(self, request: "Request") -> str:
        if request.resource_type not in _KINDS:
            return f"a browser of ours draws without {request.resource_type}"
        if not request.url.startswith(("http://", "https://")):
            return "only http and https are fetched"
        if self._spent >= self._limits.requests:
            return f"the cap of {self._limits.requests} requests for one page was reached"
        if request.method not in ("GET", "POST"):
            return f"{request.method} is never sent"
        if request.resource_type == "document" and self._first is not None:
            return "the page may not leave its address, nor frame another"
        return ""

    def _no_socket(self, socket: "WebSocketRoute") -> None:
        self._refuse(socket.url, "a browser of ours opens no socket")
        socket.close()

    def _refuse(self, url: str, reason: str) -> None:
        if len(self.refused) < 100:
            self.refused.append(f"{url[:300]}: {reason}")

    def _kill(self) -> None:
        """End our browser's processes from another thread: a page that never rests would hold the driver for ever."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self._token.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
            except OSError:
                continue  # it has ended already

    def _end(self) -> None:
        driven, playwright = self._driven, self._playwright
        self._driven, self._playwright, self._tab = None, None, None
        if playwright is None:
            return
        try:
            if driven is not None and driven.is_connected():
                driven.close()
        finally:
            self._kill()
            playwright.stop()


def _reason(told: str) -> str:
    """Return the browser's own last complaint out of what the driver tells, which begins with the whole command."""
    fatal = [line for line in told.splitlines() if "FATAL" in line or "ERROR" in line]
    return (fatal[-1] if fatal else told)[:300].strip()


def _driver_error() -> type[Exception]:
    """Return what the driver raises; raise SettingsError when there is no driver."""
    try:
        from playwright.sync_api import Error
    except ImportError:
        raise SettingsError(f"A source asks for a browser and playwright is not installed. {INSTALL}.") from None
    return Error


def _request(request: "Request") -> PageRequest:
    if request.method == "GET":
        return PageRequest(request.url)
    body = request.post_data or ""
    if "json" in (request.headers.get("content-type") or ""):
        return PageRequest(request.url, json=body or "{}")
    return PageRequest(request.url, tuple(parse_qsl(body, keep_blank_values=True)) or (("", ""),))
