"""One reading of a list from its first page to its last.

Enters: a source, a function that gets pages, what is found already. Leaves: more found, and what the reading saw. It
refuses to judge titles and to decide whether the end is proved.
"""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace

from scrapers.discover.addresses import canonical_address, document_key, with_fragment
from scrapers.discover.found import Found
from scrapers.discover.proof import Seen
from scrapers.discover.traps import ADDRESS_CAP, Watch
from scrapers.model import Outcome, Page, PageRequest, Source
from scrapers.platforms import PLATFORMS, Listing, numbered, turning
from scrapers.platforms.paging import MAX_PAGES
from scrapers.platforms.shell import drawn_by_script

ENOUGH_KNOWN = 10
"""Known entries in a row after which an incremental walk asks for no further page."""
_BEYOND = frozenset({Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.GONE_410, Outcome.HTTP_4XX})
"""How a site answers for a page after its last."""
_Key = tuple[str, tuple[tuple[str, str], ...], str, int]


class Sweep:
    """A reading in progress. `run` reads; `moved` says afterwards whether the list stood still meanwhile."""

    def __init__(
        self,
        source: Source,
        get: Callable[[PageRequest], Page],
        found: Found,
        page_cap: int,
        known: Collection[str] = (),
    ) -> None:
        self.source, self.seen = source, Seen()
        self.reread: Page | None = None
        """The first page as it was read a second time, for the next sweep to begin with."""
        self._get, self._found, self._cap = get, found, max(page_cap, 1)
        self._known, self._known_rows = known, 0
        self._queue: deque[PageRequest] = deque()
        self._asked: set[_Key] = set()
        self._watch = Watch()
        self._first: tuple[str, ...] = ()
        self.order: list[str] = []
        """Document keys as this reading saw them."""
        self._keys: set[str] = set()
        """Documents that this reading has seen."""
        self._last = PageRequest(source.url)
        self._later = 0
        """Documents that the pages after the first one brought and nobody knew."""

    def run(self, first: Page | None) -> None:
        """Read the list; `first` is its first page when it has just been read."""
        self._add((PageRequest(self.source.url),))
        while not self.seen.stopped and not self.seen.early and (self._queue or self._look_beyond()):
            if self.seen.pages >= self._cap:
                self.seen.stop(f"Page cap: the cap of {self._cap} pages was reached with more pages named")
                break
            self._step(self._queue.popleft(), first)
            first = None
        self._look_for_more()

    def _look_for_more(self) -> None:
        """Stop by name where the site counts more than the pages that are named at most could hold."""
        seen = self.seen
        most = min(self._cap, MAX_PAGES)
        if seen.early or seen.pages < most or not (seen.site_pages or 0) > seen.pages:
            return
        seen.stop(f"Page cap: the cap of {most} pages was reached; the site counts {seen.site_pages}")

    def moved(self, before: list[str] | None) -> bool:
        """Say whether the list changed under the reading, so that entries may have slipped between two pages.

        A total that was reached and stayed the same says no. Else the first page is read again: new entries stand on
        top. `before` is what an earlier reading saw, in order: one that saw the same, or brought nothing after its
        first page, has shown that the list stands still.
        """
        seen = self.seen
        if seen.stopped or seen.early or seen.pages < 2 or len(seen.failed) == seen.pages:
            return False
        if seen.reached and len(seen.totals) == 1:
            return False
        quiet = not (self._later or seen.shifted or len(seen.totals) > 1)
        if before is not None and (quiet or before == self.order):
            return False
        self.reread = self._ask(PageRequest(self.source.url))
        if self.reread.outcome is not None:
            return False
        listing = self._listing(PageRequest(self.source.url), self.reread)
        changed = tuple(document_key(entry.url) for entry in listing.entries) != self._first
        short = seen.total is not None and not seen.failed and before is None
        return changed or seen.shifted or len(seen.totals) > 1 or short

    def _step(self, request: PageRequest, page: Page | None = None) -> None:
        """Read one page: note its counts, keep its new entries, queue the pages it names."""
        self.seen.pages += 1
        if page is None:
            page = self._ask(request)
        if request.turn and page.outcome is Outcome.NOT_FOUND:
            self.seen.pages -= 1
            self.seen.beyond = f"turn {request.turn}, is not there: {page.reason}"
            return
        if page.outcome is not None:
            self.seen.failed.append(page)
            return
        listing = self._listing(request, page)
        fresh = self._take(request, page, listing)
        following = self._following(request, listing)
        hollow = self.seen.pages > 1 and bool(listing.container) and not listing.entries
        if len(following) == 1:
            self.seen.stop(self._watch.step(request.url, following[0].url, fresh))
        self.seen.stop(self._watch.page(len(listing.entries), fresh, chained=len(following) == 1, hollow=hollow))
        if listing.entries or listing.container or self.seen.pages == 1:
            self._add(following)
        else:
            self.seen.unread.append(request.url)
        if hollow and not self._queue and not self.seen.named:
            self.seen.beyond = f"{request.url}, holds none"
        self._last = request

    def _take(self, request: PageRequest, page: Page, listing: Listing) -> int:
        """Keep a page's entries and note what it says of the whole list; return how many entries were new."""
        seen = self.seen
        keys = [document_key(entry.url) for entry in listing.entries]
        if seen.pages == 1:
            self._first = tuple(keys)
            self._watch.newest = max((day.year for entry in listing.entries if (day := entry.listed_on)), default=0)
            seen.shell = drawn_by_script(page.text) if not listing.entries else ""
        seen.note(listing)
        seen.damaged.extend((one, request.url) for one in (page.reason, *listing.damage) if one)
        seen.twice += len(keys) - len(set(keys))
        new = [key for key in dict.fromkeys(keys) if key not in self._keys]
        for key in keys if self._known else ():
            self._known_rows = self._known_rows + 1 if key in self._known else 0
        if self._known_rows >= ENOUGH_KNOWN:
            seen.early = f"the walk stopped after {self._known_rows} entries in a row that were known"
        # Entries pinned to the top of every page stand there on the first one too; any other known one moved down here.
        pinned = next((at for at, pair in enumerate(zip(keys, self._first, strict=False)) if pair[0] != pair[1]), 0)
        seen.shifted = seen.shifted or (bool(new) and any(key in self._keys for key in keys[pinned:]))
        self._keys.update(new)
        seen.listed = len(self._keys)
        self.order.extend(keys)
        kept = self._found.keep(listing.entries)
        self._later += kept if seen.pages > 1 else 0
        if self._found.full:
            seen.stop(f"Address cap: the cap of {ADDRESS_CAP} addresses was reached")
        if seen.pages > 1 and listing.container:
            seen.fill(request.url, len(listing.entries))
        return len(new)

    def _look_beyond(self) -> bool:
        """Ask for the page after the last one, where nothing else proves the end and its address can be told.

        True when it holds new entries, as the pager left it out: it then waits to be read like any other.
        """
        seen = self.seen
        if seen.counted or seen.failed or not 2 <= seen.pages < self._cap or self._last != PageRequest(self._last.url):
            return False
        request = PageRequest(numbered.following_number(self._last.url))
        if request.url and _key(request) in self._asked and numbered.number_of(self._last.url) == 1:
            seen.beyond = "would be page 0: the pages are numbered backwards"
        if not request.url or _key(request) in self._asked:
            return False
        page = self._ask(request)
        self._asked.add(_key(request))
        if page.outcome in _BEYOND:
            seen.beyond = f"{request.url}, is not there"
        elif page.outcome is None:
            keys = {document_key(entry.url) for entry in self._listing(request, page).entries}
            if keys - self._keys:
                self._queue.append(request)
                return True
            seen.beyond = f"{request.url}, shows nothing new"
        return False

    def _ask(self, request: PageRequest) -> Page:
        self.seen.requests += 1
        return self._get(request)

    def _listing(self, request: PageRequest, page: Page) -> Listing:
        url = with_fragment(page.url or request.url, request.url)
        listing = PLATFORMS[self.source.platform].read_listing(page.text, url)
        own = {document_key(self.source.url), document_key(request.url)}
        entries = tuple(entry for entry in listing.entries if document_key(entry.url) not in own)
        if listing.entries and not entries:
            return replace(listing, entries=(), damage=(*listing.damage, "its entries lead back to the list itself"))
        return replace(listing, entries=entries)

    def _following(self, request: PageRequest, listing: Listing) -> tuple[PageRequest, ...]:
        """Return the pages a page names; an interface that was asked by POST is asked on as it was asked."""
        if self.source.browser and listing.entries and not listing.following:
            return (PageRequest(self.source.url, turn=request.turn + 1),)
        if listing.following or not listing.interface or not (request.form or request.json):
            return listing.following
        return turning.after(request, len(listing.entries), listing.total, listing.pages)

    def _add(self, following: tuple[PageRequest, ...]) -> None:
        self.seen.named = self.seen.named or len(following) > 1
        for request in following:
            if _key(request) not in self._asked:
                self._asked.add(_key(request))
                self._queue.append(request)


def _key(request: PageRequest) -> _Key:
    return canonical_address(request.url), request.form, request.json, request.turn
