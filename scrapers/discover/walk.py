"""One listing walked page by page until it ends, or until it is plain that it will not.

Enters: a source and a function that gets pages. Leaves: a `Walk` with every entry judged and the end proved, disproved
or unknown. It refuses to open sockets and to raise for what a site does. Guards: pages that repeat known entries, lists
that shift while they are read, 200 pages and 2,000 addresses.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from scrapers.discover import proof
from scrapers.discover.addresses import canonical_address, encodable
from scrapers.discover.verdict import judge
from scrapers.model import Candidate, Page, PageRequest, Source, Walk
from scrapers.platforms import PLATFORMS, Entry, Listing

PAGE_CAP = 200
ADDRESS_CAP = 2000
_REREADS = 3
"""Times a walk may read a page again because its entries moved on to the next one."""
_REPEATS = 2
"""Pages in a row without one new entry after which a list is going in circles."""


@dataclass(slots=True)
class _Trail:
    """What a walk has seen so far."""

    source: Source
    get: Callable[[PageRequest], Page]
    queue: deque[PageRequest]
    asked: set[PageRequest] = field(default_factory=set)
    found: dict[str, Entry] = field(default_factory=dict)
    seen: proof.Seen = field(default_factory=proof.Seen)
    previous: PageRequest | None = None
    repeats: int = 0
    rereads: int = 0


def walk(source: Source, get: Callable[[PageRequest], Page]) -> Walk:
    """Walk a source's listing. `get` gives a page, or the outcome that stopped it; a lost page loses only itself."""
    first = PageRequest(source.url)
    trail = _Trail(source, get, deque([first]))
    trail.asked.add(first)
    page_cap = min(source.max_pages, PAGE_CAP)
    while trail.queue and not trail.seen.stopped:
        if trail.seen.pages >= page_cap:
            trail.seen.stopped = f"the cap of {page_cap} pages was reached with more pages named"
            break
        _step(trail, trail.queue.popleft())
    candidates = tuple(
        Candidate(source.id, url, encodable(entry.title), entry.listed_on, judge(entry.title))
        for url, entry in trail.found.items()
    )
    complete, why = proof.end_of(trail.seen, len(candidates))
    findings = proof.findings(source, trail.seen, candidates)
    return Walk(source.id, source.url, candidates, trail.seen.pages, trail.seen.total, complete, why, findings)


def _step(trail: _Trail, request: PageRequest) -> None:
    """Read one page: note its counts, keep its new entries, queue the pages it names."""
    trail.seen.pages += 1
    listing = _read(trail, request)
    if listing is None:
        trail.previous = None
        return
    trail.seen.note(listing)
    known = {canonical_address(entry.url) for entry in listing.entries} & trail.found.keys()
    fresh = _keep(trail, listing.entries)
    trail.seen.twice += len(listing.entries) - len({canonical_address(entry.url) for entry in listing.entries})
    if listing.entries and not fresh:
        trail.repeats += 1
        if trail.repeats >= _REPEATS or len(listing.following) == 1:
            trail.seen.stopped = f"page {trail.seen.pages} repeats entries already seen: the list goes in circles"
    else:
        trail.repeats = 0
    if known and fresh:
        _read_again(trail)
    if trail.seen.pages > 1 and listing.container:
        trail.seen.fill(request.url, len(listing.entries))
    if listing.entries or trail.seen.pages == 1:
        _queue(trail, listing.following)
    elif not listing.container:
        trail.seen.unread.append(request.url)
    trail.previous = request


def _read(trail: _Trail, request: PageRequest) -> Listing | None:
    page = trail.get(request)
    if page.outcome is not None:
        trail.seen.failed.append(page)
        return None
    url = page.url or request.url
    fragment = urldefrag(request.url).fragment
    if fragment and not urlsplit(url).fragment:
        url = f"{url}#{fragment}"  # some shells name their catalogue in the fragment, which no server ever sees
    return PLATFORMS[trail.source.platform].read_listing(page.text, url)


def _keep(trail: _Trail, entries: Iterable[Entry]) -> int:
    """Keep entries whose address is new, first title wins; return how many were."""
    before = len(trail.found)
    for entry in entries:
        url = canonical_address(entry.url)
        if url not in trail.found and len(trail.found) >= ADDRESS_CAP:
            trail.seen.stopped = f"the cap of {ADDRESS_CAP} addresses was reached"
            break
        trail.found.setdefault(url, entry)
    return len(trail.found) - before


def _read_again(trail: _Trail) -> None:
    """Read the previous page again: entries that moved to this page made room there for others.

    Once that brings nothing (entries pinned to the top of every page), it is not tried again.
    """
    if trail.previous is None or trail.rereads >= _REREADS:
        return
    listing = _read(trail, trail.previous)
    trail.rereads += 1
    if listing is None or not _keep(trail, listing.entries):
        trail.rereads = _REREADS


def _queue(trail: _Trail, following: tuple[PageRequest, ...]) -> None:
    trail.seen.named = trail.seen.named or len(following) > 1
    for request in following:
        if request not in trail.asked:
            trail.asked.add(request)
            trail.queue.append(request)
