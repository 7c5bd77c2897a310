"""Who a text is: the digest of its bytes and the hash of its canonical form.

Clean body in, `Fingerprint` out. Knows neither where the text came from nor what it says.
"""

import hashlib
from collections.abc import Callable

from scrapers.model import Fingerprint
from scrapers.text import canonical

GENERATION = "g1"
"""Names the generation of reader and canonicaliser together. Any change of `text.CANONICAL` or of what the
reader keeps as body makes a new one; both are then kept, the new one recomputed from the raw bytes."""


CANONICALISERS: dict[str, Callable[[str], str]] = {GENERATION: canonical}
"""The canonical form of every generation there has been. A new one is added beside the old, which stays: its texts
keep their names and can still be held to them."""


def fingerprint(body: str, generation: str = GENERATION) -> Fingerprint:
    """Return the exact identity of a clean body in a generation: SHA-256 (FIPS 180-4) over its canonical form in UTF-8.

    Raise KeyError for a generation that has no canonical form here.
    """
    return Fingerprint(generation=generation, content_hash=digest(CANONICALISERS[generation](body).encode()))


def digest(payload: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lowercase hex digits."""
    return hashlib.sha256(payload).hexdigest()
