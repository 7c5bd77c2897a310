"""A catalog that many runs have written in, the same rows in fewer and larger files out.

Each commit of a run leaves a file or two, and a reader pays for each. Tending writes the rows of a table into files of
a good size, sorted where the table says so, keeps a checkpoint of the log, and deletes files that no version of the
last RETENTION_DAYS (`delta`) needs. The rows stay what they are, so it may run beside commits: when one is in its
way, it looks again, and at last leaves the table for the next time. It knows nothing of what the rows mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.shape import Table
from scrapers.catalog.snapshots import Tables

FILE_BYTES = 32 << 20
"""Bytes a file is to have; one of less than half counts as small, one of more than double as large."""
SMALL_SHARE = 0.05
"""Share of a table's bytes that may lie in small files before they are worth writing anew."""
SMALL_FILES = 50
"""Small files that are too many whatever their share."""
ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Tended:
    """What came of tending one table."""

    table: str
    files_before: int
    files_after: int
    bytes_after: int
    deleted: int
    """Files that were deleted for good."""
    beaten: bool
    """Whether other writers kept winning, so that the table is as it was: the next tending finds it."""


def tend(tables: Tables) -> Iterator[Tended]:
    """Tend every table there is, one after the other, and yield what came of it.

    Safe to repeat, beside runs and beside itself. Raise StoreUnavailable or StoreRefused as every writer does.
    """
    for name, table in TABLES.items():
        if tables.patiently(partial(tables.table, name)) is not None:
            yield tables.patiently(partial(_tend, tables, table))


def untidy(sizes: list[int]) -> bool:
    """Say whether files of these bytes are worth writing anew."""
    small = [size for size in sizes if size < FILE_BYTES // 2]
    many = len(small) > 1 and (sum(small) > SMALL_SHARE * sum(sizes) or len(small) > SMALL_FILES)
    return many or any(size > 2 * FILE_BYTES for size in sizes)


def _tend(tables: Tables, table: Table) -> Tended:
    before = delta.sizes(tables.open(table.name))
    done = not untidy(before)
    for patience in range(ROUNDS):
        if done:
            break
        done = delta.compact(tables.open(table.name), table, FILE_BYTES)
        if not done:
            tables.sleep(min(0.5 * 2**patience, 8.0))
    deleted = delta.vacuum(tables.open(table.name))
    opened = tables.open(table.name)
    delta.checkpoint(opened)
    after = delta.sizes(opened)
    return Tended(table.name, len(before), len(after), sum(after), deleted, beaten=not done)
