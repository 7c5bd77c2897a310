"""The only room that opens sockets: a request in, a capture and its bytes out, whatever the site does.

`Fetcher` is the door. It knows nothing of reports, listings or the archive; a page it could not have is an
outcome with a reason and evidence, never an exception.
"""

from scrapers.charset import decode
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.manners import Manners
from scrapers.fetch.policy import Fetched, Limits, Policy
from scrapers.model import Outcome, Page
from scrapers.sniff import TEXT, sniff

__all__ = ["Fetched", "Fetcher", "Limits", "Manners", "Policy", "page_of"]


def page_of(fetched: Fetched) -> Page:
    """Return a fetched listing page as discovery reads it: its text, or the outcome that stopped it.

    An `unchanged` page that the site sent again is readable; one it answered with 304 has no text.
    """
    capture = fetched.capture
    if capture.outcome not in {None, Outcome.UNCHANGED}:
        return Page(url=capture.final_url, text="", outcome=capture.outcome, reason=capture.reason)
    if fetched.payload and sniff(fetched.payload) not in {*TEXT, "other"}:
        reason = f"a listing page cannot be a {capture.media_type} document"
        return Page(url=capture.final_url, text="", outcome=Outcome.UNSUPPORTED_FORMAT, reason=reason)
    decoded = decode(fetched.payload, capture.declared_type)
    if decoded.mojibake:
        reason = f"the bytes fit no encoding we know, least badly {decoded.encoding}"
        return Page(url=capture.final_url, text="", outcome=Outcome.MOJIBAKE, reason=reason)
    outcome = None if fetched.payload else capture.outcome
    return Page(url=capture.final_url, text=decoded.text, outcome=outcome, reason=capture.reason)
