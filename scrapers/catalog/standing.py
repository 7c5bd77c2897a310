"""Rows of `captures` and `findings` in, how each host stands out: what is settled well, and what is not.

Pure. It answers what is left to do when somebody asks for a run of what failed alone, and which texts of a run
replaced another at the same address.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from scrapers.catalog.settle import Row
from scrapers.model import Disposition

CAPTURE_COLUMNS = ("run", "host", "url", "disposition", "settled_at")
FINDING_COLUMNS = ("run", "host", "url", "found_at")
SIGHTING_COLUMNS = ("url", "content_hash", "first_seen", "run")


@dataclass(frozen=True, slots=True)
class Standing:
    """One host by the last word on each of its addresses."""

    good: frozenset[str] = frozenset()
    """Addresses whose last word asks for nothing."""
    failed: frozenset[str] = frozenset()
    """Addresses whose last word asks for another try, a pause or a person, or that have none."""
    troubled: bool = True
    """Whether the host's last run found something wrong with the host or a listing, or there was none."""

    @property
    def to_do(self) -> bool:
        """Whether a run of what failed has anything to do here."""
        return bool(self.failed) or self.troubled


def standings(hosts: Collection[str], captures: Iterable[Row], findings: Iterable[Row]) -> dict[str, Standing]:
    """Return how each of the hosts stands; one that nothing is known of is troubled."""
    last: dict[tuple[str, str], tuple[datetime, bool]] = {}
    newest: dict[str, tuple[datetime, str]] = {}
    for row in captures:
        word = (row["settled_at"], row["disposition"] == Disposition.OK.value)
        last[row["host"], row["url"]] = max(word, last.get((row["host"], row["url"]), word))
        _note(newest, row["host"], row["settled_at"], row["run"])
    about_host: dict[str, set[str]] = defaultdict(set)
    for row in findings:
        _note(newest, row["host"], row["found_at"], row["run"])
        # What is about an address counts there; a listing has no address of its own in `captures`.
        if (row["host"], row["url"]) not in last:
            about_host[row["host"]].add(row["run"])
    good: dict[str, set[str]] = defaultdict(set)
    failed: dict[str, set[str]] = defaultdict(set)
    for (host, url), (_, well) in last.items():
        (good if well else failed)[host].add(url)
    return {
        host: Standing(
            frozenset(good[host]),
            frozenset(failed[host]),
            host not in newest or newest[host][1] in about_host[host],
        )
        for host in hosts
    }


def revised(run: str, sightings: Iterable[Row]) -> int:
    """Return at how many addresses a run was the first to see a text where another text had been seen before."""
    texts: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for row in sightings:
        texts[row["url"]].append((row["first_seen"], row["content_hash"], row["run"]))
    return sum(
        any(own == run and any(other < seen and text != was for other, was, _ in group) for seen, text, own in group)
        for group in texts.values()
    )


def _note(newest: dict[str, tuple[datetime, str]], host: str, at: datetime, run: str) -> None:
    newest[host] = max((at, run), newest.get(host, (at, run)))
