"""The memory of a process and its descendants, sampled while they live: Linux's /proc in, megabytes out."""

import threading
from pathlib import Path

EVERY = 0.2
"""Seconds between samples; shorter peaks are missed."""


class Peak:
    """Samples a process tree until stopped. As proportional set size, so that shared pages count once."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.parent = 0.0
        """Peak of the process alone, MB."""
        self.whole = 0.0
        """Peak of the process and its descendants together, MB."""
        self.children = 0
        """Most descendants alive at once."""

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            below = descendants(self._pid)
            own = proportional(self._pid)
            self.parent = max(self.parent, own)
            self.whole = max(self.whole, own + sum(map(proportional, below)))
            self.children = max(self.children, len(below))


def descendants(pid: int) -> list[int]:
    """Return the processes below one, as far as they still live."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                below = [int(child) for child in path.read_text().split()]
            except OSError:
                continue
            found += below
            waiting += below
    return found


def proportional(pid: int) -> float:
    """Return a process's proportional set size in MB; 0 when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
