"""A few readers shared between threads: payload and hint in, `Reading` out, whichever child happened to be free.

Starting a child costs a quarter of a second of processor time, so hosts that are harvested side by side in one
process share as many as there are processors to run them. Knows nothing of what is read.
"""

from queue import LifoQueue
from types import TracebackType
from typing import Self

from scrapers.extract.hint import Hint
from scrapers.extract.pool import Reader
from scrapers.model import Reading


class Readers:
    """At most `most` children, each started when it is first needed. A context manager: leaving it ends them."""

    def __init__(self, most: int) -> None:
        self._all = tuple(Reader() for _ in range(most))
        # The last one used comes first: it is warm, and a harvest that needs one child never starts another.
        self._free: LifoQueue[Reader] = LifoQueue()
        for reader in self._all:
            self._free.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._all:
            reader.close()

    def read(self, payload: bytes, hint: Hint) -> Reading:
        """Read one payload as `Reader.read` does, after waiting for a child to be free."""
        reader = self._free.get()
        try:
            return reader.read(payload, hint)
        finally:
            self._free.put(reader)
