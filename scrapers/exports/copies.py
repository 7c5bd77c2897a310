"""Where the right bytes of a lost or damaged object may come from: a second copy in, bytes that prove themselves out.

A bag, a WARC file or another bucket. Whatever it is, bytes are only handed out when they hash to the key they are
asked for, or when the copy vouches for them by a digest of its own. Nothing here writes.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scrapers.archive.keys import CLEAN_PREFIX, LEDGER_PREFIX, RAW_PREFIX, part_name, raw_key
from scrapers.archive.payloads import fits, pack
from scrapers.archive.store import Store
from scrapers.errors import UserError
from scrapers.exports.bring import check_bag


class Copy(Protocol):
    """A second copy of an archive, or of a part of it."""

    def held(self) -> Iterable[str]:
        """Return the keys it can answer for."""

    def bytes_of(self, key: str) -> bytes | None:
        """Return the right bytes of a key, or None when this copy has none."""


class BagCopy:
    """A bag, checked whole before anything is taken from it."""

    def __init__(self, path: Path) -> None:
        self._path, self._keys = path, frozenset(check_bag(path))

    def held(self) -> Iterable[str]:
        """Return every key the bag carries."""
        return sorted(self._keys)

    def bytes_of(self, key: str) -> bytes | None:
        """Return a key's bytes as they lie in the bag."""
        return (self._path / "data" / key).read_bytes() if key in self._keys else None


class BucketCopy:
    """Another bucket that holds the same keys: a replica."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def held(self) -> Iterable[str]:
        """Yield every key of the replica that an archive cannot do without."""
        for prefix in (RAW_PREFIX, CLEAN_PREFIX, LEDGER_PREFIX):
            yield from self._store.list(prefix)

    def bytes_of(self, key: str) -> bytes | None:
        """Return a key's bytes when they hash to it, or are what their writer vouched for."""
        head, body = self._store.head(key), self._store.get(key)
        if head is None or body is None:
            return None
        return body if (head.means(body) if part_name(key) else fits(key, body)) else None


class WarcCopy:
    """A WARC file: it has raw bytes only, and finds them by their digest. Raise UserError when it has none."""

    def __init__(self, path: Path) -> None:
        self._path, self._places = path, dict[str, int]()
        try:
            with path.open("rb") as file:
                records = ArchiveIterator(file)
                for record in records:
                    named = record.rec_headers["WARC-Payload-Digest"] or ""
                    if record.rec_type == "response" and len(named) == len("sha256:") + 64:
                        key = raw_key(named.removeprefix("sha256:"))
                        self._places.setdefault(key, records.get_record_offset())
        except (ArchiveLoadFailed, OSError) as error:
            raise UserError(f"{path} cannot be read as a WARC file: {error}. Give one that is whole.") from error
        if not self._places:
            raise UserError(
                f"{path} holds no response with a SHA-256 payload digest; `export --format warc` writes them."
            )

    def held(self) -> Iterable[str]:
        """Return the raw keys of the file's responses."""
        return sorted(self._places)

    def bytes_of(self, key: str) -> bytes | None:
        """Return a raw object made of the record's payload, when that hashes to the key."""
        if key not in self._places:
            return None
        with self._path.open("rb") as file:
            file.seek(self._places[key])
            body = pack(next(ArchiveIterator(file)).content_stream().read())
        return body if fits(key, body) else None


def copy_at(place: str, other_bucket: Store | None) -> Copy:
    """Return the second copy at a path, or the one in another bucket; raise UserError when it is none."""
    if other_bucket is not None:
        return BucketCopy(other_bucket)
    path = Path(place)
    if path.is_dir():
        return BagCopy(path)
    if path.name.endswith((".warc", ".warc.gz")) and path.is_file():
        return WarcCopy(path)
    raise UserError(f"{place} is neither a bag nor a WARC file; `export --format bag` or `--format warc` writes one.")
