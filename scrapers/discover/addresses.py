"""One spelling for each address, so that a document listed under several is one candidate.

Enters: an absolute http address. Leaves: the same address without what does not name a document. It refuses to merge
hosts or schemes: that two of them serve the same is for content hashes to say.
"""

import re
from urllib.parse import urlsplit, urlunsplit

_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid)=[^/?#;]*", re.IGNORECASE)
_SESSION_QUERY = re.compile(
    r"(?:^|&)(?:jsessionid|phpsessid|sessionid|aspsessionid\w*|ismobile|xxgkhide|slb)=[^&]*", re.IGNORECASE
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def encodable(text: str) -> str:
    """Return text that UTF-8 can hold: JSON lists may spell half a surrogate pair, and no ledger line could keep it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def canonical_address(url: str) -> str:
    """Return the address with a lowercase host and without fragment, default port, session id and display switches.

    Idempotent. An address that cannot be split comes back unchanged.
    """
    url = encodable(url)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    host = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = _SESSION_PATH.sub("", parts.path) or "/"
    query = _SESSION_QUERY.sub("", parts.query).lstrip("&")
    return urlunsplit((parts.scheme, host, path, query, ""))
