"""The only speaker of S3: keys and bytes in, facts about objects out.

Every object is created once, with an explicit SHA-256 that the server checks before it acknowledges, so an
acknowledged put needs no second look (`docs/decisions/002-verified-put.md`). A lost response, a lost request, a
503 storm and a restarting server are survived here; wrong credentials and a server that cannot keep promises
are told at once. It knows nothing of what the bytes mean, and has no way to delete.
"""

import base64
import hashlib
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import botocore.handlers
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from scrapers.archive.answers import Answer
from scrapers.archive.objects import Head, Listed, Offer
from scrapers.archive.trouble import TROUBLE, Unsettled, answer, final, name, stay
from scrapers.errors import FixityError, StoreRefused, StoreUnavailable, Taken

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

__all__ = ["Head", "Store"]

T = TypeVar("T")
RETRY_SECONDS = 180.0
"""How long a store may be away before a task fails: longer than a restart of the server."""
ABSENCE_SECONDS = 15.0
"""How long an object that must exist may be missing: SeaweedFS answers up to 5 s before it has its data."""
LONGEST_PAUSE = 8.0
_CONNECTING = threading.Lock()  # botocore sessions are slow to make and not safe to make clients from two threads


class Store:
    """One bucket at one endpoint. Safe to share between threads."""

    def __init__(
        self,
        client: "S3Client",
        endpoint: str,
        bucket: str,
        *,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.bucket = bucket
        self._client = client
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.SystemRandom()

    @classmethod
    def connect(
        cls,
        *,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "us-east-1",
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        attempts: int = 3,
        **patience: Any,
    ) -> "Store":
        """Return a store; no request is made. `patience` is retry_seconds, clock, sleep and rng of the class."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
            raise StoreRefused(f"{bucket!r} cannot name a bucket; set REPORT_ARCHIVE_BUCKET")
        local = re.match(r"https?://(127\.|localhost\b|\[::1\])", endpoint) is not None
        config = Config(
            s3={"addressing_style": "path"},
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_supported",
            proxies={} if local else None,
            parameter_validation=False,  # every request is spelt below, from values that were checked
        )
        try:
            with _CONNECTING:
                client = _isolated().client(
                    "s3",
                    endpoint_url=endpoint,
                    aws_access_key_id=access_key,
                    aws_secret_access_key=secret_key,
                    region_name=region,
                    config=config,
                )
        except ValueError as error:
            raise StoreRefused(f"{endpoint!r} is not an address; set REPORT_ARCHIVE_ENDPOINT") from error
        client.meta.events.register_first("before-call.s3.HeadBucket", stay)
        # Our objects are small: asking first whether they may come costs another round trip for each.
        client.meta.events.unregister("before-call.s3", botocore.handlers.add_expect_header)
        return cls(client, endpoint, bucket, **patience)

    def put_once(
        self,
        key: str,
        body: bytes,
        *,
        metadata: Mapping[str, str] | None = None,
        content_type: str = "application/octet-stream",
        owner: str = "",
        whole: Callable[[bytes], bool] | None = None,
    ) -> bool:
        """Create an object; True when it is ours, also after a lost response, False when equal was there first.

        `owner` (ASCII) makes a later put by the same owner ours too. `whole` is given for keys named by a hash and
        says whether bytes may bear the name: any such bytes are equal. Without it other bytes raise Taken; with
        it, bytes that may not bear the name raise FixityError.
        """
        offer = Offer(key, body, owner or self._mark(), whole)
        request = offer.request(self.bucket, metadata or {}, content_type)
        try:
            return self._insist("PUT", key, lambda: self._create(offer, request))
        except StoreUnavailable:
            if self._landed(offer):
                return True
            raise

    def swap(self, key: str, body: bytes, etag: str, metadata: Mapping[str, str] | None = None) -> bool:
        """Replace an object only while it still has this etag; False when it has not. For leases and repairs."""
        offer = Offer(key, body, self._mark())
        request = offer.request(self.bucket, metadata or {}, "application/octet-stream")
        del request["IfNoneMatch"]
        request["IfMatch"] = etag
        return self._insist("PUT", key, lambda: self._conditional(request) or self._is_ours(offer))

    def refuses_damage(self, key: str) -> bool:
        """Return whether the server refuses a body that does not hash to the checksum sent with it."""
        request = Offer(key, b"as meant", "probe").request(self.bucket, {}, "text/plain")
        request["Body"] = b"as sent!"
        try:
            self._insist("PUT", key, lambda: self._client.put_object(**request))
        except FixityError:
            return True
        return False

    def get(self, key: str, *, must: bool = False) -> bytes | None:
        """Return an object's bytes or None; with `must`, wait for it a while, then raise FixityError."""
        return self._insist("GET", key, lambda: self._read(key), waits=must)

    def head(self, key: str) -> Head | None:
        """Return what the store says of an object, or None when there is none."""
        return self._insist("HEAD", key, lambda: self._look(key))

    def list(self, prefix: str) -> Iterator[str]:
        """Yield every key below a prefix in order. A listing may lag: never decide by absence from it."""
        return (one.key for one in self.listed(prefix))

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Yield every object below a prefix in the order of keys, as `list` does."""
        token: dict[str, str] = {}
        while True:
            request: dict[str, Any] = {"Bucket": self.bucket, "Prefix": prefix, **token}
            page = self._insist("LIST", prefix, partial(self._page, request))
            for item in page.get("Contents", []):
                yield Listed(item["Key"], item["Size"], item["LastModified"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _page(self, request: dict[str, Any]) -> "ListObjectsV2OutputTypeDef":
        page = self._client.list_objects_v2(**request)
        if "IsTruncated" not in page:
            raise Unsettled
        return page

    def _create(self, offer: Offer, request: dict[str, Any]) -> bool:
        if self._conditional(request):
            return True
        head = self._look(offer.key)
        if head is None:
            raise Unsettled
        return self._settle(offer, head)

    def _conditional(self, request: dict[str, Any]) -> bool:
        try:
            found = self._client.put_object(**request)
        except ClientError as error:
            # A swap of a missing key is 404 at AWS and 412 at SeaweedFS.
            if answer(error) in {Answer.EXISTS, Answer.ABSENT}:
                return False
            raise
        if "ETag" not in found:
            raise Unsettled
        return True

    def _settle(self, offer: Offer, head: Head) -> bool:
        """Decide whose the object is that stood in our way, and whether it is as good as ours."""
        ours = head.metadata.get("mark") == offer.mark
        if offer.is_whole(head):
            return ours
        if head.intact and offer.whole is None:
            raise Taken(f"{offer.key} in {self.bucket} already holds other bytes")
        stored = self._read(offer.key)
        if stored is None:
            raise Unsettled
        if stored == offer.body or (offer.whole and offer.whole(stored)):
            return ours
        if offer.whole is None:
            raise Taken(f"{offer.key} in {self.bucket} already holds other bytes")
        raise FixityError(
            f"{offer.key} in {self.bucket} holds {len(stored)} bytes that do not hash to its name "
            f"(they hash to {hashlib.sha256(stored).hexdigest()})"
        )

    def _is_ours(self, offer: Offer) -> bool:
        head = self._look(offer.key)
        return head is not None and head.sha256 == offer.digest and head.metadata.get("mark") == offer.mark

    def _landed(self, offer: Offer) -> bool:
        try:
            return self._is_ours(offer)
        except TROUBLE:
            return False

    def _mark(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"

    def _look(self, key: str) -> Head | None:
        head = self._glance(key)
        # What we wrote always has a mark. Without one it is a stranger's, or the answer was cut inside its header.
        return self._glance(key) if head and not (head.intact and "mark" in head.metadata) else head

    def _glance(self, key: str) -> Head | None:
        try:
            found = self._client.head_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if answer(error) is Answer.ABSENT:
                return None
            raise
        if "ContentLength" not in found or "ETag" not in found:
            raise Unsettled
        checksum = base64.b64decode(found.get("ChecksumSHA256", "").partition("-")[0]).hex()
        return Head(found["ContentLength"], checksum, found["ETag"], found.get("Metadata", {}))

    def _read(self, key: str) -> bytes | None:
        try:
            found = self._client.get_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
            body = found["Body"].read()
        except ClientError as error:
            if answer(error) is Answer.ABSENT:
                return None
            raise
        if len(body) != found.get("ContentLength"):
            raise Unsettled
        return body

    def _insist(self, verb: str, key: str, call: Callable[[], T], *, waits: bool = False) -> T:
        """Make a request until it is answered for good, we may not ask again, or our patience ends."""
        started, request = self._clock(), f"{verb} {key}".strip()
        pause, damaged, heard = 0.2, 0, started
        while True:
            try:
                value = call()
                if value is not None or not waits:
                    return value
                # Counted from the last trouble: a server that has just come back does not know all its objects.
                if self._clock() - heard >= min(ABSENCE_SECONDS, self._retry_seconds):
                    raise FixityError(f"{key} should be in {self.bucket} at {self.endpoint} and is not")
            except TROUBLE as error:
                damaged, heard = damaged + (answer(error) is Answer.DAMAGED), self._clock()
                end = final(error, request, f"bucket {self.bucket} at {self.endpoint}", damaged)
                if end is not None:
                    raise end from error
                if self._clock() - started >= self._retry_seconds:
                    raise StoreUnavailable(
                        f"the store at {self.endpoint} did not answer {request} in {self._retry_seconds:.0f} s "
                        f"({name(error)}); see that it is up and has room, then run again: nothing acknowledged is lost"
                    ) from error
            self._sleep(self._rng.uniform(pause / 2, pause))
            pause = min(pause * 2, LONGEST_PAUSE)


@cache
def _isolated() -> boto3.session.Session:
    # Profiles, shared config files and AWS_* variables of the machine must not change where an archive goes.
    nothing = {"config_file": (None, None, "/dev/null", None), "credentials_file": (None, None, "/dev/null", None)}
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None), **nothing})
    return boto3.session.Session(botocore_session=session)
