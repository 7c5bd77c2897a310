"""One spelling for each address, and one key for each document, so that one listed under several is one candidate.

Enters: an absolute http address. Leaves: the address to ask for, or the key that its other spellings share. The
spelling keeps host and scheme, because only those are known to answer; the key drops what sites of this kind vary
without meaning another document. It refuses to know which hosts exist.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urldefrag, urlsplit, urlunsplit

_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid)=[^/?#;]*", re.IGNORECASE)
_SESSION_QUERY = re.compile(
    r"(?:^|&)(?:jsessionid|phpsessid|sessionid|session_id|aspsessionid\w*|ismobile|xxgkhide|slb)=[^&]*",
    re.IGNORECASE,
)
_GATE = re.compile(r"^/gate/big5/([a-z0-9][a-z0-9.-]{1,120}\.[a-z]{2,10}(?::\d{1,5})?)(/.*)?$", re.IGNORECASE)
_TWIN = re.compile(r"^(?:www|wap|m|3g|big5)\.(?=[^.]+\.[^.]+)")
_WAP = re.compile(r"^/(?:wap|mobile|m)(?=/)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: JSON lists may spell half a surrogate pair, and no ledger line could keep it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def canonical_address(url: str) -> str:
    """Return the address with a lowercase host and without fragment, default port, session id and display switches.

    A page behind a gate that turns it into traditional characters is the page itself. Idempotent. An address that
    cannot be split comes back unchanged.
    """
    url = encodable(url)
    parts = _split(url)
    if parts is None:
        return url
    path = _SESSION_PATH.sub("", parts.path) or "/"
    query = _SESSION_QUERY.sub("", parts.query).lstrip("&")
    behind = _GATE.match(path)
    if behind is not None:
        return canonical_address(urlunsplit((parts.scheme, behind[1].lower(), behind[2] or "/", query, "")))
    return urlunsplit((parts.scheme, _authority(parts), path, query, ""))


def with_fragment(url: str, asked: str) -> str:
    """Return where a page was found with the fragment it was asked with.

    Some shells name their catalogue in the fragment, which no server ever sees.
    """
    fragment = urldefrag(asked).fragment
    return f"{url}#{fragment}" if fragment and not urlsplit(url).fragment else url


def document_key(url: str) -> str:
    """Return what all spellings of a document's address share: without scheme, www or wap, and without switches."""
    address = canonical_address(url)
    parts = _split(address)
    if parts is None:
        return address
    host = _TWIN.sub("", _authority(parts))
    path = _WAP.sub("", parts.path) or "/"
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


def preferred(one: str, other: str, hosts: Collection[str]) -> str:
    """Return which of two spellings to ask for: one on the given hosts, not the telephone's, else the first."""
    return min((one, other), key=lambda url: (not _on(url, hosts), _is_mobile(url)))


def on_hosts(url: str, hosts: Collection[str]) -> bool:
    """Say whether an address lies on one of the hosts, each `hostname` or `hostname:port`."""
    return _on(url, hosts)


def _on(url: str, hosts: Collection[str]) -> bool:
    parts = _split(url)
    return parts is not None and _authority(parts) in hosts


def _is_mobile(url: str) -> bool:
    parts = _split(url)
    return parts is not None and (_WAP.match(parts.path) is not None or parts.netloc.startswith(("wap.", "m.", "3g.")))


def _split(url: str) -> SplitResult | None:
    """Return an http address in its parts; None for anything else, and for a port that is none."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and (parts.hostname or "").rstrip(".") else None


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"
