"""How long to wait before the next request to a host.

Host names and seconds in, pauses out. One delay between two requests to a host as they leave us, whatever they
ask for and however they ended; a Crawl-delay lengthens it, a Retry-After postpones it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapers.fetch.policy import Limits


class Manners:
    """The pauses of one fetcher. `clock` is monotonic seconds, `sleep` spends them."""

    def __init__(
        self, delay: float, limits: Limits, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._delay = delay
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._crawl_delays: dict[str, float] = {}
        self._started: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self.waited = 0.0

    def raise_delay(self, host: str, crawl_delay: float | None) -> None:
        """Lengthen a host's delay to its robots file's Crawl-delay, within `max_crawl_delay`."""
        asked = min(crawl_delay or 0.0, self._limits.max_crawl_delay)
        self._crawl_delays[host] = max(asked, self._crawl_delays.get(host, 0.0))

    def postpone(self, host: str, seconds: float) -> None:
        """Leave a host alone for this long, as its Retry-After asks or a failed attempt suggests."""
        until = self._clock() + seconds
        self._asked[host] = max(until, self._asked.get(host, until))

    def too_long(self, host: str) -> float | None:
        """Return the seconds a host still asks us to stay away, when that is more than `max_wait`."""
        left = self._asked.get(host, 0.0) - self._clock()
        return left if left > self._limits.max_wait else None

    def pace(self, host: str) -> float:
        """Return the seconds kept between the starts of two requests to a host."""
        return max(self._delay, self._crawl_delays.get(host, 0.0))

    def rest(self, host: str) -> float:
        """Return the seconds from now until a request to the host may start."""
        now = self._clock()
        due = self._asked.get(host, now)
        if host in self._started:
            due = max(due, self._started[host] + self.pace(host))
        return max(due - now, 0.0)

    def wait(self, host: str) -> None:
        """Sleep until a request to the host may start."""
        if (seconds := self.rest(host)) > 0:
            self._sleep(seconds)
            self.waited += seconds

    def start(self, host: str) -> None:
        """Count a request to the host as started."""
        self._started[host] = self._clock()

    def sent(self, host: str, at: float) -> None:
        """Count from when a request left, which a lookup or a handshake puts off; 0 when it never did."""
        self._started[host] = max(self._started[host], at)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110, 10.2.3), None when it says nothing usable."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max((when - now).total_seconds(), 0.0)
