"""Whether a walk reached the end of its list, and what a person should look at.

Enters: what a walk has seen. Leaves: yes, no or unknown with the reason, and findings with the fix. It refuses to
fetch and to read pages. The end is proved by the site's own counts, never by having run out of ideas.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scrapers.model import Candidate, Complete, Finding, Outcome, Page, Relevance, Source
from scrapers.platforms import Listing

_ACCEPTED = frozenset({Relevance.REPORT, Relevance.REPORT_LEGACY})


@dataclass(slots=True)
class Seen:
    """Counts and troubles of one walk."""

    pages: int = 0
    """Pages asked for, without those read a second time."""
    requests: int = 0
    """Requests made, those for a page a second time and for one past the end included."""
    total: int | None = None
    site_pages: int | None = None
    named: bool = False
    """Some page named several pages at once, so the site has said which is the last."""
    container: str = ""
    stopped: str = ""
    """Why the walk stopped before it ran out of pages; empty when it did not."""
    twice: int = 0
    """Entries that a page lists twice: the site's total counts them twice too."""
    failed: list[Page] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Pages on which nothing was recognised as a list."""
    hollow: list[str] = field(default_factory=list)
    """Pages after the first whose list was there and had no entries."""
    gap: str = ""
    """A hollow page with entries on a page after it."""
    totals: set[int] = field(default_factory=set)
    """Every total the site printed during the reading."""
    shifted: bool = False
    """Entries of an earlier page stood beside new ones: the list moved while it was read."""
    restless: str = ""
    """Why a list that moved was not read again; empty when it stood still at last."""
    beyond: str = ""
    """How the site answered for a page after its last one; empty when it was not asked or did not settle it."""
    shell: str = ""
    """What shows that a script draws the first page's list, when nothing else was found on it."""
    damaged: list[tuple[str, str]] = field(default_factory=list)
    """What could not be read, and the page it stood on."""

    @property
    def counted(self) -> bool:
        """Whether the site prints a count that can prove the end."""
        return self.total is not None or self.site_pages is not None

    def reached(self, found: int) -> bool:
        """Say whether so many entries are all that the site counts."""
        return self.total is not None and found + self.twice >= self.total

    def stop(self, why: str) -> None:
        """Stop the walk for a reason that begins with the trap's name; an empty reason stops nothing."""
        self.stopped = self.stopped or why

    def fill(self, url: str, entries: int) -> None:
        """Note whether a page after the first held entries."""
        if not entries:
            self.hollow.append(url)
            self.beyond = self.beyond if self.named or self.beyond else f"{url} holds no entries"
        elif self.hollow:
            self.gap = self.gap or self.hollow[0]

    def note(self, listing: Listing) -> None:
        """Take a page's counts; the latest page's total is the one to reach, as lists grow while they are read."""
        if listing.total is not None:
            self.total = listing.total
            self.totals.add(listing.total)
        self.site_pages = listing.pages if listing.pages is not None else self.site_pages
        self.container = self.container or listing.container


def end_of(seen: Seen, found: int) -> tuple[Complete, str]:
    """Say whether the list was read to its end, and why we think so."""
    if seen.reached(found) and not seen.failed and not seen.restless:
        return Complete.YES, f"the site's own total of {seen.total} entries was reached"
    lost = _lost(seen, found)
    if lost:
        return Complete.NO, lost
    if seen.restless:
        return Complete.UNKNOWN, f"the list changed while it was read, and {seen.restless}"
    return _read_through(seen)


def _read_through(seen: Seen) -> tuple[Complete, str]:
    """Say what a reading that lost nothing proves."""
    if seen.site_pages is not None and seen.pages - len(seen.hollow) >= seen.site_pages:
        return (
            Complete.YES,
            f"the last of the {seen.site_pages} pages the site counts was read",
        )
    if seen.hollow and (seen.named or seen.site_pages is not None):
        return Complete.UNKNOWN, f"{len(seen.hollow)} pages the site names held no entries, the first: {seen.hollow[0]}"
    if seen.beyond:
        return Complete.YES, f"{seen.pages - len(seen.hollow)} pages hold entries; the one after them, {seen.beyond}"
    if seen.named:
        return Complete.YES, f"the last page the site names was read ({seen.pages} in all) and names no further one"
    if seen.pages > 1:
        return Complete.UNKNOWN, f"the links to the next page ended after {seen.pages} pages; the site prints no count"
    return Complete.UNKNOWN, "one page without a count and without links to further pages"


def findings(source: Source, seen: Seen, candidates: Sequence[Candidate], listed: int) -> tuple[Finding, ...]:
    """Return what a person should look at, each with what to do about it; `listed` is how many the list itself has."""
    return tuple(_findings(source, seen, candidates, listed))


def _lost(seen: Seen, found: int) -> str:
    if seen.failed:
        page = seen.failed[0]
        return f"{len(seen.failed)} of {seen.pages} pages could not be had, the first with {page.outcome}: {page.url}"
    if seen.stopped:
        return seen.stopped
    if seen.unread:
        return f"no list was recognised on {len(seen.unread)} of {seen.pages} pages: {seen.unread[0]}"
    if seen.gap:
        return f"a page between others held no entries: {seen.gap}"
    if seen.total is not None and not seen.reached(found):
        return f"the site counts {seen.total} entries, {found} were found"
    if seen.site_pages is not None and seen.pages < seen.site_pages:
        return f"the site counts {seen.site_pages} pages, {seen.pages} could be named"
    return ""


def _findings(source: Source, seen: Seen, candidates: Sequence[Candidate], listed: int) -> Iterator[Finding]:
    for page in seen.failed:
        if page.outcome is not None:
            yield Finding(
                page.outcome,
                source.id,
                f"A list page could not be had: {page.reason or page.outcome}. Other pages were read; "
                "the next run asks again. If it lasts, open the address in a browser.",
                page.url,
            )
    for url in seen.unread:
        yield _layout(source, seen, url)
    yield from _stopped(source, seen)
    if not listed:
        yield from _nothing(source, seen)
    else:
        yield from _too_few(source, seen, candidates, listed)


def _stopped(source: Source, seen: Seen) -> Iterator[Finding]:
    if seen.stopped:
        yield Finding(
            Outcome.ENDLESS_LISTING,
            source.id,
            f"{seen.stopped}. The walk stopped after {seen.requests} requests; what it found is kept. Open the list: "
            f"if it ends earlier, set `max_pages` of {source.id}; if it is no list of documents, set its `url`.",
            source.url,
        )
    for what, url in dict.fromkeys(seen.damaged):
        yield Finding(
            Outcome.DAMAGED_LISTING,
            source.id,
            f"Part of a list page could not be read: {what}. The rest was read. Open the address and compare; "
            "an entry that is missing can be given in the registry.",
            url,
        )


def _nothing(source: Source, seen: Seen) -> Iterator[Finding]:
    if len(seen.failed) == seen.pages or seen.unread:
        return
    if seen.container:
        yield Finding(
            Outcome.EMPTY_LISTING,
            source.id,
            f"The list is there ({seen.container}) but has no entries. Open the address: if the column moved, "
            f"set the new `url` of {source.id} in the registry; if it is empty on the site too, wait or remove it.",
            source.url,
        )
    else:
        yield _layout(source, seen, source.url)


def _too_few(source: Source, seen: Seen, candidates: Sequence[Candidate], listed: int) -> Iterator[Finding]:
    short = seen.total is not None and not seen.reached(listed)
    if short and not seen.failed and not seen.stopped and not seen.damaged:
        yield Finding(
            Outcome.BELOW_EXPECTED,
            source.id,
            f"The site counts {seen.total} entries, {listed} were found on {seen.pages} pages. Compare the "
            "site's last page with the run's; entries without a link or title are not counted here.",
            source.url,
        )
    accepted = sum(_accepted(candidates))
    if accepted < source.min_reports:
        yield Finding(
            Outcome.BELOW_EXPECTED,
            source.id,
            f"{accepted} of {len(candidates)} titles are reports; {source.min_reports} were expected. If the column "
            f"changed, set the new `url` of {source.id}; if fewer are right, lower its `min_reports`.",
            source.url,
        )


def _accepted(candidates: Iterable[Candidate]) -> Iterator[bool]:
    return (candidate.verdict.relevance in _ACCEPTED for candidate in candidates)


def _layout(source: Source, seen: Seen, url: str) -> Finding:
    drawn = (
        f" A script draws it ({seen.shell}) and names no interface that could be read instead: as a last resort, set "
        f"`browser = true` of {source.id}."
    )
    return Finding(
        Outcome.LAYOUT_CHANGED,
        source.id,
        f"Nothing on the page was recognised as a list of the platform {source.platform!r}."
        f"{drawn if seen.shell else ''} Open the address: if the site was rebuilt, set the `platform` or `url` of "
        f"{source.id}; `generic` reads most plain lists.",
        url,
    )
