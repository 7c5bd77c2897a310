"""Exceptions in, outcomes out.

What a site does wrong surfaces as one of some forty exception classes of four libraries, wrapped in each
other. `judge` unwraps them and gives the closed outcome. The one exception of our own, `Refused`, never
leaves this room.
"""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator

from urllib3 import exceptions as pool

from scrapers.model import Outcome

LONGEST_REASON = 300


class Refused(Exception):
    """Raised inside this room to stop a request with a known outcome; `Fetcher` turns it into a capture."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


# First match wins, over every exception in the chain: the more telling class stands first.
_MEANINGS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Outcome, str], ...] = (
    ((TimeoutError, pool.TimeoutError), Outcome.TIMEOUT, "no complete answer within the time allowed"),
    (socket.gaierror, Outcome.DNS_TEMP, "the name could not be looked up"),
    (ConnectionRefusedError, Outcome.CONN_REFUSED, "the host refused the connection"),
    (http.client.RemoteDisconnected, Outcome.CONN_RESET, "the host closed the connection without an answer"),
    ((ConnectionResetError, BrokenPipeError), Outcome.CONN_RESET, "the connection was reset"),
    (ssl.SSLEOFError, Outcome.CONN_RESET, "the encrypted connection was cut"),
    ((ssl.SSLError, pool.SSLError), Outcome.TLS_ERROR, "no trusted encrypted connection"),
    (pool.InvalidChunkLength, Outcome.MALFORMED_RESPONSE, "a chunk has no valid size"),
    ((http.client.IncompleteRead, pool.IncompleteRead), Outcome.TRUNCATED, "the body ended early"),
)
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN})


def judge(error: BaseException) -> tuple[Outcome, str]:
    """Return the outcome an exception stands for, and a reason of at most 300 characters naming its root."""
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, Refused):
            return link.outcome, link.reason
    for kinds, outcome, meaning in _MEANINGS:
        for link in chain:
            if isinstance(link, kinds):
                return outcome, _reason(meaning, link)
    return _fallback(chain)


def _fallback(chain: tuple[BaseException, ...]) -> tuple[Outcome, str]:
    for link in chain:
        if isinstance(link, OSError) and link.errno in _UNREACHABLE:
            return Outcome.CONN_REFUSED, _reason("the host cannot be reached", link)
        # urllib3 gives a chunked body without its last chunk no class of its own.
        if isinstance(link, pool.ProtocolError) and "ended prematurely" in str(link):
            return Outcome.TRUNCATED, _reason("the body ended early", link)
    return Outcome.MALFORMED_RESPONSE, _reason("the answer is not valid HTTP", chain[-1])


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and everything it wraps, outermost first, each once."""
    pending, seen = [error], set[int]()
    while pending:
        link = pending.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = (*link.args, getattr(link, "reason", None), link.__cause__, link.__context__)
        pending.extend(part for part in inner if isinstance(part, BaseException))


def _reason(meaning: str, link: BaseException) -> str:
    text = " ".join(ascii(str(link))[1:-1].split())
    return f"{meaning} ({type(link).__name__}: {text})"[:LONGEST_REASON]
