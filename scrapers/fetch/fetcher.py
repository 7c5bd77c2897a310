"""The fetcher of one host queue: asks politely, follows redirects itself, tries again where that may help.

A `PageRequest` in, a `Fetched` out, whatever the site does. Order of checks for every hop: the allow-list,
the host's patience, the robots file, the pause, and only then a connection, to a vetted address.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType

from scrapers.fetch import robots
from scrapers.fetch.addresses import Lookup
from scrapers.fetch.capture import Trail, settle
from scrapers.fetch.exchange import Exchange, exchange
from scrapers.fetch.failures import Refused
from scrapers.fetch.guard import Guard
from scrapers.fetch.manners import Manners, retry_after
from scrapers.fetch.policy import Fetched, Limits, Policy
from scrapers.fetch.robots import AGENT, Robots
from scrapers.fetch.scope import Target, admit, resolve_location
from scrapers.fetch.transport import Form, Transport
from scrapers.fetch.unpack import OFFERED
from scrapers.model import Disposition, Outcome, PageRequest, Validators

VERSION = "0.1"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Fetcher:
    """Fetches for one host queue, one request at a time. A context manager; closing drops its connections."""

    def __init__(
        self,
        policy: Policy,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        hold: Callable[[Manners, Target], None] = lambda _manners, _target: None,
        now: Callable[[], datetime] = _utc_now,
        lookup: Lookup | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._limits = policy.limits
        self._now = now
        self._hold = hold
        self._guard = Guard(policy.limits, policy.private_networks, lookup=lookup, clock=clock)
        self._transport = Transport(self._guard, policy.limits, tls)
        self.manners = Manners(policy.delay, policy.limits, clock=clock, sleep=sleep)
        """The pauses it keeps; `hold` is given them before each pause and each request, and may raise to stop it."""
        self._robots = Robots(self._fetch_robots, clock=clock)
        self._headers = {
            "User-Agent": f"{AGENT}/{VERSION} (+{policy.contact})" if policy.contact else f"{AGENT}/{VERSION}",
            "Accept": "text/html,application/xhtml+xml,application/json,application/pdf,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": OFFERED,
        }
        self.requests = 0
        """Requests sent, robots files and redirects included."""
        self.conditional = 0
        """Of these, the ones that asked whether a page had changed."""

    @property
    def waited(self) -> float:
        """Return the seconds spent waiting between requests."""
        return self.manners.waited

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._transport.close()

    def fetch(self, request: PageRequest, validators: Validators | None = None) -> Fetched:
        """Return the capture of a request and its payload; what the site does wrong is the capture's outcome.

        With `validators` of an earlier capture, a page that did not change comes back as `unchanged`.
        Outcomes that may heal are tried up to `Limits.attempts` times.
        """
        return self._tried(request, validators, self._limits, guarded=True)

    def robots(self, url: str) -> str:
        """Return in words what the robots file of an address's host lets us do; it is asked for when it must be."""
        try:
            target = admit(url, self._policy.allow)
            return self._robots.told(target)
        except Refused as refused:
            return f"not asked: {refused.reason}"

    def _fetch_robots(self, url: str) -> Fetched:
        # One byte more than we read tells a long file from one that just fits.
        most = robots.MOST_BYTES + 1
        limits = replace(self._limits, text_wire=most, text_bytes=most, document_bytes=most, evidence=most)
        return self._tried(PageRequest(url), None, limits, guarded=False)

    def _tried(self, request: PageRequest, validators: Validators | None, limits: Limits, *, guarded: bool) -> Fetched:
        attempt = 1
        while True:
            trail = Trail(request.url, validators, self._now(), attempt)
            fetched = self._walked(trail, request, limits, guarded=guarded)
            outcome = fetched.capture.outcome
            if outcome is None or outcome.disposition is not Disposition.RETRY or attempt >= limits.attempts:
                return fetched
            if trail.refused or self.manners.too_long(trail.host) is not None:
                return fetched
            # One queue per host: there is nobody to collide with, so the pause needs no jitter.
            self.manners.postpone(trail.host, limits.backoff * 2 ** (attempt - 1))
            attempt += 1

    def _walked(self, trail: Trail, request: PageRequest, limits: Limits, *, guarded: bool) -> Fetched:
        """Follow one address to its answer, hop by hop."""
        url = request.url
        form: Form = request.json or request.form
        try:
            while True:
                target = self._admitted(trail, url, guarded=guarded)
                answer = self._sent(trail, target, form, limits)
                onward = answer.location and resolve_location(target.url, answer.location)
                if not onward and guarded:
                    onward = trail.sends_on(target.url, answer)
                if not onward:
                    return settle(trail, target.url, answer)
                trail.hop(target.url, answer, onward, limits.redirects)
                if answer.status not in {307, 308}:
                    form = ()
                url = onward
        except Refused as refused:
            return trail.stopped(refused)

    def _admitted(self, trail: Trail, url: str, *, guarded: bool) -> Target:
        trail.refused = True
        target = admit(url, self._policy.allow)
        trail.arrive(target.url)
        trail.host = target.host
        left = self.manners.too_long(target.host)
        if left is not None:
            raise Refused(Outcome.RATE_LIMITED, f"{target.host} asked to be left alone for {left:.0f} s more")
        forbidden = self._robots.forbids(target) if guarded else None
        if forbidden is not None:
            raise Refused(*forbidden)
        if guarded:
            self.manners.raise_delay(target.host, self._robots.crawl_delay(target))
        trail.refused = False
        return target

    def _sent(self, trail: Trail, target: Target, form: Form, limits: Limits) -> Exchange:
        headers = self._headers
        conditions = {} if form else trail.conditions()
        trail.asked = bool(conditions)
        if conditions:
            headers = {**headers, **conditions}
            self.conditional += 1
        self._hold(self.manners, target)
        self.manners.wait(target.host)
        self._hold(self.manners, target)
        self.manners.start(target.host)
        self.requests += 1
        try:
            answer = exchange(self._transport, self._guard, limits, target, headers, form)
        finally:
            self.manners.sent(target.host, self._guard.sent)
        asked = retry_after(answer.header("retry-after"), self._now()) if answer.status in {429, 503} else None
        if asked:
            self.manners.postpone(target.host, asked)
        return answer
