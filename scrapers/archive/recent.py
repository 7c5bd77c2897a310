"""What this process has just stored and will soon ask for again: names and contents in, each given back once.

Bounded by bytes and filled first come, first served: what is wanted back in the order it was given would defeat a
cache that drops the oldest. Only what the store has acknowledged belongs here. Knows nothing of the store.
"""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bytes, str)
PAYLOAD_BYTES = 96 * 1024 * 1024
"""Some 1,900 pages of a real site's 51 kB. They are let go before the catalog is written, where memory peaks."""
TEXT_BYTES = 32 * 1024 * 1024
"""Texts are held until then, so they add to that peak."""


class Recent(Generic[T]):
    """Contents by name, `most` bytes at most. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._room = most
        self._held: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def keep(self, name: Hashable, content: T) -> None:
        """Hold a content until it is taken; nothing happens when it is held already or there is no room."""
        size = _bytes(content)
        with self._lock:
            if name not in self._held and size <= self._room:
                self._held[name] = content
                self._room -= size

    def take(self, name: Hashable) -> T | None:
        """Give a content back and forget it; None when it is not held."""
        with self._lock:
            content = self._held.pop(name, None)
            if content is not None:
                self._room += _bytes(content)
        return content


def _bytes(content: bytes | str) -> int:
    # Python keeps Chinese text in two bytes a character, or in four.
    return len(content) if isinstance(content, bytes) else 4 * len(content)
