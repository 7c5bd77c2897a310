"""The child process that reads documents nobody vouches for: `python -m scrapers.extract.child [pictures]`.

Frames on standard input, frames on standard output (see `frames`). It limits itself before it reads anything:
memory, file size, open files, and processor time for each document. It has no environment worth stealing, no
files to write and no reason to open a socket. When a document kills it, the parent starts another.
"""

import gc
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
PICTURES = "pictures"
PICTURES_MEMORY = 3 << 30
PICTURES_CPU_SECONDS = 1200
"""What a child may take that reads scans: models and pictures are large, and a page takes some eight seconds."""
OPEN_FILES = 64
TOOL_FILE = 64 << 20
TOOL_FILES = 512
"""What the tools that it runs may have (see `tools`); it has no files itself."""


def serve(requests: BinaryIO, answers: BinaryIO, seconds: int = CPU_SECONDS) -> None:
    """Answer requests until the pipe ends, each within its processor seconds."""
    # What the imports left lives as long as the child; a page's garbage is looked for once in some pages.
    gc.freeze()
    gc.set_threshold(20_000)
    _send(answers, frames.READY)
    while True:
        header, payload = frames.receive(requests), frames.receive(requests)
        if header is None or payload is None:
            return
        _renew_cpu(seconds)
        _send(answers, encode(_answer(payload, decode(header, Hint))))


def _answer(payload: bytes, hint: Hint) -> Reading:
    try:
        return read(payload, hint)
    except MemoryError:
        return Reading(Outcome.PARSER_LIMIT, "needs more memory than a document may")
    except RecursionError:
        return Reading(Outcome.PARSER_LIMIT, "nested too deep")
    except Exception as error:  # noqa: BLE001  a document may break a parser in any way; its neighbours must live
        return Reading(Outcome.PARSER_LIMIT, f"the reader failed: {type(error).__name__}: {str(error)[:200]}")


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(frames.frame(content))
    answers.flush()


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, TOOL_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, TOOL_FILES))


def _renew_cpu(seconds: int) -> None:
    """Give the next document its own processor seconds; the kernel kills the process when they are spent."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))


if __name__ == "__main__":
    reads_pictures = PICTURES in sys.argv[1:]
    _limit(PICTURES_MEMORY if reads_pictures else MEMORY)
    serve(sys.stdin.buffer, sys.stdout.buffer, PICTURES_CPU_SECONDS if reads_pictures else CPU_SECONDS)
