"""What a contender is asked to do and what it says it did: plain values, passed as JSON between processes.

A job is the same for every contender: these listings, this store, this bucket. A contender runs in its own
process and prints its `Done` as the last line of its output.
"""

import hashlib
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of reports: where it is, and which site system prints it."""

    source: str
    system: str
    url: str


@dataclass(frozen=True, slots=True)
class Job:
    """One harvest to do."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    sources: str
    """Directory with the registry of the village, for the archive."""
    listings: tuple[Listing, ...]
    """The same lists, for everybody else."""
    scratch: str
    metadata: bool = False
    """Whether trafilatura is asked for title, date and source too, as the archive finds them."""
    clocks: bool = False
    """Whether to measure stages; it costs a little, so it is done in a round of its own."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a contender did and what it took, seconds of processor time and of wall clock."""

    pages: int
    """Report pages fetched and stored."""
    lists: int
    """Pages and data answers of listings fetched."""
    texts: int
    """Distinct texts stored."""
    addresses: str
    """SHA-256 over the sorted addresses of the report pages, to tell that two contenders fetched the same."""
    cpu: float
    wall: float
    stages: dict[str, float] = field(default_factory=dict)


def receive() -> Job:
    """Read the job from standard input."""
    return msgspec.json.decode(sys.stdin.buffer.read(), type=Job)


def cpu_seconds() -> float:
    """Return the processor time of this process and of its children that have ended, user and system."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def tell(addresses: Iterable[str], lists: int, texts: int, began: float, stages: dict[str, float]) -> None:
    """Print what was done, the process's whole life counted, imports included."""
    urls = sorted(addresses)
    names = hashlib.sha256("\n".join(urls).encode()).hexdigest()
    wall = time.monotonic() - began
    done = Done(len(urls), lists, texts, names, cpu_seconds(), wall, stages)
    print(msgspec.json.encode(done).decode(), flush=True)
