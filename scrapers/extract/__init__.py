"""Reading: bytes and what is known of them in, a report or the reason why there is none out.

The harvest uses `Reader`, which reads in a limited child process, or `Readers`, a few of them shared by threads;
`read` does the same in this process, unlimited, for tests, `try` and benchmarks.
"""

from scrapers.extract.hint import Hint
from scrapers.extract.pool import Reader
from scrapers.extract.readers import Readers
from scrapers.model import Reading

__all__ = ["Hint", "Reader", "Readers", "read"]


def read(payload: bytes, hint: Hint) -> Reading:
    """Read one payload in this process, without limits; see `Reader` for bytes that nobody vouches for."""
    from scrapers.extract.reading import read as read_here

    return read_here(payload, hint)
