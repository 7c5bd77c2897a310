"""One source's documents: its list walked page by page to a proved end, then its further ways in.

Enters: a source and a function that gets pages. Leaves: a `Walk` with every entry judged and the end proved, disproved
or unknown. It refuses to open sockets and to raise for what a site does. A list that moves while it is read is read
again from the start, three times at most; `traps` says when a list is without end, `proof` when the end was reached.
"""

from collections.abc import Callable, Collection

from scrapers.discover import proof, search, sitemaps
from scrapers.discover.addresses import encodable
from scrapers.discover.findings import findings
from scrapers.discover.found import Found
from scrapers.discover.sweep import Sweep
from scrapers.discover.traps import PAGE_CAP
from scrapers.discover.verdict import judge
from scrapers.model import Candidate, Finding, Page, PageRequest, Source, Walk

SWEEPS = 3
"""Times a list that moves is read from its start."""


def walk(source: Source, get: Callable[[PageRequest], Page], known: Collection[str] = ()) -> Walk:
    """Walk a source's listing. `get` gives a page, or the outcome that stopped it; a lost page loses only itself.

    With the document keys that are `known`, the walk is incremental: it ends at enough known entries in a row, and
    asks no further way in.
    """
    found = Found(frozenset({source.host, *source.allow}))
    seen = _read_list(source, get, found, known)
    listed = len(found)
    more, troubles = ([], ()) if seen.early else _further(source, get, found)
    candidates = tuple(
        Candidate(source.id, entry.url, encodable(entry.title), entry.listed_on, judge(entry.title))
        for entry in found.entries()
    )
    complete, why = proof.end_of(seen)
    told = (*findings(source, seen, candidates, listed, complete), *troubles)
    return Walk(
        source.id,
        source.url,
        candidates,
        seen.pages,
        seen.total,
        complete,
        "; ".join([why, *more]),
        told,
        template=" ".join(part for part in (seen.container, seen.paging) if part),
        early=bool(seen.early),
    )


def _read_list(source: Source, get: Callable[[PageRequest], Page], found: Found, known: Collection[str]) -> proof.Seen:
    """Read the list until a reading shows that it stood still; return what the last reading saw."""
    first, spent = None, 0
    order: list[str] | None = None
    for _ in range(SWEEPS):
        sweep = Sweep(source, get, found, min(source.max_pages, PAGE_CAP), known)
        sweep.run(first)
        spent += sweep.seen.requests
        moved = sweep.moved(order)
        first, order = sweep.reread, sweep.order
        if not moved or sweep.seen.stopped:
            break
        if spent + sweep.seen.pages > PAGE_CAP:
            sweep.seen.restless = "it is too long to be read again"
            break
    else:
        sweep.seen.restless = f"it was read {SWEEPS} times and changed each time"
    return sweep.seen


def _further(source: Source, get: Callable[[PageRequest], Page], found: Found) -> tuple[list[str], tuple[Finding, ...]]:
    """Add what sitemap and search know and the list does not; return a line for each and what went wrong."""
    notes: list[str] = []
    wrong: list[Finding] = []
    for address, way in ((source.sitemap, sitemaps.read), (source.search, search.read)):
        if address:
            note, troubles = way(source, get, found)
            notes.append(note)
            wrong.extend(troubles)
    return notes, tuple(wrong)
