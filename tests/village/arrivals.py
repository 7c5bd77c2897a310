"""When a request came: by the kernel's stamp, for a busy machine may let us look much later."""

import io
import socket
import ssl
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from tests.village.model import Logged

CLOCKS = 0.005
"""Seconds by which a stamp of the kernel's may differ from the clock of who asked."""

SO_TIMESTAMPNS = 35
"""Linux's number for it (asm-generic/socket.h), also of the message that brings the stamp; Python has no name."""


def stamp(listener: socket.socket) -> None:
    """Have what comes to a listener's connections stamped, where the system can; before the first one comes."""
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)


def receive(connection: socket.socket, buffer: memoryview) -> tuple[int, float]:
    """Read what has come; return how many bytes, and when they came in seconds of the monotonic clock."""
    if isinstance(connection, ssl.SSLSocket):
        return connection.recv_into(buffer), time.monotonic()
    size, told, _, _ = connection.recvmsg_into([buffer], socket.CMSG_SPACE(16))
    at, wall = both_clocks()
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("@ll", data)
            at -= max(wall - seconds - nanoseconds / 1e9, 0.0)
    return size, at


def both_clocks() -> tuple[float, float]:
    """Return one instant by the monotonic clock and by the wall's, which the kernel stamps with.

    Whoever is interrupted between the two would date a request too early by as much, so they are read until nobody is.
    """
    while True:
        before, wall, after = time.monotonic(), time.time(), time.monotonic()
        if after - before < CLOCKS / 5:
            return after, wall


class Arrivals(io.RawIOBase):
    """What a connection brings, and when it came."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.at = time.monotonic()

    def readable(self) -> bool:
        """Return that it may be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come."""
        size, self.at = receive(self._connection, buffer)
        return size


def shortest_gaps(requests: Iterable[Logged]) -> dict[str, float]:
    """Return the shortest time between two requests to a host, by host; whoever asked."""
    times = defaultdict(list)
    for request in requests:
        times[request.host].append(request.time)
    return {
        host: min(later - earlier for earlier, later in pairwise(sorted(asked)))
        for host, asked in times.items()
        if len(asked) > 1
    }
