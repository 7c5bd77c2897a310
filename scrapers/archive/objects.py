"""Values about single objects: what we would like to create, and what the store says it has.

Pure: bytes and names in, request fields out. Knows nothing of connections and answers.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Head:
    """What the store says of an object without sending it."""

    length: int
    sha256: str
    """Hex, as the server verified it when it was put; empty when the server does not tell. Of one that was put in
    parts it is the digest of the parts' digests."""
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """How many parts it was put in; 0 when it was put whole."""
        count = self.etag.strip('"').partition("-")[2]
        return int(count) if count.isdigit() else 0

    @property
    def intact(self) -> bool:
        """Whether the server vouches for exactly the bytes that the writer meant."""
        return bool(self.sha256) and self.sha256 == self.metadata.get("sha256")

    def means(self, body: bytes) -> bool:
        """Whether these are the bytes the writer meant: by its own word, and by the server's where it has one.

        A copy that another tool made has no checksum of the server's; the writer's word went along in its metadata.
        """
        digest = hashlib.sha256(body).hexdigest()
        return self.metadata.get("sha256") == digest and self.sha256 in ("", digest)


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing names it."""

    key: str
    length: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """An object we would like to create, with the mark by which we know it again."""

    key: str
    body: bytes
    mark: str
    whole: Callable[[bytes], bool] | None = None
    """For keys named by a hash: whether bytes may bear the name."""
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest())

    def request(self, bucket: str, metadata: Mapping[str, str], content_type: str) -> dict[str, Any]:
        """Return the fields of a conditional PUT with the checksum that the server has to verify."""
        return {
            "Bucket": bucket,
            "Key": self.key,
            "Body": self.body,
            "IfNoneMatch": "*",
            "ChecksumSHA256": base64.b64encode(bytes.fromhex(self.digest)).decode(),
            "ContentType": content_type,
            "Metadata": {**metadata, "sha256": self.digest, "mark": self.mark},
        }

    def is_whole(self, head: Head) -> bool | None:
        """Return whether the object is exactly ours or as good; None when only its bytes can tell."""
        if head.sha256 == self.digest and head.length == len(self.body):
            return True
        return True if head.intact and self.whole else None
