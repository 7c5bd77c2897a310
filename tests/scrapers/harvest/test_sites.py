"""Whole sites that were written and kept before anything was run on them; each is probed from its home page.

`tests/pages/sites/README.md` says which of them were read right at the first try. A site is files and a `site.json`:
which address shows which file, and what a person reads there.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from scrapers.fetch import Fetcher, Policy
from scrapers.harvest.probe import Probe, probe

SITES = Path(__file__).parents[2] / "pages" / "sites"


class Handler(BaseHTTPRequestHandler):
    """Shows a site's files at their addresses; anything else is not there."""

    directory: Path
    told: dict[str, Any]

    def do_GET(self) -> None:
        """Show a file."""
        self._show(self.path)

    def do_POST(self) -> None:
        """Show what a script is answered."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self._show(self.path, body)

    def _show(self, path: str, body: str = "") -> None:
        name, encoding, kind = self.told["routes"].get(path, ""), self.told.get("encoding", "utf-8"), "text/html"
        for answer in self.told.get("answers", ()):
            if path.startswith(answer["path"]) and answer["when"] in f"{path}&{body}":
                name, encoding, kind = answer["file"], answer["encoding"], answer["type"]
        if path == "/robots.txt" or not name:
            self.send_error(404)
            return
        payload = (self.directory / name).read_text("utf-8").encode(encoding)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it)
        """Say nothing."""


@contextmanager
def shown(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Show a site on a port of its own; yield its origin and its `site.json`."""
    told = json.loads((SITES / name / "site.json").read_text("utf-8"))
    handler = type("Shown", (Handler,), {"directory": SITES / name, "told": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def probed(origin: str, start: str) -> Probe:
    policy = Policy(
        allow=frozenset({origin.removeprefix("http://")}),
        private_networks=(ip_network("127.0.0.0/8"),),
        contact="",
        delay=0.0,
    )
    with Fetcher(policy) as fetcher:
        return probe(origin + start, fetcher)


@pytest.mark.parametrize("name", sorted(path.name for path in SITES.iterdir() if path.is_dir()))
def test_a_site_is_read_as_a_person_reads_it(name: str) -> None:
    with shown(name) as (origin, told):
        seen = probed(origin, told["start"])
    right = told["expected"]
    assert seen.source is not None, seen.reason
    assert seen.walk is not None
    assert seen.reading is not None
    assert seen.reading.report is not None, seen.reading.reason
    report = seen.reading.report
    got = {
        "platform": seen.source.platform,
        "list": seen.source.url.removeprefix(origin),
        "entries": len(seen.walk.candidates),
        "reports": seen.reports,
        "pages": seen.walk.pages,
        "complete": str(seen.walk.complete),
        "title": report.title.value,
        "published_on": str(report.published_on),
        "signed_on": str(report.signed_on),
        "agency": report.agency.value if report.agency else "",
        "division": report.division.value if report.division else "",
        "body_begins": report.text.split("\n")[0][: len(right["body_begins"])],
        "body_ends": report.text[-len(right["body_ends"]) :],
    }
    assert got == right
