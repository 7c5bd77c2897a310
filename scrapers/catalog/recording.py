"""One run's lines in, the steps that bring each table into agreement with them out.

A step says which rows of its table it answers for and what they should be. Which rows those are follows from the run
and from the tables before it, so a step looks at them when it is taken, and looks again when another writer came in
between. It knows nothing of how rows are written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

from scrapers.catalog import coverage
from scrapers.catalog.columns import TABLES
from scrapers.catalog.index import COLUMNS as SIGNATURE_COLUMNS
from scrapers.catalog.index import Index, Text
from scrapers.catalog.relations import relation_rows
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.shape import Table
from scrapers.catalog.sightings import first_sightings, sightings_rows
from scrapers.catalog.snapshots import Tables
from scrapers.catalog.texts import Texts
from scrapers.catalog.walks import walk_rows
from scrapers.model import Line

T = TypeVar("T")


def _as_they_are(rows: Iterable[Row]) -> Iterator[Row]:
    return iter(rows)


@dataclass(frozen=True, slots=True)
class Step:
    """What a recording makes of one table: the rows with one of `values()` in `lookup` become `wanted(them)`.

    Rows are compared and replaced in groups of one `group`. `filled` adds what follows from a row's text.
    """

    table: Table
    lookup: tuple[str, ...]
    values: Callable[[], set[str]]
    wanted: Callable[[list[Row]], list[Row]]
    group: str
    filled: Callable[[Iterable[Row]], Iterator[Row]] = _as_they_are


class Recording:
    """The steps of one run, in order; `runs` comes last."""

    def __init__(self, run: str, lines: Sequence[Line], tables: Tables, texts: Texts) -> None:
        self._run, self._lines, self._tables, self._texts = run, lines, tables, texts
        self._looked: dict[str, tuple[object, Any]] = {}
        self._left: set[str] = set()
        """Divisions that sightings of the run's texts named before."""

    def steps(self) -> tuple[Step, ...]:
        """Return the steps."""
        return (
            self._of_run("captures", captures_rows),
            self._of_texts("sightings", self._first),
            self._of_texts("reports", lambda _: report_rows(self._sightings(self._hashes)), self._texts.with_text),
            self._of_run("findings", finding_rows),
            self._of_run("walks", walk_rows),
            self._of_texts("signatures", self._signatures, self._texts.with_signature),
            self._relations(),
            self._coverage(),
            self._of_run("runs", run_rows),
        )

    @cached_property
    def _seen(self) -> list[Row]:
        return sightings_rows(self._lines)

    @cached_property
    def _hashes(self) -> set[str]:
        return {row["content_hash"] for row in self._seen}

    def _of_run(self, name: str, rows: Callable[[Iterable[Line]], list[Row]]) -> Step:
        return Step(TABLES[name], ("run",), lambda: {self._run}, lambda _: rows(self._lines), "run")

    def _of_texts(
        self,
        name: str,
        wanted: Callable[[list[Row]], list[Row]],
        filled: Callable[[Iterable[Row]], Iterator[Row]] = _as_they_are,
    ) -> Step:
        key = "content_hash"
        return Step(TABLES[name], (key,), lambda: self._hashes, wanted, key, filled)

    def _first(self, present: list[Row]) -> list[Row]:
        self._left |= {row["division"] for row in present if row["division"]}
        return first_sightings([*present, *self._seen])

    def _sightings(self, hashes: Iterable[str]) -> list[Row]:
        wanted = frozenset(hashes)
        if wanted != self._hashes:
            return self._tables.rows("sightings", ("content_hash",), wanted)
        return self._unchanged("sightings", lambda: self._tables.rows("sightings", ("content_hash",), wanted))

    def _unchanged(self, table: str, read: Callable[[], T]) -> T:
        """Return what was read of a table before, unless somebody has committed to it since: steps look often."""
        now = self._tables.newest(table)
        before, found = self._looked.get(table, (None, None))
        if now is None or now != before:
            found = read()
            self._looked[table] = (now, found)
        return cast("T", found)

    def _signatures(self, present: list[Row]) -> list[Row]:
        return signature_rows([*present, *self._seen])

    def _relations(self) -> Step:
        """Return the step of `relations`: it answers for the texts that the run's sightings and addresses touch."""
        looked: list[tuple[set[str], Index]] = []

        def touched() -> set[str]:
            hashes, index = self._sharing_addresses(), self._unchanged("signatures", self._tables.index)
            looked[:] = [(hashes | index.displaced(hashes), index)]
            return looked[0][0]

        def wanted(present: list[Row]) -> list[Row]:
            ((hashes, index),) = looked
            pairs = index.pairs(hashes)
            every = hashes | {name for pair in pairs for _, name in pair}
            known = {_pair(row): row["similarity"] for row in present}

            def similarity(one: Text, other: Text) -> float:
                return known[one, other] if (one, other) in known else self._texts.similarity(one, other)

            rows = relation_rows(self._sightings(every), pairs, similarity, index.years(every))
            return [row for row in rows if hashes & {row["content_hash"], row["other_hash"]}]

        return Step(TABLES["relations"], ("content_hash", "other_hash"), touched, wanted, "relation_id")

    def _sharing_addresses(self) -> set[str]:
        """Return the run's texts and all that share an address with them, directly or through others."""
        if not self._hashes:
            return set()
        hashes, urls = set(self._hashes), {row["url"] for row in self._sightings(self._hashes)}
        looked: set[str] = set()
        while urls - looked:
            there = self._tables.rows("sightings", ("url",), urls - looked, ("content_hash",))
            looked |= urls
            if fresh := {row["content_hash"] for row in there} - hashes:
                hashes |= fresh
                urls |= {row["url"] for row in self._sightings(fresh)}
        return hashes

    def _coverage(self) -> Step:
        """Return the step of `coverage`: it answers for the divisions of which the run may have learnt something."""
        looked: list[set[str]] = []

        def touched() -> set[str]:
            looked[:] = [self._divisions()]
            return looked[0]

        return Step(TABLES["coverage"], ("division",), touched, lambda _: self._covered(*looked), "division")

    def _divisions(self) -> set[str]:
        """Return the divisions of the run's walks and texts, those the texts left, and those a kill left behind."""
        sources = {row["source_id"] for row in walk_rows(self._lines)}
        walks = self._tables.rows("walks", ("source_id",), sources, ("division",)) if sources else []
        present = {row["division"] for row in [*walks, *self._sightings(self._hashes)] if row["division"]}
        every = self._tables.every_row
        reports = self._unchanged("reports", lambda: every("reports", coverage.COUNTED_COLUMNS))
        counts = self._unchanged("coverage", lambda: every("coverage", coverage.COUNT_COLUMNS))
        return present | self._left | coverage.miscounted(reports, counts)

    def _covered(self, divisions: set[str]) -> list[Row]:
        reports = self._tables.rows("reports", ("division",), divisions, coverage.REPORT_COLUMNS)
        sources = {row["source_id"] for row in self._tables.rows("walks", ("division",), divisions, ("source_id",))}
        walks = self._tables.rows("walks", ("source_id",), sources, coverage.WALK_COLUMNS)
        runs = {row["run"] for row in coverage.latest_walks(walks)}
        captures = self._tables.rows("captures", ("run",), runs, coverage.CAPTURE_COLUMNS)
        rows = coverage.coverage_rows(reports, walks, captures)
        return [row for row in rows if row["division"] in divisions]


def signature_rows(rows: Iterable[Row]) -> list[Row]:
    """Return one row of `signatures` for each text among sightings, without what follows from the text."""
    names = {(row["generation"], row["content_hash"]) for row in rows}
    return [dict(zip(SIGNATURE_COLUMNS[:2], name, strict=True)) for name in sorted(names)]


def _pair(row: Row) -> tuple[Text, Text]:
    first, second = sorted(((row["generation"], row["content_hash"]), (row["generation"], row["other_hash"])))
    return first, second
