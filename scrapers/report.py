"""What was read out of one payload: the text, and each fact with where it was read.

Part of the values of `scrapers.model`, which is the door to them. Dates are `datetime.date`; unknown is None or empty.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and where it was read."""

    value: str
    provenance: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was read out of one payload."""

    title: Fact
    text: str
    """Clean body: NFC, LF, paragraphs kept, furniture and sign-off removed."""
    agency: Fact | None
    division: Fact | None
    report_year: int | None
    report_year_provenance: str
    published_on: date | None
    published_on_provenance: str
    signed_on: date | None
    signed_on_provenance: str
    source_label: str = ""
    method: str = ""
    """Which reader found the body: payload, marker, selector, density, trafilatura, docx, pdf."""
    agreement: float | None = None
    encoding: str = ""
    flags: tuple[str, ...] = ()
    published_meta: date | None = None
    """The day its page's PubDate tag states, which is often that of a migration."""
    document_number: str = ""
    """发文字号, such as 赫司发〔2025〕3号."""
    sections: tuple[str, ...] = ()
    """Which of the contents that the rule asks for it has: measures, problems, duty, plan, other."""
    tier: str = ""
    """official, affiliate or repost; empty where its reader did not say."""
    ocr_confidence: float | None = None
    """The mean certainty of the characters where pictures were read."""
    confidence: dict[str, float] = field(default_factory=dict)
    """Fact -> how sure it is, 0 to 1, by where it was read."""
