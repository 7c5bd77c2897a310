"""What the log of a Delta table says must be there: a table's objects in, the keys of those it cannot do without out.

The newest version rests on the last checkpoint and the commits since; the versions before it, which can be read for
RETENTION_DAYS, on commits without a hole and on the data files that were let go since then.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec

from scrapers.archive.abreast import abreast
from scrapers.archive.store import Store
from scrapers.catalog.delta import RETENTION_DAYS
from scrapers.errors import FixityError

LAST = "_last_checkpoint"
_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\.parquet")


class _Removed(msgspec.Struct):
    path: str
    deletionTimestamp: int = 0  # noqa: N815 - the protocol's own name


class _Action(msgspec.Struct):
    remove: _Removed | None = None


_ACTIONS = msgspec.json.Decoder(_Action)


class _Pointer(msgspec.Struct):
    version: int


def logged(store: Store, place: str, there: Collection[str], created: datetime | None) -> Iterator[str]:
    """Yield the keys that a table needs, of `there` and of those that are missing.

    `place` is the table's, with a slash at its end; `created` is None when nobody can tell how old the table is.
    """
    log = f"{place}_delta_log/"
    commits, checkpoints = (_numbers(log, there, kind) for kind in (_COMMIT, _CHECKPOINT))
    since = datetime.now(UTC) - timedelta(days=RETENTION_DAYS - 1)
    # Old commits are cleaned away: of a table that is not old, none may be missing.
    young = created is not None and created > since
    first, last = (0, max([*commits, *checkpoints])) if young else (min(commits, default=0), max(commits, default=-1))
    yield from (f"{log}{number:020d}.json" for number in range(first, last + 1))
    if checkpoints or f"{log}{LAST}" in there:
        yield f"{log}{LAST}"
        newest = _pointed(store, log, max(checkpoints, default=-1))
        yield from (f"{log}{newest:020d}.checkpoint.parquet",) * (newest >= 0)
    for gone in abreast(partial(_let_go, store, since), commits.values()):
        yield from (f"{place}{path}" for path in gone)


def _numbers(log: str, keys: Collection[str], kind: re.Pattern[str]) -> dict[int, str]:
    named = ((kind.fullmatch(key.removeprefix(log)), key) for key in keys if key.startswith(log))
    return {int(found[1]): key for found, key in named if found}


def _pointed(store: Store, log: str, newest: int) -> int:
    try:
        return max(msgspec.json.decode(store.get(f"{log}{LAST}") or b"", type=_Pointer).version, newest)
    except (msgspec.MsgspecError, FixityError):
        return newest


def _let_go(store: Store, since: datetime, key: str) -> list[str]:
    """Return the data files that a commit let go and that must still lie there; none of one that cannot be read."""
    try:
        actions = _ACTIONS.decode_lines(store.get(key) or b"")
    except (msgspec.MsgspecError, FixityError):
        return []
    gone = [one.remove for one in actions if one.remove]
    return [one.path for one in gone if one.deletionTimestamp / 1000 > since.timestamp()]
