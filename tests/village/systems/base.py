"""What a site system offers the server, and the few things all of them need: pages of a column, neighbours.

A system turns sites, columns and documents into page text. It refuses to know sockets, clocks and switches other
than an emptied listing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tests.village.model import Column, Document, Site


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to an address that is neither listing page, article nor document: query and form in one."""

    method: str
    path: str
    values: Mapping[str, str]
    origin: str
    """`http://host:port` as the client wrote it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Text and its Content-Type."""

    text: str
    content_type: str
    payload: bytes = b""
    """Bytes to send instead of the text's, where no one encoding makes them."""


class System(Protocol):
    """One site system. Modules satisfy it."""

    CONTENT_TYPE: str
    """The header as served; some systems say no charset."""
    ENCODING: str

    def listing_path(self, column: Column, page: int) -> str:
        """Return the path (with query) of a listing page, counted from 1."""

    def article_path(self, column: Column, document: Document) -> str:
        """Return the path of a document's page."""

    def listing(self, site: Site, column: Column, page: int) -> str:
        """Return a listing page."""

    def article(self, site: Site, column: Column, document: Document) -> str:
        """Return a document's page."""

    def endpoint(self, site: Site, asked: Asked) -> Answer | None:
        """Answer an address that serves data to scripts, or None when there is no such address."""


def stock(site: Site, column: Column) -> tuple[Document, ...]:
    """Return what the column lists now: all but what is missing or removed, or nothing while the site is empty."""
    lost = site.missing | site.removed
    if site.empty:
        return ()
    return tuple(doc for doc in column.documents if doc.number not in lost) if lost else column.documents


def page_count(site: Site, column: Column) -> int:
    """Return how many listing pages the column has now; at least one."""
    return max(1, -(-len(stock(site, column)) // column.per_page))


def shown(site: Site, column: Column, page: int) -> tuple[Document, ...]:
    """Return the documents of one listing page."""
    return stock(site, column)[(page - 1) * column.per_page : page * column.per_page]


def address(system: System, column: Column, document: Document) -> str:
    """Return the path a listing links to: the document's, or the home page for an entry that lost its own."""
    return "/" if document.feature == "home" else system.article_path(column, document)


def either_side(
    system: System, column: Column, document: Document
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return the neighbours of a document in its column as (address, title)."""
    index = column.documents.index(document)
    before = column.documents[index - 1] if index else None
    after = column.documents[index + 1] if index + 1 < len(column.documents) else None
    return (
        (address(system, column, before), before.title) if before else None,
        (address(system, column, after), after.title) if after else None,
    )


ATTACHED = ("docx", "pdf", "ofd", "zip")
"""Features of reports that are only in a file."""


def document_name(document: Document) -> str:
    """Return the file name of a document's attachment; empty when it has none."""
    return f"P{document.number}.{document.feature}" if document.feature in ATTACHED else ""
