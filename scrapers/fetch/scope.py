"""Which addresses may be asked for at all, decided before any name is looked up.

An address as a page or a redirect spells it in, the one spelling we request out. Knows the allow-list and
nothing of the network.
"""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from scrapers.fetch.failures import Refused
from scrapers.model import Outcome

LONGEST_URL = 2083
PORTS = {"http": 80, "https": 443}

_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]*")
_KEPT = "!#$%&'()*+,/:;=?@[]~"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be requested; `url` is the spelling sent and recorded, without fragment."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def named(self) -> str:
        """Return the host as the registry names it: with its port, unless that is the scheme's own."""
        return _bracketed(self.host) if self.port == PORTS[self.scheme] else f"{_bracketed(self.host)}:{self.port}"

    @property
    def origin(self) -> str:
        """Return `scheme://host:port`, what a robots file speaks for."""
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}"


def admit(url: str, allow: Collection[str]) -> Target:
    """Return the target an address names, or raise Refused when it is malformed or off the allow-list.

    `allow` holds `host` (meaning the scheme's own port) or `host:port`; hosts match whole and exactly.
    """
    shown = ascii(url[:120])
    if len(url.encode("utf-8", "surrogatepass")) > LONGEST_URL:
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"the address is longer than {LONGEST_URL} bytes: {shown}")
    if _CONTROL.search(url):
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"the address holds a control character or backslash: {shown}")
    try:
        parts = urlsplit(url.strip(" "))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"the address cannot be read ({error}): {shown}") from None
    if parts.scheme not in PORTS:
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"only http and https are fetched: {shown}")
    if "@" in parts.netloc:
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"the address carries user information: {shown}")
    port = PORTS[parts.scheme] if port is None else port
    _check_host(parts.scheme, host, port, allow)
    return Target(url=_spell(parts, host, port), scheme=parts.scheme, host=host, port=port)


def resolve_location(base: str, location: str) -> str:
    """Return the absolute address a Location header names.

    The header comes as Latin-1, as http.client reads it; bytes that are not ASCII (these sites send UTF-8
    and GBK alike) are percent-encoded as they stand, which is what the server will understand.
    """
    if _CONTROL.search(location):
        raise Refused(
            Outcome.OFF_SCOPE_REDIRECT, f"a redirect holds a control character or backslash: {location[:120]!a}"
        )
    raw = location.encode("latin-1", "replace")
    return join(base, quote(raw, safe=_KEPT + " ") if not raw.isascii() else location)


def join(base: str, reference: str) -> str:
    """Return a reference resolved against an absolute address; raise Refused when it cannot be read."""
    try:
        return urljoin(base, reference)
    except ValueError as error:
        raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"{reference[:120]!a} cannot be read ({error})") from None


def _check_host(scheme: str, host: str, port: int, allow: Collection[str]) -> None:
    named = f"{_bracketed(host)}:{port}"
    if _HOST.fullmatch(host) and (named in allow or (port == PORTS[scheme] and _bracketed(host) in allow)):
        return
    if _is_network_internal(host):
        raise Refused(Outcome.SSRF_BLOCKED, f"{ascii(named)[1:-1]} names an address inside a network")
    raise Refused(Outcome.OFF_SCOPE_REDIRECT, f"{ascii(named[:200])[1:-1]} is not on the source's list of hosts")


def _is_network_internal(host: str) -> bool:
    """Say whether a host spells a non-global address, in any of the spellings the C library reads."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        pass
    try:
        return not ip_address(socket.inet_aton(host)).is_global
    except (OSError, ValueError):
        return False


def _spell(parts: SplitResult, host: str, port: int) -> str:
    authority = _bracketed(host) if port == PORTS[parts.scheme] else f"{_bracketed(host)}:{port}"
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{authority}{_quoted(parts.path) or '/'}{query}"


def _quoted(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return _LONE_PERCENT.sub("%25", quote(text, safe=_KEPT, errors="replace"))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
