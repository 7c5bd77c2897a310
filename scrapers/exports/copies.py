"""Where the right bytes of a lost or damaged object may come from: a second copy in, bytes that prove themselves out.

A bag, a WARC file, a release's folder or another bucket. Whatever it is, bytes are only handed out when they hash to
the key they are asked for, or when the copy vouches for them by a digest of its own. Nothing here writes.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scrapers.archive.keys import (
    CLEAN_PREFIX,
    GENERATION_PREFIX,
    LEDGER_PREFIX,
    RAW_PREFIX,
    RELEASE_PREFIX,
    SUMS,
    TWIN_PREFIX,
    clean_name,
    raw_digest,
    raw_key,
    release_key,
)
from scrapers.archive.payloads import fits, pack
from scrapers.archive.store import Store
from scrapers.errors import UserError
from scrapers.exports.bring import check_bag
from scrapers.fingerprint import digest

KEPT = (RAW_PREFIX, CLEAN_PREFIX, LEDGER_PREFIX, GENERATION_PREFIX, RELEASE_PREFIX, TWIN_PREFIX)
"""Where the objects lie that an archive cannot make again."""


class _Package(msgspec.Struct):
    version: str


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
        """Yield every key of the replica that an archive cannot make again."""
        for prefix in KEPT:
            yield from self._store.list(prefix)

    def bytes_of(self, key: str) -> bytes | None:
        """Return a key's bytes when they hash to it, or are what their writer vouched for."""
        head, body = self._store.head(key), self._store.get(key)
        if head is None or body is None:
            return None
        return body if (fits(key, body) if raw_digest(key) or clean_name(key) else head.means(body)) else None


class ReleaseCopy:
    """A folder that `download` wrote: the files of one release that are what its SHA256SUMS says."""

    def __init__(self, path: Path) -> None:
        self._path, self._sums = path, sums_of((path / SUMS).read_bytes())
        try:
            about = msgspec.json.decode(self._file("datapackage.json") or b"", type=_Package)
            self._keys = {release_key(about.version, file): file for file in (*self._sums, SUMS)}
        except (msgspec.MsgspecError, ValueError) as error:
            raise UserError(f"{path} is no whole release: its datapackage.json is not what {SUMS} says.") from error

    def held(self) -> Iterable[str]:
        """Return the keys of the release's files, each of which is there."""
        return sorted(key for key in self._keys if self.bytes_of(key) is not None)

    def bytes_of(self, key: str) -> bytes | None:
        """Return a file's bytes when they are what the sums say; the sums themselves when all files are."""
        file = self._keys.get(key, "")
        if file != SUMS:
            return self._file(file)
        whole = all(self._file(one) is not None for one in self._sums)
        return (self._path / SUMS).read_bytes() if whole else None

    def _file(self, file: str) -> bytes | None:
        path = self._path / file
        body = path.read_bytes() if file in self._sums and path.is_file() else None
        return body if body is not None and digest(body) == self._sums[file] else None


class NoCopy:
    """No second copy: what the bucket itself holds twice is all there is."""

    def held(self) -> Iterable[str]:
        """Return nothing."""
        return ()

    def bytes_of(self, _key: str) -> bytes | None:
        """Return nothing."""
        return None


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
    """Return the second copy at a path, or the one in another bucket, or none; raise UserError for what is none."""
    if other_bucket is not None:
        return BucketCopy(other_bucket)
    path = Path(place)
    if not place:
        return NoCopy()
    if (path / SUMS).is_file():
        return ReleaseCopy(path)
    if path.is_dir():
        return BagCopy(path)
    if path.name.endswith((".warc", ".warc.gz")) and path.is_file():
        return WarcCopy(path)
    raise UserError(
        f"{place} is neither a bag nor a WARC file nor a release's folder; "
        "`export --format bag`, `export --format warc` and `download` write them."
    )


def sums_of(body: bytes) -> dict[str, str]:
    """Return the digest of each file that a SHA256SUMS names."""
    return {line[66:]: line[:64] for line in body.decode(errors="replace").splitlines()}
