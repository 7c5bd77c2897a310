"""One request and its whole answer.

A target in, an `Exchange` out: what came, or the outcome that stood in its way. The one place where whatever
the libraries below raise becomes a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scrapers.fetch.failures import judge
from scrapers.fetch.guard import Guard
from scrapers.fetch.policy import Limits
from scrapers.fetch.reading import Body, kept_headers, read_body
from scrapers.fetch.scope import Target
from scrapers.fetch.transport import Form, Transport
from scrapers.model import Outcome

OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# RFC 9112, 6.3: these never have a body, whatever their headers say.
_BODILESS = frozenset({204, 205, 304})
_NOTHING = Body(payload=b"", media_type="", content_encoding="")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer. `outcome` is set when there is none worth classifying; `body` then holds the evidence."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: Body
    address: str
    outcome: Outcome | None
    reason: str

    def header(self, name: str) -> str:
        """Return a header's first value, "" when absent; `name` in lowercase."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def location(self) -> str:
        """Return where a redirect points, "" when this is none."""
        return self.header("location").strip() if self.status in REDIRECTS else ""


def exchange(
    transport: Transport, guard: Guard, limits: Limits, target: Target, headers: Mapping[str, str], form: Form = ()
) -> Exchange:
    """Send one request and read its answer to the end; never raises for what the site does."""
    try:
        response = transport.send(target, headers, form)
    except Exception as error:  # noqa: BLE001  forty classes of four libraries: all of them are the site's doing
        outcome, reason = judge(error)
        return Exchange(None, (), _NOTHING, guard.address, outcome, reason)
    try:
        body = _NOTHING if response.status in _BODILESS else read_body(response, guard, limits)
        kept = kept_headers(response, limits)
    finally:
        # After a whole body the connection is back in its pool already; after a partial one it must not be.
        response.close()
    # What any other status means does not hang on its body.
    hindered = body.outcome if response.status == OK else None
    return Exchange(response.status, kept, body, guard.address, hindered, body.reason if hindered else "")
