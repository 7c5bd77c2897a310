"""Where Airflow sends things in tests: a StatsD listener, a mail server and a webhook, each real and on loopback."""

import json
import re
import socket
import socketserver
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StatsdSink:
    """Hears UDP datagrams in StatsD's words, tags in InfluxDB's form, and adds them up."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # A datagram that finds no room is lost, and a busy machine may let us look late.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[tuple[str, dict[str, str], float, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                datagram = self._socket.recv(65535).decode()
            except OSError:
                return
            for word in datagram.splitlines():
                found = re.fullmatch(r"([^:,|]+)((?:,[^=,]+=[^,:]*)*):([-+.0-9e]+)\|(c|g|ms)(?:\|@[.0-9]+)?", word)
                if found:
                    tags = dict(pair.split("=", 1) for pair in found[2].split(",") if pair)
                    self.heard.append((found[1], tags, float(found[3]), found[4]))

    def total(self, name: str, **tags: str) -> float:
        """Return the sum of a metric's values with these tags."""
        return sum(v for n, t, v, _ in self.heard if n == name and tags.items() <= t.items())

    def kinds(self) -> dict[str, set[str]]:
        """Return the names heard, each with its kinds."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, _, _, kind in self.heard:
            found[name].add(kind)
        return found

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


class WebhookSink:
    """Takes JSON by POST and keeps it."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.heard.append(json.loads(body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class MailSink:
    """Speaks as much SMTP (RFC 5321) as taking a message needs, and keeps the messages."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, words: str) -> None:
                self.wfile.write(words.encode() + b"\r\n")

            def handle(self) -> None:
                self.say("220 sink")
                while line := self.rfile.readline().decode("ascii", "replace").strip().upper():
                    if line == "DATA":
                        self.say("354 go on")
                        sink.heard.append(self.message())
                    if line == "QUIT":
                        return self.say("221 bye")
                    self.say("250 sink")
                return None

            def message(self) -> str:
                lines = []
                while (line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n")) != ".":
                    lines.append(line)
                return "\n".join(lines)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
