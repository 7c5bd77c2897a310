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
