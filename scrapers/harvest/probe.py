"""A site looked at before it is in the registry: any of its pages in, what it is and what a harvest would find out.

Enters: an address and a fetcher. Leaves: a `Probe`, with the source to declare when a list of reports was found. It
stores nothing, follows no more than a dozen pages to find the list, and stops at the first sign of a block.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from scrapers import extract
from scrapers.charset import decode
from scrapers.discover import walk
from scrapers.discover.addresses import with_fragment
from scrapers.discover.columns import columns, is_article
from scrapers.fetch import Fetched, Fetcher, page_of
from scrapers.harvest.declare import declared
from scrapers.harvest.works import wanted
from scrapers.model import Candidate, Outcome, Page, PageRequest, Reading, Source, Walk
from scrapers.platforms import PLATFORMS, Listing, numbered, paging
from scrapers.platforms.recognise import Recognised, recognise
from scrapers.platforms.tree import parse

LOOKS = 12
"""Pages asked for at most while the list is sought."""
GLANCE = 2
"""List pages read to tell whether a list holds reports."""
ENOUGH = 2
"""Reports on a list after which no other is sought."""
PAGES = 50
"""List pages read at most for the count of candidates."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was seen of a site. `outcome` is set when it could not be had; `source` when a list of reports was found."""

    asked: str
    outcome: Outcome | None = None
    reason: str = ""
    robots: str = ""
    encoding: str = ""
    system: Recognised | None = None
    also: tuple[Recognised, ...] = ()
    listing: Listing | None = None
    walk: Walk | None = None
    preview: Candidate | None = None
    reading: Reading | None = None
    source: Source | None = None
    recorded: tuple[Fetched, ...] = ()
    """The list's first page and the previewed report's, as they were served."""

    @property
    def reports(self) -> int:
        """How many candidates are reports."""
        return len(reports_of(self.walk)) if self.walk else 0


@dataclass(slots=True)
class _Look:
    """One page looked at, and the list read from it."""

    fetched: Fetched
    page: Page
    system: Recognised
    also: tuple[Recognised, ...]
    listing: Listing
    walk: Walk

    @property
    def rank(self) -> tuple[int, int]:
        """More reports first, then more entries."""
        return len(reports_of(self.walk)), len(self.walk.candidates)


@dataclass(slots=True)
class _Site:
    """The fetcher, and the pages it has been asked for already."""

    fetcher: Fetcher
    heard: Callable[[str], None]
    fetched: dict[PageRequest, Fetched] = field(default_factory=dict)

    def get(self, request: PageRequest) -> Fetched:
        if request not in self.fetched:
            self.heard(request.url)
            self.fetched[request] = self.fetcher.fetch(request)
        return self.fetched[request]

    def page(self, request: PageRequest) -> Page:
        return page_of(self.get(request))


def probe(url: str, fetcher: Fetcher, heard: Callable[[str], None] = lambda _: None) -> Probe:
    """Look at a site from any of its pages. `heard` is told each address before it is asked for."""
    site = _Site(fetcher, heard)
    first = site.page(PageRequest(url))
    robots = fetcher.robots(url)
    if first.outcome is not None:
        return Probe(url, first.outcome, first.reason, robots)
    best = _best(site, url, first)
    if best is None:
        seen = recognise(first.text, first.url)
        why = f"no list of reports was found from here in {len(site.fetched)} pages; give the column's own address"
        return Probe(url, Outcome.EMPTY_LISTING, why, robots, _encoding(site, url), seen[0], seen[1:-1])
    return _whole(site, Probe(url, robots=robots, encoding=_encoding(site, best.page.url, best.fetched)), best)


def reports_of(found: Walk) -> tuple[Candidate, ...]:
    """Return the candidates of a walk that are reports."""
    return tuple(candidate for candidate in found.candidates if wanted(candidate.verdict))


def _best(site: _Site, url: str, first: Page) -> _Look | None:
    """Follow the likeliest addresses until a list holds reports; return the best list seen, None when none does."""
    waiting, seen = [url], {url}
    looks: list[_Look] = []
    beside: list[_Look] = []
    while waiting and len(site.fetched) < LOOKS:
        address = waiting.pop(0)
        page = first if address == url else site.page(PageRequest(address))
        if page.outcome is not None:
            continue
        look, first_one = _look(site, address, page), _first_page(page)
        if look is not None:
            # What stands beside an article is a pick of its column, not the column; a later page is not its first.
            aside = is_article(address) or bool(first_one)
            (beside if aside else looks).append(look)
            if look.rank[0] >= ENOUGH and not aside:
                break
        offered = (*([first_one] if first_one else []), *columns(page.text, page.url or address))
        further = [found for found in dict.fromkeys(offered) if found not in seen]
        seen.update(further)
        # What a column's page names comes before what the pages above it name.
        waiting = [*further, *waiting]
    best = max(looks, key=lambda look: look.rank, default=None)
    if best is None or not best.rank[0]:
        best = max(beside, key=lambda look: look.rank, default=None)
    return best if best is not None and best.rank[0] else None


def _first_page(page: Page) -> str:
    """Return the address of the list's first page when this is a later one, by its pager's call or its links."""
    call = paging.script_call(page.text)
    if call is not None and call.current > call.first:
        return urljoin(page.url, f"{call.stem}.{call.extension}")
    root = parse(page.text)
    return numbered.first_page(root, page.url) if root is not None else ""


def _look(site: _Site, url: str, page: Page) -> _Look | None:
    """Read a page as the list of each system it may be of, the likeliest first; the first that holds reports is it."""
    shown = with_fragment(page.url or url, url)
    seen = recognise(page.text, shown)
    looks = []
    for system in seen:
        listing = PLATFORMS[system.platform].read_listing(page.text, shown)
        if listing.entries or listing.following:
            source = _provisional(url, system.platform, GLANCE)
            found = walk(source, site.page)
            others = tuple(one for one in seen if one.score and one is not system)
            look = _Look(site.get(PageRequest(url)), page, system, others, listing, found)
            if look.rank[0]:
                return look
            looks.append(look)
    return max(looks, key=lambda look: look.rank, default=None)


def _whole(site: _Site, seen: Probe, best: _Look) -> Probe:
    """Walk the list, read its first report and say how to declare it."""
    url = _address(best)
    found = walk(_provisional(url, best.system.platform, PAGES), site.page)
    found = found if reports_of(found) else best.walk
    chosen = reports_of(found)
    newest = max(chosen, key=lambda one: (one.verdict.report_year or 0, str(one.listed_on or "")))
    fetched, reading = _preview(site, newest, best.system.platform)
    source = declared(url, best.system.platform, best.page.text, found, reading)
    return replace(
        seen,
        system=best.system,
        also=best.also,
        listing=best.listing,
        walk=found,
        preview=newest,
        reading=reading,
        source=source,
        recorded=(best.fetched, fetched),
    )


def _address(look: _Look) -> str:
    """Return the list's address, after redirects; a fragment that names a catalogue stays."""
    capture = look.fetched.capture
    return with_fragment(capture.final_url or capture.url, capture.url)


def _preview(site: _Site, candidate: Candidate, platform: str) -> tuple[Fetched, Reading]:
    fetched = site.get(PageRequest(candidate.url))
    return fetched, read_capture(fetched, candidate, platform)


def read_capture(fetched: Fetched, candidate: Candidate, platform: str) -> Reading:
    """Read one fetched page as a harvest would, before the registry has said whose it is."""
    capture = fetched.capture
    if capture.outcome is not None:
        return Reading(capture.outcome, capture.reason)
    hint = extract.Hint(
        url=capture.final_url,
        declared_type=capture.declared_type,
        media_type=capture.media_type,
        platform=platform,
        listed_title=candidate.title,
        listed_on=candidate.listed_on,
        report_year=candidate.verdict.report_year,
        agency="",
        division="",
    )
    with extract.Reader() as reader:
        return reader.read(fetched.payload, hint)


def _provisional(url: str, platform: str, pages: int) -> Source:
    return Source(
        id="probe",
        agency="",
        division="",
        platform=platform,
        url=url,
        host=urlsplit(url).netloc.lower(),
        max_pages=pages,
        min_reports=0,
    )


def _encoding(site: _Site, url: str, fetched: Fetched | None = None) -> str:
    fetched = fetched or site.get(PageRequest(url))
    return decode(fetched.payload, fetched.capture.declared_type).encoding
