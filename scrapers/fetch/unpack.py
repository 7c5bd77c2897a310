"""Content-encoding removed, with proof of the end and bounds on what comes out.

Received bytes in, payload out. Only what we offered is understood; a stream that does not end, or that grows
out of proportion, is refused with what had come of it.
"""

import zlib
from collections.abc import Callable

from scrapers.fetch.failures import Refused
from scrapers.fetch.policy import Limits
from scrapers.model import Outcome

OFFERED = "gzip, deflate"
MOST_LAYERS = 3

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 1024 * 1024


class Broken(Refused):
    """Raised when a stream cannot be unpacked; carries the evidence, the bytes that had come out of it."""

    def __init__(self, outcome: Outcome, reason: str, evidence: bytes) -> None:
        super().__init__(outcome, reason)
        self.evidence = evidence


def layers(content_encoding: str) -> tuple[str, ...]:
    """Return the codings of a Content-Encoding value, outermost first; raise Refused on one we do not read."""
    named = [part.strip().lower() for part in content_encoding.split(",")]
    codings = tuple(part for part in reversed(named) if part not in ("", "identity"))
    for coding in codings:
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise Refused(Outcome.MALFORMED_RESPONSE, f"content-encoding {coding[:40]!a} was not offered")
    if len(codings) > MOST_LAYERS:
        raise Refused(Outcome.MALFORMED_RESPONSE, f"{len(codings)} content-encodings are stacked")
    return codings


def unpack(wire: bytes, codings: tuple[str, ...], cap: int, limits: Limits) -> bytes:
    """Return the payload; raise Broken when a stream is damaged, unfinished, out of proportion or above `cap`."""
    received = len(wire)

    def check(size: int, used: int) -> None:
        used = min(used, received)
        if size > limits.ratio_floor and size > limits.ratio * used:
            raise Refused(Outcome.BOMB, f"{used} bytes unpack to more than {limits.ratio} times as many")
        if size > cap:
            raise Refused(Outcome.TOO_LARGE, f"the body unpacks to more than {cap} bytes")

    for coding in codings:
        wire = _undone(wire, coding, check)
    return wire


def _undone(wire: bytes, coding: str, check: Callable[[int, int], None]) -> bytes:
    out, given = bytearray(), len(wire)
    try:
        while True:
            stream = _opened(wire, coding)
            while not stream.eof:
                piece = stream.decompress(wire, _STEP)
                wire = stream.unconsumed_tail
                if not piece and not wire and not stream.eof:
                    raise Refused(Outcome.TRUNCATED, f"the {coding} stream does not end")
                out += piece
                check(len(out), given - len(wire))
            wire = stream.unused_data
            # Only another member follows a member (RFC 1952, 2.2); padding after it is common and harmless.
            if coding == "deflate" or not wire.startswith(_GZIP_MAGIC):
                return bytes(out)
    except zlib.error as error:
        raise Broken(Outcome.MALFORMED_RESPONSE, f"the body is not {coding} ({error})", bytes(out)) from None
    except Refused as refused:
        raise Broken(refused.outcome, refused.reason, bytes(out)) from None


def _opened(wire: bytes, coding: str) -> "zlib._Decompress":
    if coding != "deflate":
        return zlib.decompressobj(_GZIP)
    # RFC 9110 means the zlib format; many servers send the bare stream. The two-byte header tells (RFC 1950).
    wrapped = len(wire) > 1 and wire[0] & 0x0F == 8 and (wire[0] << 8 | wire[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
