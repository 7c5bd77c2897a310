"""Fetchers for tests: loopback allowed, small limits, no delay unless asked for."""

from collections.abc import Iterable
from ipaddress import ip_network

from scrapers.fetch import Limits, Policy
from scrapers.fetch.policy import KIB, MIB

LOOPBACK = (ip_network("127.0.0.0/8"),)
QUICK = Limits(
    text_wire=MIB,
    text_bytes=2 * MIB,
    document_bytes=3 * MIB,
    ratio_floor=256 * KIB,
    wall=0.6,
    connect=0.5,
    attempts=2,
    backoff=0.01,
    max_wait=2.0,
)


def policy(allow: str | Iterable[str], *, delay: float = 0.0, limits: Limits = QUICK, contact: str = "") -> Policy:
    names = {allow} if isinstance(allow, str) else set(allow)
    return Policy(frozenset(names), private_networks=LOOPBACK, contact=contact, delay=delay, limits=limits)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
