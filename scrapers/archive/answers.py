"""What an S3 answer asks of us: status and error code in, one of a few words out.

The whole table in one place, free of any client library, so that it can be read and tested line by line.
Sources: the Amazon S3 API reference (error responses; conditional writes), and what SeaweedFS 4.48 answers.
"""

from enum import StrEnum


class Answer(StrEnum):
    """What a failed request asks of us."""

    EXISTS = "exists"  # the condition did not hold: read back before believing it
    ABSENT = "absent"  # no such key
    AGAIN = "again"  # the same request may succeed later
    DAMAGED = "damaged"  # bytes changed on the way; the same request may succeed at once
    REFUSED = "refused"  # a person must change something
    INCAPABLE = "incapable"  # this server can never do what was asked


_BY_CODE = {
    "ConditionalRequestConflict": Answer.AGAIN,
    "OperationAborted": Answer.AGAIN,
    "RequestTimeout": Answer.AGAIN,
    "SlowDown": Answer.AGAIN,
    "BadDigest": Answer.DAMAGED,
    "XAmzContentSHA256Mismatch": Answer.DAMAGED,
    "XAmzContentChecksumMismatch": Answer.DAMAGED,
    "IncompleteBody": Answer.DAMAGED,
    "NoSuchBucket": Answer.REFUSED,
    "NoSuchKey": Answer.ABSENT,
    "PreconditionFailed": Answer.EXISTS,
    "NotImplemented": Answer.INCAPABLE,
}

_BY_STATUS = {
    304: Answer.EXISTS,  # MinIO before 2024 answered a failed create with it
    404: Answer.ABSENT,
    408: Answer.AGAIN,
    409: Answer.AGAIN,
    412: Answer.EXISTS,
    429: Answer.AGAIN,
    501: Answer.INCAPABLE,
    507: Answer.REFUSED,
}

_FIXES = {
    "InvalidAccessKeyId": "the store does not know the access key; set REPORT_ARCHIVE_ACCESS_KEY to one it issued",
    "SignatureDoesNotMatch": "the secret does not belong to the access key; set REPORT_ARCHIVE_SECRET_KEY again",
    "NoSuchBucket": "the bucket does not exist; create it, or set REPORT_ARCHIVE_BUCKET to one that does",
    "InvalidBucketName": "no bucket can have this name; set REPORT_ARCHIVE_BUCKET",
    "RequestTimeTooSkewed": "this machine's clock is wrong; set it by NTP",
    "ExpiredToken": "the credentials have expired; set REPORT_ARCHIVE_ACCESS_KEY and REPORT_ARCHIVE_SECRET_KEY",
    "PermanentRedirect": "the bucket lives elsewhere; set REPORT_ARCHIVE_ENDPOINT and REPORT_ARCHIVE_REGION",
    "AuthorizationHeaderMalformed": "the bucket lives in another region; set REPORT_ARCHIVE_REGION",
}

_FIXES_BY_STATUS = {
    301: _FIXES["PermanentRedirect"],
    307: _FIXES["PermanentRedirect"],
    401: "set REPORT_ARCHIVE_ACCESS_KEY and REPORT_ARCHIVE_SECRET_KEY",
    403: "the key may not do this; grant it GetObject, PutObject and ListBucket on the bucket named by "
    "REPORT_ARCHIVE_BUCKET, or set REPORT_ARCHIVE_ACCESS_KEY and REPORT_ARCHIVE_SECRET_KEY to one that may",
    507: "the store is full; give it room",
}


def judge(status: int, code: str) -> Answer:
    """Return what an error answer asks of us, by S3 error code first and HTTP status second."""
    known = _BY_CODE.get(code) or _BY_STATUS.get(status)
    if known is not None:
        return known
    return Answer.AGAIN if status >= 500 else Answer.REFUSED


def fix(status: int, code: str) -> str:
    """Return the sentence that tells a person what to change after a refusal."""
    known = _FIXES.get(code) or _FIXES_BY_STATUS.get(status)
    return known or "REPORT_ARCHIVE_ENDPOINT may name something that is not an S3 store; run the doctor"
