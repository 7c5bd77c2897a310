"""A release read: its place in, verified files and lazy tables out; read-only, and the same for ever.

A release lies in the bucket or in a folder on a disk, and is one from the moment its SHA256SUMS is there: that file is
written last, so nobody ever sees half of a release. It knows nothing of the catalog the release was made from.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol, Unpack

import polars as pl

from scrapers.archive.keys import RELEASE_PREFIX, SUMS, release_key
from scrapers.archive.store import Store
from scrapers.corpus import filters
from scrapers.corpus.release.compare import SCHEMA, changes
from scrapers.errors import FixityError, NotInArchive, UserError

_DATED = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d{1,3})\Z)?")


class Place(Protocol):
    """Where the files of a release lie."""

    name: str

    def read(self, file: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""

    def scan(self, files: list[str]) -> pl.LazyFrame:
        """Return the rows of Parquet files, one after the other."""


class BucketPlace:
    """A release in the bucket."""

    def __init__(self, store: Store, options: dict[str, str], name: str) -> None:
        try:
            release_key(name, SUMS)
        except ValueError as error:
            raise NotInArchive(f"There is no such release: {error}. `releases` lists them.") from None
        self.name, self._store, self._options = name, store, options

    def read(self, file: str) -> bytes | None:
        """Return a file's bytes from the store."""
        return self._store.get(release_key(self.name, file))

    def scan(self, files: list[str]) -> pl.LazyFrame:
        """Return the rows of Parquet files in the store, read no further than they are asked for."""
        paths = [f"s3://{self._store.bucket}/{release_key(self.name, file)}" for file in files]
        # One scan a file: one scan of all would read the end of each file twice.
        return pl.concat([pl.scan_parquet(path, storage_options=self._options) for path in paths])


class FolderPlace:
    """A release in a folder."""

    def __init__(self, path: Path) -> None:
        self.name, self._path = path.name, path

    def read(self, file: str) -> bytes | None:
        """Return a file's bytes from the folder."""
        path = self._path / file
        return path.read_bytes() if path.is_file() else None

    def scan(self, files: list[str]) -> pl.LazyFrame:
        """Return the rows of Parquet files in the folder."""
        return pl.scan_parquet([self._path / file for file in files])


class Release:
    """One release. Every door of it reads what was frozen, whatever has happened since."""

    def __init__(self, place: Place) -> None:
        sums = place.read(SUMS)
        if sums is None:
            raise NotInArchive(
                f"There is no release {place.name!r}, or it is not finished: it has no {SUMS}. `releases` lists them."
            )
        self.name, self._place, self.digest = place.name, place, hashlib.sha256(sums).hexdigest()
        self.sums = {line[66:]: line[:64] for line in sums.decode().splitlines()}

    def reports(self, **asked: Unpack[filters.Conditions]) -> pl.LazyFrame:
        """Return the release's reports that meet every condition given, as `Corpus.reports` does."""
        year = asked.get("year")
        asked["year"] = years = None if year is None else sorted({year} if isinstance(year, int) else set(year))
        files = [name for name in self.sums if name.startswith("reports-") and name.endswith(".parquet")]
        if years is not None:  # each file is of one year, and its name says so
            files = [name for name in files if name[8:-8] in map(str, years)] or files[:1]
        rows, conditions = self._place.scan(files), filters.matching(**asked)
        lacking = {name for one in conditions for name in one.meta.root_names()} - set(rows.collect_schema().names())
        if lacking:
            raise NotInArchive(
                f"Release {self.name} was written by a version without a column {', '.join(sorted(lacking))}. "
                "Ask it without that condition, or freeze a release of today."
            )
        return rows.filter(*conditions)

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table that stands beside the reports: sightings, relations or coverage. Raise NotInArchive."""
        if f"{name}.parquet" not in self.sums:
            tables = sorted(file.removesuffix(".parquet") for file in self.sums if file.endswith(".parquet"))
            raise NotInArchive(f"Release {self.name} has no table {name!r}. It has: {', '.join(tables)}.")
        return self._place.scan([f"{name}.parquet"])

    def changes(self) -> pl.DataFrame:
        """Return what became of each report since the release before this one."""
        return self.table("changes").collect()

    def since(self, older: "Release") -> pl.DataFrame:
        """Return what became of each report between any other release and this one; see `compare`."""
        return changes(older.reports(), self.reports()).select(list(SCHEMA))

    def versions(self) -> dict[str, Any]:
        """Return what was frozen: the version of each catalog table, and the release before."""
        found: dict[str, Any] = json.loads(self.read("snapshot.json"))
        return found

    def read(self, file: str) -> bytes:
        """Return a file, verified; raise NotInArchive for a name there is not, FixityError for other bytes."""
        if file not in self.sums:
            raise NotInArchive(f"Release {self.name} has no file {file!r}. It has: {', '.join(self.sums)}.")
        body = self._place.read(file)
        if body is None or hashlib.sha256(body).hexdigest() != self.sums[file]:
            raise FixityError(f"release {self.name}: {file} is missing or is not what {SUMS} says; restore it")
        return body

    def verify(self) -> Iterator[str]:
        """Yield what is wrong with each file that is not as SHA256SUMS says."""
        for file in self.sums:
            try:
                self.read(file)
            except FixityError as error:
                yield str(error)

    def require(self) -> int:
        """Return how many files there are when all are right; raise FixityError naming those that are not."""
        if wrong := list(self.verify()):
            raise FixityError("\n".join(wrong))
        return len(self.sums)

    def save(self, path: Path, told: Callable[[int, int], object] = max) -> int:
        """Copy the release into a new folder, verified; return how many files. The folder is there whole or not at all.

        `told` hears how many of how many files are done.
        """
        if path.exists():
            raise UserError(f"{path} is there already. Name a folder that is not.")
        room = path.with_name(path.name + ".part")
        shutil.rmtree(room, ignore_errors=True)
        try:
            room.mkdir(parents=True)
            for done, file in enumerate(self.sums, 1):
                (room / file).write_bytes(self.read(file))
                told(done, len(self.sums))
            (room / SUMS).write_bytes(self._place.read(SUMS) or b"")
            room.rename(path)
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise UserError(f"Cannot write {path}: {error}. Name a place you may write, with room.") from error
        return len(self.sums) + 1


def release_names(store: Store) -> list[str]:
    """Return the names of the finished releases in a bucket, oldest first.

    Those that bear no date come before all that do: nothing that was copied to another bucket says when it was made.
    """
    keys = store.list(RELEASE_PREFIX)
    names = (key.split("/")[1] for key in keys if key.endswith(f"/{SUMS}"))
    return sorted(names, key=lambda name: (day_of(name) or date.min, _age(name)[1], name))


def day_of(name: str) -> date | None:
    """Return the day that a release's name begins with; None when it begins with none."""
    return _age(name)[0]


def _age(name: str) -> tuple[date | None, int]:
    """Return a release's day and its number on that day: `2026-03-01` is the first, `2026-03-01.2` the second."""
    found = _DATED.match(name)
    try:
        return (date.fromisoformat(found[1]), int(found[2] or 1)) if found else (None, 0)
    except ValueError:
        return None, 0


def open_folder(path: Path | str) -> Release:
    """Open a release that lies in a folder; raise NotInArchive when none does."""
    return Release(FolderPlace(Path(path)))
