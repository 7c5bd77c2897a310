"""All ledger lines in, all rows of all tables out: what the catalog should say. Pure; it knows nothing of tables."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from scrapers.catalog.coverage import coverage_rows
from scrapers.catalog.index import Index
from scrapers.catalog.recording import signature_rows
from scrapers.catalog.relations import Similarity, relation_rows
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import first_sightings, sightings_rows
from scrapers.catalog.walks import walk_rows
from scrapers.model import Line, decode, encode

PACKED = 256
"""Lines packed at once: a line as an object is some thirty times as large."""


def derive(lines: Iterable[Line]) -> dict[str, Iterable[Row]]:
    """Return what every table but `relations` should hold, by table, without what follows from texts.

    Each may be iterated again. Captures, of which an archive has most, are made anew each time; the rest are lists.
    """
    runs = _Runs(lines)
    seen = first_sightings(row for own in runs for row in sightings_rows(own))
    reports, captures = report_rows(seen), _Captures(runs)
    walks = [row for own in runs for row in walk_rows(own)]
    return {
        "captures": captures,
        "sightings": seen,
        "reports": reports,
        "findings": [row for own in runs for row in finding_rows(own)],
        "walks": walks,
        "signatures": signature_rows(seen),
        "coverage": coverage_rows(reports, walks, captures),
        "runs": [row for own in runs for row in run_rows(own)],
    }


class _Runs:
    """Lines, given in any order, run by run; only one run's are in memory as what they are."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._packs: dict[str, list[bytes]] = defaultdict(list)
        waiting: dict[str, list[bytes]] = defaultdict(list)
        for line in lines:
            waiting[line.run].append(encode(line))
            if len(waiting[line.run]) >= PACKED:
                self._pack(line.run, waiting.pop(line.run))
        for run, own in waiting.items():
            self._pack(run, own)

    def _pack(self, run: str, lines: list[bytes]) -> None:
        self._packs[run].append(zlib.compress(b"\n".join(lines), 1))

    def __iter__(self) -> Iterator[list[Line]]:
        for _, packs in sorted(self._packs.items()):
            yield [decode(line, Line) for pack in packs for line in zlib.decompress(pack).split(b"\n")]


class _Captures:
    """The rows of captures, run by run."""

    def __init__(self, runs: _Runs) -> None:
        self._runs = runs

    def __iter__(self) -> Iterator[Row]:
        for own in self._runs:
            yield from captures_rows(own)


def relate(
    sightings: Iterable[Row], index: Index, similarity: Similarity, hashes: Collection[str] | None = None
) -> list[Row]:
    """Return what `relations` should hold; with `hashes`, the rows of which one text is among them."""
    seen = list(sightings)
    if hashes is None:
        years = index.years(row["content_hash"] for row in seen)
        return relation_rows(seen, index.pairs(), similarity, years)
    pairs = index.pairs(hashes)
    urls = {row["url"] for row in seen if row["content_hash"] in hashes}
    every = {row["content_hash"] for row in seen if row["url"] in urls} | {name for pair in pairs for _, name in pair}
    near = [row for row in seen if row["content_hash"] in every]
    rows = relation_rows(near, pairs, similarity, index.years(every))
    return [row for row in rows if row["content_hash"] in hashes or row["other_hash"] in hashes]
