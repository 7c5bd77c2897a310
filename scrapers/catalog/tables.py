"""The catalog: ledger lines in, Delta tables kept in agreement with them.

Every table is a function of the set of ledger lines and of the texts they name, so recording runs one by one, in
any order and more than once, ends with the rows that `rebuild` writes from all lines. It knows nothing of how lines
or texts are stored: texts come through a callable.

Recording a run settles one table after the other. Each settling reads the rows in its scope, works out what they
should be, commits the difference and reads again, until there is none. So a kill between two commits leaves
nothing that the next recording does not finish, and of two runs that touch the same text at once, the one that
writes last also looks last. The run's row in `runs` is written last: it says that the others are complete.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from deltalake import DeltaTable

from scrapers.catalog import delta as tables
from scrapers.catalog.columns import TABLES
from scrapers.catalog.derive import derive, relate
from scrapers.catalog.past import COLUMNS as PAST_COLUMNS
from scrapers.catalog.past import Past, pasts
from scrapers.catalog.quality import COLUMNS as QUALITY_COLUMNS
from scrapers.catalog.quality import Quality, quality
from scrapers.catalog.recording import Recording, Step
from scrapers.catalog.settle import Row
from scrapers.catalog.shape import Table
from scrapers.catalog.sightings import total_order
from scrapers.catalog.snapshots import Tables, compared
from scrapers.catalog.standing import (
    CAPTURE_COLUMNS,
    FINDING_COLUMNS,
    SIGHTING_COLUMNS,
    Standing,
    revised,
    standings,
)
from scrapers.catalog.tending import Tended, tend
from scrapers.catalog.texts import TextOf, Texts
from scrapers.catalog.validators import COLUMNS, validators_of
from scrapers.errors import CatalogConflict, UserError
from scrapers.fingerprint import GENERATION
from scrapers.model import Line, Validators

ROUNDS = 16
"""Commits tried for one table before recording gives up; a quiet catalog needs one, and a look that finds it so."""


class Catalog(Tables):
    """The tables under one root, and the recording of runs in them."""

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
        steps = Recording(run, own, self, Texts(text_of)).steps()
        return tuple(partial(self.patiently, partial(self._settle, step, run)) for step in steps)

    def rebuild(self, lines: Iterable[Line], text_of: TextOf) -> None:
        """Write every table anew from all ledger lines, with today's columns.

        Tables are opened before the first line is drawn, so give a lazy iterable: a run recorded meanwhile then
        raises CatalogConflict instead of being lost.
        """
        opened = {name: self.open(name) for name in TABLES}
        texts = Texts(text_of)
        contents = derive(lines)
        sightings = list(contents["sightings"])
        contents["reports"] = texts.with_text(_in_order(TABLES["reports"], contents["reports"]))
        contents["signatures"] = texts.with_signature(contents["signatures"])
        for name, table in TABLES.items():
            if name == "relations":
                contents[name] = relate(sightings, self.index(), texts.similarity) if sightings else []
            if not tables.overwrite(opened[name], table, contents[name]):
                raise CatalogConflict(f"A run was recorded while {name} was rebuilt. Rebuild again.")

    def remove(self) -> None:
        """Delete every table with its past, whatever state it is in, so that `rebuild` makes it anew."""
        tables.remove(self.root, self.options)
        self._met.clear()

    def tend(self) -> Iterator[Tended]:
        """Put the files of every table in order, one table after the other; see `tending`."""
        return tend(self)

    def validators(self, host: str) -> dict[str, Validators]:
        """Return, for each address of a host, what its last capture read by today's generation lets us ask."""
        return validators_of(self.rows("captures", ("host",), {host}, COLUMNS), GENERATION)

    def pasts(self, host: str) -> dict[str, Past]:
        """Return what is known of each page of a host of which something was archived."""
        return pasts(self.rows("captures", ("host",), {host}, PAST_COLUMNS))

    def walks(self, source_ids: Collection[str], columns: Sequence[str]) -> list[Row]:
        """Return the recorded walks of sources, in no order; raise UserError when an earlier version wrote them."""
        if (opened := self.table("walks")) is not None:
            tables.require_columns(opened, TABLES["walks"])
        return self.rows("walks", ("source_id",), source_ids, columns) if source_ids else []

    def hosts(self, run: str) -> set[str]:
        """Return the hosts of which the catalog holds a capture or a finding of a run."""
        return {row["host"] for name in ("captures", "findings") for row in self.rows(name, ("run",), {run}, ("host",))}

    def standings(self, hosts: Collection[str]) -> dict[str, Standing]:
        """Return how each of the hosts stands by the last word on its addresses."""
        captures = self.rows("captures", ("host",), hosts, CAPTURE_COLUMNS)
        return standings(hosts, captures, self.rows("findings", ("host",), hosts, FINDING_COLUMNS))

    def revised(self, run: str, hosts: Collection[str]) -> int:
        """Return at how many addresses a recorded run found another text than was seen there before."""
        return revised(run, self.rows("sightings", ("host",), hosts, SIGHTING_COLUMNS))

    def quality(self) -> Quality | None:
        """Return how well all reports of today's generation are known; None when nothing has been recorded yet."""

        def look() -> Quality | None:
            opened = self.table("reports")
            if opened is None:
                return None
            rows = tables.read_all(opened, self.options, ("generation", *QUALITY_COLUMNS))
            return quality(rows.filter(generation=GENERATION))

        return self.patiently(look)

    def _known(self, name: str) -> DeltaTable:
        """Open a table; raise UserError when an earlier version, which had no such table, recorded runs here."""
        opened = self.table(name)
        # The first run of all, recorded beside this one, makes `runs` last: what was not there may be by now.
        if opened is None and self.table("runs") is not None and (opened := self.table(name)) is None:
            raise UserError(
                f"The catalog was written by a version without a table {name!r}. "
                "Rebuild it from the ledger: python -m scrapers rebuild."
            )
        return opened or self.open(name)

    def _settle(self, step: Step, run: str) -> None:
        table, group = step.table, step.group
        ours: tuple[int, set[str]] | None = None
        present: list[Row] = []
        for patience in range(ROUNDS):
            opened = self._known(table.name)
            tables.require_columns(opened, table)
            version, values = opened.version(), step.values()
            if ours != (version, values):  # what we have just written ourselves is as we left it
                columns = compared(table)
                present = tables.read_rows(opened, self.options, columns, step.lookup, values) if values else []
            added, changed = _difference(present, step.wanted(present) if values else [], group)
            if not added and not changed:
                return
            rows = [row for members in (*changed.values(), *added.values()) for row in members]
            if changed:
                names = {*changed, *added}
                filled = list(step.filled(_in_order(table, rows)))
                won = tables.replace(opened, table, filled, run, group, names)
            else:
                won = tables.append(opened, table, step.filled(_in_order(table, rows)), run)
            if won:
                ours, present = (version + 1, values), [row for row in present if row[group] not in changed] + rows
            else:
                self.sleep(min(0.1 * 2**patience, 3.0) * random.uniform(0.5, 1.0))  # noqa: S311 - not to meet again
        raise CatalogConflict(
            f"{self.uri(table.name)}: other writers kept winning against run {run!r}, {ROUNDS} times. Try again."
        )


def _in_order(table: Table, rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[table.sorted_by] or "") if table.sorted_by else list(rows)


def _difference(
    present: list[Row], wanted: list[Row], column: str
) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Return the wanted rows, by group, of groups not there at all, and of groups that differ."""
    here, there = _by(present, column), _by(wanted, column)
    added = {value: rows for value, rows in there.items() if value not in here}
    changed = {value: there.get(value, []) for value, rows in here.items() if _bag(rows) != _bag(there.get(value, []))}
    return added, changed


def _by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _bag(rows: list[Row]) -> list[tuple[Any, ...]]:
    return sorted(total_order(row) for row in rows)
