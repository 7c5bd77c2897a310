"""Runs one system tool so that a document can do no harm through it: `python -I -S sandbox.py LIMITS... TOOL ...`.

Limits itself, then becomes the tool: memory, processor time, file size, open files; no network where the kernel
lets us leave it; no new privileges; dead as soon as its parent is. The first four arguments are numbers: memory,
seconds of processor time, bytes a file may have, files open. Imports nothing of this project: it starts in 20 ms.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38
_NUMBERS = 4


def main(arguments: list[str]) -> None:
    """Limit this process and become the tool; the exit status is 127 when there is none."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DEATH_SIGNAL, signal.SIGKILL)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _leave_network(libc)
    memory, seconds, size, files = map(int, arguments[:_NUMBERS])
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    tool = arguments[_NUMBERS:]
    try:
        os.execv(tool[0], tool)  # noqa: S606  this program exists to become another
    except OSError:
        os._exit(127)


def _leave_network(libc: ctypes.CDLL) -> None:
    """Enter a network of nobody's, by way of a user namespace if need be. Where neither is allowed, stay."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEW_NETWORK) == 0 or libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


if __name__ == "__main__":
    main(sys.argv[1:])
