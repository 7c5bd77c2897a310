"""Rooms: private directories in memory, for the one tool that cannot do without files.

A room bears the number of the process that works in it, so that anybody can tell when its owner is dead, and sweep.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  the point is that it is memory
PREFIX = "report-archive-"


@contextmanager
def room() -> Iterator[Path]:
    """Give an empty private directory in memory and remove it in every case this process lives to see."""
    sweep()
    place = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep() -> None:
    """Remove the rooms of processes that were killed in theirs."""
    for place in MEMORY.glob(f"{PREFIX}*"):
        owner = place.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(place, ignore_errors=True)
