"""Zip containers read member by member, in memory and through a counter.

Bytes in, members' bytes and XML trees out; BadDocument for what is broken, locked or a bomb. Nothing is unpacked to
disk, so names like `../x` and links are only names. No entity is resolved, nothing a member links to is fetched.
"""

import io
import zipfile
import zlib
from types import TracebackType
from typing import Self

from lxml import etree

from scrapers.extract.unreadable import BadDocument, Kind

MOST_BYTES = 64 * 1024 * 1024
"""Of one member."""
MOST_IN_ALL = 200 * 1024 * 1024
MOST_RATIO = 200
MOST_MEMBERS = 10_000
CHUNK = 1 << 16
_END = b"PK\x05\x06"
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Archive:
    """An open container. A context manager."""

    def __init__(self, payload: bytes) -> None:
        if _announced(payload) > MOST_MEMBERS:
            raise BadDocument(Kind.BOMB, f"more than {MOST_MEMBERS:,} members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(payload))
        except _BROKEN as error:
            raise BadDocument(Kind.BROKEN, f"unreadable zip: {error}") from None
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise BadDocument(Kind.BOMB, f"more than {MOST_MEMBERS:,} members")
        self._most = min(MOST_BYTES, max(len(payload), CHUNK) * MOST_RATIO)
        self._total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def names(self) -> tuple[str, ...]:
        """Return the names of the files inside, in the order of the directory, each once."""
        return tuple(dict.fromkeys(info.filename for info in self._zip.infolist() if not info.is_dir()))

    def holds(self, name: str) -> bool:
        """Say whether a member is there."""
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """Return a member's bytes, counted while they come: what a zip says of its sizes may be a lie."""
        try:
            if self._zip.getinfo(name).flag_bits & _ENCRYPTED:
                raise BadDocument(Kind.LOCKED, "the zip needs a password")
            parts = []
            size = 0
            with self._zip.open(name) as member:
                while chunk := member.read(CHUNK):
                    size += len(chunk)
                    self._count(size, len(chunk))
                    parts.append(chunk)
        except KeyError:
            raise BadDocument(Kind.BROKEN, f"no {name} inside") from None
        except _BROKEN as error:
            raise BadDocument(Kind.BROKEN, f"unreadable zip: {error}") from None
        return b"".join(parts)

    def tree(self, name: str) -> etree._Element:
        """Return a member as an XML tree."""
        return parse_xml(self.read(name), name)

    def weigh(self) -> None:
        """Read every member through the counter, before a library that does not count is let at the bytes."""
        for name in self.names():
            self.read(name)

    def _count(self, size: int, more: int) -> None:
        self._total += more
        if size > self._most or self._total > MOST_IN_ALL:
            raise BadDocument(Kind.BOMB, f"unfolds beyond {min(self._most, MOST_IN_ALL):,} bytes")


def parse_xml(xml: bytes, name: str) -> etree._Element:
    """Parse XML nobody vouches for; raises BadDocument for a document type, and for what is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if b"<!DOCTYPE" in xml or "<!DOCTYPE".encode("utf-16-le") in xml or "<!DOCTYPE".encode("utf-16-be") in xml:
        raise BadDocument(Kind.BROKEN, f"{name} declares a document type")
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        kind = Kind.BOMB if "huge" in str(error).lower() or "memory" in str(error).lower() else Kind.BROKEN
        raise BadDocument(kind, f"{name} is not well-formed: {error}") from None


def _announced(payload: bytes) -> int:
    """Return how many members the end record speaks of (APPNOTE 4.3.16); 65,535 stands for more than it can say."""
    at = payload.rfind(_END)
    return int.from_bytes(payload[at + 10 : at + 12], "little") if at >= 0 else 0
