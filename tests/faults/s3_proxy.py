"""A proxy between a client and a real S3 server that breaks what it is told to break.

Runs on a loopback port in a thread of its own. Faults are taken from `plan`, one for each request that `hits`
accepts, and when the plan is empty everything passes. Every request is logged with the fault it met, so a test
can prove that the fault fired.
"""

import asyncio
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way to break one request."""

    BUSY = "busy"
    BAD_GATEWAY = "bad gateway, in html"
    CONFLICT = "conflict"
    RESET_BEFORE = "reset before it took effect"
    RESET_AFTER = "reset after it took effect"
    HANG_BEFORE = "no answer, no effect"
    HANG_AFTER = "no answer, but it took effect"
    TRUNCATED = "answer cut short"
    HEADLESS = "answer cut inside its header"
    BARE = "answer cut after its status line"
    FLIPPED = "one bit changed: of a body sent, or else of a body received"
    DRIP = "answer in single bytes"
    FORGED_412 = "says it exists though nothing was asked of the server"
    NOT_IMPLEMENTED = "not implemented"
    FULL = "no room"
    MOVED = "lives elsewhere"
    DENIED = "access denied"


_FORGED = {
    Fault.BUSY: (503, "SlowDown"),
    Fault.CONFLICT: (409, "ConditionalRequestConflict"),
    Fault.FORGED_412: (412, "PreconditionFailed"),
    Fault.NOT_IMPLEMENTED: (501, "NotImplemented"),
    Fault.FULL: (507, "InsufficientStorage"),
    Fault.MOVED: (301, "PermanentRedirect"),
    Fault.DENIED: (403, "AccessDenied"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What came through, and the fault it met, if any."""

    method: str
    path: str
    fault: Fault | None


@dataclass
class S3Proxy:
    """A context manager; `endpoint` is where the client must go."""

    upstream: str
    plan: deque[Fault] = field(default_factory=deque)
    forever: Fault | None = None
    """Met by every request that `hits` accepts once the plan is empty."""
    hits: Callable[[str, str], bool] = lambda method, path: True
    seen: list[Request] = field(default_factory=list)

    def __enter__(self) -> "S3Proxy":
        """Start listening."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, dropping connections that still hang."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def fired(self) -> list[Fault]:
        """The faults that met a request, in order."""
        return [one.fault for one in self.seen if one.fault]

    async def _open(self) -> None:
        self._tasks: set[asyncio.Task] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass one request; return whether the connection lives on."""
        head = await reader.readuntil(b"\r\n\r\n")
        if re.search(rb"(?i)\r\nexpect: *100-continue", head):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(_length(head))
        method, path = head.split()[0].decode(), head.split()[1].decode()
        fault = None
        if self.hits(method, path):
            fault = self.plan.popleft() if self.plan else self.forever
        self.seen.append(Request(method, path, fault))
        if fault in _FORGED:
            writer.write(_error(method, *_FORGED[fault]))
            return True
        if fault is Fault.BAD_GATEWAY:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n")
            writer.write(b"" if method == "HEAD" else b"<html>")
            return True
        if fault is Fault.RESET_BEFORE:
            return _reset(writer)
        if fault is Fault.HANG_BEFORE:
            await asyncio.sleep(60)
        if fault is Fault.FLIPPED and body:
            body, fault = _flip(body, len(body) // 2), None
        return await self._answer(writer, await self._forward(head, body), fault)

    async def _answer(self, writer: asyncio.StreamWriter, answer: bytes, fault: Fault | None) -> bool:
        start = answer.index(b"\r\n\r\n") + 4
        if fault is Fault.RESET_AFTER:
            return _reset(writer)
        if fault is Fault.HANG_AFTER:
            await asyncio.sleep(60)
        cuts = {
            Fault.TRUNCATED: start + (len(answer) - start) * 2 // 3,
            Fault.HEADLESS: start // 2,
            Fault.BARE: answer.index(b"\r\n") + 2,
        }
        if fault in cuts:
            writer.write(answer[: cuts[fault]])
            return False
        if fault is Fault.FLIPPED and len(answer) > start:
            answer = _flip(answer, start + (len(answer) - start) // 2)
        if fault is Fault.DRIP:
            for n in range(len(answer)):
                writer.write(answer[n : n + 1])
                await asyncio.sleep(0)
            return False
        writer.write(answer)
        await writer.drain()
        return False

    async def _forward(self, head: bytes, body: bytes) -> bytes:
        host, _, port = self.upstream.rpartition("/")[2].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        lean = re.sub(rb"(?i)\r\n(expect|connection):[^\r]*", b"", head[:-4])
        writer.write(lean + b"\r\nConnection: close\r\n\r\n" + body)
        answer = await reader.read(-1)
        writer.close()
        return answer


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else 0


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _reset(writer: asyncio.StreamWriter) -> bool:
    # Lingering for no time makes the kernel send RST instead of FIN.
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


def _error(method: str, status: int, code: str) -> bytes:
    xml = f"<Error><Code>{code}</Code><Message>forged</Message></Error>".encode()
    head = f"HTTP/1.1 {status} {code}\r\nContent-Type: application/xml\r\nContent-Length: {len(xml)}\r\n\r\n".encode()
    return head + (b"" if method == "HEAD" else xml)
