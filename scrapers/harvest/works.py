"""What a run works with: settings in, an opened archive and the names of its parts out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from threading import Event

from scrapers import divisions, platforms, registry
from scrapers.archive.keys import raw_key
from scrapers.archive.payloads import get_clean, get_raw, put_clean, put_raw
from scrapers.archive.recent import PAYLOAD_BYTES, TEXT_BYTES, Recent
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.errors import FixityError
from scrapers.model import (
    Candidate,
    Disposition,
    Finding,
    Fingerprint,
    Line,
    Outcome,
    Override,
    Relevance,
    Source,
    Verdict,
)
from scrapers.settings import Settings


def utc_now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)


def unheard(_line: Line) -> None:
    """Hear a line and do nothing with it."""


def unmeasured(_name: str, _seconds: float) -> None:
    """Take a measurement and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Works:
    """The archive a run writes to, and how it hears of progress."""

    settings: Settings
    store: Store
    catalog: Catalog
    heard: Callable[[Line], None] = field(default=unheard)
    """Called with each line as it is written; for progress bars and task logs."""
    measured: Callable[[str, float], None] = field(default=unmeasured)
    """Called with `delay_held` (seconds a crawl spent waiting for its turn) and `extract` (seconds a page took)."""
    stopping: Event = field(default_factory=Event)
    """Set when a person asks to stop: every queue ends after the page in hand, and what it saw is kept."""

    _payloads: Recent[bytes] = field(default_factory=lambda: Recent(PAYLOAD_BYTES), init=False, repr=False)
    _texts: Recent[str] = field(default_factory=lambda: Recent(TEXT_BYTES), init=False, repr=False)

    def pause(self, seconds: float = 0.0) -> None:
        """Spend some seconds; raise KeyboardInterrupt in the calling queue as soon as the run is to stop."""
        if self.stopping.wait(seconds):
            raise KeyboardInterrupt

    def put_payload(self, payload: bytes, *, near: bool) -> None:
        """Keep a payload in the store, and `near` for the stage that reads it in this process."""
        digest = put_raw(self.store, payload)
        if near:
            self._payloads.keep(digest, payload)

    def payload_of(self, digest: str) -> bytes:
        """Return a payload, verified unless it has just been stored from here."""
        return self._payloads.take(digest) or get_raw(self.store, digest)

    def payload_at_hand(self, digest: str) -> bytes | None:
        """Return a payload, verified; None when it is not in the store or its bytes are damaged."""
        if self.store.head(raw_key(digest)) is None:
            return None
        try:
            return get_raw(self.store, digest)
        except FixityError:
            return None

    def put_text(self, identity: Fingerprint, text: str, owner: str) -> bool:
        """Keep a clean text; True when `owner` is its first writer, now or in an earlier try."""
        first = put_clean(self.store, identity, text, owner)
        if first:  # The object holds this very text: the same owner read the same bytes in the same generation.
            self._texts.keep((identity.generation, identity.content_hash), text)
        return first

    def text_of(self, generation: str, content_hash: str) -> str:
        """Return a clean text, verified unless it has just been stored from here."""
        return self._texts.take((generation, content_hash)) or get_clean(self.store, generation, content_hash)


class Recheck(StrEnum):
    """Which archived pages are asked again whether they changed."""

    DUE = "due"
    """Those whose interval is over: it grows with every answer that told nothing new (`harvest.due`). Lists are read
    only as far as they are known, but for a weekly reading from end to end."""
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run was asked to do, as the params form and the command line give it."""

    years: tuple[int, ...] = ()
    """Report years to fetch; empty means all. A candidate whose year its title does not say is always fetched."""
    sources: tuple[str, ...] = ()
    """Ids of the sources to walk, whatever their status; empty means every active one of the province."""
    unverified: bool = False
    """Whether sources nobody has fetched from yet, or that are parked, are walked without being named."""
    recheck: Recheck = Recheck.ALL
    """Which pages that are archived already are asked again whether they changed."""
    failed: bool = False
    """Whether to go only to hosts with something unsettled, and there leave alone what ended well."""
    limit: int = 0
    """At most this many addresses are fetched per source; 0 means no limit."""
    dry_run: bool = False
    """Whether to walk the listings and tell what would be fetched, storing nothing."""


@dataclass(frozen=True, slots=True)
class HostQueue:
    """One host and the sources on it: one task, one queue, one delay."""

    host: str
    sources: tuple[Source, ...]
    overrides: tuple[Override, ...] = ()
    """What persons decided about addresses on this host or on those its sources allow."""


def concern(outcome: Outcome | None, candidate: Candidate, url: str, reason: str) -> Finding | None:
    """Return the finding that an outcome makes: everything but a good end is something a person should see."""
    if outcome is None or (outcome.disposition is Disposition.OK and outcome is not Outcome.GONE):
        return None
    return Finding(kind=outcome, subject=candidate.source_id, message=reason, url=url)


def unanswered(outcome: Outcome | None) -> bool:
    """Return whether an outcome says that the host gave no answer or blocked us: another try may end otherwise."""
    return outcome is not None and outcome.disposition in {Disposition.RETRY, Disposition.PARK}


def wanted(verdict: Verdict) -> bool:
    """Return whether a title that reads so is fetched and archived."""
    return verdict.relevance in {Relevance.REPORT, Relevance.REPORT_LEGACY}


def open_works(settings: Settings, heard: Callable[[Line], None] = unheard) -> Works:
    """Connect to the store and name the catalog in it; no request is made yet."""
    store = Store.connect(
        endpoint=settings.endpoint,
        bucket=settings.bucket,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        region=settings.region,
    )
    return Works(settings, store, Catalog(f"s3://{settings.bucket}/catalog", settings.table_options()), heard)


def read_province(settings: Settings, province: str) -> registry.Province:
    """Return one validated registry file; raise RegistryError when it is missing or wrong."""
    return registry.load(settings.sources / f"{province}.toml", platforms.PLATFORMS, divisions.codes())
