"""What of a walk a person should look at, each with what to do about it.

Enters: what a walk has seen, and its candidates. Leaves: findings. It refuses to fetch, to read pages and to prove
ends.
"""

from collections.abc import Iterable, Iterator, Sequence

from scrapers.discover.proof import Seen
from scrapers.model import Candidate, Complete, Finding, Outcome, Relevance, Source

_ACCEPTED = frozenset({Relevance.REPORT, Relevance.REPORT_LEGACY})


def findings(
    source: Source, seen: Seen, candidates: Sequence[Candidate], listed: int, complete: Complete
) -> tuple[Finding, ...]:
    """Return what a person should look at, each with what to do about it; `listed` is how many the list itself has."""
    return tuple(_findings(source, seen, candidates, listed, complete))


def _findings(
    source: Source, seen: Seen, candidates: Sequence[Candidate], listed: int, complete: Complete
) -> Iterator[Finding]:
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
    elif not seen.early:
        yield from _too_few(source, seen, candidates, listed)
        if seen.excess and complete is Complete.UNKNOWN:
            yield _too_many(source, seen)


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
    short = seen.total is not None and not (seen.reached or seen.excess)
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


def _too_many(source: Source, seen: Seen) -> Finding:
    return Finding(
        Outcome.ABOVE_EXPECTED,
        source.id,
        f"More than all: {seen.excess}, so its count does not prove that the end was reached. Open the list: links "
        "beside it may have been read as entries, or the count is another list's. What was found is kept.",
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
