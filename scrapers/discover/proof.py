"""Whether a walk reached the end of its list.

Enters: what a walk has seen. Leaves: yes, no or unknown with the reason. It refuses to fetch and to read pages.
The end is proved by the site: by its counts, or by what it answers for a page after the last.
"""

from dataclasses import dataclass, field

from scrapers.model import Complete, Page
from scrapers.platforms import Listing


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
    paging: str = ""
    early: str = ""
    """Why an incremental walk read no further; empty when it read on."""
    stopped: str = ""
    """Why the walk stopped before it ran out of pages; empty when it did not."""
    twice: int = 0
    """Entries that a page lists twice: the site's total may count them twice too."""
    listed: int = 0
    """Documents that this reading has seen."""
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
        return self.site_pages is not None or (self.total is not None and not self.excess)

    @property
    def reached(self) -> bool:
        """Whether the reading saw as many entries as the site counts.

        With entries listed twice the count may be of either. Where a page was empty the doubles prove nothing.
        """
        doubles = 0 if self.hollow or self.unread else self.twice
        return self.total is not None and self.listed <= self.total <= self.listed + doubles

    @property
    def excess(self) -> str:
        """How the reading saw more entries than the site counts; empty when it did not."""
        if self.total is None or self.listed <= self.total:
            return ""
        return f"the site counts {self.total} entries, {self.listed} were found"

    def stop(self, why: str) -> None:
        """Stop the walk for a reason that begins with the trap's name; an empty reason stops nothing."""
        self.stopped = self.stopped or why

    def fill(self, url: str, entries: int) -> None:
        """Note whether a page after the first held entries."""
        if not entries:
            self.hollow.append(url)
        elif self.hollow:
            self.gap = self.gap or self.hollow[0]

    def note(self, listing: Listing) -> None:
        """Take a page's counts; the latest page's total is the one to reach, as lists grow while they are read."""
        if listing.total is not None:
            self.total = listing.total
            self.totals.add(listing.total)
        self.site_pages = listing.pages if listing.pages is not None else self.site_pages
        self.container = self.container or listing.container
        self.paging = self.paging or listing.paging


def end_of(seen: Seen) -> tuple[Complete, str]:
    """Say whether the list was read to its end, and why we think so.

    A count below what was found proves nothing: it is another list's, or something beside the list was read as it.
    """
    if seen.reached and not seen.failed and not seen.restless:
        return Complete.YES, f"the site's own total of {seen.total} entries was reached"
    if seen.early and not seen.failed:
        return Complete.UNKNOWN, seen.early
    lost = _lost(seen)
    if lost:
        return Complete.NO, lost
    if seen.restless:
        return Complete.UNKNOWN, f"the list changed while it was read, and {seen.restless}"
    complete, why = _read_through(seen)
    return complete, f"{seen.excess}; {why}" if seen.excess else why


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
        return Complete.UNKNOWN, f"the links to the next page ended after {seen.pages} pages; no count proves the end"
    return Complete.UNKNOWN, "one page without links to further pages and without a count that proves it whole"


def _lost(seen: Seen) -> str:
    if seen.failed:
        page = seen.failed[0]
        return f"{len(seen.failed)} of {seen.pages} pages could not be had, the first with {page.outcome}: {page.url}"
    if seen.stopped:
        return seen.stopped
    if seen.unread:
        return f"no list was recognised on {len(seen.unread)} of {seen.pages} pages: {seen.unread[0]}"
    if seen.gap:
        return f"a page between others held no entries: {seen.gap}"
    if seen.total is not None and not (seen.reached or seen.excess):
        return f"the site counts {seen.total} entries, {seen.listed} were found"
    if seen.site_pages is not None and seen.pages < seen.site_pages:
        return f"the site counts {seen.site_pages} pages, {seen.pages} could be named"
    return ""
