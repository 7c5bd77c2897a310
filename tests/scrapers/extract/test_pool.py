import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from scrapers.extract import Hint, Reader, pool, read
from scrapers.model import Outcome, encode
from tests.scrapers.extract.test_documents import docx, hint, pdf

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "tests/pages/articles/trs_county_bureau.html"
LISTED = "赫山区教育局2024年法治政府建设年度报告"
GOOD = PAGE.read_bytes()
HINT = hint("html", platform="trs", listed_title=LISTED)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def pid_of(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child.pid


def test_a_child_reads_what_this_process_reads():
    with Reader() as reader:
        assert reader.read(GOOD, HINT) == read(GOOD, HINT)
        assert reader.read(GOOD, HINT).outcome is None
        child = pid_of(reader)
        assert alive(child)
    assert not alive(child)


def test_the_child_has_no_environment_worth_stealing(monkeypatch):
    monkeypatch.setenv("REPORT_ARCHIVE_SECRET_KEY", "hunter2")
    with Reader() as reader:
        reader.read(GOOD, HINT)
        seen = Path(f"/proc/{pid_of(reader)}/environ").read_bytes()
        limits = Path(f"/proc/{pid_of(reader)}/limits").read_text()
    assert b"hunter2" not in seen
    assert b"AWS" not in seen
    assert "Max file size             0 " in limits
    assert f"Max address space         {1 << 30} " in limits


HOSTILE = {
    "nesting": ("html", lambda: b"<div>" * 20_000 + "深".encode() + b"</div>" * 20_000),
    "elements": ("html", lambda: "<b>好</b>".encode() * 1_000_000),
    "text node": ("html", lambda: b"<p>" + "好".encode() * 3_000_000),
    "attribute": ("html", lambda: b"<p title='" + b"x" * 10_000_000 + "'>好".encode()),
    "entities": ("html", lambda: b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><p>&b;" + b"&b;" * 1000),
    "nul": ("html", lambda: b"\x00" * 100_000),
    "noise": ("html", lambda: bytes(range(256)) * 4000),
    "bomb": ("docx", lambda: docx("<w:p><w:r><w:t>" + "0" * 70_000_000 + "</w:t></w:r></w:p>")),
    "broken pdf": ("pdf", lambda: pdf(["法治" * 200])[:2000]),
}


def test_hostile_documents_are_outcomes_and_the_reader_lives_on():
    with Reader(seconds=60) as reader:
        for name, (kind, payload) in HOSTILE.items():
            reading = reader.read(payload(), hint(kind))
            assert reading.outcome is not None, name
            assert reading.reason, name
            assert reader.read(GOOD, HINT).outcome is None, name


def test_a_hanging_document_is_killed_and_the_next_one_read():
    many = b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x"
    with Reader(seconds=60) as reader:
        reader.read(GOOD, HINT)
        first = pid_of(reader)
        reader._seconds = 1.0
        reading = reader.read(many, HINT)
        assert reading.outcome is Outcome.PARSER_LIMIT
        assert "killed" in reading.reason
        assert not alive(first)
        reader._seconds = 60
        assert reader.read(GOOD, HINT).outcome is None
        assert pid_of(reader) != first


def test_a_child_that_dies_is_replaced():
    with Reader() as reader:
        reader.read(GOOD, HINT)
        first = pid_of(reader)
        os.kill(first, 9)
        assert reader.read(GOOD, HINT).outcome in (None, Outcome.PARSER_LIMIT)
        assert reader.read(GOOD, HINT).outcome is None
        assert pid_of(reader) != first


class Speaks(Reader):
    """A reader whose child says whatever it is told to."""

    def __init__(self, said: str) -> None:
        super().__init__(seconds=20)
        self.code = f"import os, sys; os.write(1, {said}); sys.stdin.buffer.read()"

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            arguments = [sys.executable, "-c", self.code]
            self._child = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._child


@pytest.mark.parametrize(
    "said",
    [
        "b'\\xff\\xff\\xff\\xff' + b'x' * 1000",  # a length beyond any answer
        "b'\\x00\\x00\\x00\\x03{}x'",  # no JSON
        "b'\\x00\\x00\\x00\\x02{}'",  # JSON, but no reading
        "b'\\x00\\x00\\x00\\x02{}more'",  # more than it announced
        "b'\\x00\\x00\\x00\\x09torn'); os._exit(3",
        "b'\\x00\\x00'); os._exit(3",
    ],
)
def test_an_answer_that_makes_no_sense_is_an_outcome(said):
    with Speaks(said) as reader:
        started = time.monotonic()
        assert reader.read(GOOD, HINT).outcome is Outcome.PARSER_LIMIT
        assert time.monotonic() - started < 15
        assert reader._child is None


def test_a_child_is_recycled_after_its_share():
    with Reader(documents=2) as reader:
        pids = []
        for _ in range(4):
            reader.read(GOOD, HINT)
            pids.append(pid_of(reader))
        assert pids[0] == pids[1] != pids[2] == pids[3]
        assert not alive(pids[0])


def test_memory_beyond_the_limit_is_an_outcome():
    huge = b"<p>" + b"<i>x</i>" * 12_000_000
    with Reader(seconds=120) as reader:
        assert reader.read(huge, HINT).outcome is Outcome.PARSER_LIMIT
        assert reader.read(GOOD, HINT).outcome is None


def test_a_reader_that_cannot_start_says_so(monkeypatch):
    from scrapers.errors import TransientError

    monkeypatch.setattr(pool, "_ENVIRONMENT", {"PYTHONPATH": "/nonexistent"})
    with Reader() as reader, pytest.raises(TransientError, match=r"scrapers\.extract\.child"):
        reader.read(GOOD, HINT)


SCRIPT = """
import sys, json
from pathlib import Path
from scrapers.extract import Hint, read
from scrapers.model import encode
for page in sorted(Path(sys.argv[1]).glob("*/*.html")):
    sys.stdout.buffer.write(encode(read(page.read_bytes(), Hint(**json.loads(sys.argv[2])))))
"""


@pytest.mark.parametrize(
    "world",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "7", "TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    ],
)
def test_equal_bytes_give_equal_readings_in_any_world(world):
    plain = asdict(HINT) | {"listed_title": "", "platform": ""}
    pages = PAGE.parents[1]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(pages), json.dumps(plain)],
            env={"PYTHONPATH": str(ROOT), **surroundings},
            capture_output=True,
            check=True,
        ).stdout
        for surroundings in ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, world)
    ]
    here = b"".join(encode(read(page.read_bytes(), Hint(**plain))) for page in sorted(pages.glob("*/*.html")))
    assert outputs[0] == outputs[1] == here
    assert here.count(b'"outcome":null') >= 15
