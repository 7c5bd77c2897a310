"""Tables in time: a moment in, every table as it was at that moment out.

A table's log says when each version was committed and when files were deleted for good. A version can be read while
its files are there: a deletion leaves those of all versions of the RETENTION_DAYS (`delta`) before it. It knows nothing
of what rows mean.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.snapshots import Tables
from scrapers.errors import NotInArchive, UserError

Commits = list[dict[str, Any]]


def moment_of(given: datetime | date | str, now: datetime | None = None) -> datetime:
    """Return a moment in UTC: a day alone is its end, no zone means UTC. Raise UserError for none, or one to come."""
    moment = _read(given)
    if moment > (now or datetime.now(UTC)):
        raise UserError(
            f"{given} is not over yet, so what was recorded until then is not known. Give a moment before now."
        )
    return moment


class TablesAt(Tables):
    """The tables as they were at a moment, whatever is committed from now on."""

    def __init__(self, now: Tables, moment: datetime) -> None:
        super().__init__(now.root, now.options)
        self._moment, self.versions = moment, _versions(now, moment)
        self._opened: dict[str, DeltaTable] = {}

    def table(self, name: str) -> DeltaTable | None:
        """Return a table as it was, or None when it was not there; raise UserError when it lacked columns of today."""
        if name in self.versions and name not in self._opened:
            found = delta.open_table(self.uri(name), self.options, self.versions[name])
            if found is None:  # deleted since we looked
                return None
            lacking = set(TABLES[name].schema.names) - set(pa.schema(found.schema()).names)
            if lacking:
                names = ", ".join(sorted(lacking))
                raise UserError(
                    f"At {told(self._moment)} the table {name!r} had no column {names}, which this version reads. "
                    "Read a release of that time, or install the version of that time."
                )
            self._opened[name] = found
        return self._opened.get(name)


def told(moment: datetime) -> str:
    """Return a moment as `moment_of` reads it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(given: datetime | date | str) -> datetime:
    try:
        if isinstance(given, str):
            given = date.fromisoformat(given) if len(given) == len("2026-03-01") else datetime.fromisoformat(given)
        if not isinstance(given, datetime):
            given = datetime.combine(given, time.max)
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(
            f"{given!r} is no moment. Write a day, as 2026-03-01, or an instant, as 2026-03-01T08:30+08:00."
        ) from None


def _versions(now: Tables, moment: datetime) -> dict[str, int]:
    """Return each table's version at a moment; one that was not there yet is left out."""
    logs = {name: delta.commits(opened) for name in TABLES if (opened := now.table(name)) is not None}
    since = max((kept for log in logs.values() if (kept := _kept_since(log))), default=moment)
    if moment < since:
        # The next whole second, so that what is named can be asked for.
        oldest = told((since + timedelta(seconds=1)).replace(microsecond=0))
        raise NotInArchive(
            f"The catalog can no longer be read as it was at {told(moment)}: files of that time are deleted. "
            f"The oldest moment that can be read is {oldest}. What must last is a release: `releases` lists them."
        )
    found = {name: there[-1]["version"] for name, log in logs.items() if (there := _until(log, moment))}
    if "reports" not in found:
        first = min((log[0]["timestamp"] for log in logs.values()), default=None)
        begun = f"its first commit was at {told(_at(first))}" if first else "it holds no catalog yet"
        raise NotInArchive(f"At {told(moment)} nothing was recorded in this archive: {begun}.")
    return found


def _until(log: Commits, moment: datetime) -> Commits:
    """Return the commits up to a moment; a commit is not before the one it follows, whatever its writer's clock."""
    late = (place for place, commit in enumerate(log) if _at(commit["timestamp"]) > moment)
    return log[: next(late, len(log))]


def _kept_since(log: Commits) -> datetime | None:
    """Return the moment from which a table can be read; None when it is from its beginning."""
    bounds = list(_deletions(log))
    if log and log[0]["version"] > 0:  # earlier commits are forgotten
        bounds.append(_at(log[0]["timestamp"]))
    return max(bounds, default=None)


def _deletions(log: Commits) -> Iterable[datetime]:
    """Yield for each deletion of files the moment whose version, and all later ones, it left whole."""
    for commit in log:
        if commit["operation"] == "VACUUM START":
            kept = timedelta(milliseconds=int(commit["operationParameters"]["specifiedRetentionMillis"]))
            yield _at(commit["timestamp"]) - kept


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
