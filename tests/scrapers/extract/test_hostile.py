"""Documents that mean harm end in their outcome within the limits; the reader lives on and gives its memory back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrapers.extract import Reader, pool
from scrapers.extract.rooms import MEMORY, PREFIX
from scrapers.sniff import sniff
from tests.scrapers.extract.hostile import GOOD, HOSTILE, Hostile
from tests.scrapers.extract.test_documents import BODY, docx, hint
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
    assert not list(MEMORY.glob(f"{PREFIX}*"))
    assert not Path("/tmp/escaped.docx").exists()


def test_a_reader_killed_in_the_middle_of_a_conversion_leaves_no_room_and_no_tool() -> None:
    need("soffice", "libreoffice-writer-nogui")
    with Reader(seconds=0.5) as reader:
        assert reader.read(rb"{\rtf1 " + b"x" * 5_000_000 + b"}", hint("rtf")).outcome == "parser_limit"
    for _ in range(50):
        if not list(MEMORY.glob(f"{PREFIX}*")):
            break
        pool.sweep()
        time.sleep(0.1)
    assert not list(MEMORY.glob(f"{PREFIX}*"))
    assert "soffice.bin" not in {path.read_text().strip() for path in _commands()}


def _commands() -> Iterator[Path]:
    for process in Path("/proc").glob("[0-9]*"):
        if (process / "comm").exists() and PREFIX in (process / "cmdline").read_bytes().decode(errors="replace"):
            yield process / "comm"
