"""Many requests abreast: items and what to do with each in, the answers in the items' order out.

A store answers a request in a few milliseconds, of which a caller works for one. It knows nothing of stores.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
HANDS = 8
BATCH = 128
"""Items taken on at once: what waits for its turn costs memory, and so does an answer nobody has taken."""


def abreast(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield `work(item)` for each item, in order; raise what the first that fails raises, and begin no other then."""
    source = iter(items)
    with ThreadPoolExecutor(HANDS) as hands:
        while batch := list(islice(source, BATCH)):
            yield from hands.map(work, batch)
