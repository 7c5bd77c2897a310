"""The tables under one root, read: names and values in, rows out.

Waits for a store that is away. It knows nothing of what is written, nor when.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import polars as pl
from deltalake import DeltaTable

from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.index import COLUMNS as SIGNATURE_COLUMNS
from scrapers.catalog.index import Index
from scrapers.catalog.settle import Row
from scrapers.catalog.shape import Table
from scrapers.errors import StoreUnavailable

T = TypeVar("T")
RETRY_SECONDS = 180.0
"""How long a store may be away before recording gives up: longer than a restart of the server."""
LOOK_SECONDS = 2.0
"""Pause before a store that was away is looked at again."""
_FILLED = {("reports", "text"), ("reports", "length"), ("signatures", "named_year"), ("signatures", "signature")}
"""Columns that follow from the content hash, so they are neither read back nor compared."""


class Tables:
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
        self._retry_seconds, self._clock, self.sleep = retry_seconds, clock, sleep
        self._met: set[str] = set()

    def table(self, name: str) -> DeltaTable | None:
        """Return a table at its newest version, or None when nothing has been recorded yet.

        Raise StoreUnavailable when it was there before: a server that has just come back may not know all it has.
        """
        opened = delta.open_table(self.uri(name), self.options)
        if opened is not None:
            self._met.add(name)
        elif name in self._met:
            raise StoreUnavailable(f"{self.uri(name)} was there and is not; see that the store has all its data")
        return opened

    def uri(self, name: str) -> str:
        """Return a table's address, as Delta readers take it."""
        return f"{self.root}/{TABLES[name].name}"

    def open(self, name: str) -> DeltaTable:
        """Return a table at its newest version, created empty when nothing has been recorded yet."""
        opened = self.table(name) or delta.create_table(self.uri(name), self.options, TABLES[name])
        self._met.add(name)
        return opened

    def version(self, name: str) -> int | None:
        """Return the newest version of a table that told other rows than the one before; None without a table."""
        opened = self.table(name)
        return None if opened is None else delta.told(opened)

    def newest(self, name: str) -> tuple[str, int] | None:
        """Return what names the newest version of a table, as long as nobody commits to it; None without a table."""
        opened = self.patiently(lambda: self.table(name))
        return (str(opened.metadata().id), opened.version()) if opened else None

    def files(self, name: str) -> list[str]:
        """Return the data files of a table's newest version, named from its own place; none without a table."""
        opened = self.patiently(lambda: self.table(name))
        return delta.paths(opened) if opened else []

    def created(self, name: str) -> datetime | None:
        """Return when a table was made, or None without one."""
        opened = self.patiently(lambda: self.table(name))
        return datetime.fromtimestamp((opened.metadata().created_time or 0) / 1000, UTC) if opened else None

    def rows(self, name: str, lookup: Sequence[str], values: Iterable[str], columns: Sequence[str] = ()) -> list[Row]:
        """Return the rows in which one of the `lookup` columns holds one of `values`; none when there is no table."""

        def look() -> list[Row]:
            opened = self.table(name)
            names = columns or compared(TABLES[name])
            return delta.read_rows(opened, self.options, names, lookup, values) if opened else []

        return self.patiently(look)

    def every_row(self, name: str, columns: Sequence[str]) -> pl.DataFrame:
        """Return all rows with the named columns; an empty frame of them when there is no table."""

        def look() -> pl.DataFrame:
            opened = self.table(name)
            return delta.read_all(opened, self.options, columns) if opened else pl.DataFrame(schema=list(columns))

        return self.patiently(look)

    def index(self) -> Index:
        """Return the index of all signed texts, from the newest snapshot."""

        def look() -> Index:
            opened = self.table("signatures")
            return Index(delta.read_all(opened, self.options, SIGNATURE_COLUMNS) if opened else pl.DataFrame())

        return self.patiently(look)

    def patiently(self, step: Callable[[], T]) -> T:
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
                self.sleep(LOOK_SECONDS)


def compared(table: Table) -> list[str]:
    """Return the columns that agreement is judged by: all but those that follow from the content hash."""
    return [column.name for column in table.columns if (table.name, column.name) not in _FILLED]
