"""Stored captures in, their reports as today's generation of the reader sees them out: no request leaves.

A re-extraction is a run of its own beside the harvests: its lines carry the captures as they were fetched and what is
read in them now. It skips what this generation has read already, in this run or in a harvest, so a killed one goes
on. What it writes is seen by readers only once the generation is switched to (`archive.generations`).
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import replace

from scrapers import divisions, platforms, registry
from scrapers.archive.ledger import Ledger, chains, read_lines
from scrapers.errors import NotInArchive
from scrapers.extract import Reader, Readers
from scrapers.fingerprint import GENERATION
from scrapers.harvest.read import STAGE, Settling, one_each
from scrapers.harvest.works import Works
from scrapers.model import Line, Override, Source


def hosts_to_reextract(works: Works, asked: Iterable[str] = ()) -> list[str]:
    """Return the slugs of all hosts that the ledger has captures of, or of those asked for, sorted.

    Raise NotInArchive for one it has none of.
    """
    known = {writer.host for writer in chains(works.store)}
    for host in asked:
        if host not in known:
            raise NotInArchive(f"The ledger has no host {host!r}. It spells them like {min(known, default='nothing')}.")
    return sorted(set(asked) or known)


def reextract(works: Works, run: str, host: str, attempt: str, readers: Readers | None = None) -> int:
    """Read every stored capture of a host (by its slug) again; return how many this attempt read.

    Every capture that today's generation has settled already is left alone.
    """
    held = list(read_lines(works.store, host=host))
    left = _left(held)
    if not left:
        return 0
    sources, overrides = _declared(works)
    count = 0
    with (
        Ledger(works.store, held[0].host, run, attempt, STAGE) as ledger,
        nullcontext(readers) if readers else Reader() as reader,
    ):
        for lines, done in left:
            for line in Settling(works, sources, reader, overrides).settle(lines, done):
                ledger.write(replace(line, run=run))
                works.heard(line)
                works.pause()
                count += 1
    return count


def reextract_all(works: Works, run: str, hosts: Iterable[str], attempt: str) -> int:
    """Read every stored capture of the hosts again, several hosts at a time; return how many were read."""
    width = os.cpu_count() or 1
    with Readers(width) as readers, ThreadPoolExecutor(max_workers=width) as pool:
        futures = [pool.submit(reextract, works, run, host, attempt, readers) for host in hosts]
        try:
            while wait(futures, timeout=1.0).not_done:
                pass
        except BaseException:
            works.stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return sum(future.result() for future in futures)


def record_reextract(works: Works, run: str) -> int:
    """Commit a re-extraction to the catalog beside the generations that are there; return how many lines it has."""
    lines = list(read_lines(works.store, run=run))
    if lines:
        works.catalog.record(run, lines, works.text_of)
    return len(lines)


def _left(held: list[Line]) -> list[tuple[list[Line], set[str]]]:
    """Return each harvest's crawl lines that have something unread, with the addresses that are read."""
    read = {(line.url, line.payload_digest) for line in held if line.stage == STAGE and line.generation == GENERATION}
    harvests: dict[str, list[Line]] = defaultdict(list)
    for line in held:
        if line.stage == "crawl" and line.url:
            harvests[line.run].append(line)
    return list(_unread(harvests, read))


def _unread(harvests: Mapping[str, list[Line]], read: set[tuple[str, str]]) -> Iterator[tuple[list[Line], set[str]]]:
    for lines in harvests.values():
        chosen = one_each(lines)
        opened = {(line.url, line.payload_digest) for line in chosen if line.capture and line.outcome is None}
        if opened - read:
            yield chosen, {url for url, _ in opened & read}
        read |= opened


def _declared(works: Works) -> tuple[dict[str, Source], tuple[Override, ...]]:
    provinces = registry.load_all(works.settings.sources, platforms.PLATFORMS, divisions.codes())
    sources = {source.id: source for province in provinces for source in province.sources}
    return sources, tuple(override for province in provinces for override in province.overrides)
