"""A small archive: two runs of one host, written by the archive's own calls."""

import io
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zipfile import BadZipFile

from wacz.main import main as wacz

from scrapers.archive.ledger import Ledger
from scrapers.archive.payloads import put_clean, put_raw
from scrapers.fingerprint import digest, fingerprint
from scrapers.model import Capture, Fact, Hop, Line, Outcome, Report

BEGAN = datetime(2026, 3, 1, 2, 0, 0, 123456, tzinfo=UTC)
HOST = "a.example"
URL = f"http://{HOST}/1.html"
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("X-Odd", "a\r\nInjected: yes"))
TEXT = "某县2024年法治政府建设年度报告。" * 40


def capture(url, payload, minutes, **changes):
    made = Capture(
        url, url, BEGAN + timedelta(minutes=minutes), None, "", 200, headers=HEADERS, payload_digest=digest(payload)
    )
    return replace(made, length=len(payload), address="127.0.0.11", **changes)


def line(run, one, stage="crawl", **changes):
    made = Line(run, changes.pop("host", HOST), stage, one.fetched_at, url=one.url, capture=one, outcome=one.outcome)
    return replace(made, payload_digest=one.payload_digest, **changes)


def read_of(run, one, text=TEXT, division="430903", year=2024):
    report = Report(Fact("报告", "title"), "", None, Fact(division, "site"), year, "title", None, "", None, "")
    name = fingerprint(text)
    changes = {"report": report, "generation": name.generation, "content_hash": name.content_hash}
    return (
        line(run, one, "extract", **changes)
        if one.outcome
        else replace(line(run, one, "extract", **changes), outcome=Outcome.ARCHIVED_NEW)
    )


def write(store, run, stage, lines, host=HOST):
    with Ledger(store, host, run, "a", stage) as ledger:
        for each in lines:
            ledger.write(each)


def fill(store):
    """Two runs of one host: two pages, a redirect, a silence, the same bytes again, and a 304."""
    first, moved = b"<p>one</p>" * 50, b"<p>two</p>" * 50
    for payload in (first, moved):
        put_raw(store, payload)
    put_clean(store, fingerprint(TEXT), TEXT, "owner")
    one = capture(URL, first, 0)
    two = replace(
        capture(f"http://{HOST}/2.html", moved, 1),
        final_url=f"http://{HOST}/new/2.html",
        redirects=(Hop(f"http://{HOST}/2.html", 301, "/new/2.html"),),
    )
    silent = Capture(f"http://{HOST}/3.html", f"http://{HOST}/3.html", BEGAN, Outcome.TIMEOUT, "no answer")
    write(store, "r1", "crawl", [line("r1", one), line("r1", two), line("r1", silent)])
    spurned = replace(line("r1", two, "extract"), outcome=Outcome.NOT_A_REPORT, generation="g1")
    write(store, "r1", "extract", [read_of("r1", one), spurned])
    same = replace(capture(URL, first, 60), outcome=Outcome.UNCHANGED)
    unchanged = replace(capture(URL, first, 120), outcome=Outcome.UNCHANGED, status=304)
    write(store, "r2", "crawl", [line("r2", same), line("r2", unchanged)])
    return store


def objects(store):
    """Return every object of an archive with the digest of its bytes, but for what is derived or there twice."""
    return {key: digest(store.get(key)) for key in store.list("") if not key.startswith(("catalog/", "twin/"))}


def validate(path):
    """Return what is wrong with a `.wacz`, as its own validator says; empty when nothing is."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            failed = wacz(["validate", "--file", str(path)])
    except BadZipFile as error:
        return str(error)
    return said.getvalue().strip() if failed else ""
