"""The child process that reads documents nobody vouches for: `python -m scrapers.extract.child`.

Frames on standard input, frames on standard output (see `frames`). It limits itself before it reads anything:
memory, file size, open files, and processor time for each document. It has no environment worth stealing, no
files to write and no reason to open a socket. When a document kills it, the parent starts another.
"""

import math
import resource
import sys
import time
from typing import BinaryIO

from scrapers.extract import frames
from scrapers.extract.hint import Hint
from scrapers.extract.reading import read
from scrapers.model import Outcome, Reading, decode, encode

MEMORY = 1 << 30
CPU_SECONDS = 20
OPEN_FILES = 64
TOOL_FILE = 64 << 20
TOOL_FILES = 512
"""What the tools that it runs may have (see `tools`); it has no files itself."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the pipe ends."""
    _send(answers, frames.READY)
    while True:
        header, payload = frames.receive(requests), frames.receive(requests)
        if header is None or payload is None:
            return
        _renew_cpu()
        _send(answers, encode(_answer(payload, decode(header, Hint))))


def _answer(payload: bytes, hint: Hint) -> Reading:
    try:
        return read(payload, hint)
    except MemoryError:
        return Reading(Outcome.PARSER_LIMIT, f"needs more than {MEMORY >> 20} MiB")
    except RecursionError:
        return Reading(Outcome.PARSER_LIMIT, "nested too deep")
    except Exception as error:  # noqa: BLE001  a document may break a parser in any way; its neighbours must live
        return Reading(Outcome.PARSER_LIMIT, f"the reader failed: {type(error).__name__}: {str(error)[:200]}")


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(frames.frame(content))
    answers.flush()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, TOOL_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, TOOL_FILES))


def _renew_cpu() -> None:
    """Give the next document its own processor seconds; the kernel kills the process when they are spent."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + CPU_SECONDS, hard))


if __name__ == "__main__":
    _limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)
