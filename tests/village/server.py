"""The listeners: one loopback address a site, all on one port, HTTP/1.1 with keep-alive.

Sites in, bytes out, each answer in the village's log. It knows headers, validators, the clock and the counter; what
a page says is `streets`' business, what a trap does `traps`'.
"""

import gzip
import io
import json
import socket
import threading
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.village import documents, furniture, traps
from tests.village.arrivals import Arrivals, stamp
from tests.village.model import Document, Logged, Site
from tests.village.streets import Place, Streets, attachment_path
from tests.village.systems.base import Asked

BEIJING = timezone(timedelta(hours=8))
FROZEN = datetime(2025, 8, 28, 9, 12, 45, tzinfo=BEIJING)
IDLE_SECONDS = 30


class Pulse:
    """The village's clock and click counter: frozen, or never the same twice."""

    def __init__(self, running: bool) -> None:
        self._running = running
        self._beats = 0
        self._lock = threading.Lock()

    def fill(self, text: str) -> str:
        """Put the time of day and the number of clicks where the page has marks for them."""
        if furniture.CLOCK not in text and furniture.COUNT not in text:
            return text
        moment, clicks = FROZEN, 354
        if self._running:
            with self._lock:
                self._beats += 1
                moment, clicks = datetime.now(BEIJING) + timedelta(seconds=self._beats), 354 + self._beats
        day = (
            f"{moment.year}年{moment.month}月{moment.day}日 星期{'一二三四五六日'[moment.weekday()]} {moment:%H:%M:%S}"
        )
        return text.replace(furniture.CLOCK, day).replace(furniture.COUNT, str(clicks))


class Listener(ThreadingHTTPServer):
    """One site's listener. Threads end with their connection; stopping shuts the connections first."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, site: Site, port: int, pulse: Pulse, log: Any, *, address: str = "", behind_door: bool = False
    ) -> None:
        self.site, self.pulse, self.log = site, pulse, log
        self.streets = Streets(site)
        self.lodgers: list[Streets] = []
        """Streets of sites whose attachments this one serves."""
        self._live: dict[threading.Thread, socket.socket] = {}
        self._guard = threading.Lock()
        super().__init__((address or site.host, port), self._handler(), bind_and_activate=not behind_door)
        if behind_door:
            self.socket.close()
        else:
            stamp(self.socket)
        self._main = threading.Thread(target=self.serve_forever, args=(0.1,), name=f"village-{site.name}", daemon=True)

    def _handler(self) -> type["Handler"]:
        return Handler

    def lodger(self, target: str) -> Place | None:
        """Return the attachment of another site that stands at a path of this one's."""
        return next((one for kept in self.lodgers if (one := kept.find(target)) and one.kind == "file"), None)

    def start(self) -> None:
        """Begin to answer, in a thread."""
        self._main.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in its own thread, remembered until it ends."""
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        with self._guard:
            self._live[thread] = request
        thread.start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._live.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours."""

    def stop(self) -> None:
        """Close the port and every connection; return when all threads have ended."""
        if self._main.is_alive():
            self.shutdown()
            self._main.join()
        self.server_close()
        self.site.let_go()
        with self._guard:
            live = dict(self._live)
        for connection in live.values():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in live:
            thread.join(5)


class Door(Listener):
    """Every site behind one address, told apart by the host name that was asked for."""

    def __init__(self, sites: tuple[Site, ...], port: int, pulse: Pulse, log: Any) -> None:
        self.behind = {site.host: Listener(site, port, pulse, log, behind_door=True) for site in sites}
        super().__init__(sites[0], port, pulse, log, address="0.0.0.0")

    def _handler(self) -> type["Handler"]:
        return DoorHandler


class Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Listener

    def setup(self) -> None:
        """Read through what notes the moment a request came."""
        super().setup()
        self.rfile.close()
        self._arrivals = Arrivals(self.connection)
        self.rfile = io.BufferedReader(self._arrivals)

    def parse_request(self) -> bool:
        """Note when the request came, and read its head."""
        self._came = self._arrivals.at
        return super().parse_request()

    def do_GET(self) -> None:
        """Serve a page, a document, robots.txt or a script's data."""
        self._answer({})

    def do_HEAD(self) -> None:
        """Serve the same headers without the bytes."""
        self._answer({})

    def do_POST(self) -> None:
        """Serve a script's data."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(length), 1 << 16) if length.isdigit() else 0)
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return self._answer({str(name): str(value) for name, value in json.loads(body or b"{}").items()})
        return self._answer(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))

    def _answer(self, form: dict[str, str]) -> None:
        server, site = self.server, self.server.site
        site.wait()
        if site.down:
            self.close_connection = True
            return None
        if self.path == "/robots.txt":
            return self._robots()
        place = server.streets.find(self.path) or server.lodger(self.path)
        if place is None or self.command == "POST":
            return self._data(form)
        if place.kind == "file" and place.document:
            return self._file(place.document)
        page = server.streets.render(self.path, place)
        if place.document and (reply := traps.spring(site, place.document, page)):
            return self._trap(reply)
        self._page(page, place)
        if place.kind == "listing":
            site.move()
        return None

    def _robots(self) -> None:
        site = self.server.site
        if site.robots_status != 200:
            return self._send(site.robots_status, b"", "text/plain")
        if site.robots is None:
            return self._send(404, traps.NOT_FOUND.encode(), "text/html")
        return self._send(200, site.robots.encode(), "text/plain")

    def _data(self, form: dict[str, str]) -> None:
        path, _, query = self.path.partition("?")
        origin = f"http://{self.headers.get('Host', self.server.site.host)}"
        asked = Asked(self.command, path, dict(parse_qsl(query, keep_blank_values=True)) | form, origin)
        answer = self.server.streets.system.endpoint(self.server.site, asked)
        if answer is None:
            return self._send(404, traps.NOT_FOUND.encode(), "text/html")
        payload, site = answer.payload or answer.text.encode(), self.server.site
        validators = () if site.clocked or self.command == "POST" else _tag(payload)
        self._send(200, payload, answer.content_type, validators)
        return site.move()

    def _file(self, document: Document) -> None:
        self._send(200, documents.write(document), documents.MEDIA[document.feature], _validators(document, b"file"))

    def _page(self, page: str, place: Place) -> None:
        system, site = self.server.streets.system, self.server.site
        if site.files and place.column and place.document:
            path = attachment_path(system, place.column, place.document)
            for spelt in {path, escape(path)} - {""}:
                page = page.replace(f'"{spelt}"', f'"http://{site.files}:{self.server.server_port}{spelt}"')
        payload = self.server.pulse.fill(page).encode(system.ENCODING)
        own = _validators(place.document, payload) if place.document else _tag(payload)
        validators = () if site.clocked else own
        self._send(200, payload, system.CONTENT_TYPE, validators)

    def _trap(self, reply: traps.Reply) -> None:
        payload = self.server.pulse.fill(reply.text).encode()
        if not reply.cut or self.command == "HEAD":
            return self._send(reply.status, payload, "text/html; charset=utf-8", reply.headers)
        self._head(200, len(payload), "text/html; charset=utf-8", ())
        self.wfile.write(payload[: len(payload) // 2])
        self.close_connection = True
        return None

    def _send(self, status: int, payload: bytes, kind: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        if _unchanged(self.headers, dict(headers)):
            return self._head(304, None, kind, headers)
        if self.server.site.system == "generic" and "gzip" in self.headers.get("Accept-Encoding", "") and payload:
            payload = gzip.compress(payload, 6, mtime=0)
            headers = (*headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
        self._head(status, len(payload), kind, headers)
        if self.command != "HEAD":
            self.wfile.write(payload)
        return None

    def _head(self, status: int, length: int | None, kind: str, headers: tuple[tuple[str, str], ...]) -> None:
        asked = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        self.server.log(Logged(self._came, self.server.site.host, self.command, self.path, status, asked))
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class names it)
        """Say nothing; the village keeps its own log."""


class DoorHandler(Handler):
    """Answers a request as the site whose name it carries; a name nobody has here is misdirected (421)."""

    def setup(self) -> None:
        """Remember the door before its first visitor is led in."""
        super().setup()
        self.door = self.server

    def parse_request(self) -> bool:
        """Read the request's head and stand in for the site it asks."""
        if not super().parse_request():
            return False
        assert isinstance(self.door, Door)
        asked = self.door.behind.get(self.headers.get("Host", "").partition(":")[0])
        if asked is None:
            self.send_error(421)
            return False
        self.server = asked
        return True


def _validators(document: Document, payload: bytes) -> tuple[tuple[str, str], ...]:
    day = document.published
    changed = format_datetime(datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC), usegmt=True)
    tag = sha256(payload + document.title.encode()).hexdigest()[:16]
    return (("ETag", f'"{tag}"'), ("Last-Modified", changed))


def _tag(payload: bytes) -> tuple[tuple[str, str], ...]:
    return (("ETag", f'W/"{sha256(payload).hexdigest()[:16]}"'),)


def _unchanged(asked: Any, own: dict[str, str]) -> bool:
    if "ETag" not in own:
        return False
    if "If-None-Match" in asked:
        return own["ETag"] in asked["If-None-Match"]
    return bool(asked.get("If-Modified-Since") == own.get("Last-Modified", ""))
