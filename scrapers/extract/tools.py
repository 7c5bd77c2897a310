"""The system tools that read what no library reads: antiword for DOC, LibreOffice for the rest.

A tool's name, arguments and a document in; what the tool printed out, or BadDocument. Each runs in `sandbox`, from
a document in memory. Says which tools are missing and how to install them; knows no formats.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scrapers.extract.unreadable import BadDocument, Kind

SEARCHED = "/usr/local/bin:/usr/bin:/bin"
_SHIM = str(Path(__file__).with_name("sandbox.py"))
_ENVIRONMENT = {"PATH": SEARCHED, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, what it is needed for, and what one run of it may take."""

    program: str
    reads: str
    install: str
    memory: int
    cpu_seconds: int
    wall_seconds: float
    file_bytes: int
    files: int


ANTIWORD = Tool("antiword", "DOC", "apt-get install antiword", 512 << 20, 10, 15.0, 0, 32)
OFFICE = Tool(
    "soffice", "WPS, RTF, and DOC with automatic numbers", "apt-get install libreoffice-writer-nogui",
    1 << 30, 20, 50.0, 64 << 20, 512,
)  # fmt: skip
TOOLS = (ANTIWORD, OFFICE)


def where(tool: Tool) -> str:
    """Return the path of a tool's program, empty when it is not installed."""
    return shutil.which(tool.program, path=SEARCHED) or ""


def missing(tool: Tool) -> BadDocument:
    """Return the error that says a tool is missing and how to install it."""
    return BadDocument(Kind.NO_TOOL, f"{tool.program} is not installed, which reads {tool.reads}: {tool.install}")


def run(
    tool: Tool, command: Sequence[str], *, document: int = subprocess.DEVNULL, room: str = "/", again: int = 0
) -> bytes:
    """Run a tool's command with a document's file as standard input, and return what it printed.

    With exit status `again` it is run once more. Raises BadDocument when it fails, or takes more than it may.
    """
    status, printed = _once(tool, command, document, room)
    if status == again != 0:
        status, printed = _once(tool, command, document, room)
    if status == -signal.SIGXCPU:
        raise BadDocument(Kind.BOMB, f"{tool.program} took more than {tool.cpu_seconds} s of processor time")
    if status:
        raise BadDocument(Kind.BROKEN, f"{tool.program} cannot read it (exit status {status})")
    return printed


def leaves_network() -> bool:
    """Say whether the kernel lets a tool leave this machine's network; looked at from within the sandbox."""
    look = "import os; print(os.readlink('/proc/self/ns/net'))"
    try:
        inside = run(ANTIWORD, [sys.executable, "-I", "-S", "-c", look]).decode().strip()
        return inside != str(Path("/proc/self/ns/net").readlink())
    except (BadDocument, OSError):
        return False


def _once(tool: Tool, command: Sequence[str], document: int, room: str) -> tuple[int, bytes]:
    limits = (tool.memory, tool.cpu_seconds, tool.file_bytes, tool.files)
    with subprocess.Popen(  # noqa: S603  the command is ours, the document is only its input
        [sys.executable, "-I", "-S", _SHIM, *map(str, limits), *command],
        stdin=document,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**_ENVIRONMENT, "HOME": room},
        cwd=room,
        process_group=0,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=tool.wall_seconds)
        except subprocess.TimeoutExpired:
            raise BadDocument(Kind.BOMB, f"{tool.program} took longer than {tool.wall_seconds:.0f} s") from None
        finally:
            _end(process)
    return process.returncode, printed


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever the tool has left of its process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def in_memory(payload: bytes) -> Iterator[int]:
    """Give a document as an open file that is on no disk; it reads from its beginning as /dev/stdin."""
    file = os.memfd_create("document")
    try:
        with writable():
            rest = memoryview(payload)
            while rest:
                rest = rest[os.write(file, rest) :]
        os.lseek(file, 0, os.SEEK_SET)
        yield file
    finally:
        os.close(file)


@contextmanager
def writable() -> Iterator[None]:
    """Lift this process's own file size limit as far as it may be lifted: memory files count as files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
