"""A bag of an archive in, its objects in a bucket out: checked against the bag, and each against its own name.

Nothing is written before the whole bag has been checked, and then in the order that survives a kill: raw bytes,
clean texts, ledger segments, closing marks. Bringing the same bag twice changes nothing.
"""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import bagit

from scrapers.archive.keys import clean_name, part_name, raw_digest
from scrapers.archive.payloads import fits
from scrapers.archive.store import Store
from scrapers.errors import Taken, UserError
from scrapers.exports.subset import Told, untold

_KINDS = {"raw": "application/gzip", "clean": "text/plain; charset=utf-8", "ledger": "application/x-ndjson"}


def check_bag(path: Path) -> tuple[str, ...]:
    """Return the keys a bag carries in the order to write them; raise UserError naming what is wrong with it."""
    try:
        bag = bagit.Bag(str(path))
        bag.validate(processes=1)
    except (bagit.BagError, OSError, UnicodeError) as error:
        raise UserError(f"{path} is not a whole bag: {error}. Nothing was brought in.") from error
    keys = [str(PurePosixPath(name).relative_to("data")) for name in bag.payload_files()]
    for key in keys:
        if not (raw_digest(key) or clean_name(key) or part_name(key)):
            raise UserError(f"{path}: data/{key} is no part of an archive. Nothing was brought in.")
        if not part_name(key) and not fits(key, (path / "data" / key).read_bytes()):
            raise UserError(f"{path}: data/{key} does not hash to its name. Nothing was brought in.")
    return tuple(sorted(keys, key=_order))


def bring(store: Store, path: Path, told: Told = untold) -> tuple[str, ...]:
    """Bring a bag's objects into a bucket; return the slugs of the runs they belong to, sorted."""
    keys = check_bag(path)
    for done, key in enumerate(keys, 1):
        body = (path / "data" / key).read_bytes()
        try:
            store.put_once(key, body, content_type=content_type(key), whole=_whole(key))
        except Taken as error:
            raise UserError(
                f"{error}: the bag tells of a run that this archive saw otherwise. Bring it into an empty bucket."
            ) from error
        told(done, len(keys))
    return tuple(sorted({found[0].run for key in keys if (found := part_name(key))}))


def content_type(key: str) -> str:
    """Return the media type that an object of an archive bears."""
    return _KINDS[key.partition("/")[0]]


def _whole(key: str) -> Callable[[bytes], bool] | None:
    return None if part_name(key) else lambda stored: fits(key, stored)


def _order(key: str) -> tuple[int, str]:
    found = part_name(key)
    if found is None:
        return (0 if raw_digest(key) else 1), key
    return (3 if found[2] else 2), key
