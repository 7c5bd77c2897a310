"""A relay on loopback that counts: a server's address in, the same server at another address out.

What passes is not changed, so a signed request stays valid: it names the relay as its host, and the server takes
whatever host it is asked for. Of what is asked it reads the first line. It knows nothing of what it carries.
"""

import re
import socket
import socketserver
import threading
from collections import Counter
from types import TracebackType
from urllib.parse import urlsplit

_BLOCK = 1 << 16
_FIRST_LINE = re.compile(rb"([A-Z]+) (/\S*) HTTP/1\.1\r\n")


class Counted(socketserver.ThreadingTCPServer):
    """A relay to one server; `received` is what clients got since the last `reset`, in bytes.

    `asked` counts all requests by method; bodies of requests are searched for first lines, too.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.received = 0
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """Return the address clients are to use."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reset(self) -> int:
        """Return the bytes counted so far and begin anew."""
        with self.lock:
            counted, self.received = self.received, 0
        return counted

    def __enter__(self) -> "Counted":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Relay(socketserver.BaseRequestHandler):
    server: Counted
    request: socket.socket

    def handle(self) -> None:
        with socket.create_connection(self.server.upstream) as beyond:
            upwards = threading.Thread(target=self._pass, args=(self.request, beyond), daemon=True)
            upwards.start()
            self._pass(beyond, self.request, counts=True)
            upwards.join()

    def _pass(self, source: socket.socket, target: socket.socket, *, counts: bool = False) -> None:
        tail = b""
        try:
            while block := source.recv(_BLOCK):
                if counts:
                    with self.server.lock:
                        self.server.received += len(block)
                else:
                    tail = self._heard(tail + block)
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # either end has gone: so has the other
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def _heard(self, stream: bytes) -> bytes:
        """Count the requests that begin in a piece of a stream; return what may be the beginning of one more."""
        rest = 0
        for found in _FIRST_LINE.finditer(stream):
            with self.server.lock:
                self.server.asked[found[1].decode()] += 1
            rest = found.end()
        return stream[rest:][-_BLOCK:]
