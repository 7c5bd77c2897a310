"""A site that misbehaves on the wire: raw sockets on loopback, one function per response.

`Site` serves what `answer(path, wire)` writes and logs every request with its time. Nothing here speaks
correct HTTP unless told to; that is the point.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.village.arrivals import receive, stamp

ALLOW_ALL = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Seen:
    at: float
    connection: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Wire:
    """One accepted connection, with what an answer needs to misbehave on it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self.socket = connection
        self._closing = closing

    def send(self, *parts: bytes) -> None:
        self.socket.sendall(b"".join(parts))

    def pause(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise ConnectionAbortedError

    def drip(self, data: bytes, every: float) -> None:
        for byte in data:
            self.send(bytes((byte,)))
            self.pause(every)

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()


Answer = Callable[[Seen, Wire], bool | None]
"""Writes a response. Returns True to keep the connection open, anything else closes it."""


class Site:
    """A context manager: `with Site(answer) as site: site.url('/a')`."""

    def __init__(
        self,
        answer: Answer,
        *,
        robots: bytes | Answer | None = ALLOW_ALL,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._answer = answer
        self._tls = tls
        self._robots = robots
        self.requests: list[Seen] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, 0))
        stamp(self._listener)
        self._listener.listen(64)
        self.host, self.port = self._listener.getsockname()
        self._threads: list[threading.Thread] = []
        self._connections = 0

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/art/1.html") -> str:
        return f"{'https' if self._tls else 'http'}://{self.netloc}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.requests]

    def pages(self) -> list[Seen]:
        """Return the requests for anything but the robots file."""
        return [seen for seen in self.requests if seen.path != "/robots.txt"]

    def __enter__(self) -> "Site":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            self._start(self._serve, connection, self._connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        connection.settimeout(10)
        with contextlib.suppress(OSError), connection, self._encrypted(connection) as connection:
            while not self._closing.is_set():
                seen = _read_request(connection, number)
                if seen is None:
                    return
                with self._lock:
                    self.requests.append(seen)
                if not self._respond(seen, Wire(connection, self._closing)):
                    return

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _respond(self, seen: Seen, wire: Wire) -> bool:
        if seen.path == "/robots.txt" and self._robots is not None:
            if callable(self._robots):
                return bool(self._robots(seen, wire))
            wire.send(self._robots)
            return b"Connection: close" not in self._robots
        return bool(self._answer(seen, wire))


def _read_request(connection: socket.socket, number: int) -> Seen | None:
    data, buffer, at = b"", memoryview(bytearray(65536)), 0.0
    while b"\r\n\r\n" not in data:
        size, came = receive(connection, buffer)
        if not size:
            return None
        at = at or came
        data += buffer[:size]
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _ = first.split(" ", 2)
    return Seen(at, number, method, path, headers, body)


def reply(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """Return one correct response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def says(*parts: bytes, keep: bool = False) -> Answer:
    """Return an answer that always sends the same bytes."""

    def answer(_: Seen, wire: Wire) -> bool:
        wire.send(*parts)
        return keep

    return answer
