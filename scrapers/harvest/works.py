"""What a run works with: settings in, an opened archive and the names of its parts out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scrapers import divisions, platforms, registry
from scrapers.archive.payloads import get_clean
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.model import Candidate, Disposition, Finding, Line, Outcome, Relevance, Source, Verdict
from scrapers.settings import Settings


def utc_now() -> datetime:
    """Return the current instant in UTC."""
    return datetime.now(UTC)


def unheard(_line: Line) -> None:
    """Hear a line and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Works:
    """The archive a run writes to, and how it hears of progress."""

    settings: Settings
    store: Store
    catalog: Catalog
    heard: Callable[[Line], None] = field(default=unheard)
    """Called with each line as it is written; for progress bars and task logs."""

    def text_of(self, generation: str, content_hash: str) -> str:
        """Return a clean text from the store, verified."""
        return get_clean(self.store, generation, content_hash)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run was asked to do, as the params form and the command line give it."""

    years: tuple[int, ...] = ()
    """Report years to fetch; empty means all. A candidate whose year its title does not say is always fetched."""
    sources: tuple[str, ...] = ()
    """Ids of the sources to walk; empty means all of the province."""
    recheck: bool = True
    """Whether pages that are archived already are asked again whether they changed."""
    limit: int = 0
    """At most this many addresses are fetched per source; 0 means no limit."""
    dry_run: bool = False
    """Whether to walk the listings and tell what would be fetched, storing nothing."""


@dataclass(frozen=True, slots=True)
class HostQueue:
    """One host and the sources on it: one task, one queue, one delay."""

    host: str
    sources: tuple[Source, ...]


def concern(outcome: Outcome | None, candidate: Candidate, url: str, reason: str) -> Finding | None:
    """Return the finding that an outcome makes: everything but a good end is something a person should see."""
    if outcome is None or outcome.disposition is Disposition.OK:
        return None
    return Finding(kind=outcome, subject=candidate.source_id, message=reason, url=url)


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
