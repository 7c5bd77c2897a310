"""The watch over one request's sockets: how long they may take, how much they may receive, whom they reach.

A `Guard` is shared by a fetcher and its connections; every blocking read asks it for the time left and
reports what came. Because each read is bounded by the one deadline, a site that drips headers, body or TLS
records byte by byte gains nothing, and no thread or timer is needed.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from scrapers.fetch.addresses import Answer, Lookup, Network, resolve
from scrapers.fetch.failures import Refused
from scrapers.fetch.policy import Limits
from scrapers.model import Outcome

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# What a buffered reader may take from the socket beyond the bytes asked for.
READ_AHEAD = 64 * 1024


class Guard:
    """Deadline, byte allowance and address of the request in hand. One request at a time."""

    def __init__(
        self,
        limits: Limits,
        private: Sequence[Network],
        *,
        lookup: Lookup | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._private = tuple(private)
        self._lookup = lookup or cast(Lookup, socket.getaddrinfo)
        self._clock = clock
        self._deadline = 0.0
        self._allowance = 0
        self.received = 0
        """Bytes received for the request in hand, head included."""
        self.head = 0
        """Bytes of that which were status line and headers."""
        self.address = ""
        self.fresh = True
        """Whether the request in hand opened its own connection."""
        self.sent = 0.0
        """When the request in hand had left, by the clock; 0 before that."""

    def begin(self) -> None:
        """Start the clock and the count for one request."""
        self._deadline = self._clock() + self._limits.wall
        self._allowance = self._limits.document_bytes + self._limits.head_bytes + READ_AHEAD
        self.received = self.head = 0
        self.address, self.fresh, self.sent = "", False, 0.0

    def remaining(self) -> float:
        """Return the seconds left; raise TimeoutError when there are none."""
        left = self._deadline - self._clock()
        if left <= 0:
            raise TimeoutError(f"{self._limits.wall:g} s are over")
        return left

    def left(self) -> None:
        """Note that the whole request has been given to the network."""
        self.sent = self._clock()

    def count(self, size: int) -> None:
        """Add received bytes; raise Refused when the request has had more than any body may have."""
        self.received += size
        if self.received > self._allowance:
            raise Refused(Outcome.TOO_LARGE, f"more than {self._allowance} bytes were sent")

    def count_head(self, size: int) -> None:
        """Add bytes of the head; raise Refused beyond the head's bound, interim responses included."""
        self.head += size
        if self.head > self._limits.head_bytes:
            raise Refused(Outcome.MALFORMED_RESPONSE, f"headers exceed {self._limits.head_bytes} bytes")

    def connect(self, host: str, port: int) -> "GuardedSocket":
        """Look the host up once, vet every address, and return a socket connected to a vetted one."""
        answers = resolve(host, port, self._private, self._lookup, min(self._limits.connect, self.remaining()))
        failure: OSError | None = None
        for answer in answers:
            try:
                return self._opened(answer)
            except OSError as error:
                failure = error
        raise failure or OSError(f"{host} has no address")

    def _opened(self, answer: Answer) -> "GuardedSocket":
        family, kind, protocol, _, address = answer
        opened = GuardedSocket(family, kind, protocol)
        opened.guard = self
        try:
            opened.settimeout(min(self._limits.connect, self.remaining()))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.connect(address)
            # The TLS handshake reads below Python; it is bounded by this timeout as a whole.
            opened.settimeout(self.remaining())
        except BaseException:
            opened.close()
            raise
        self.fresh = True
        return opened


class _Watched(socket.socket):
    """A socket that never waits beyond its guard's deadline nor takes more than its allowance."""

    guard: Guard

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0) -> int:
        guard = self.guard
        self.settimeout(guard.remaining())
        size = super().recv_into(buffer, nbytes or 0, flags)
        guard.count(size)
        return size


class GuardedSocket(_Watched):
    """The plain kind."""


class GuardedTLS(_Watched, ssl.SSLSocket):
    """The encrypted kind; made by an SSLContext whose `sslsocket_class` is this."""


class StrictResponse(http.client.HTTPResponse):
    """A response whose head is known to be whole and small.

    http.client takes a connection cut inside the headers for the end of the headers, and reads interim
    responses without end.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._guard: Guard = cast(_Watched, sock).guard

    def begin(self) -> None:
        """Read status line and headers; raise Refused when they are cut or too long."""
        stream = self.fp
        head = _Head(stream, self._guard)
        self.fp = cast(Any, head)
        try:
            super().begin()
        finally:
            self.fp = stream
        if head.last not in (b"\r\n", b"\n"):
            raise Refused(Outcome.TRUNCATED, "the connection was cut inside the headers")


class _Head:
    """The lines of a head, counted as they are read."""

    def __init__(self, stream: Any, guard: Guard) -> None:
        self._stream = stream
        self._guard = guard
        self.last = b""
        self.close = stream.close

    def readline(self, limit: int) -> bytes:
        """Return the next line, at most `limit` bytes, and add it to the guard's count."""
        self.last = cast(bytes, self._stream.readline(limit))
        self._guard.count_head(len(self.last))
        return self.last
