"""The document in a zip that holds the report: a zip's bytes in, its documents in the order they should be tried out.

Members are known by their bytes, names only help to choose. A zip in a zip is not opened.
"""

from collections.abc import Iterator

from scrapers.extract.archives import Archive
from scrapers.extract.likeness import within
from scrapers.extract.unreadable import BadDocument, Kind
from scrapers.sniff import sniff

KINDS = ("docx", "doc", "pdf", "wps", "ofd", "rtf", "xlsx", "xls")
MOST_TRIED = 10


def documents(payload: bytes, title: str) -> Iterator[tuple[str, bytes]]:
    """Yield kind and bytes of the documents inside, those named like the title first; at most ten.

    Raises BadDocument when the zip is broken, locked, a bomb, or holds no document.
    """
    with Archive(payload) as archive:
        members = {name: archive.read(name) for name in archive.names() if not _is_litter(name)}
    kinds = {name: sniff(content) for name, content in members.items()}
    found = [name for name in members if kinds[name] in KINDS]
    if not found:
        raise BadDocument(Kind.BROKEN, "no document that can be read inside the zip")
    found.sort(key=lambda name: (-within(title, _spelled(name)), KINDS.index(kinds[name])))
    yield from ((kinds[name], members[name]) for name in found[:MOST_TRIED])


def _is_litter(name: str) -> bool:
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith((".", "~$"))


def _spelled(name: str) -> str:
    """Return a member's name; Windows writes Chinese ones in GBK, which zip reads as code page 437."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
