"""`try` asks a site as a harvest does: it says who asks."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scrapers.cli import main
from scrapers.settings import PREFIX

SOURCE = """
title = "Try"
province = "000000"
[[source]]
id = "try-it"
agency = ""
division = "430903"
platform = "generic"
url = "http://127.0.0.1:{port}/"
"""


def test_a_site_is_told_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers["User-Agent"])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        (tmp_path / "demo.toml").write_text(SOURCE.format(port=server.server_port) + "delay = 0.2\n", "utf-8")
        for name, value in {
            "SOURCES": tmp_path,
            "PRIVATE_NETWORKS": "127.0.0.0/8",
            "CONTACT": "us@example.org",
        }.items():
            monkeypatch.setenv(PREFIX + name, str(value))
        assert main(["try", f"http://127.0.0.1:{server.server_port}/a.html"]) == 1
        server.shutdown()
    assert "not_found" in capsys.readouterr().out
    assert heard
    assert all("us@example.org" in agent for agent in heard)
