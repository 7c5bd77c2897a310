"""The reader the harvest uses: one warm child process at a time, limited, replaced when a document harms it.

Payload and hint in, `Reading` out. A child that dies or hangs is an outcome of that document and of no other.
Knows the child's protocol and limits, nothing of documents.
"""

import math
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

import scrapers
from scrapers.errors import TransientError
from scrapers.extract import frames
from scrapers.extract.hint import Hint
from scrapers.extract.rooms import sweep
from scrapers.model import Outcome, Reading, decode, encode

WALL_SECONDS = 25.0
DOCUMENT_SECONDS = 60.0
PICTURES_SECONDS = 1200.0
START_SECONDS = 60.0
DOCUMENTS_A_CHILD = 2000
MOST_RESIDENT = 400 << 20
"""Bytes a child may have kept after an answer; above that it is ended, so that its memory comes back."""
CHUNK = 1 << 16
_ROOT = str(Path(scrapers.__file__).parents[1])
_ENVIRONMENT: Mapping[str, str] = {
    "PYTHONPATH": _ROOT,
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "MALLOC_ARENA_MAX": "2",
}


class Reader:
    """Reads payloads in a limited child process. A context manager: leaving it ends the child.

    Not for two threads at once. `seconds` overrides the wall-clock limit of one document, `documents` how many
    one child reads before a fresh one takes over and its memory comes back. With `pictures` it may take what scans
    need.
    """

    def __init__(
        self, *, seconds: float | None = None, documents: int = DOCUMENTS_A_CHILD, pictures: bool = False
    ) -> None:
        self._seconds = seconds or (PICTURES_SECONDS if pictures else None)
        self._pictures = pictures
        self._documents = documents
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if one runs; the next `read` starts another."""
        child, self._child = self._child, None
        if child is not None:
            _end(child)

    def read(self, payload: bytes, hint: Hint) -> Reading:
        """Read one payload; a document that kills or hangs its reader is `parser_limit`.

        Raises TransientError when no child can be started at all, which is never the document's doing.
        """
        child = self._ready()
        seconds = self._seconds or (WALL_SECONDS if hint.media_type == "html" else DOCUMENT_SECONDS)
        request = frames.frame(encode(hint)) + frames.frame(payload)
        try:
            answer = _exchange(child, request, time.monotonic() + seconds)
        except BaseException:
            self.close()
            raise
        if answer is None:
            self.close()
            return Reading(Outcome.PARSER_LIMIT, _cause(child, seconds))
        self._served += 1
        if not self._pictures and _resident(child.pid) > MOST_RESIDENT:
            self.close()
        try:
            return decode(answer, Reading)
        except msgspec.DecodeError as error:
            self.close()
            return Reading(Outcome.PARSER_LIMIT, f"the reader's answer makes no sense: {str(error)[:200]}")

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._served >= self._documents or self._child.poll() is not None):
            self.close()
        if self._child is None:
            self._child = _start(self._pictures)
            self._served = 0
        return self._child


def _start(pictures: bool) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(  # noqa: S603  the command is ours, documents come by a pipe
        [sys.executable, "-s", "-m", "scrapers.extract.child", *(["pictures"] if pictures else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(_ENVIRONMENT),
        cwd="/",
        start_new_session=True,
    )
    if _exchange(child, b"", time.monotonic() + START_SECONDS) != frames.READY:
        _end(child)
        raise TransientError(
            f"the reader's child process did not start (exit status {child.returncode}): run "
            f"`{sys.executable} -m scrapers.extract.child < /dev/null` in {_ROOT} to see why"
        )
    return child


def _exchange(child: subprocess.Popen[bytes], request: bytes, deadline: float) -> bytes | None:
    """Write the request and read one answer frame without ever blocking past the deadline; None when it fails."""
    stdin, stdout = _pipe(child.stdin), _pipe(child.stdout)
    os.set_blocking(stdin, False)
    os.set_blocking(stdout, False)
    rest = memoryview(request)
    answer = bytearray()
    with selectors.DefaultSelector() as watch:
        watch.register(stdout, selectors.EVENT_READ)
        if rest:
            watch.register(stdin, selectors.EVENT_WRITE)
        while 0 < (missing := _missing(answer)) <= frames.MOST_ANSWER:
            events = watch.select(max(0.0, deadline - time.monotonic()))
            if not events:
                return None
            for key, _ in events:
                if key.fd == stdin:
                    rest = _write(stdin, rest)
                    if not rest:
                        watch.unregister(stdin)
                elif not (part := os.read(stdout, CHUNK)):
                    return None
                else:
                    answer += part
    return bytes(answer[frames.LENGTH.size :]) if missing <= 0 else None


def _write(pipe: int, rest: memoryview) -> memoryview:
    try:
        return rest[os.write(pipe, rest[:CHUNK]) :]
    except BrokenPipeError:
        return rest[len(rest) :]


def _missing(answer: bytearray) -> int:
    """Return how many bytes a frame still lacks, or those of its length while that is not whole."""
    if len(answer) < frames.LENGTH.size:
        return frames.LENGTH.size - len(answer)
    (length,) = frames.LENGTH.unpack(answer[: frames.LENGTH.size])
    return frames.LENGTH.size + int(length) - len(answer)


def _resident(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _pipe(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the child was started without pipes")
    return pipe.fileno()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and wait for it, so that none is left behind; close both pipes. Its tools die with it."""
    child.kill()
    child.wait()
    sweep()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _cause(child: subprocess.Popen[bytes], seconds: float) -> str:
    """Say how a child ended. A child that was still running when the time was up was killed by us."""
    status = child.returncode
    if status == -9:
        return f"no answer within {math.ceil(seconds)} s, one too long, or out of memory: the reader was killed"
    if status is not None and status < 0:
        return f"the reader was killed by signal {-status}, most likely for the processor time it took"
    return f"the reader ended with status {status}"
