"""A relay on loopback that counts: a server's address in, the same server at another address out.

What passes is neither read nor changed, so a signed request stays valid: it names the relay as its host, and the server
takes whatever host it is asked for. It knows nothing of what it carries.
"""

import socket
import socketserver
import threading
from types import TracebackType
from urllib.parse import urlsplit

_BLOCK = 1 << 16


class Counted(socketserver.ThreadingTCPServer):
    """A relay to one server; `received` is what clients got since the last `reset`, in bytes."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.received = 0
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
        try:
            while block := source.recv(_BLOCK):
                if counts:
                    with self.server.lock:
                        self.server.received += len(block)
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # either end has gone: so has the other
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
