"""What the archive knows of a host when a crawl begins, and what follows from it.

The catalog in; which pages are due, which are known, which have vanished, and how far a list must be read, out. It
refuses to fetch and to write.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from scrapers.catalog.past import MISSING, Past
from scrapers.discover import document_key
from scrapers.harvest import lists
from scrapers.harvest.baseline import COLUMNS, baselines, drift
from scrapers.harvest.due import due, sweep_due
from scrapers.harvest.overrides import PROVENANCE
from scrapers.harvest.works import HostQueue, Recheck, Selection, Works, utc_now, wanted
from scrapers.model import Candidate, Complete, Finding, ListPage, Outcome, Relevance, Source, Validators, Verdict, Walk


class Memory:
    """One host's past, as the catalog has it."""

    def __init__(self, works: Works, queue: HostQueue, selection: Selection) -> None:
        catalog, host, chosen = works.catalog, queue.host, {source.id for source in queue.sources}
        self._sources = {source.id: source for source in queue.sources}
        self._selection = selection
        self.validators: dict[str, Validators] = catalog.validators(host)
        good = catalog.standings({host})[host].good if self._incremental or selection.failed else frozenset()
        self.settled = good if selection.failed else frozenset()
        """Addresses that a run of what failed leaves alone."""
        self._good = frozenset(map(document_key, good))
        self._pasts: dict[str, Past] = catalog.pasts(host)
        self.decided = frozenset(url for url, past in self._pasts.items() if past.reason.startswith(f"{PROVENANCE}:"))
        """Addresses last read under a person's decision: once it is taken back, the page must be read again."""
        walks = catalog.walks(chosen, tuple(dict.fromkeys((*COLUMNS, *lists.COLUMNS))))
        self._list_pages = lists.remembered(walks)
        self._usual = baselines(walks)
        self._swept: dict[str, datetime] = {}
        for row in walks:
            if row["complete"] != Complete.NO.value and not row["early"] and not row["unchanged"]:
                swept = self._swept.get(row["source_id"], row["ended_at"])
                self._swept[row["source_id"]] = max(swept, row["ended_at"])

    @property
    def _incremental(self) -> bool:
        chosen = self._selection
        return chosen.recheck is Recheck.DUE and not (chosen.dry_run or chosen.failed or chosen.years or chosen.limit)

    def known(self, source: Source) -> Collection[str]:
        """Return the document keys at which a walk may stop; none when the list is due to be read from end to end."""
        return self._good if self._incremental and not self._sweeps(source) else ()

    def list_pages(self, source: Source) -> Mapping[str, ListPage]:
        """Return the list pages that are only asked whether they changed.

        None when the list is due to be read from end to end: a server that says so wrongly is found out then.
        """
        return {} if self._sweeps(source) else self._list_pages.get(source.id, {})

    def _sweeps(self, source: Source) -> bool:
        return sweep_due(self._swept.get(source.id), utc_now())

    def due(self, url: str, report_year: int | None) -> bool:
        """Return whether a page is to be asked: always when it is not archived, else as the selection says."""
        validators, recheck = self.validators.get(url), self._selection.recheck
        if validators is None or recheck is Recheck.ALL:
            return True
        return recheck is Recheck.DUE and due(validators.asked_at, report_year, utc_now(), validators.same)

    def measured(self, summary: Walk) -> tuple[Walk, tuple[Finding, ...]]:
        """Return a walk's summary held against what is usual for its source, and what a person should look at."""
        source = self._sources[summary.source_id]
        found, failed = drift(source, summary, self._usual.get(source.id), utc_now().date())
        told = {(finding.kind, finding.url) for finding in summary.findings}
        # What the walk itself has said of the same list is said once.
        return replace(summary, failed=failed), tuple(one for one in found if (one.kind, one.url) not in told)

    def ended(self, url: str, outcome: Outcome | None, reason: str) -> tuple[Outcome | None, str]:
        """Return how a page ended: one that was archived and is missing for the second time is gone."""
        past = self._pasts.get(url)
        if past is None or not past.misses or outcome is None or outcome.value not in MISSING:
            return outcome, reason
        why = f"gone from its site: not there {past.misses + 1} times in a row ({reason}); what was archived is kept"
        return Outcome.GONE, why

    def recalled(self, walks: Collection[Walk], done: Collection[str]) -> Iterator[Candidate]:
        """Yield archived pages that no list offered this time and that are due, or were missing the last time."""
        chosen = self._selection
        if chosen.recheck is Recheck.NONE or chosen.failed or chosen.years or chosen.limit or chosen.dry_run:
            return
        offered = {document_key(one.url) for walk in walks for one in walk.candidates}
        whole = {walk.source_id for walk in walks if walk.candidates and walk.complete is not Complete.NO}
        for url, past in self._pasts.items():
            key = document_key(url)
            if past.gone or past.source_id not in whole or key in offered or key in done:
                continue
            if past.misses or self.due(url, past.report_year):
                reason = "archived before; its list does not offer it any more"
                verdict = Verdict(Relevance.REPORT, past.report_year, reason)
                yield Candidate(past.source_id, url, past.title, past.listed_on, verdict)


def counted(walk: Walk, source: Source) -> Walk:
    """Return a walk's summary: no candidates, which have lines of their own, but their counts and what was declared."""
    reports = [candidate for candidate in walk.candidates if wanted(candidate.verdict)]
    return replace(
        walk,
        candidates=(),
        offered=len(walk.candidates),
        reports=len(reports),
        dated=sum(candidate.listed_on is not None for candidate in walk.candidates),
        years=tuple(sorted({candidate.verdict.report_year or 0 for candidate in reports})),
        agency=source.agency,
        division=source.division,
        first_year=source.first_year,
    )
