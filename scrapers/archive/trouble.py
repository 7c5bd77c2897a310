"""What went wrong with a request to the store: the client library's exceptions in, our words and errors out.

Decides whether asking again can help. Never repeats the server's own words, since some echo what was signed.
"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError, ParamValidationError, SSLError
from botocore.parsers import ResponseParserError

from scrapers.archive.answers import Answer, fix, judge
from scrapers.errors import ArchiveError, FixityError, StoreIncapable, StoreRefused

DAMAGED_TRIES = 3
"""How often bytes may change on the way before we stop believing that it is the way."""


class Unsettled(Exception):
    """The answer contradicts itself or was cut inside its header, which `http.client` lets pass: ask again."""


TROUBLE = (ClientError, BotoCoreError, ResponseParserError, Unsettled)
"""Everything a request may raise, the programmer's own mistakes aside."""


def answer(error: Exception) -> Answer:
    """Return what an exception of a request asks of us."""
    if isinstance(error, ClientError):
        return judge(*_status(error))
    if isinstance(error, FlexibleChecksumError):
        return Answer.DAMAGED
    refused = isinstance(error, ParamValidationError) or (
        isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
    )
    return Answer.REFUSED if refused else Answer.AGAIN


def name(error: Exception) -> str:
    """Return the S3 status and code, or the kind of network failure, for a message."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    status, code = _status(error)
    return f"{status} {code}" if code != str(status) else code


def final(error: Exception, request: str, where: str, damaged: int) -> ArchiveError | None:
    """Return what to raise when asking again cannot help, else None. `damaged` counts bytes changed on the way."""
    what = answer(error)
    # Where the absence of a key can be an answer it has been taken as one: here something else is absent.
    if what in {Answer.REFUSED, Answer.ABSENT}:
        told = fix(*_status(error)) if isinstance(error, ClientError) else str(error)[:200]
        return StoreRefused(f"{where} refused {request} ({name(error)}): {told}")
    if what is Answer.INCAPABLE:
        return StoreIncapable(
            f"{where} cannot do {request} as asked ({name(error)}); `python -m scrapers doctor` names what is missing"
        )
    if damaged >= DAMAGED_TRIES:
        return FixityError(f"{request}: bytes changed between us and {where}, {damaged} times ({name(error)})")
    return None


def stay(**_: object) -> None:
    """Let the first redirect stand as the answer: where an archive goes is the operator's to say.

    Called before the client library asks where a bucket moved, which it does endlessly when the answer moves again.
    """
    moved: Any = {
        "Error": {"Code": "PermanentRedirect"},
        "ResponseMetadata": {"HTTPStatusCode": 301, "HTTPHeaders": {}},
    }
    raise ClientError(moved, "HeadBucket")


def _status(error: ClientError) -> tuple[int, str]:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"]), str(error.response["Error"].get("Code", ""))
