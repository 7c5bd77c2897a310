"""The values that flow down the river.

Every stage takes some of these and returns others; none knows how it was made. They are frozen, hold no behaviour
beyond naming, and travel as JSON through `encode` and `decode`. Nothing here touches the network, the store, the clock
or the environment. Dates are `datetime.date`; instants are aware UTC `datetime`s; digests are lowercase SHA-256 hex.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec

from scrapers.outcomes import Disposition as Disposition
from scrapers.outcomes import Outcome as Outcome
from scrapers.report import Fact as Fact
from scrapers.report import Report as Report

T = TypeVar("T")


class Relevance(StrEnum):
    """What a title says an address is."""

    REPORT = "report"
    REPORT_LEGACY = "report_legacy"
    RELATED = "related"
    IRRELEVANT = "irrelevant"


class Complete(StrEnum):
    """Whether a listing walk is known to have reached the end."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a source is harvested without being asked for."""

    ACTIVE = "active"
    UNVERIFIED = "unverified"
    """Compiled from public evidence and not yet fetched from."""
    PARKED = "parked"
    """Fetched from, and not readable then: blocked, down, moved or without a list. `notes` say what was seen."""


@dataclass(frozen=True, slots=True)
class Source:
    """One listing column of one body on one host, as the registry declares it."""

    id: str
    agency: str
    """Full official name of the issuing body; empty when the column carries several bodies' reports."""
    division: str
    """GB/T 2260 code, six digits, of the body's division."""
    platform: str
    url: str
    host: str
    """`hostname` or `hostname:port`, lowercase; the key of the host's one queue."""
    allow: tuple[str, ...] = ()
    """Further hosts this source's documents may live on."""
    first_year: int = 2015
    min_reports: int = 1
    """Fewer candidates than this in a whole walk is `below_expected`."""
    delay: float = 2.0
    """Seconds between two requests to the host."""
    max_pages: int = 200
    notes: str = ""
    status: Status = Status.ACTIVE
    sitemap: str = ""
    """Address of a sitemap or sitemap index of the site; its addresses are a further way in."""
    search: str = ""
    """Address of the site's own search with `{words}` in it, and `{page}` where it turns pages."""
    browser: bool = False
    """Whether the list's pages are drawn by a browser: the last resort, where no interface can be read."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided about one address, against what its title or page says; replayed on every run."""

    url: str
    relevance: Relevance | None = None
    report_year: int | None = None
    agency: str = ""
    division: str = ""
    published_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request a platform wants made. A form or a JSON text makes it a POST."""

    url: str
    form: tuple[tuple[str, str], ...] = ()
    json: str = ""
    turn: int = 0
    """How many times the page's own control for a further page is to be pressed; only a browser can."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a listing's title says, and why we read it so."""

    relevance: Relevance
    report_year: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address a listing offered."""

    source_id: str
    url: str
    title: str
    listed_on: date | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect we followed."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What the last settled capture of an address lets us ask: has it changed?"""

    payload_digest: str
    etag: str = ""
    last_modified: str = ""
    asked_at: datetime | None = field(default=None, compare=False)
    """When the address last showed these bytes, or said that they had not changed."""
    same: int = field(default=0, compare=False)
    """How often in a row it was asked and still told the same text."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch: what was asked, what came, and whether it can be read on."""

    url: str
    final_url: str
    fetched_at: datetime
    outcome: Outcome | None
    """Terminal when set; None means complete bytes that extraction may settle."""
    reason: str
    status: int | None = None
    redirects: tuple[Hop, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    declared_type: str = ""
    media_type: str = ""
    """Decided by the bytes, never by the declaration: a word of `scrapers.sniff`, such as html, pdf or docx."""
    content_encoding: str = ""
    payload_digest: str = ""
    length: int = 0
    address: str = ""
    """The vetted network address that was connected to."""
    attempts: int = 1
    conditional: bool = False
    """Whether the last request asked if the page had changed, and could have been answered without its bytes."""


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched listing page as discovery sees it: decoded text, or the outcome that stopped it."""

    url: str
    text: str
    outcome: Outcome | None
    reason: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The exact identity of a text under one generation of reader and canonicaliser."""

    generation: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one payload: a report, or the outcome that says why there is none."""

    outcome: Outcome | None
    reason: str
    report: Report | None = None
    fingerprint: Fingerprint | None = None
    attachment: str = ""
    """Absolute address of the document that holds the body, when the page itself does not."""
    following: dict[int, str] = field(default_factory=dict)
    """Further pages of the article, number -> absolute address, where it has more than this one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at, with the host or source it is about and what to do."""

    kind: Outcome
    subject: str
    message: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page as it was last had whole: its kept bytes, and what lets its server say that they still stand."""

    url: str
    payload_digest: str
    etag: str
    last_modified: str
    declared_type: str


@dataclass(frozen=True, slots=True)
class Walk:
    """One listing walked: what it offered and whether the end was proved."""

    source_id: str
    url: str
    candidates: tuple[Candidate, ...]
    pages: int
    expected_total: int | None
    complete: Complete
    why: str
    findings: tuple[Finding, ...] = ()
    offered: int = 0
    """How many candidates there were, in a summary: those that nobody asked for have no line of their own."""
    agency: str = ""
    division: str = ""
    first_year: int = 0
    """What the registry declared of the source when it was walked; kept in the ledger, for coverage rests on it."""
    years: tuple[int, ...] = ()
    """Report years that promising titles of the listing name; 0 stands for titles that name none."""
    reports: int = 0
    dated: int = 0
    """How many candidates were reports, and how many had a date, in a summary."""
    template: str = ""
    """What held the list and how it names its further pages: a rebuilt site shows another."""
    early: bool = False
    """Whether the walk stopped at entries it knew, as an incremental one does."""
    failed: str = ""
    """Why the walk fails its host although it found something."""
    requests: int = 0
    conditional: int = 0
    unchanged: int = 0
    """Requests for list pages; how many asked only whether the page had changed; how many kept pages had not."""
    list_pages: tuple[ListPage, ...] = ()
    """List pages that were kept in this walk."""


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line: a fact about an address, a walk or a finding, true for ever once written.

    `crawl` lines carry the candidate and its capture; an `extract` line settles an address whose capture was left
    open. A line with neither carries a finding or a walk's summary.
    """

    run: str
    host: str
    stage: str
    at: datetime
    url: str = ""
    candidate: Candidate | None = None
    capture: Capture | None = None
    outcome: Outcome | None = None
    reason: str = ""
    generation: str = ""
    content_hash: str = ""
    payload_digest: str = ""
    report: Report | None = None
    """Facts of the sighting; its `text` is empty, the clean object holds it."""
    parent_url: str = ""
    """The page that named this document, when the body was an attachment."""
    finding: Finding | None = None
    walk: Walk | None = None
    """A walk's summary; its `candidates` are empty, for each that was visited or rejected has its own line."""
    source_ids: tuple[str, ...] = field(default=())


def encode(value: object) -> bytes:
    """Return the value as compact UTF-8 JSON with keys in field order: equal values, equal bytes."""
    return msgspec.json.encode(value)


def decode(data: bytes, kind: type[T]) -> T:
    """Read one JSON value as `kind`; raise `msgspec.ValidationError` naming the field that is wrong."""
    return msgspec.json.decode(data, type=kind)
