"""Who a text is: the digest of its bytes and the hash of its canonical form.

Clean body in, `Fingerprint` out. Knows neither where the text came from nor what it says.
"""

import hashlib

from scrapers.model import Fingerprint
from scrapers.text import canonical

GENERATION = "g1"
"""Names the generation of reader and canonicaliser together. Any change of `text.CANONICAL` or of what the
reader keeps as body makes a new one; both are then kept, the new one recomputed from the raw bytes."""


def fingerprint(body: str) -> Fingerprint:
    """Return the exact identity of a clean body: SHA-256 (FIPS 180-4) over its canonical form in UTF-8."""
    return Fingerprint(generation=GENERATION, content_hash=digest(canonical(body).encode()))


def digest(payload: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lowercase hex digits."""
    return hashlib.sha256(payload).hexdigest()
