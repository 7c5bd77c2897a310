"""The way out: one request to one admitted target, over connections that the guard watches.

Prepared values in, an unread response out. Redirects, cookies, proxies, retries and credentials from the
environment do not exist here, by construction: the adapter is driven directly, because a requests session
reads the body of a redirect without any bound even when told not to follow it.
"""

import functools
import logging
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPResponse, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from scrapers.fetch.failures import Refused
from scrapers.fetch.guard import Guard, GuardedTLS, StrictResponse
from scrapers.fetch.policy import Limits
from scrapers.fetch.scope import Target
from scrapers.model import Outcome

Form = tuple[tuple[str, str], ...] | str
"""What a POST carries: the fields of a form, or a JSON text."""
KEPT_CONNECTIONS = 8

# They print headers and addresses as the site sent them; a site does not get to write our log.
for _talker in ("urllib3.connection", "urllib3.connectionpool", "urllib3.response"):
    logging.getLogger(_talker).setLevel(logging.CRITICAL)


class Transport:
    """Sends requests through guarded connections and keeps idle ones for reuse."""

    def __init__(self, guard: Guard, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self._guard = guard
        self._timeout = (limits.connect, limits.wall)
        self._adapter = _Adapter(guard, tls)

    def send(self, target: Target, headers: Mapping[str, str], form: Form = ()) -> HTTPResponse:
        """Send a GET, or a POST of the form, and return the response with its body unread and encoded.

        Raises whatever the site provokes; `failures.judge` reads it.
        """
        request = _prepared(target, headers, form)
        try:
            return self._answer(request)
        except requests.ConnectionError:
            # An idle connection the site closed meanwhile says nothing of the site (RFC 9112, 9.3.1).
            if form or self._guard.fresh or self._guard.received:
                raise
            return self._answer(request)

    def close(self) -> None:
        """Close every kept connection."""
        self._adapter.close()

    def _answer(self, request: requests.PreparedRequest) -> HTTPResponse:
        self._guard.begin()
        answer = self._adapter.send(request, stream=True, timeout=self._timeout, verify=True)
        if not isinstance(answer.raw, HTTPResponse):
            raise Refused(Outcome.MALFORMED_RESPONSE, "the adapter gave no response")
        return answer.raw


def _prepared(target: Target, headers: Mapping[str, str], form: Form) -> requests.PreparedRequest:
    # Filled in by hand: requests' own preparation would spell the admitted address anew.
    request = requests.PreparedRequest()
    request.method = "POST" if form else "GET"
    request.url = target.url
    request.headers = CaseInsensitiveDict(headers)
    if form:
        body = form.encode() if isinstance(form, str) else urlencode(form).encode()
        kind = "application/json" if isinstance(form, str) else "application/x-www-form-urlencoded"
        request.body = body
        request.headers["Content-Type"] = kind
        request.headers["Content-Length"] = str(len(body))
    return request


class _Adapter(HTTPAdapter):
    """The requests adapter on pools of guarded connections."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None) -> None:
        self._guard = guard
        self._tls = tls
        super().__init__(pool_connections=KEPT_CONNECTIONS, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        self.poolmanager = _Pools(self._guard, self._tls or trust(), connections, maxsize, block)

    def cert_verify(self, conn: Any, *_: Any) -> None:
        # The context holds the trusted roots; the inherited way reads the bundle anew for every connection.
        conn.cert_reqs = "CERT_REQUIRED"


class _Pools(PoolManager):
    """Pools whose connections know their guard."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext, pools: int, maxsize: int, block: bool) -> None:
        self._guard = guard
        tls.sslsocket_class = GuardedTLS
        super().__init__(num_pools=pools, maxsize=maxsize, block=block, ssl_context=tls)

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        kind = _GuardedHTTPS if scheme == "https" else _GuardedHTTP
        vars(pool)["ConnectionCls"] = functools.partial(kind, self._guard)
        return pool


class _GuardedHTTP(HTTPConnection):
    response_class = StrictResponse

    def __init__(self, guard: Guard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard
        self._address = ""

    def _new_conn(self) -> Any:
        opened = self._guard.connect(self._dns_host, self.port)
        self._address = str(opened.getpeername()[0])
        return opened

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        self._guard.left()
        self._guard.address = self._address


class _GuardedHTTPS(_GuardedHTTP, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        if not isinstance(self.sock, GuardedTLS):
            raise Refused(Outcome.TLS_ERROR, "the encrypted connection is not a guarded one")
        self.sock.guard = self._guard


@functools.cache
def trust() -> ssl.SSLContext:
    """Return the context that trusts the public roots requests ships; made once, it costs 30 ms."""
    context = create_urllib3_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context
