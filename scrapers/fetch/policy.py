"""What a fetcher may do, and what a fetch gives back: values only.

The defaults of `Limits` are the archive's contract with the sites and with our own memory. Knows nothing of
sockets or HTTP.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from scrapers.model import Capture

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one fetch. Bytes, seconds, counts."""

    text_wire: int = 8 * MIB
    """Bytes received for a page of text, before content-encoding is removed."""
    text_bytes: int = 32 * MIB
    """Bytes of a page of text, after content-encoding is removed."""
    document_bytes: int = 64 * MIB
    """Bytes of a document (pdf, docx, doc, zip, ofd), received or decoded."""
    ratio: int = 200
    """Decoded bytes per received byte, once more than `ratio_floor` bytes are decoded."""
    ratio_floor: int = MIB
    evidence: int = 64 * KIB
    """Bytes kept of a body that was not read to its end."""
    head_bytes: int = 64 * KIB
    """Bytes of status line and headers, interim responses included."""
    wall: float = 60.0
    """One request, from name lookup to the last byte."""
    connect: float = 10.0
    redirects: int = 5
    attempts: int = 3
    backoff: float = 5.0
    """Pause before the second attempt; doubles for each further one."""
    max_wait: float = 120.0
    """Longest Retry-After we sit out. A site that asks for more is left alone."""
    max_crawl_delay: float = 60.0
    """Longest Crawl-delay we take from a robots file."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Where a fetcher may go and how it behaves there."""

    allow: frozenset[str]
    """`host` (the scheme's own port) or `host:port`, lowercase, matched whole."""
    private_networks: tuple[IPv4Network | IPv6Network, ...]
    """Networks that may be connected to although they are not global. Empty in production."""
    contact: str
    """Where a site's owner can reach the operator; goes into the User-Agent."""
    delay: float
    """Seconds between the starts of two requests to one host."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A capture and the bytes it names: the whole payload, or the evidence of why there is none."""

    capture: Capture
    payload: bytes
