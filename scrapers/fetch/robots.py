"""What a host's robots file lets us ask for, by RFC 9309.

The outcome of fetching `/robots.txt` in, permission and Crawl-delay out. It fetches nothing itself: `get` is
handed in. A file that cannot be had means no permission; a host that answers with a firewall's page means
the host is blocked, not that everything is allowed.
"""

import time
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from scrapers.charset import decode
from scrapers.fetch.classify import EMPTY
from scrapers.fetch.policy import Fetched
from scrapers.fetch.scope import Target
from scrapers.model import Outcome
from scrapers.sniff import TEXT

AGENT = "ReportArchive"
"""The product token robots files may address."""
MOST_BYTES = 500 * 1024
"""What RFC 9309, 2.5 obliges a crawler to read."""
KEPT_SECONDS = 24 * 3600.0
RETRIED_SECONDS = 600.0
"""How soon a file that could not be had is asked for again."""

# No server spoke at all: the page's own outcome is this, and says more than robots_unreachable.
_SPOKEN_FOR = frozenset(
    {
        Outcome.SSRF_BLOCKED,
        Outcome.DNS_TEMP,
        Outcome.CONN_REFUSED,
        Outcome.TLS_ERROR,
        Outcome.BLOCKED_CHALLENGE,
        Outcome.BLOCKED_WAF,
        Outcome.RATE_LIMITED,
    }
)


@dataclass(frozen=True, slots=True)
class Rules:
    """One origin's rules: the parsed file (None: no rules), or the outcome that forbids every request."""

    parsed: Protego | None
    outcome: Outcome | None
    reason: str
    until: float


class Robots:
    """Rules by origin, each kept at most 24 hours."""

    def __init__(self, get: Callable[[str], Fetched], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._get = get
        self._clock = clock
        self._rules: dict[str, Rules] = {}

    def forbids(self, target: Target) -> tuple[Outcome, str] | None:
        """Return the outcome that stands in the way of a request, None when it may be made."""
        rules = self._of(target)
        if rules.outcome is not None:
            return rules.outcome, rules.reason
        if rules.parsed is None or rules.parsed.can_fetch(target.url, AGENT):
            return None
        return Outcome.ROBOTS_DISALLOWED, f"{target.origin}/robots.txt disallows this address"

    def crawl_delay(self, target: Target) -> float | None:
        """Return the Crawl-delay in seconds that the host asks of us, if any."""
        rules = self._of(target)
        return None if rules.parsed is None else rules.parsed.crawl_delay(AGENT)

    def told(self, target: Target) -> str:
        """Return in words what the host's file says of an address."""
        rules = self._of(target)
        if rules.outcome is not None:
            return f"{rules.outcome}: {rules.reason}"
        if rules.parsed is None:
            return "no rules: there is no robots.txt"
        delay = rules.parsed.crawl_delay(AGENT)
        asks = f", asks for {delay:g} s between requests" if delay else ""
        return ("allows this address" if rules.parsed.can_fetch(target.url, AGENT) else "disallows this address") + asks

    def _of(self, target: Target) -> Rules:
        known = self._rules.get(target.origin)
        if known is None or self._clock() >= known.until:
            known = self._rules[target.origin] = self._fetched(target.origin)
        return known

    def _fetched(self, origin: str) -> Rules:
        fetched = self._get(f"{origin}/robots.txt")
        outcome, reason = _verdict(fetched)
        seconds = KEPT_SECONDS if outcome is None else RETRIED_SECONDS
        parsed = _parsed(fetched) if outcome is None else None
        return Rules(parsed=parsed, outcome=outcome, reason=reason, until=self._clock() + seconds)


def _verdict(fetched: Fetched) -> tuple[Outcome | None, str]:
    capture = fetched.capture
    reason = f"robots.txt: {capture.reason}"
    if capture.outcome in _SPOKEN_FOR:
        return capture.outcome, reason
    if capture.status is not None and capture.status // 100 == 4:
        return None, ""
    if capture.outcome in {None, Outcome.TOO_LARGE, Outcome.SOFT_404} or _is_empty(fetched):
        return None, ""
    return Outcome.ROBOTS_UNREACHABLE, reason


def _is_empty(fetched: Fetched) -> bool:
    """Say whether a whole, empty file was served: no rules, though an empty page would be a fault."""
    return fetched.capture.status == 200 and not fetched.payload and fetched.capture.reason == EMPTY


def _is_page(fetched: Fetched) -> bool:
    """Say whether a page was served in the file's place; a file whose comments hold markup is still a file."""
    opening = fetched.payload.removeprefix(BOM_UTF8).lstrip()[:1]
    return fetched.capture.media_type in TEXT and opening in (b"<", b"{", b"[")


def _parsed(fetched: Fetched) -> Protego | None:
    capture = fetched.capture
    if capture.status != 200 or _is_page(fetched):
        return None
    payload = fetched.payload[:MOST_BYTES]
    if len(fetched.payload) >= MOST_BYTES:
        # The last line may be half a rule.
        payload = payload[: payload.rfind(b"\n") + 1]
    return Protego.parse(decode(payload, capture.declared_type).text)
