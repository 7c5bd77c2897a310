"""Where a copy comes from: the body's own site, a government's that speaks for somebody else, or anybody.

An address and what the page says of its site in; `official`, `affiliate` or `repost` out. Hijacked domains mirror
government paths, so a path proves nothing.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

OFFICIAL, AFFILIATE, REPOST = "official", "affiliate", "repost"
GOVERNMENT = "gov.cn"
_BELOW = 3
"""Labels of the name a government registers below gov.cn: heshan.gov.cn."""
_CENTRAL = ("bm", "000000")


def tier(url: str, domain: str, code: str, division: str) -> str:
    """Return the tier of a page: its address, the SiteDomain and site code it states, and the report's division.

    `official`: a .gov.cn host that contradicts itself nowhere. `affiliate`: one that does, or a host outside gov.cn
    whose stated domain is its own and whose code is the division's. `repost`: anything else. A private address, a
    test's, is official when its site code is the division's.
    """
    host = host_of(url)
    agrees = bool(code) and _agree(code, division)
    if _is_private(host):
        return OFFICIAL if agrees else REPOST
    stated = host_of(domain)
    if _is_government(host):
        return OFFICIAL if (not stated or _related(host, stated)) and (not code or agrees) else AFFILIATE
    return AFFILIATE if stated and _related(host, stated) and agrees else REPOST


def host_of(address: str) -> str:
    """Return the host of an address, or of a SiteDomain as pages write it, with or without scheme; empty if none."""
    text = address.strip().lower()
    try:
        return (urlsplit(text if "//" in text else "//" + text).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_government(host: str) -> bool:
    return host == GOVERNMENT or host.endswith("." + GOVERNMENT)


def _is_private(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def _related(one: str, other: str) -> bool:
    """Say whether two hosts are one site's: equal, one above the other, or below the same registered name."""
    if one == other or one.endswith("." + other) or other.endswith("." + one):
        return True
    first, second = (host.split(".")[-_BELOW:] for host in (one, other))
    return len(first) == _BELOW and first == second


def _agree(code: str, division: str) -> bool:
    """Say whether a site's code is of the division, of one above it in its province, or of the centre."""
    if not division or code.startswith(_CENTRAL):
        return True
    if code[:2] != division[:2]:
        return False
    return code[2:4] in ("00", division[2:4]) or division[2:4] == "00"
