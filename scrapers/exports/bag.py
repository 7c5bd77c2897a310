"""BagIt (RFC 8493): a part of the archive in, a folder that carries its objects as they are out, with their digests.

The folder is enough to begin another archive: raw bytes, clean texts and ledger lie in it under their keys. It is
written beside its name and renamed when whole, and a second call goes on where a killed one stopped.
"""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import bagit

from scrapers.archive.abreast import abreast
from scrapers.archive.keys import GENERATION_PREFIX, closed_key
from scrapers.archive.store import Store
from scrapers.errors import FixityError, UserError
from scrapers.exports.subset import Part, Told, untold

KEPT = frozenset({"raw", "clean", "ledger", "generation"})
"""The prefixes whose objects a bag carries; all else is derived from them."""


def write_bag(store: Store, part: Part, path: Path, told: Told = untold) -> int:
    """Write a bag and return how many objects it carries; raise UserError when something is in the way."""
    if path.exists():
        raise UserError(f"{path} is there already. Name a folder that is not, or remove it.")
    room = path.with_name(path.name + ".part")
    if room.exists() and not {entry.name for entry in room.iterdir()} <= KEPT:
        shutil.rmtree(room)  # killed while the bag was closed: what lies there is no longer under its keys
    room.mkdir(parents=True, exist_ok=True)
    keys = sorted({*part.objects(store), *_ledger(part), *store.list(GENERATION_PREFIX)})
    for done, _ in enumerate(abreast(lambda key: _copy(store, key, room / key), keys), 1):
        told(done, len(keys))
    about = {
        "Source-Organization": "Report Archive",
        "External-Description": "Raw bytes, clean texts, ledger and generation switches of a part of a report archive",
    }
    bagit.make_bag(str(room), about, checksums=["sha256"])
    room.rename(path)
    return len(keys)


def _ledger(part: Part) -> Iterator[str]:
    for writer, chain in part.chains:
        yield from chain.segments.values()
        if chain.closed is not None:
            yield closed_key(writer.host, writer.run, writer.attempt, writer.stage, chain.closed)


def _copy(store: Store, key: str, path: Path) -> None:
    head = store.head(key)
    if head is None:
        raise FixityError(f"{key} is missing from bucket {store.bucket!r}; restore it from a second copy")
    if path.exists() and head.sha256 == hashlib.sha256(path.read_bytes()).hexdigest():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(store.get(key, must=True) or b"")
