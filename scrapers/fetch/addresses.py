"""Which network addresses may be connected to.

A host and port in, vetted socket addresses out. Every answer of the name service must be good: one bad
record among several is an attack or a fault, and either way no reason to connect.
"""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from scrapers.fetch.failures import Refused
from scrapers.model import Outcome

Network = IPv4Network | IPv6Network
Answer = tuple[int, int, int, str, tuple[str | int, ...]]
"""One row of getaddrinfo: family, type, protocol, canonical name, socket address."""
Lookup = Callable[..., Sequence[Answer]]

# RFC 6890 and the IANA special-purpose registries; ipaddress calls some of these global.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # Teredo and other protocol assignments
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",  # documentation, newer than some ipaddress tables
    )
)
# RFC 4291: the only IPv6 space given out for global unicast. NAT64, mapped, compatible and local lie outside.
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def is_allowed(address: str, private: Sequence[Network] = ()) -> bool:
    """Say whether an address is global unicast, or lies in one of the `private` networks named for tests."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain: IPv4Address | IPv6Address = getattr(found, "ipv4_mapped", None) or found
    if _within(plain, private):
        return True
    if isinstance(plain, IPv6Address) and plain not in _GLOBAL_UNICAST:
        return False
    return plain.is_global and not plain.is_multicast and not _within(plain, _NEVER)


def resolve(host: str, port: int, private: Sequence[Network], lookup: Lookup, seconds: float) -> tuple[Answer, ...]:
    """Return the vetted socket addresses of a host, in the name service's order.

    Raises Refused: `dns_temp` when nothing comes within `seconds`, `ssrf_blocked` when any address is bad.
    """
    answers = tuple(_asked(host, port, lookup, seconds))
    if not answers:
        raise Refused(Outcome.DNS_TEMP, f"{host} has no address")
    for answer in answers:
        if not is_allowed(str(answer[4][0]), private):
            raise Refused(Outcome.SSRF_BLOCKED, f"{host} resolves to {answer[4][0]}, which is not a public address")
    return answers


def _asked(host: str, port: int, lookup: Lookup, seconds: float) -> Sequence[Answer]:
    answers: queue.SimpleQueue[Sequence[Answer] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(lookup(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    if _is_literal(host):
        ask()
    else:
        # The C resolver cannot be interrupted; a thread is the only way to stop waiting for it.
        threading.Thread(target=ask, daemon=True, name=f"lookup-{host}").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise Refused(Outcome.DNS_TEMP, f"the name service gave no answer for {host} in {seconds:.0f} s") from None
    if isinstance(answer, Exception):
        raise Refused(Outcome.DNS_TEMP, f"the name service does not know {host} ({answer})") from None
    return answer


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _within(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
