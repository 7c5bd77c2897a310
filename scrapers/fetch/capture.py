"""The record of one fetch as it grows, and the capture it ends in.

Hops and answers in, a `Fetched` out. Decides when a page is unchanged and what is kept of it; knows nothing
of connections.
"""

from dataclasses import dataclass, field
from datetime import datetime

from scrapers.fetch.classify import Answer, classify, sends_on
from scrapers.fetch.exchange import Exchange
from scrapers.fetch.failures import Refused
from scrapers.fetch.policy import Fetched
from scrapers.fetch.scope import LONGEST_URL, join
from scrapers.fingerprint import digest
from scrapers.model import Capture, Hop, Outcome, Validators

LONGEST_REASON = 300


@dataclass(slots=True)
class Trail:
    """One attempt on one address: what was asked, and the redirects so far."""

    url: str
    validators: Validators | None
    started: datetime
    attempt: int
    hops: list[Hop] = field(default_factory=list)
    host: str = ""
    asked: bool = False
    """Whether the last request was a conditional one."""
    cookie: bool = False
    """Whether the last redirect tried to set a cookie."""
    refused: bool = False
    """Whether the attempt ended before its request was sent."""

    def conditions(self) -> dict[str, str]:
        """Return the conditional headers (RFC 9110, 13.1) for the next request of this attempt.

        Only the address itself is asked: a redirect's target may long have been unchanged and yet not be
        the page we hold.
        """
        if self.validators is None or self.hops:
            return {}
        named = {"If-None-Match": self.validators.etag, "If-Modified-Since": self.validators.last_modified}
        return {name: value for name, value in named.items() if value and _is_plain(value)}

    def sends_on(self, url: str, answer: Exchange) -> str:
        """Return the absolute address a page refers browsers to when it holds nothing else, else ""."""
        if answer.outcome is not None:
            return ""
        onward = sends_on(_answer(self, url, answer))
        return join(url, onward) if onward else ""

    def arrive(self, url: str) -> None:
        """Raise Refused when this attempt has already asked for the address."""
        if url not in {hop.url for hop in self.hops}:
            return
        if self.hops[-1].url == url and self.cookie:
            raise Refused(Outcome.BLOCKED_CHALLENGE, "the site wants a cookie before it answers")
        raise Refused(Outcome.MALFORMED_RESPONSE, "the redirects run in a circle")

    def hop(self, url: str, answer: Exchange, onward: str, most: int) -> None:
        """Add a redirect; raise Refused when it is one too many."""
        self.hops.append(Hop(url=url, status=answer.status or 0, location=onward[:LONGEST_URL]))
        self.cookie = bool(answer.header("set-cookie"))
        if len(self.hops) > most:
            raise Refused(Outcome.MALFORMED_RESPONSE, f"more than {most} redirects")

    def stopped(self, refused: Refused) -> Fetched:
        """Return the capture of an attempt that ended without an answer to keep."""
        final = self.hops[-1].location if self.hops else self.url
        return Fetched(
            capture=Capture(
                url=self.url,
                final_url=final,
                fetched_at=self.started,
                outcome=refused.outcome,
                reason=refused.reason[:LONGEST_REASON],
                status=self.hops[-1].status if self.hops else None,
                redirects=tuple(self.hops),
                attempts=self.attempt,
            ),
            payload=b"",
        )


def settle(trail: Trail, url: str, answer: Exchange) -> Fetched:
    """Return the capture of an answer: with its outcome, or open for extraction to settle."""
    payload = answer.body.payload
    named = digest(payload) if payload else ""
    outcome, reason = _verdict(trail, url, answer, named)
    if outcome is Outcome.UNCHANGED and trail.validators is not None:
        named = trail.validators.payload_digest
    capture = Capture(
        url=trail.url,
        final_url=url,
        fetched_at=trail.started,
        outcome=outcome,
        reason=reason[:LONGEST_REASON],
        status=answer.status,
        redirects=tuple(trail.hops),
        headers=answer.headers,
        declared_type=answer.header("content-type"),
        media_type=answer.body.media_type,
        content_encoding=answer.body.content_encoding,
        payload_digest=named,
        length=len(payload),
        address=answer.address,
        attempts=trail.attempt,
        conditional=trail.asked,
    )
    return Fetched(capture=capture, payload=payload)


def _verdict(trail: Trail, url: str, answer: Exchange, named: str) -> tuple[Outcome | None, str]:
    if answer.outcome is not None:
        return answer.outcome, answer.reason
    if answer.status == 304 and trail.asked:
        return Outcome.UNCHANGED, "304 not modified"
    verdict = classify(_answer(trail, url, answer))
    if verdict is not None:
        return verdict
    if trail.validators is not None and named == trail.validators.payload_digest:
        return Outcome.UNCHANGED, "the same bytes as last time"
    return None, ""


def _answer(trail: Trail, url: str, answer: Exchange) -> Answer:
    return Answer(
        asked=trail.url,
        final_url=url,
        status=answer.status or 0,
        headers={name.lower(): value for name, value in reversed(answer.headers)},
        payload=answer.body.payload,
        media_type=answer.body.media_type,
        redirected=bool(trail.hops),
    )


def _is_plain(value: str) -> bool:
    """Say whether a validator can be sent back: what a site sent once is not trusted to be a header value."""
    return value.isascii() and value.isprintable() and len(value) <= 1024
