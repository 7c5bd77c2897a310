"""A response's body read to its proved end, or the reason why it has none.

An unread response in, payload and outcome out. The bounds of `Limits` hold while reading; a body counts as
complete only when its framing, its content-encoding and, where neither says, its own last bytes say so.
"""

import re
from dataclasses import dataclass

from urllib3 import HTTPResponse

from scrapers.fetch.failures import Refused, judge
from scrapers.fetch.guard import Guard
from scrapers.fetch.policy import Limits
from scrapers.fetch.unpack import Broken, layers, unpack
from scrapers.model import Outcome
from scrapers.sniff import TEXT, sniff

CHUNK = 64 * 1024
MOST_HEADERS = 100
# Some servers end every body with a line break they do not count.
STRAY_BYTES = 2
_DIGITS = re.compile(r"[0-9]{1,18}")
_TAIL = 4096


@dataclass(frozen=True, slots=True)
class Body:
    """What was read: the whole payload when `outcome` is None, else the evidence."""

    payload: bytes
    media_type: str
    content_encoding: str
    outcome: Outcome | None = None
    reason: str = ""


def read_body(response: HTTPResponse, guard: Guard, limits: Limits) -> Body:
    """Read a response's body within the limits; never raises for what the site sends."""
    declared = ", ".join(response.headers.getlist("content-encoding"))[:200]
    wire = bytearray()
    try:
        length = _declared_length(response)
        codings = layers(declared)
        for chunk in response.stream(CHUNK, decode_content=False):
            wire += chunk
            _check_size(wire, codings, limits)
        _check_end(len(wire), length, guard)
        payload = unpack(bytes(wire), codings, limits.document_bytes, limits) if codings else bytes(wire)
        media_type = sniff(payload)
        framed = length is not None or bool(response.chunked) or bool(codings)
        _check_payload(payload, media_type, framed=framed, limits=limits)
    except Broken as broken:
        return _evidence(broken.evidence, declared, (broken.outcome, broken.reason), limits)
    except Exception as error:  # noqa: BLE001  whatever a site makes the stack below raise is its outcome
        return _evidence(bytes(wire[: limits.evidence]), declared, judge(error), limits)
    return Body(payload=payload, media_type=media_type, content_encoding=declared)


def kept_headers(response: HTTPResponse, limits: Limits) -> tuple[tuple[str, str], ...]:
    """Return the headers as received, Latin-1 read, at most 100 and `head_bytes` characters of them."""
    kept: list[tuple[str, str]] = []
    room = limits.head_bytes
    for name, value in response.headers.items():
        room -= len(name) + len(value)
        if len(kept) == MOST_HEADERS or room < 0:
            break
        kept.append((name, value))
    return tuple(kept)


def _declared_length(response: HTTPResponse) -> int | None:
    """Return the body's framed length (RFC 9112, 6.3), None when chunked or delimited by the connection's end."""
    coding = ", ".join(response.headers.getlist("transfer-encoding")).strip().lower()
    if coding == "chunked":
        return None
    if coding not in ("", "identity"):
        raise Refused(Outcome.MALFORMED_RESPONSE, f"transfer-encoding {coding[:40]!a} is not understood")
    values = {part.strip() for line in response.headers.getlist("content-length") for part in line.split(",")}
    if not values:
        return None
    value = values.pop()
    if values or not _DIGITS.fullmatch(value):
        raise Refused(Outcome.MALFORMED_RESPONSE, "content-length is contradictory or no number")
    return int(value)


def _check_size(wire: bytearray, codings: tuple[str, ...], limits: Limits) -> None:
    if len(wire) <= limits.text_wire:
        return
    if len(wire) > limits.document_bytes:
        raise Refused(Outcome.TOO_LARGE, f"more than {limits.document_bytes} bytes were sent")
    # Documents are compressed by themselves: a body this large that is encoded again is not one we want.
    if codings or sniff(bytes(wire[:CHUNK])) in {*TEXT, "other"}:
        raise Refused(Outcome.TOO_LARGE, f"a page of more than {limits.text_wire} bytes was sent")


def _check_end(size: int, length: int | None, guard: Guard) -> None:
    # Too few bytes for the length never get here: urllib3 raises IncompleteRead.
    if length is not None and guard.received - guard.head - size > STRAY_BYTES:
        # A length counted in characters instead of bytes cuts a Chinese page in the middle.
        raise Refused(Outcome.MALFORMED_RESPONSE, f"more bytes came than the {length} announced")


def _check_payload(payload: bytes, media_type: str, *, framed: bool, limits: Limits) -> None:
    if media_type in TEXT and len(payload) > limits.text_bytes:
        raise Broken(Outcome.TOO_LARGE, f"a page of more than {limits.text_bytes} bytes", payload[: limits.evidence])
    if not framed and not _ends_well(payload, media_type):
        raise Broken(Outcome.TRUNCATED, "the connection ended before the page did", payload[: limits.evidence])


def _ends_well(payload: bytes, media_type: str) -> bool:
    """Say whether a body delimited only by the connection's end looks whole."""
    tail = payload[-_TAIL:].rstrip()
    if media_type == "html":
        opened = b"<html" in payload[:_TAIL].lower() or b"<body" in payload[:_TAIL].lower()
        return not opened or b"</html" in tail.lower() or b"</body" in tail.lower()
    if media_type == "json":
        return tail.endswith((b"}", b"]"))
    if media_type == "xml":
        return tail.endswith(b">")
    if media_type == "pdf":
        return b"%%EOF" in tail
    if media_type in {"docx", "ofd", "xlsx", "zip"}:
        return b"PK\x05\x06" in payload[-_TAIL * 17 :]
    return True


def _evidence(payload: bytes, declared: str, verdict: tuple[Outcome, str], limits: Limits) -> Body:
    kept = payload[: limits.evidence]
    outcome, reason = verdict
    return Body(payload=kept, media_type=sniff(kept), content_encoding=declared, outcome=outcome, reason=reason)
