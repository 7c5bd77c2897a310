"""A bag of an archive in, its objects in a bucket out: checked against the bag, and each against its own name.

Nothing is written before the whole bag has been checked, and then in the order that survives a kill: switches of
generations, raw bytes, clean texts, ledger segments, closing marks. Bringing the same bag twice changes nothing.
"""

import mimetypes
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import bagit

from scrapers.archive.generations import is_switch
from scrapers.archive.keys import LEDGER_PREFIX, clean_name, has_twin, part_name, raw_digest, switch_number
from scrapers.archive.payloads import fits
from scrapers.archive.store import Store
from scrapers.archive.twins import put_twice
from scrapers.errors import Taken, UserError
from scrapers.exports.subset import Told, untold

_KINDS = {
    "raw": "application/gzip",
    "clean": "text/plain; charset=utf-8",
    "ledger": "application/x-ndjson",
    "generation": "application/json",
}


def check_bag(path: Path) -> tuple[str, ...]:
    """Return the keys a bag carries in the order to write them; raise UserError naming what is wrong with it."""
    try:
        bag = bagit.Bag(str(path))
        bag.validate(processes=1)
    except (bagit.BagError, OSError, UnicodeError) as error:
        raise UserError(f"{path} is not a whole bag: {error}. Nothing was brought in.") from error
    keys = [str(PurePosixPath(name).relative_to("data")) for name in bag.payload_files()]
    for key in keys:
        named = raw_digest(key) or clean_name(key)
        if not (named or part_name(key) or switch_number(key)):
            raise UserError(f"{path}: data/{key} is no part of an archive. Nothing was brought in.")
        body = b"" if part_name(key) else (path / "data" / key).read_bytes()
        if switch_number(key) and not is_switch(body):
            raise UserError(f"{path}: data/{key} is no switch of generations. Nothing was brought in.")
        if named and not fits(key, body):
            raise UserError(f"{path}: data/{key} does not hash to its name. Nothing was brought in.")
    return tuple(sorted(keys, key=_order))


def bring(store: Store, path: Path, told: Told = untold) -> tuple[str, ...]:
    """Bring a bag's objects into a bucket; return the slugs of the runs they belong to, sorted."""
    keys = check_bag(path)
    if next(store.list(LEDGER_PREFIX), None):  # what readers of another archive see is not the bag's to say
        keys = tuple(key for key in keys if not switch_number(key))
    for done, key in enumerate(keys, 1):
        body = (path / "data" / key).read_bytes()
        try:
            if has_twin(key):
                put_twice(store, key, body, content_type(key))
            else:
                store.put_once(key, body, content_type=content_type(key), whole=_whole(key))
        except Taken as error:
            raise UserError(
                f"{error}: the bag tells of a run that this archive saw otherwise. Bring it into an empty bucket."
            ) from error
        told(done, len(keys))
    return tuple(sorted({found[0].run for key in keys if (found := part_name(key))}))


def content_type(key: str) -> str:
    """Return the media type that an object of an archive bears."""
    return _KINDS.get(key.partition("/")[0]) or mimetypes.guess_type(key)[0] or "application/octet-stream"


def _whole(key: str) -> Callable[[bytes], bool] | None:
    return None if part_name(key) else lambda stored: fits(key, stored)


def _order(key: str) -> tuple[int, str]:
    found = part_name(key)
    if found is None:
        return (0 if switch_number(key) else 1 if raw_digest(key) else 2), key
    return (4 if found[2] else 3), key
