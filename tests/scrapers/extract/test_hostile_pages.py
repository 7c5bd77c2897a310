"""Pages made to harm their reader: each ends in its own outcome within the limits, and the next page is read.

The reader's child is the same as in a harvest: its memory, its processor seconds, no files. After each page a report
is read as if nothing had been, and the memory that the page took has come back.
"""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.extract import Reader
from scrapers.extract.pool import MOST_RESIDENT
from scrapers.model import Outcome
from tests.scrapers.extract.test_documents import BODY, TITLE, hint
from tests.scrapers.extract.test_pool import GOOD, HINT, pid_of

TEXT = "".join(f"<p>{line}</p>" for line in BODY)
REPORT = f"<title>{TITLE}</title><h1>{TITLE}</h1><p>发布时间：2025-01-03</p><div id=zoom>{TEXT}</div>"
READ = None
"""The outcome of a page that is read all the same."""
LIMIT, GONE, LAYOUT, MOJIBAKE = Outcome.PARSER_LIMIT, Outcome.SOFT_404, Outcome.LAYOUT_CHANGED, Outcome.MOJIBAKE


def page(inside: str, head: str = "") -> bytes:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{inside}</body></html>".encode()


def around(inside: str) -> Callable[[], bytes]:
    """Return a maker of a report's page with something hostile before its text."""
    return lambda: page(inside + REPORT)


HOSTILE: dict[str, tuple[Callable[[], bytes], Outcome | None]] = {
    "a million elements": (lambda: page("<b>好</b>" * 1_000_000), LIMIT),
    "a million empty elements before a report": (around("<i></i>" * 1_000_000), LIMIT),
    "nesting of 1,500": (lambda: page("<div>" * 1_500 + REPORT + "</div>" * 1_500), READ),
    "nesting of 255 spans": (lambda: page(REPORT.replace("<p>", "<p>" + "<span>" * 255)), READ),
    "nesting of 20,000": (lambda: page("<div>" * 20_000 + REPORT), LIMIT),
    "tables in tables": (lambda: page("<table><tr><td>" * 600 + REPORT), READ),
    "unclosed formatting": (around("<b><i><u><font>" * 400), READ),
    "an attribute of 10 MB": (around("<p title='" + "x" * 10_000_000 + "'>好</p>"), READ),
    "a text of 9 MB": (lambda: page("<p>" + "好" * 3_000_000 + "</p>"), Outcome.NOT_A_REPORT),
    "entities that name each other": (
        lambda: b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>" + page("&b;" * 10_000 + REPORT),
        READ,
    ),
    "an entity that names a file": (
        lambda: b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + page("&f;" + REPORT),
        READ,
    ),
    "a million references": (around("<p>" + "&#22909;" * 1_000_000 + "</p>"), READ),
    "references to no character": (around("&#xD800;&#0;&#99999999999;&#x1F;&nosuch;" * 1_000), READ),
    "comments that never end": (around("<!--" * 100_000), GONE),
    "a script that never ends": (lambda: page(REPORT + "<script>" * 50_000), READ),
    "a style sheet of 5 MB": (around("<style>" + ".a{display:none}" * 300_000 + "</style>"), READ),
    "a style sheet of 10,000 rules that hide": (
        around("<style>" + "".join(f".a{n} .b{n}{{display:none}}" for n in range(10_000)) + "</style>"),
        READ,
    ),
    "two million line breaks": (around("<br>" * 350_000 + "\n" * 1_600_000), READ),
    "a hundred thousand links": (around("<a href=x>政策</a>" * 100_000), READ),
    "a pager without an end": (
        lambda: page(REPORT + "".join(f"<a href='x_{n}.html'>{n}</a>" for n in range(50_000)) + "下一页"),
        READ,
    ),
    "a frame in a frame": (around("<iframe srcdoc='" + "<iframe srcdoc=" * 5_000 + "'></iframe>"), READ),
    "NUL between all characters": (lambda: page(REPORT).replace(b"<p>", b"<\x00p\x00>"), READ),
    "nothing but NUL": (lambda: b"\x00" * 1_000_000, LAYOUT),
    "control characters": (around("".join(map(chr, range(1, 32))) * 10_000), READ),
    "right-to-left and zero-width": (around("\u202e\u200b\ufeff\u2066" * 100_000), READ),
    "combining marks": (around("<p>e" + "\u0301" * 500_000 + "</p>"), READ),
    "private-use characters": (around("<p>" + "\ue000" * 300_000 + "</p>"), READ),
    "U+FFFD by the thousand": (around("<p>" + "\ufffd" * 1_000 + "</p>"), MOJIBAKE),
    "all bytes in turn": (lambda: bytes(range(256)) * 4_000, MOJIBAKE),
    "half a character at the end": (lambda: page(REPORT)[:-20] + "好".encode()[:2], READ),
    "half of UTF-16": (lambda: b"\xff\xfe" + page(REPORT).decode().encode("utf-16-le")[:-1], READ),
    "UTF-16 without a mark": (lambda: page(REPORT).decode().encode("utf-16-le"), MOJIBAKE),
    "UTF-7": (lambda: page(REPORT).decode().encode("utf-7"), GONE),
    "a charset that names itself": (lambda: page(REPORT, "<meta charset=" + "charset=" * 100_000 + ">"), READ),
    "gzip without its label": (lambda: gzip.compress(page(REPORT)), MOJIBAKE),
    "an empty payload": (lambda: b"", LAYOUT),
    "a byte": (lambda: b"<", GONE),
}


@pytest.fixture(scope="module")
def reader():
    with Reader() as shared:
        yield shared


def resident(reader: Reader) -> int:
    pages = int(Path(f"/proc/{pid_of(reader)}/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_in_its_outcome_and_costs_its_neighbours_nothing(reader, name):
    make, outcome = HOSTILE[name]
    reading = reader.read(make(), hint("html", listed_title=TITLE))
    assert reading.outcome is outcome, reading.reason
    assert reading.reason or outcome is READ
    if reading.report is not None:
        assert [line for line in BODY if line not in reading.report.text] == []
        assert "root:" not in reading.report.text
    assert reader.read(GOOD, HINT).outcome is None
    assert resident(reader) <= MOST_RESIDENT
