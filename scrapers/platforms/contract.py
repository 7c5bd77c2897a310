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
class Mark:
    """Something a system leaves in its pages, by which it is recognised."""

    sign: str
    """A regular expression, bounded, sought in the page's text (see `recognise` for what counts)."""
    weight: int
    """3: nobody else writes it; 2: rarely seen elsewhere; 1: supports other marks."""
    of_address: bool = False
    """The sign is sought in the page's address instead, and in the addresses it links to."""


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
    paging: str = ""
    """How the further pages are named, for messages: "createPageHTML index_N.shtml", "?page=N", "next link"."""
    damage: tuple[str, ...] = ()
    """What of the page could not be read, one sentence each: a record cut off, a date that is none."""
    interface: bool = False
    """The answer of an interface: its further pages are asked for as this one was, with another number."""


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
    MARKS: tuple[Mark, ...]
    """By what its pages, lists and articles, are recognised."""
    BODY_SELECTORS: tuple[str, ...]
    """CSS selectors of the article body, most specific first."""
    BODY_MARKERS: tuple[tuple[str, str], ...]
    """Literal begin and end strings around the body."""

    def read_listing(self, text: str, url: str) -> Listing:
        """Read one list page fetched from `url`."""

    def read_article(self, text: str) -> Structured | None:
        """Return the article the page carries as data, or None when it carries none."""
