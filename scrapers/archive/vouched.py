"""Whether an object that no hash names is still what its writer sent: a key in, yes, no or nobody knows out.

Every writer of ours sends a SHA-256 that the server checks and keeps: of the whole object, or, when it is sent in
parts, of the digests of its parts. Whoever writes over an object without one leaves none behind.
"""

import hashlib

from scrapers.archive.objects import Head
from scrapers.archive.store import Store
from scrapers.errors import FixityError

PART_BYTES = 5 << 20
"""Bytes of a part as the Delta library's S3 client sends them: the least that S3 allows."""


def vouched(store: Store, key: str) -> bool | None:
    """Return whether an object's bytes are those its writer vouched for; None when nobody vouches for any.

    True for one that has gone meanwhile. Raise StoreUnavailable as every reading does.
    """
    try:
        head, body = store.head(key), store.get(key)
    except FixityError:  # what came did not have the checksum that the server keeps, time and again
        return False
    if head is None or body is None:
        return True
    if head.sha256:
        return _digest(head, body) == head.sha256
    written = head.metadata.get("sha256")  # a copy that was brought back has what its writer noted, and no checksum
    return hashlib.sha256(body).hexdigest() == written if written else None


def _digest(head: Head, body: bytes) -> str:
    if not head.parts:
        return hashlib.sha256(body).hexdigest()
    parts = (body[start : start + PART_BYTES] for start in range(0, len(body), PART_BYTES))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
