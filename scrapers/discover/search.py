"""The site's own search as a further way in, where the registry names it.

Enters: a source with a search address, a function that gets pages, and what the list gave. Leaves: more entries, and a
line on what was found. Answers are read by shape, as lists or as JSON. It refuses to follow results to hosts that the
source does not allow.
"""

from collections.abc import Callable
from urllib.parse import quote

from scrapers.discover.addresses import document_key, on_hosts
from scrapers.discover.found import Found
from scrapers.model import Finding, Outcome, Page, PageRequest, Source
from scrapers.platforms import PLATFORMS, Entry

WORDS = "法治政府建设 年度报告"
PAGE_CAP = 10
"""Pages of results read at most: further down, what they find is no longer what was asked for."""


def read(source: Source, get: Callable[[PageRequest], Page], found: Found) -> tuple[str, tuple[Finding, ...]]:
    """Add what the search finds and the list does not; return a line on it, and what went wrong."""
    address = source.search.replace("{words}", quote(WORDS))
    queue = [PageRequest(address.replace("{page}", "1"))]
    asked = set(queue)
    results: dict[str, Entry] = {}
    troubles: list[Finding] = []
    pages = 0
    while queue and pages < PAGE_CAP:
        request = queue.pop(0)
        page = get(request)
        pages += 1
        if page.outcome is not None:
            troubles.append(_trouble(source, page.outcome, page.reason, request.url))
            break
        listing = PLATFORMS["generic"].read_listing(page.text, page.url or request.url)
        fresh = [entry for entry in listing.entries if document_key(entry.url) not in results]
        results.update((document_key(entry.url), entry) for entry in fresh)
        if not listing.container and pages == 1:
            troubles.append(_trouble(source, Outcome.LAYOUT_CHANGED, "no results were recognised", request.url))
        turned = PageRequest(address.replace("{page}", str(pages + 1))) if "{page}" in address and fresh else None
        following = (turned,) if turned else listing.following if fresh else ()
        queue.extend(one for one in following if one not in asked)
        asked.update(following)
    own = [entry for entry in results.values() if on_hosts(entry.url, found.hosts)]
    added = found.keep(own)
    note = f"the search ({pages} pages, {len(results)} results, {len(results) - len(own)} on other hosts) added {added}"
    return note, tuple(troubles)


def _trouble(source: Source, outcome: Outcome, reason: str, url: str) -> Finding:
    return Finding(
        outcome,
        source.id,
        f"The site's search could not be read: {reason or outcome}. Open the address; if it changed, set `search` of "
        f"{source.id}, if it is gone, remove the line.",
        url,
    )
