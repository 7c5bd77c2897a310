"""List pages as discovery reads them, asked only whether they changed where that is enough.

Enters: what the catalog remembers of list pages, a way to fetch. Leaves: pages, and what is to be remembered of them. A
page whose server names a validator is kept in the archive; when it answers later that nothing changed, the walk reads
the kept bytes, so that what it proves rests on the same page. Forms and JSON texts have no validators (RFC 9110, 13.1,
is about GET) and are had whole each time. It refuses to judge lists.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import msgspec

from scrapers.fetch import Fetched, page_of
from scrapers.harvest.works import Works
from scrapers.model import ListPage, Outcome, Page, PageRequest, Validators, Walk

COLUMNS = ("source_id", "list_pages", "unchanged", "ended_at")
Fetch = Callable[[PageRequest, Validators | None], Fetched]


class Lists:
    """The list pages of one source in one crawl."""

    def __init__(self, works: Works, fetch: Fetch, held: Mapping[str, ListPage], *, keep: bool) -> None:
        """Ask about the pages in `held`; without `keep` nothing is stored, as a dry run wants it."""
        self._works, self._fetch, self._held, self._keep = works, fetch, dict(held), keep
        self.requests = 0
        self.conditional = 0
        """Requests that asked whether the page had changed."""
        self.unchanged = 0
        """Pages kept by an earlier crawl that had not, whether the server said so or sent the same bytes."""
        self.kept: dict[str, ListPage] = {}
        """What is new to be remembered, by address."""

    def page(self, request: PageRequest) -> Page:
        """Return a page, from the archive where its server says that it is what is kept there."""
        plain = not (request.form or request.json or request.turn)
        held = self._held.get(request.url) if plain else None
        fetched = self._ask(request, held)
        if held and fetched.capture.outcome is Outcome.UNCHANGED and not fetched.payload:
            stored = self._works.payload_at_hand(held.payload_digest)
            if stored is None:  # a bag brought in, or a damaged object: the page is had again, and kept again
                del self._held[request.url]
                fetched = self._ask(request, None)
            else:
                self.unchanged += request.url not in self.kept
                capture = replace(fetched.capture, outcome=None, reason="", declared_type=held.declared_type)
                return page_of(Fetched(capture, stored))
        self.unchanged += fetched.capture.outcome is Outcome.UNCHANGED and request.url not in self.kept
        if plain:
            self._remember(request.url, fetched)
        return page_of(fetched)

    def counted(self, walk: Walk) -> Walk:
        """Return the walk that read these pages, with what they cost and what is to be remembered of them."""
        return replace(
            walk,
            requests=self.requests,
            conditional=self.conditional,
            unchanged=self.unchanged,
            list_pages=tuple(self.kept.values()),
        )

    def _ask(self, request: PageRequest, held: ListPage | None) -> Fetched:
        asking = Validators(held.payload_digest, held.etag, held.last_modified) if held else None
        fetched = self._fetch(request, asking)
        self.requests += 1
        self.conditional += fetched.capture.conditional
        return fetched

    def _remember(self, url: str, fetched: Fetched) -> None:
        capture = fetched.capture
        headers = {name.lower(): value for name, value in reversed(capture.headers)}
        etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
        # A redirect's target may be unchanged and yet no longer be where this address leads.
        if capture.outcome not in {None, Outcome.UNCHANGED} or capture.redirects or not (etag or modified):
            return
        page = ListPage(url, capture.payload_digest, etag, modified, capture.declared_type)
        if not (self._keep and fetched.payload) or page == self._held.get(url):
            return
        self._works.put_payload(fetched.payload, near=False)
        self._held[url] = self.kept[url] = page


def remembered(rows: Iterable[Mapping[str, object]]) -> dict[str, dict[str, ListPage]]:
    """Return, by source, the list pages that rows of `walks` name: the last word on each address."""
    found: dict[str, dict[str, ListPage]] = {}
    for row in sorted(rows, key=lambda row: str(row["ended_at"])):
        if row["list_pages"]:
            pages = msgspec.json.decode(str(row["list_pages"]), type=tuple[ListPage, ...])
            found.setdefault(str(row["source_id"]), {}).update((page.url, page) for page in pages)
    return found
