"""Which address of a site leads where: sites in, a path-to-place table out, and the rendered pages kept.

Rendering is pure, so each page is rendered once for each state of its site; the clock and counter marks in it are
filled by the server. It refuses to know sockets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tests.village import furniture, rebuilt, weight
from tests.village.model import PIECES, Column, Document, Site
from tests.village.systems import SYSTEMS, trs, vsb
from tests.village.systems.base import System, document_name, page_count


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a path: a listing page, a document's page, its attachment, or the home page."""

    kind: str
    column: Column | None = None
    document: Document | None = None
    page: int = 1


def attachment_path(system: System, column: Column, document: Document) -> str:
    """Return the path of a document's attachment; empty when it has none."""
    name = document_name(document)
    if not name:
        return ""
    if system is SYSTEMS["vsb"]:
        return vsb.attachment_path(column, document)
    if system is SYSTEMS["jcms"]:
        return f"/module/download/downfile.jsp?classid=0&filename={name}"
    return f"/{column.slug}/{name}"


class Streets:
    """The addresses of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.system = SYSTEMS[site.system]
        self._places = dict(self._lay())
        self._rendered: dict[tuple[object, ...], str] = {}

    def find(self, target: str) -> Place | None:
        """Return what stands at a path with its query, or None; a query nothing asks for is ignored."""
        place = self._places.get(target) or self._places.get(target.partition("?")[0])
        return None if place and place.document and place.document.number in self.site.removed else place

    def render(self, target: str, place: Place) -> str:
        """Return the page's text with the marks for clock and counter still in it."""
        site = self.site
        lost = site.missing | site.removed if place.kind == "listing" else frozenset(site.removed)
        key = (target if place.kind != "home" else "/", site.empty, site.rebuilt, lost)
        if key not in self._rendered:
            self._rendered[key] = self._draw(place)
        return self._rendered[key]

    def _draw(self, place: Place) -> str:
        if place.column is None:
            return self._home()
        if place.document is None and self.site.rebuilt:
            return rebuilt.listing(self.site, self.system, place.column)
        if place.document is None:
            return self.system.listing(self.site, place.column, place.page)
        if place.document.feature == "pages":
            page = trs.article(self.site, place.column, place.document, place.page)
        else:
            page = self.system.article(self.site, place.column, place.document)
        return weight.furnish(page, place.document.number) if self.site.furnished else page

    def _lay(self) -> Iterator[tuple[str, Place]]:
        home = Place("home")
        yield from (("/", home), ("/index.html", home))
        for column in self.site.columns:
            yield from self._lists(column)
            for document in column.documents:
                yield self.system.article_path(column, document), Place("article", column, document)
                if document.feature == "pages":
                    for page in range(2, PIECES + 1):
                        yield trs.piece_path(column, document, page), Place("article", column, document, page)
                if path := attachment_path(self.system, column, document):
                    yield path, Place("file", column, document)

    def _lists(self, column: Column) -> Iterator[tuple[str, Place]]:
        if self.system is SYSTEMS["endless"]:
            return  # every address of its lists is answered as it is asked
        first = self.system.listing_path(column, 1).partition("#")[0]
        for page in range(1, page_count(self.site, column) + 1):
            path = self.system.listing_path(column, page).partition("#")[0]
            if page == 1 or path != first:
                yield path, Place("listing", column, page=page)

    def _home(self) -> str:
        links = "".join(
            f'<li><a href="{self.system.listing_path(column, 1)}">{escape(column.name)}</a></li>'
            for column in self.site.columns
        )
        return f"""<!DOCTYPE html>
<html><head><meta charset="{"gb2312" if self.system.ENCODING == "gb18030" else "utf-8"}">
<title>{escape(self.site.title)}</title>
{furniture.site_meta(self.site)}</head>
<body>{furniture.clock(self.site)}{furniture.navigation(self.site)}
<div class="home"><h2>栏目导航</h2><ul>{links}</ul></div>
{furniture.related(self.site)}{furniture.footer(self.site)}</body></html>"""
