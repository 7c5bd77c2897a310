"""One host's queue: sources in, durable captures and ledger lines out.

Every payload is in the store before its line is written, and lines are flushed as they come, so a killed crawl
loses only what it had not counted. A crawl that runs again skips the addresses its run already has a line for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scrapers import discover
from scrapers.archive.lease import Lease
from scrapers.archive.ledger import Ledger, read_lines
from scrapers.archive.turns import Turns
from scrapers.discover import document_key
from scrapers.errors import HostSilent
from scrapers.fetch import Fetched, Fetcher, Limits, Manners, Policy, Target, page_of
from scrapers.harvest.lists import Lists
from scrapers.harvest.memory import Memory, counted
from scrapers.harvest.overrides import Overrides
from scrapers.harvest.works import HostQueue, Selection, Works, concern, unanswered, utc_now, wanted
from scrapers.model import (
    Candidate,
    Capture,
    Complete,
    Finding,
    Line,
    Outcome,
    PageRequest,
    Source,
    Validators,
    Walk,
)
from scrapers.platforms.documents import document_links, may_offer
from scrapers.platforms.further import MOST_PAGES, further_pages, may_continue

STAGE = "crawl"
PATIENCE = 5
"""After so many addresses in a row that gave no answer or a block, the host is left alone for this run."""
QUICK_BACKOFF = 0.2
"""Seconds before a second try where the delay is overridden: on test sites, which nobody else visits."""


class Crawl:
    """One attempt at one host of one run."""

    def __init__(
        self, works: Works, run: str, queue: HostQueue, selection: Selection, turns: Turns, ledger: Ledger | None
    ) -> None:
        self._works, self._run, self._queue, self._selection, self._ledger = works, run, queue, selection, ledger
        self._turns = turns
        self._names: dict[str, str] = {}
        """Hosts as leases name them -> as pauses do."""
        held = list(read_lines(works.store, host=queue.host, run=run))
        # A host that gave no answer, or blocked us, is asked again when somebody runs its task again.
        self._done = {
            document_key(line.url) for line in held if line.url and line.stage == STAGE and not unanswered(line.outcome)
        }
        self._memory = Memory(works, queue, selection)
        self._known = self._memory.validators
        self._overrides = Overrides(queue.overrides)
        self._unanswered, self._last = 0, Outcome.TIMEOUT
        self.failed: list[str] = []
        """Sources that gave something, and too little of it."""
        settings = works.settings
        policy = Policy(
            allow=frozenset({queue.host}.union(*(source.allow for source in queue.sources))),
            private_networks=settings.private_networks,
            contact=settings.contact,
            delay=_delay(works, queue),
            limits=Limits() if settings.delay is None else Limits(backoff=max(settings.delay, QUICK_BACKOFF)),
        )
        self._fetcher = Fetcher(policy, sleep=turns.sleep, hold=self._hold)

    def run(self) -> list[Walk]:
        """Walk every source, fetch what its candidates name, and return the walks."""
        with self._fetcher:
            walks = [self._walk(source) for source in self._queue.sources]
            # A title that one column rejects may be a report's in another: the promising entry is the one that counts.
            offered = {document_key(entry.url) for walk in walks for entry in walk.candidates if wanted(entry.verdict)}
            for walk in walks:
                self._follow(walk, offered)
            for candidate in self._memory.recalled(walks, self._done):
                for line in self._visit(candidate):
                    self._write(line)
            self._tell(self._missing(walks))
            self._works.measured("delay_held", self._fetcher.waited)
            return walks

    def _walk(self, source: Source) -> Walk:
        known = self._memory.known(source)
        if source.browser:
            from scrapers.fetch.browser import Browser  # its driver is optional: nothing else needs it

            with Browser(self._fetch) as browser:
                walk = discover.walk(source, browser.page, known)
        else:
            lists = Lists(self._works, self._fetch, self._memory.list_pages(source), keep=self._ledger is not None)
            walk = lists.counted(discover.walk(source, lists.page, known))
        self._tell(walk.findings, source.id)
        return replace(
            walk, candidates=tuple(self._overrides.judged(one, self._memory.decided) for one in walk.candidates)
        )

    def _tell(self, findings: Iterable[Finding], *source_ids: str) -> None:
        for finding in findings:
            self._write(Line(self._run, self._queue.host, STAGE, utc_now(), finding=finding, source_ids=source_ids))

    def _missing(self, walks: list[Walk]) -> Iterator[Finding]:
        """Yield what is wrong with the overrides, once every list of the host was read to its end."""
        whole = not self._selection.sources and all(
            walk.complete is not Complete.NO and not walk.early for walk in walks
        )
        if whole:
            yield from self._overrides.unknown((one.url for walk in walks for one in walk.candidates), self._known)

    def _follow(self, walk: Walk, offered: set[str]) -> None:
        # What an earlier attempt fetched counts towards the limit of this one.
        fetched = sum(
            wanted(candidate.verdict) and document_key(candidate.url) in self._done for candidate in walk.candidates
        )
        for candidate in walk.candidates:
            if document_key(candidate.url) in self._done:
                continue
            # What was archived before a person rejected it is read once more, so that the catalog hears of it; what a
            # person had accepted is, when that is taken back.
            decided = candidate.url in self._overrides or candidate.url in self._memory.decided
            if not wanted(candidate.verdict) and not (decided and candidate.url in self._known):
                if document_key(candidate.url) in offered:
                    continue
                self._write(self._line(candidate, Outcome.NOT_A_REPORT, candidate.verdict.reason))
            elif self._selected(candidate, fetched):
                fetched += 1
                for line in self._visit(candidate):
                    self._write(line)
        source = next(source for source in self._queue.sources if source.id == walk.source_id)
        summary, findings = self._memory.measured(counted(walk, source))
        self._tell(findings, source.id)
        if summary.failed:
            self.failed.append(f"{source.id}: {summary.failed}")
        self._write(Line(self._run, self._queue.host, STAGE, utc_now(), walk=summary, source_ids=(walk.source_id,)))

    def _selected(self, candidate: Candidate, fetched: int) -> bool:
        chosen = self._selection
        year = candidate.verdict.report_year
        if chosen.limit and fetched >= chosen.limit:
            return False
        if chosen.years and year is not None and year not in chosen.years:
            return False
        if candidate.url in self._memory.settled:
            return False
        decided = candidate.url in self._overrides or candidate.url in self._memory.decided
        return decided or self._memory.due(candidate.url, year)

    def _visit(self, candidate: Candidate) -> Iterator[Line]:
        if self._ledger is None:
            yield self._line(candidate, None, f"would be fetched: {candidate.verdict.reason}")
            return
        if self._unanswered >= PATIENCE:
            reason = f"not asked: {PATIENCE} addresses of the host in a row gave no answer or a block"
            yield self._line(candidate, self._last, reason)
            return
        fetched = self._ask(candidate.url)
        yield from self._further(candidate, fetched)
        if fetched.capture.outcome is None and fetched.capture.media_type == "html" and may_offer(fetched.payload):
            for address in document_links(page_of(fetched).text, fetched.capture.final_url):
                if document_key(address) not in self._done:
                    document = self._ask(address)
                    yield self._line(
                        candidate, document.capture.outcome, document.capture.reason, document.capture, candidate.url
                    )
        # The page's own line comes last: while it is missing, a retry asks again for the page and its documents.
        outcome, reason = self._memory.ended(candidate.url, fetched.capture.outcome, fetched.capture.reason)
        yield self._line(candidate, outcome, reason, fetched.capture)

    def _further(self, candidate: Candidate, first: Fetched) -> Iterator[Line]:
        """Fetch the further pages of an article; each may name more. Always whole, or its text could not be joined."""
        asked: set[int] = set()
        waiting = _continued(first, first)
        while waiting and len(asked) < MOST_PAGES:
            number = min(waiting)
            page = self._ask(waiting.pop(number), always=True)
            asked.add(number)
            yield self._line(candidate, page.capture.outcome, page.capture.reason, page.capture, candidate.url)
            waiting |= {more: url for more, url in _continued(page, first).items() if more not in asked}

    def _fetch(self, request: PageRequest, validators: Validators | None = None) -> Fetched:
        self._works.pause()
        try:
            return self._fetcher.fetch(request, validators)
        finally:
            self._note(self._fetcher.manners)
            self._turns.give_back()

    def _hold(self, manners: Manners, target: Target) -> None:
        manners.postpone(target.host, self._turns.hold(target.named))
        self._names[target.named] = target.host
        self._note(manners)

    def _note(self, manners: Manners) -> None:
        for host in self._turns.held:
            if name := self._names.get(host):
                self._turns.pace(host, manners.pace(name), manners.rest(name))

    def _ask(self, address: str, *, always: bool = False) -> Fetched:
        # A decision is replayed on what the page says, so the page must be had whole.
        always = always or address in self._overrides or address in self._memory.decided
        fetched = self._fetch(PageRequest(address), None if always else self._known.get(address))
        if (outcome := fetched.capture.outcome) and unanswered(outcome):
            self._unanswered, self._last = self._unanswered + 1, outcome
        else:
            self._unanswered = 0
        # What has not changed is stored already; what is only evidence is stored, and never asked for in this run.
        if fetched.payload and outcome is not Outcome.UNCHANGED:
            self._works.put_payload(fetched.payload, near=outcome is None)
        return fetched

    def _line(
        self,
        candidate: Candidate,
        outcome: Outcome | None,
        reason: str,
        capture: Capture | None = None,
        parent: str = "",
    ) -> Line:
        return Line(
            run=self._run,
            host=self._queue.host,
            stage=STAGE,
            at=capture.fetched_at if capture else utc_now(),
            url=capture.url if capture else candidate.url,
            candidate=candidate,
            capture=capture,
            outcome=outcome,
            reason=reason,
            payload_digest=capture.payload_digest if capture else "",
            parent_url=parent,
            finding=concern(outcome, candidate, capture.url if capture else candidate.url, reason),
            source_ids=(candidate.source_id,),
        )

    def _write(self, line: Line) -> None:
        if line.url:
            self._done.add(document_key(line.url))
        if self._ledger:
            self._ledger.write(line)
        self._works.heard(line)


def _delay(works: Works, queue: HostQueue) -> float:
    """Return the seconds between two requests: the longest that a source of the host asks for."""
    given = works.settings.delay
    return max(source.delay for source in queue.sources) if given is None else given


def _continued(page: Fetched, first: Fetched) -> dict[int, str]:
    """Return the further pages that a page of an article names; none for what is no page to read."""
    capture, url = page.capture, first.capture.final_url
    if capture.outcome is not None or capture.media_type != "html" or not may_continue(page.payload, url):
        return {}
    return further_pages(page_of(page).text, capture.final_url, url)


def crawl(works: Works, run: str, queue: HostQueue, selection: Selection, attempt: str) -> int:
    """Crawl one host and return how many addresses it offered.

    Raise HostSilent, after everything seen is durable, when a source of the host gave nothing, or less than it must:
    silence is never success.
    """
    holder = f"{run} {attempt}"
    # A dry run archives nothing, and yet asks the host: it too is one of its queue.

    def lease(host: str) -> Lease:
        term, pace = works.settings.lease, _delay(works, queue)
        return Lease(works.store, host, holder, term=term, pace=pace, sleep=works.pause)

    with Turns(queue.host, lease) as turns:
        if selection.dry_run:
            crawling = Crawl(works, run, queue, selection, turns, None)
            walks = crawling.run()
        else:
            with Ledger(works.store, queue.host, run, attempt, STAGE) as ledger:
                crawling = Crawl(works, run, queue, selection, turns, ledger)
                walks = crawling.run()
    silent = [f"{walk.source_id}: {walk.why}" for walk in walks if not walk.candidates]
    if silent:
        raise HostSilent(f"{queue.host} gave nothing. " + "; ".join(silent))
    if crawling.failed:
        raise HostSilent(f"{queue.host} gave too little. " + "; ".join(crawling.failed))
    return sum(len(walk.candidates) for walk in walks)
