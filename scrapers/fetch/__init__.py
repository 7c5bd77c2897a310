"""The only room that opens sockets: a request in, a capture and its bytes out, whatever the site does.

`Fetcher` is the door. It knows nothing of reports, listings or the archive; a page it could not have is an
outcome with a reason and evidence, never an exception.
"""

import zlib

from scrapers.charset import REPLACEMENT, decode, decode_pieces
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.manners import Manners
from scrapers.fetch.policy import Fetched, Limits, Policy
from scrapers.fetch.scope import Target
from scrapers.model import Outcome, Page
from scrapers.sniff import TEXT, sniff

__all__ = ["Fetched", "Fetcher", "Limits", "Manners", "Policy", "Target", "page_of"]

SITEMAP_BYTES = 50 * 2**20
"""What the sitemap protocol allows one file to hold, unpacked."""


def page_of(fetched: Fetched) -> Page:
    """Return a fetched listing page as discovery reads it: its text, or the outcome that stopped it.

    An `unchanged` page that the site sent again is readable; one it answered with 304 has no text.
    """
    capture = fetched.capture
    if capture.outcome not in {None, Outcome.UNCHANGED}:
        return Page(url=capture.final_url, text="", outcome=capture.outcome, reason=capture.reason)
    payload = _unzipped(fetched.payload)
    if payload is None:
        reason = f"more than {SITEMAP_BYTES // 2**20} MiB in a gzip file"
        return Page(url=capture.final_url, text="", outcome=Outcome.BOMB, reason=reason)
    if payload and sniff(payload) not in {*TEXT, "other"}:
        reason = f"a listing page cannot be a {capture.media_type} document"
        return Page(url=capture.final_url, text="", outcome=Outcome.UNSUPPORTED_FORMAT, reason=reason)
    decoded = decode(payload, capture.declared_type)
    if decoded.replaced and decoded.encoding in ("utf-8", "gb18030"):
        text, other = decode_pieces(payload)
        if other and text.count(REPLACEMENT) < decoded.replaced:
            reason = f"mixed encodings: {other} pieces are GB18030 on a page of UTF-8; each was read as what it is"
            return Page(url=capture.final_url, text=text, outcome=None, reason=reason)
    if decoded.mojibake:
        reason = f"the bytes fit no encoding we know, least badly {decoded.encoding}"
        return Page(url=capture.final_url, text="", outcome=Outcome.MOJIBAKE, reason=reason)
    outcome = None if payload else capture.outcome
    return Page(url=capture.final_url, text=decoded.text, outcome=outcome, reason=capture.reason if outcome else "")


def _unzipped(payload: bytes) -> bytes | None:
    """Return what a gzip file holds (`sitemap.xml.gz`), any other payload as it is; None for a bomb."""
    if payload[:2] != b"\x1f\x8b":
        return payload
    inflater = zlib.decompressobj(wbits=31)
    try:
        whole = inflater.decompress(payload, SITEMAP_BYTES)
    except zlib.error:
        return payload
    return None if inflater.unconsumed_tail else whole
