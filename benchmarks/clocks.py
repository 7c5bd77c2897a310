"""Processor time by stage: functions of the archive wrapped, thread by thread, each charged what it used itself.

A stage that calls another is not charged for it. Time that C or Rust threads spend is seen only where a stage is
told to watch the whole process. Knows nothing of what the stages do.
"""

import functools
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any


class Clocks:
    """Seconds of processor time by stage name."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open = threading.local()

    def watch(self, owner: Any, name: str, stage: str, *, process: bool = False, drain: bool = False) -> None:
        """Charge every call of `owner.name` to a stage.

        `process` charges the time of all threads, for a stage that runs alone. `drain` turns the generator that
        is returned into an iterator over what it gave, so that its time is charged too.
        """
        inner: Callable[..., Any] = getattr(owner, name)
        clock = time.process_time if process else time.thread_time

        @functools.wraps(inner)
        def timed(*args: Any, **kwargs: Any) -> Any:
            stack: list[float] = self._open.__dict__.setdefault("stack", [])
            stack.append(0.0)
            began = clock()
            try:
                result = inner(*args, **kwargs)
                return iter(list(result)) if drain else result
            finally:
                whole = clock() - began
                own = whole - stack.pop()
                if stack:
                    stack[-1] += whole
                with self._lock:
                    self.seconds[stage] += own

        setattr(owner, name, timed)
