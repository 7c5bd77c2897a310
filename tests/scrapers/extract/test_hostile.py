"""Documents that mean harm end in their outcome within the limits; the reader lives on and gives its memory back."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scrapers.extract import Reader, pool
from scrapers.extract.rooms import MEMORY, PREFIX
from scrapers.sniff import sniff
from tests.scrapers.extract.hostile import GOOD, HOSTILE, Hostile
from tests.scrapers.extract.test_documents import BODY, docx, hint
from tests.scrapers.extract.test_hostile_pages import HOSTILE as PAGES
from tests.scrapers.extract.writers import need

TOOLS = {"doc": ("antiword", "antiword"), "wps": ("soffice", "libreoffice-writer-nogui")}
SECONDS = 15.0
"""Less than in a harvest: what takes longer is killed there and here."""
MEMORY_BACK = pool.MOST_RESIDENT + (50 << 20)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=SECONDS) as opened:
        yield opened


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.name)
def test_it_ends_in_its_outcome_and_harms_nobody(reader: Reader, file: Hostile) -> None:
    if file.kind in TOOLS:
        need(*TOOLS[file.kind])
    payload = file.make()
    assert sniff(payload) == file.kind
    started = time.monotonic()
    reading = reader.read(payload, hint(file.kind))
    assert time.monotonic() - started < SECONDS + 15
    assert reading.outcome in file.words, reading
    assert reading.reason or reading.outcome is None
    assert "root:" not in repr(reading)
    good = reader.read(docx(GOOD), hint("docx"))
    assert good.report is not None
    assert good.report.text == "\n".join(BODY)
    assert reader._child is not None
    assert pool._resident(reader._child.pid) < MEMORY_BACK
    assert not list(MEMORY.glob(f"{PREFIX}{reader._child.pid}-*"))
    assert not Path("/tmp/escaped.docx").exists()


def test_a_reader_killed_in_the_middle_of_a_conversion_leaves_no_room_and_no_tool() -> None:
    need("soffice", "libreoffice-writer-nogui")
    with Reader(seconds=0.5) as reader:
        assert reader.read(rb"{\rtf1 " + b"x" * 5_000_000 + b"}", hint("rtf")).outcome == "parser_limit"
    for _ in range(100):
        pool.sweep()
        if not left():
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {left()}")


def left() -> list[str]:
    """Return the rooms in memory whose owner is dead, and the commands that work in one."""
    commands = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it may end while it is looked at
            commands.append(process.read_bytes().decode(errors="replace"))
    named = [
        *map(str, MEMORY.glob(f"{PREFIX}*")),
        *(command for command in commands if str(MEMORY / PREFIX) in command),
    ]
    owners = {text: text.partition(PREFIX)[2].partition("-")[0] for text in named}
    return [text for text, owner in owners.items() if not Path(f"/proc/{owner}").exists()]


THREATS = {
    "nesting": ("html: 20,000 deep", "docx: 20,000 deep", "pdf: arrays in arrays, 100,000 deep", "nesting of 20,000"),
    "a million nodes": ("html: a million elements", "docx: a million elements", "a million elements"),
    "200,000 attributes": ("html: 200,000 attributes",),
    "10 MB in one piece": ("html: an attribute of 11 MB", "html: a text of 11 MB", "docx: an attribute of 11 MB"),
    "entity bombs": ("html: entities", "docx: entities that laugh", "ofd: entities"),
    "external entities": ("docx: an entity that is a file", "an entity that names a file"),
    "PDF bombs": (
        "pdf: a stream that unfolds to 400 MB", "pdf: streams folded three times", "pdf: ten million characters",
        "pdf: 100,000 pages", "pdf: claims two billion pages",
    ),
    "PDF behind a password": ("pdf: behind a password",),
    "PDF loops": ("pdf: a table of references that follows itself", "pdf: page tree in a circle"),
    "PDF actions": ("pdf: scripts and launch actions",),
    "PDF fonts named by paths": ("pdf: a font whose map is a path",),
    "zip ratio": ("docx: a member that unfolds a thousandfold", "xlsx: a sheet that unfolds"),
    "zip of many": ("zip: every member unfolds",),
    "zips in zips": ("zip: zips in zips",),
    "100,000 entries": ("docx: 100,000 members",),
    "lying sizes": ("docx: claims to be small", "docx: claims to be 4 GB", "docx: members that lie over one another"),
    "climbing names, linked members": ("zip: names that climb, a member that is a link", "ofd: a page outside of it"),
    "external relationships and macros": ("docx: links to the world, and macros", "rtf: fields that run programs"),
    "loops in old Office files": ("xls: sectors in a circle", "doc: sectors in a circle"),
    "picture bombs": ("pdf: a picture of 3.6 billion points",),
    "NUL, control and replacement characters": ("nothing but NUL", "control characters", "U+FFFD by the thousand"),
    "no encoding at all": ("all bytes in turn", "UTF-16 without a mark", "half a character at the end"),
}  # fmt: skip
"""What a document may do to its reader -> the documents above, and the pages of `test_hostile_pages`, that do it."""


def test_each_threat_is_tried() -> None:
    made = {file.name for file in HOSTILE} | set(PAGES)
    assert [name for names in THREATS.values() for name in names if name not in made] == []
