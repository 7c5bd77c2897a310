"""The catalog: ledger lines in, Delta tables kept in agreement with them.

Every table is a function of the set of ledger lines, so recording runs one by one, in any order and more than
once, ends with the rows that `rebuild` writes from all lines. It knows nothing of how lines or texts are stored:
texts come through a callable.

Recording a run settles one table after the other. Each settling reads the rows in its scope, works out what they
should be, commits the difference and reads again, until there is none. So a kill between two commits leaves
nothing that the next recording does not finish, and of two runs that touch the same text at once, the one that
writes last also looks last. The run's row in `runs` is written last: it says that the others are complete.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from deltalake import DeltaTable

from scrapers.catalog import delta as tables
from scrapers.catalog.columns import TABLES, Table
from scrapers.catalog.derive import derive
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.settle import Row
from scrapers.catalog.sightings import first_sightings, sightings_rows, total_order
from scrapers.catalog.standing import (
    CAPTURE_COLUMNS,
    FINDING_COLUMNS,
    SIGHTING_COLUMNS,
    Standing,
    revised,
    standings,
)
from scrapers.catalog.validators import COLUMNS, validators_of
from scrapers.errors import CatalogConflict, StoreUnavailable
from scrapers.fingerprint import GENERATION
from scrapers.model import Line, Validators

T = TypeVar("T")
TextOf = Callable[[str, str], str]
"""(generation, content hash) -> clean text."""
ROUNDS = 16
"""Commits tried for one table before recording gives up; a quiet catalog needs one, and a look that finds it so."""
RETRY_SECONDS = 180.0
"""How long a store may be away before recording gives up: longer than a restart of the server."""
LOOK_SECONDS = 2.0
"""Pause before a store that was away is looked at again."""
_FILLED = {("reports", "text"), ("reports", "length")}
"""Columns that follow from the content hash, so they are neither read back nor compared."""


class Catalog:
    """The tables under one root: `s3://bucket/catalog` with storage options, or a local directory."""

    def __init__(
        self,
        root: str,
        options: Mapping[str, str] | None = None,
        *,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.root, self.options = root.rstrip("/"), dict(options or {})
        self._retry_seconds, self._clock, self._sleep = retry_seconds, clock, sleep

    def table(self, name: str) -> DeltaTable | None:
        """Return a table at its newest version, or None when nothing has been recorded yet."""
        return tables.open_table(self.uri(name), self.options)

    def uri(self, name: str) -> str:
        """Return a table's address, as Delta readers take it."""
        return f"{self.root}/{TABLES[name].name}"

    def record(self, run: str, lines: Iterable[Line], text_of: TextOf) -> None:
        """Bring every table into agreement with all lines of a run; safe to repeat, and beside other runs.

        Give every line the run's ledger holds; a run that has grown since is recorded again. Raise
        CatalogConflict when other writers kept winning, and what `text_of` raises.
        """
        for step in self.steps(run, lines, text_of):
            step()

    def steps(self, run: str, lines: Iterable[Line], text_of: TextOf) -> tuple[Callable[[], None], ...]:
        """Return the settling of each table, in order; `record` runs them all."""
        own = list(lines)
        strangers = {line.run for line in own} - {run}
        if strangers:
            raise ValueError(f"lines of {sorted(strangers)} were given to record {run!r}")
        if not own:
            return ()
        seen = sightings_rows(own)
        texts = {row["content_hash"] for row in seen}

        def sightings(present: list[Row]) -> list[Row]:
            return first_sightings([*present, *seen])

        def reports(_present: list[Row]) -> list[Row]:
            return report_rows(self._rows("sightings", "content_hash", texts))

        each: tuple[Callable[[], None], ...] = (
            lambda: self._settle("captures", "run", {run}, lambda _: captures_rows(own), run),
            lambda: self._settle("sightings", "content_hash", texts, sightings, run),
            lambda: self._settle("reports", "content_hash", texts, reports, run, text_of),
            lambda: self._settle("findings", "run", {run}, lambda _: finding_rows(own), run),
            lambda: self._settle("runs", "run", {run}, lambda _: run_rows(own), run),
        )
        return tuple(partial(self._patiently, step) for step in each)

    def rebuild(self, lines: Iterable[Line], text_of: TextOf) -> None:
        """Write every table anew from all ledger lines, with today's columns.

        Tables are opened before the first line is drawn, so give a lazy iterable: a run recorded meanwhile then
        raises CatalogConflict instead of being lost.
        """
        opened = {name: self._open(name) for name in TABLES}
        contents: dict[str, Iterable[Row]] = {**derive(lines)}
        contents["reports"] = _with_text(contents["reports"], text_of)
        for name, rows in contents.items():
            if not tables.overwrite(opened[name], TABLES[name], rows):
                raise CatalogConflict(f"A run was recorded while {name} was rebuilt. Rebuild again.")

    def validators(self, host: str) -> dict[str, Validators]:
        """Return, for each address of a host, what its last capture read by today's generation lets us ask."""
        return validators_of(self._rows("captures", "host", {host}, COLUMNS), GENERATION)

    def hosts(self, run: str) -> set[str]:
        """Return the hosts of which the catalog holds a capture or a finding of a run."""
        return {row["host"] for name in ("captures", "findings") for row in self._rows(name, "run", {run}, ("host",))}

    def standings(self, hosts: Collection[str]) -> dict[str, Standing]:
        """Return how each of the hosts stands by the last word on its addresses."""
        captures = self._rows("captures", "host", hosts, CAPTURE_COLUMNS)
        return standings(hosts, captures, self._rows("findings", "host", hosts, FINDING_COLUMNS))

    def revised(self, run: str, hosts: Collection[str]) -> int:
        """Return at how many addresses a recorded run found another text than was seen there before."""
        return revised(run, self._rows("sightings", "host", hosts, SIGHTING_COLUMNS))

    def _open(self, name: str) -> DeltaTable:
        return self.table(name) or tables.create_table(self.uri(name), self.options, TABLES[name])

    def _rows(self, name: str, column: str, values: Iterable[str], columns: Sequence[str] = ()) -> list[Row]:
        def look() -> list[Row]:
            opened = self.table(name)
            names = columns or compared(TABLES[name])
            return tables.read_rows(opened, self.options, names, column, values) if opened else []

        return self._patiently(look)

    def _patiently(self, step: Callable[[], T]) -> T:
        """Repeat a step that is safe to repeat until the store answers; raise StoreUnavailable after `retry_seconds`.

        A Delta client stops asking a store that refuses connections within seconds.
        """
        started = self._clock()
        while True:
            try:
                return step()
            except StoreUnavailable:
                if self._clock() - started >= self._retry_seconds:
                    raise
                self._sleep(LOOK_SECONDS)

    def _settle(
        self,
        name: str,
        column: str,
        values: set[str],
        wanted: Callable[[list[Row]], list[Row]],
        run: str,
        text_of: TextOf | None = None,
    ) -> None:
        table = TABLES[name]
        for patience in range(ROUNDS):
            opened = self._open(name)
            tables.require_columns(opened, table)
            present = tables.read_rows(opened, self.options, compared(table), column, values) if values else []
            added, changed = _difference(present, wanted(present) if values else [], column)
            if not added and not changed:
                return
            if changed:
                rows = [row for group in changed.values() for row in group]
                won = tables.replace(opened, table, list(_with_text(rows, text_of)), run, column, changed)
            else:
                won = tables.append(opened, table, _with_text(added, text_of), run)
            if not won:
                self._sleep(min(0.1 * 2**patience, 3.0))
        raise CatalogConflict(
            f"{self.uri(name)}: other writers kept winning against run {run!r}, {ROUNDS} times. Try again."
        )


def compared(table: Table) -> list[str]:
    """Return the columns that agreement is judged by: all but the texts and their lengths."""
    return [column.name for column in table.columns if (table.name, column.name) not in _FILLED]


def _difference(present: list[Row], wanted: list[Row], column: str) -> tuple[list[Row], dict[str, list[Row]]]:
    """Return the wanted rows of groups not there at all, and the wanted rows of groups that differ."""
    here, there = _by(present, column), _by(wanted, column)
    added = [row for value, rows in there.items() if value not in here for row in rows]
    changed = {value: there.get(value, []) for value, rows in here.items() if _bag(rows) != _bag(there.get(value, []))}
    return added, changed


def _by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _bag(rows: list[Row]) -> list[tuple[Any, ...]]:
    return sorted(total_order(row) for row in rows)


def _with_text(rows: Iterable[Row], text_of: TextOf | None) -> Iterator[Row]:
    for row in rows:
        if text_of is None:
            yield row
            continue
        text = text_of(row["generation"], row["content_hash"])
        yield {**row, "text": text, "length": len(text)}
