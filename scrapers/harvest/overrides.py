"""What persons decided about single addresses, replayed on what a run sees.

Candidates and reports in, the same with the decisions put over them out. A decision is known by its provenance,
`override`, and its reason stands where the title's stood. It refuses to know where decisions are kept.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scrapers.discover import document_key
from scrapers.harvest.works import wanted
from scrapers.model import Candidate, Fact, Finding, Outcome, Override, Report, Verdict

PROVENANCE = "override"
TAKEN_BACK = "override_taken_back"
"""Flag of what was read once more after a decision was removed; it is a decision too, and comes after the first."""
REJECTED = "rejected"
"""Flag of a report that a person rejected after it was archived: the catalog passes over its sighting."""


class Overrides:
    """The decisions of one host's queue, by address."""

    def __init__(self, overrides: Iterable[Override]) -> None:
        self._by_address = {document_key(override.url): override for override in overrides}

    def __contains__(self, url: str) -> bool:
        return document_key(url) in self._by_address

    def judged(self, candidate: Candidate, decided: Collection[str] = ()) -> Candidate:
        """Return a candidate with the verdict and the date that a person gave it, or took back from one `decided`."""
        override = self._by_address.get(document_key(candidate.url))
        if override is None:
            own = candidate.verdict
            back = replace(own, reason=f"{TAKEN_BACK}: {own.reason}") if candidate.url in decided else own
            return replace(candidate, verdict=back)
        verdict = Verdict(
            override.relevance or candidate.verdict.relevance,
            override.report_year or candidate.verdict.report_year,
            f"{PROVENANCE}: {override.reason}",
        )
        return replace(candidate, verdict=verdict, listed_on=override.published_on or candidate.listed_on)

    def applied(self, report: Report, candidate: Candidate | None, *urls: str) -> Report:
        """Return a report with the facts that a person gave one of its addresses, or a mark that these are its own."""
        found = (self._by_address.get(document_key(url)) for url in urls if url)
        override = next((one for one in found if one is not None), None)
        if override is not None:
            return _applied(report, override)
        if candidate is None or not candidate.verdict.reason.startswith(TAKEN_BACK):
            return report
        rejected = [] if wanted(candidate.verdict) else [REJECTED]
        return replace(report, flags=tuple(sorted({*report.flags, TAKEN_BACK, *rejected})))

    def unknown(self, offered: Iterable[str], archived: Collection[str]) -> Iterator[Finding]:
        """Yield a finding for each decision about an address that no list offered and the archive does not know."""
        known = {document_key(url) for url in (*offered, *archived)}
        for key, override in self._by_address.items():
            if key not in known:
                yield Finding(
                    Outcome.UNKNOWN_OVERRIDE,
                    override.url,
                    f"No list offers the overridden address {override.url}, and it was never archived. Give it as its "
                    f"list prints it, or remove the override ({override.reason}).",
                    override.url,
                )


def _applied(report: Report, override: Override) -> Report:
    changes: dict[str, object] = {}
    if override.report_year is not None:
        changes |= {"report_year": override.report_year, "report_year_provenance": PROVENANCE}
    if override.published_on is not None:
        changes |= {"published_on": override.published_on, "published_on_provenance": PROVENANCE}
    for name in ("agency", "division"):
        if value := getattr(override, name):
            changes[name] = Fact(value, PROVENANCE)
    rejected = override.relevance is not None and not wanted(Verdict(override.relevance, None, ""))
    flags = {*report.flags, PROVENANCE, *([REJECTED] if rejected else [])}
    return replace(report, **changes, flags=tuple(sorted(flags)))  # type: ignore[arg-type]  # names and types are Report's
