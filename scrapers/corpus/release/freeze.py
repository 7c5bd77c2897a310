"""The catalog as it is now in, a release in the bucket out: pinned first, finished last, and never changed.

The first object of a release names the table versions it is of, and everything else follows from them; so a killed
freezing goes on where it stopped, two at once write the same bytes, and commits made meanwhile change nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from scrapers.archive.generations import in_effect
from scrapers.archive.keys import RELEASE_PREFIX, SUMS, release_key
from scrapers.archive.store import Store
from scrapers.archive.twins import put_twice
from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import require_known
from scrapers.catalog.snapshots import Tables
from scrapers.corpus import filters
from scrapers.corpus.release.compare import KINDS, SCHEMA, changes, counts
from scrapers.corpus.release.describe import MEDIA, changelog, citation, croissant, datapackage
from scrapers.corpus.release.files import SHARED, Entry, File, data_files, jsonl, parquet
from scrapers.corpus.release.released import BucketPlace, Release, day_of, release_names
from scrapers.errors import NotInArchive, Taken, UserError

FROZEN = ("reports", *SHARED)
PINNED = "snapshot.json"
OF_GENERATION = ("reports", "relations")


@dataclass(frozen=True, slots=True)
class Frozen:
    """What came of a freezing."""

    name: str
    reports: int
    changes: dict[str, int]
    fresh: bool
    """False when nothing has changed since the newest release, which is then named instead."""


def freeze(
    store: Store, catalog: Tables, *, name: str = "", today: date | None = None, told: Callable[[str], object] = str
) -> Frozen:
    """Freeze the catalog as a release; `told` hears each file's name as it is done.

    Without a name it is today's date (UTC), with a number when that is taken. Raise NotInArchive when there is no
    catalog, UserError when the name cannot be had.
    """
    wanted: dict[str, Any] = {"tables": _versions(catalog), "generation": _generation(store, catalog)}
    done = release_names(store)
    if done and not name:
        last = Release(BucketPlace(store, catalog.options, done[-1]))
        if wanted.items() <= last.versions().items():
            return Frozen(last.name, _count(last), dict.fromkeys(KINDS, 0), fresh=False)
    name = name or _free(store, done, today or datetime.now(UTC).date())
    pinned = _pin(store, name, {**wanted, "before": done[-1] if done else ""})
    return _write(store, catalog, name, pinned, told)


def is_due(names: list[str], today: date, days: int) -> bool:
    """Return whether the newest of the releases named by a date is at least so many days old, or none is."""
    named = [day for name in names if (day := day_of(name))]
    return not named or (today - max(named)).days >= days


def _versions(catalog: Tables) -> dict[str, int]:
    found = {table: version for table in FROZEN if (version := catalog.version(table)) is not None}
    if "reports" not in found:
        raise NotInArchive("There is no catalog to freeze yet. Run a harvest first: python -m scrapers harvest demo.")
    for table in found:  # before anything is pinned: what is pinned to columns of another version is never finished
        if opened := catalog.table(table):
            require_known(opened, TABLES[table])
    return found


def _generation(store: Store, catalog: Tables) -> str:
    reports = pl.scan_delta(catalog.uri("reports"), storage_options=catalog.options or None)
    return filters.generation_of(reports, in_effect(store))


def _free(store: Store, done: list[str], today: date) -> str:
    """Return today's name: one that is begun and not finished first, else the first that nobody has taken."""
    begun = {key.split("/")[1] for key in store.list(f"{RELEASE_PREFIX}{today}")}
    names = [f"{today}"] + [f"{today}.{number}" for number in range(2, 100)]
    return next((name for name in names if name in begun and name not in done), None) or next(
        name for name in names if name not in begun
    )


def _pin(store: Store, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write what is frozen under this name, or return what somebody has pinned there before."""
    try:
        key = release_key(name, PINNED)
    except ValueError as error:
        raise UserError(f"{error}. The date is a good one.") from error
    if store.head(release_key(name, SUMS)):
        raise UserError(f"Release {name} is finished, and never changes. Leave the name out, or choose another.")
    body = (json.dumps(wanted, sort_keys=True) + "\n").encode()
    try:
        store.put_once(key, body, content_type=MEDIA["json"])
    except Taken:
        return _pinned(store, key)
    return wanted


def _pinned(store: Store, key: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(store.get(key, must=True) or b"{}")
        return {name: found[name] for name in ("tables", "generation", "before")}
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{key} does not say what was frozen ({error!r}). Freeze under another name.") from error


def _write(store: Store, catalog: Tables, name: str, pinned: dict[str, Any], told: Callable[[str], object]) -> Frozen:
    tables = {
        table: _scan(catalog, table, version, pinned["generation"]) for table, version in pinned["tables"].items()
    }
    older = Release(BucketPlace(store, catalog.options, pinned["before"])) if pinned["before"] else None
    sums: dict[str, str] = {PINNED: _digest(store.get(release_key(name, PINNED), must=True) or b"")}
    for file in _files(name, tables, older):
        try:
            store.put_once(release_key(name, file.name), file.body, content_type=MEDIA[file.kind])
        except Taken as error:
            raise UserError(
                f"Release {name} was begun by another version of the software and cannot be finished by this one "
                f"({error}). Freeze it under another name."
            ) from error
        sums[file.name] = _digest(file.body)
        told(file.name)
    body = "".join(f"{digest}  {file}\n" for file, digest in sorted(sums.items())).encode()
    put_twice(store, release_key(name, SUMS), body, MEDIA["text"])
    made = Release(BucketPlace(store, catalog.options, name))
    return Frozen(name, _count(made), counts(made.changes()), fresh=True)


def _files(name: str, tables: dict[str, pl.LazyFrame], older: Release | None) -> Iterator[File]:
    """Yield every file but the pin and the sums; the metadata, which speak of the others, come last."""
    listed: list[Entry] = []
    total = 0
    for file in data_files(tables):
        yield file
        total += file.rows if file.kind == "csv" else 0
        listed.append(file.entry())
    changed = changes(older.reports() if older else None, tables["reports"]).select(list(SCHEMA))
    cited = citation(name, total)
    for file in (
        File("changes.parquet", parquet(changed), "parquet"),
        File("changes.jsonl.gz", jsonl(changed), "text"),
        File("changelog.md", changelog(name, older.name if older else "", changed).encode(), "text"),
        File("citation.txt", f"{cited}\n".encode(), "text"),
    ):
        yield file
        listed.append(file.entry())
    yield File("croissant.json", croissant(name, listed, cited), "json")
    yield File("datapackage.json", datapackage(name, listed), "json")


def _scan(catalog: Tables, table: str, version: int, generation: str) -> pl.LazyFrame:
    rows = pl.scan_delta(catalog.uri(table), version=version, storage_options=catalog.options or None)
    return rows.filter(pl.col("generation") == generation) if table in OF_GENERATION else rows


def _count(release: Release) -> int:
    return int(release.reports().select(pl.len()).collect().item())


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
