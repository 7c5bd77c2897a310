"""What the fetch and the listing already know of a payload, as the reader is told it."""

from dataclasses import dataclass
from datetime import date

from scrapers.model import Report


@dataclass(frozen=True, slots=True)
class Hint:
    """Everything known of a payload before it is read. Empty strings and None where nothing is known."""

    url: str
    declared_type: str
    """The Content-Type header's value."""
    media_type: str
    """Decided by the bytes: a word of `scrapers.sniff`, such as html, pdf or docx."""
    platform: str
    listed_title: str
    """The title its list printed; a page that bears another is not that report."""
    listed_on: date | None
    report_year: int | None
    """The year the listed title names."""
    agency: str
    """The registry's agency, empty when the column carries several bodies' reports."""
    division: str
    """The registry's GB/T 2260 code."""
    parent: Report | None = None
    """The cover page's facts, when the payload is a document that page named."""
    fetched_on: date | None = None
    """The day the payload came, at the site's place; no true date is later."""
    host_division: str = ""
    """The division that the host's name spells, as a GB/T 2260 code."""
    ocr: bool = False
    """Whether the pictures of a scan are read; that takes about ten seconds a page."""
    further: tuple[str, ...] = ()
    """What the further pages of the article hold, in order, when the payload is its first; each read before."""
    first_url: str = ""
    """Address of the article's first page, when the payload is a further one: only its part of the text is wanted."""
