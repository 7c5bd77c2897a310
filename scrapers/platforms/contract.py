"""What a platform module offers, and the values it gives.

A platform is a site system behind many sites. Its module takes decoded page text and gives these values; it refuses
to know the network, the store, and which documents are wanted.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from scrapers.model import PageRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """One document a list offers."""

    url: str
    """Absolute, resolved against the address of the list page."""
    title: str
    listed_on: date | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One list page read."""

    entries: tuple[Entry, ...]
    total: int | None
    """How many entries the whole list has, when the site prints it."""
    pages: int | None
    """How many pages the whole list has, when the site prints it."""
    following: tuple[PageRequest, ...]
    """Every further page this page lets us name, in order."""
    container: str = ""
    """What held the list, for messages; empty when nothing on the page was recognised as a list."""


@dataclass(frozen=True, slots=True)
class Structured:
    """An article that a page carries as data beside or instead of its markup."""

    title: str
    body_html: str
    published_on: date | None
    source_label: str


class Platform(Protocol):
    """One site system. Modules satisfy it; every function is pure and never raises for what a page does."""

    NAME: str
    BODY_SELECTORS: tuple[str, ...]
    """CSS selectors of the article body, most specific first."""
    BODY_MARKERS: tuple[tuple[str, str], ...]
    """Literal begin and end strings around the body."""

    def recognise(self, text: str) -> tuple[str, ...]:
        """Return the system's marks seen in a page, list or article; empty when none."""

    def read_listing(self, text: str, url: str) -> Listing:
        """Read one list page fetched from `url`."""

    def read_article(self, text: str) -> Structured | None:
        """Return the article the page carries as data, or None when it carries none."""
