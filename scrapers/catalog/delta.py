"""One Delta table: rows in scope read, groups of rows replaced, whole tables written.

The only speaker of the Delta protocol. Every write is made from the very snapshot that was read, so a commit that
another writer made in between is found out by the protocol's own conflict check. It knows the declared columns and
nothing of what they mean.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.fs import DeltaStorageHandler

from scrapers.catalog.settle import Row
from scrapers.catalog.shape import Table
from scrapers.errors import ArchiveError, FixityError, StoreRefused, StoreUnavailable, UserError

BATCH = 256
"""Rows held in memory at once while a table is written; a report's row carries its text."""
RETENTION_DAYS = 30
"""Days for which a table can be read as it was."""
_KEPT = {f"delta.{what}RetentionDuration": f"interval {RETENTION_DAYS} days" for what in ("deletedFile", "log")}
_TENDING = ("OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES")
_DENIED = re.compile(r"403 Forbidden|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|NoSuchBucket")
_NOT_ALLOWED = re.compile(r"Error performing (\w+) .*?AccessDenied", re.DOTALL)
_STORE = re.compile(r"Generic S3 error|error sending request|object.?store", re.IGNORECASE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def open_table(uri: str, options: Mapping[str, str], version: int | None = None) -> DeltaTable | None:
    """Return the table at an address, its newest version by default, or None when there is none.

    Raise StoreUnavailable or StoreRefused, and FixityError when its log tells of no table.
    """
    with _store_errors(uri):
        try:
            return DeltaTable(uri, version=version, storage_options=dict(options))
        except TableNotFoundError:
            return None
        except DeltaError as error:
            if _STORE.search(str(error)):
                raise
            raise FixityError(
                f"{uri} cannot be opened: {_one_line(str(error))}. Make it anew from the ledger: "
                "python -m scrapers rebuild --anew."
            ) from error


def create_table(uri: str, options: Mapping[str, str], table: Table) -> DeltaTable:
    """Create an empty table with its declared columns, or return the one another writer has just created."""
    with _store_errors(uri):
        try:
            return DeltaTable.create(
                uri,
                schema=table.schema,
                name=table.name,
                description=f"A row is {table.row}.",
                configuration=_KEPT,
                storage_options=dict(options),
            )
        except DeltaError:
            found = open_table(uri, options)
            if found is None:
                raise
            return found


def require_columns(delta: DeltaTable, table: Table) -> None:
    """Raise UserError when a stored table has other columns than this version declares."""
    stored = [(field.name, field.type) for field in pa.schema(delta.schema())]
    if stored != [(field.name, field.type) for field in table.schema]:
        raise UserError(
            f"The catalog's table {table.name!r} was written with other columns than this version has. "
            "Rebuild the catalog from the ledger: python -m scrapers rebuild."
        )


def require_known(delta: DeltaTable, table: Table) -> None:
    """Raise UserError when a stored table lacks a column that this version reads; it may have others besides."""
    lacking = [name for name in table.schema.names if name not in set(pa.schema(delta.schema()).names)]
    if lacking:
        raise UserError(
            f"The catalog's table {table.name!r} was written by a version without a column {', '.join(lacking)}. "
            "Rebuild the catalog from the ledger: python -m scrapers rebuild."
        )


def read_rows(
    delta: DeltaTable, options: Mapping[str, str], columns: Sequence[str], lookup: Sequence[str], values: Iterable[str]
) -> list[Row]:
    """Return the rows in which one of the `lookup` columns holds one of `values`, with the named columns only."""
    wanted = sorted(set(values))
    condition = pl.any_horizontal(*(pl.col(column).is_in(wanted) for column in lookup))
    return _read(delta, options, columns, condition).to_dicts()


def read_all(delta: DeltaTable, options: Mapping[str, str], columns: Sequence[str]) -> pl.DataFrame:
    """Return every row, with the named columns only."""
    return _read(delta, options, columns, pl.lit(True))


def each_row(delta: DeltaTable, options: Mapping[str, str], columns: Sequence[str]) -> Iterator[Row]:
    """Yield every row with the named columns, a file of the table at a time."""
    for path in delta.file_uris():
        with _store_errors(delta.table_uri):
            rows = pl.scan_parquet(path, storage_options=dict(options) or None).select(columns).collect()
        yield from rows.iter_rows(named=True)


def _read(delta: DeltaTable, options: Mapping[str, str], columns: Sequence[str], condition: pl.Expr) -> pl.DataFrame:
    # Not through pyarrow's dataset: its threads call back into Python and can abort a process that ends soon after.
    with _store_errors(delta.table_uri):
        rows = pl.scan_delta(delta, storage_options=dict(options) or None).filter(condition)
        return rows.select(columns).collect()


def append(delta: DeltaTable, table: Table, rows: Iterable[Row], run: str) -> bool:
    """Add rows; return False, having written nothing, when another commit came in between."""
    return _commit(lambda: _write(delta, table, rows, "append", run, None), delta.table_uri)


def replace(delta: DeltaTable, table: Table, rows: Sequence[Row], run: str, column: str, values: Iterable[str]) -> bool:
    """Put `rows` in the place of all whose `column` holds one of `values`, in one commit; False as in `append`."""
    names = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(set(values)))
    predicate = f"{column} IN ({names})"
    return _commit(lambda: _write(delta, table, rows, "overwrite", run, predicate), delta.table_uri)


def overwrite(delta: DeltaTable, table: Table, rows: Iterable[Row]) -> bool:
    """Write a whole table anew with the declared columns; False when any other commit came in between."""
    return _commit(lambda: _write(delta, table, rows, "overwrite", "", None), delta.table_uri)


def _write(delta: DeltaTable, table: Table, rows: Iterable[Row], mode: str, run: str, predicate: str | None) -> None:
    schema = table.schema
    failed: list[Exception] = []
    batches = (pa.RecordBatch.from_pylist(batch, schema=schema) for batch in _batched(_noting(rows, failed)))
    try:
        write_deltalake(
            delta,
            pa.RecordBatchReader.from_batches(schema, batches),
            mode=mode,  # type: ignore[call-overload]  # one of the modes named by the callers above
            schema_mode="overwrite" if mode == "overwrite" and predicate is None else None,
            predicate=predicate,
            commit_properties=_mark(delta, run),
            writer_properties=laid_out(table),
        )
    except DeltaError as error:
        raise (failed or [error])[0] from None


def compact(delta: DeltaTable, table: Table, size: int) -> bool:
    """Write a table's rows into files of about `size` bytes, sorted where the table says so; False as in `append`.

    The rows stay what they are: an append that comes in between stands, anything else makes this one fail.
    """
    sole, laid = CommitProperties(max_commit_retries=0), laid_out(table)
    if table.sorted_by:
        return _commit(
            lambda: delta.optimize.z_order(
                [table.sorted_by], target_size=size, writer_properties=laid, commit_properties=sole
            ),
            delta.table_uri,
        )
    return _commit(
        lambda: delta.optimize.compact(target_size=size, writer_properties=laid, commit_properties=sole),
        delta.table_uri,
    )


def vacuum(delta: DeltaTable) -> int:
    """Delete files that no version of the last RETENTION_DAYS needs; return how many."""
    with _store_errors(delta.table_uri):
        if not _KEPT.items() <= delta.metadata().configuration.items():
            # Otherwise a checkpoint forgets after a week when a file was let go, and its age alone would decide.
            delta.alter.set_table_properties(_KEPT)
        if not delta.vacuum(RETENTION_DAYS * 24, dry_run=True, full=True):
            return 0  # deleting nothing would still be two commits
        return len(delta.vacuum(RETENTION_DAYS * 24, dry_run=False, full=True))


def checkpoint(delta: DeltaTable) -> None:
    """Write the table's state beside its log, so that a reader need not read the log from its beginning."""
    with _store_errors(delta.table_uri):
        delta.create_checkpoint()


def told(delta: DeltaTable) -> int:
    """Return the version of the last commit that changed rows, or the oldest that the log still knows of."""
    with _store_errors(delta.table_uri):
        commits = delta.history()
    versions = [commit["version"] for commit in commits if commit["operation"] not in _TENDING]
    return int(max(versions, default=delta.version()))


def commits(delta: DeltaTable) -> list[dict[str, Any]]:
    """Return what the log still says of each commit, the oldest first: `version`, `timestamp` (ms), `operation`."""
    with _store_errors(delta.table_uri):
        return delta.history()[::-1]


def paths(delta: DeltaTable) -> list[str]:
    """Return the data files of the table's newest version, named from its own place."""
    return [str(path) for path in pa.table(delta.get_add_actions())["path"].to_pylist()]


def sizes(delta: DeltaTable) -> list[int]:
    """Return the bytes of each file of the table's newest version."""
    return [int(size) for size in pa.table(delta.get_add_actions())["size_bytes"].to_pylist()]


def remove(uri: str, options: Mapping[str, str]) -> None:
    """Delete all that lies below an address, tables and strangers."""
    with _store_errors(uri):
        DeltaStorageHandler(uri.rpartition("/")[0], dict(options)).delete_dir(uri.rpartition("/")[2])


def laid_out(table: Table) -> WriterProperties:
    """Return how a table's rows lie within a file."""
    bare = ColumnProperties(statistics_enabled="NONE", dictionary_enabled=False)
    return WriterProperties(
        compression="ZSTD",
        compression_level=3,
        max_row_group_size=table.group or None,
        column_properties=dict.fromkeys(table.bulky, bare),
    )


def _noting(rows: Iterable[Row], failed: list[Exception]) -> Iterator[Row]:
    # What a row's text raises comes back from the writer as an error of its own, with ours only in its words.
    try:
        yield from rows
    except ArchiveError as error:
        failed.append(error)
        raise


def _mark(delta: DeltaTable, run: str) -> CommitProperties:
    """Name the run in the commit; two attempts to record one run at the same time then conflict."""
    if not run:
        return CommitProperties(max_commit_retries=0)
    return CommitProperties(custom_metadata={"run": run}, app_transactions=[Transaction(run, delta.version() + 1)])


def _commit(write: Callable[[], object], uri: str) -> bool:
    with _store_errors(uri):
        try:
            write()
        except CommitFailedError:
            return False
        return True


def _batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    for first in source:
        yield list(chain([first], islice(source, BATCH - 1)))


@contextmanager
def _store_errors(uri: str) -> Iterator[None]:
    try:
        yield
    except (OSError, DeltaError) as error:
        # A write that could not reach the store is a DeltaError like any other; only its words tell.
        if verb := _NOT_ALLOWED.search(str(error)):
            raise StoreRefused(
                f"{uri}: the store refused {verb[1]} (403 AccessDenied): these credentials may not do that. "
                "Set REPORT_ARCHIVE_ACCESS_KEY and REPORT_ARCHIVE_SECRET_KEY to some that may."
            ) from error
        if isinstance(error, DeltaError) and not _STORE.search(str(error)):
            raise
        message = f"{uri}: {_one_line(str(error))}"
        if _DENIED.search(str(error)):
            raise StoreRefused(
                f"{message}. Set REPORT_ARCHIVE_ACCESS_KEY, REPORT_ARCHIVE_SECRET_KEY and REPORT_ARCHIVE_BUCKET "
                "to what the store knows."
            ) from error
        raise StoreUnavailable(message) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # Bytes that are no Parquet, or other Parquet than the log says.
        raise FixityError(f"{uri} cannot be read: {_one_line(str(error))}") from error


def _one_line(message: str) -> str:
    """Return a message of several coloured lines as one plain line of bounded length."""
    return " ".join(_COLOUR.sub("", message).replace("\u21b3", "").split())[:400]
