"""The extract stage of one host: open captures in, one terminal outcome each out.

Reads what the run's crawl lines name, in limited child processes, keeps the clean texts, and settles every
address. A report that is only in its page's document gets its facts from the page.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

from scrapers.archive.ledger import Ledger, read_lines
from scrapers.discover.hints import host_division
from scrapers.extract import Hint, Reader, Readers
from scrapers.fingerprint import GENERATION
from scrapers.harvest.overrides import REJECTED, Overrides
from scrapers.harvest.whole import whole
from scrapers.harvest.works import HostQueue, Selection, Works, concern, unanswered, utc_now
from scrapers.model import Fingerprint, Line, Outcome, Override, Reading, Report, Source

STAGE = "extract"
CHINA = timedelta(hours=8)
"""The sites' clock is ahead of UTC by this much."""
WAITING = "; scans are read where REPORT_ARCHIVE_OCR is true and requirements-ocr.txt is installed"


class Settling:
    """One attempt at the open captures of one host of one run."""

    def __init__(
        self, works: Works, sources: Mapping[str, Source], reader: Reader | Readers, overrides: Iterable[Override] = ()
    ) -> None:
        self._works, self._sources, self._reader = works, sources, reader
        self._overrides = Overrides(overrides)
        self._pictures: Reader | None = None
        """Reads the scans, once everything else of the host is read."""
        self._covers: dict[str, Report] = {}
        """Document address -> facts of the page whose body it holds."""
        self._pieces: set[str] = set()
        """Addresses of further pages of articles, which are joined to their first."""

    def settle(self, lines: list[Line], done: set[str]) -> Iterator[Line]:
        """Return the settling line of each open line that is not done; pages come before the documents they name."""
        offered = {line.url: line for line in lines}
        opened = [line for line in lines if line.capture and line.outcome is None and line.url not in done]
        # A crawl that was cut off between a document and its page has not said what the document is: it stays open.
        waiting = [line for line in opened if not line.parent_url or _answered(offered.get(line.parent_url))]
        # A document needs its page's facts, so its page is read again even when an earlier attempt settled it.
        parents = {line.parent_url for line in waiting if line.parent_url} - {line.url for line in waiting}
        again = [offered[url] for url in sorted(parents) if url in offered and offered[url].outcome is None]
        scans = []
        for line in sorted([*again, *waiting], key=lambda line: (bool(line.parent_url), line.at, line.url)):
            settled = self._settle(line, offered)
            if settled.outcome is Outcome.NEEDS_OCR and self._works.settings.ocr:
                scans.append(line)
            elif line.url not in done:
                yield settled
        if scans:
            with Reader(pictures=True) as self._pictures:
                yield from (self._settle(line, offered) for line in scans)

    def _settle(self, line: Line, offered: dict[str, Line]) -> Line:
        if line.url in self._pieces:
            return self._settled(line, Outcome.NOT_A_REPORT, f"a further page of the article {line.parent_url}")
        if line.parent_url and line.url not in self._covers:
            return self._settled(
                line, Outcome.NOT_A_REPORT, f"document of a page that holds its own body: {line.parent_url}"
            )
        reading = self._read(line)
        if reading.following:
            reading, pieces = whole(line, reading, offered, self._read)
            self._pieces |= pieces
        if reading.report:
            reading = replace(
                reading, report=self._overrides.applied(reading.report, line.candidate, line.url, line.parent_url)
            )
        if reading.attachment and reading.report:
            return self._cover(line, reading, reading.report, offered)
        if reading.report is None or reading.fingerprint is None:
            return self._settled(line, reading.outcome or Outcome.LAYOUT_CHANGED, self._why(line, reading))
        return self._archived(line, reading.report, reading.fingerprint)

    def _archived(self, line: Line, report: Report, identity: Fingerprint) -> Line:
        owner = f"{line.run} {line.url}"
        first = self._works.put_text(identity, report.text, owner)
        outcome, reason = Outcome.ARCHIVED_NEW if first else Outcome.ARCHIVED_SAME, _how(report, first)
        if REJECTED in report.flags and line.candidate:
            outcome, reason = Outcome.NOT_A_REPORT, line.candidate.verdict.reason
        return replace(
            self._settled(line, outcome, reason),
            content_hash=identity.content_hash,
            generation=identity.generation,
            report=replace(report, text=""),
        )

    def _why(self, line: Line, reading: Reading) -> str:
        scan = line.capture is not None and line.capture.media_type != "html"
        waits = scan and reading.outcome is Outcome.NEEDS_OCR and not self._works.settings.ocr
        return reading.reason + WAITING if waits else reading.reason

    def _cover(self, line: Line, reading: Reading, facts: Report, offered: dict[str, Line]) -> Line:
        document = offered.get(reading.attachment)
        if document is not None and document.capture is not None and document.outcome is None:
            self._covers[reading.attachment] = facts
            return self._settled(line, Outcome.NOT_A_REPORT, f"the body is in its document: {reading.attachment}")
        if document is not None and document.outcome is Outcome.UNCHANGED:
            return self._settled(
                line, Outcome.UNCHANGED, f"the body is in its document, which has not changed: {document.url}"
            )
        why = document.outcome if document is not None and document.outcome else "it was not fetched"
        return self._settled(line, Outcome.LAYOUT_CHANGED, f"the body is in {reading.attachment}, but: {why}")

    def _read(self, line: Line, title: str = "", first_url: str = "", further: tuple[str, ...] = ()) -> Reading:
        candidate, capture = line.candidate, line.capture
        if capture is None:
            raise ValueError(f"{line.url}: an open line always has a capture")
        source = self._sources.get(candidate.source_id) if candidate else None
        hint = Hint(
            url=capture.final_url,
            declared_type=capture.declared_type,
            media_type=capture.media_type,
            platform=source.platform if source else "generic",
            listed_title=title or (candidate.title if candidate else ""),
            listed_on=candidate.listed_on if candidate else None,
            report_year=candidate.verdict.report_year if candidate else None,
            agency=source.agency if source else "",
            division=source.division if source else "",
            parent=self._covers.get(line.url),
            fetched_on=(capture.fetched_at + CHINA).date(),
            # The table of spelt names takes a second to make, and the registry nearly always says.
            host_division="" if source and source.division else host_division(capture.final_url),
            ocr=self._pictures is not None,
            further=further,
            first_url=first_url,
        )
        payload, started = self._works.payload_of(capture.payload_digest), time.monotonic()
        try:
            return (self._pictures or self._reader).read(payload, hint)
        finally:
            self._works.measured("extract", time.monotonic() - started)

    def _settled(self, line: Line, outcome: Outcome, reason: str) -> Line:
        return Line(
            run=line.run,
            host=line.host,
            stage=STAGE,
            at=utc_now(),
            url=line.url,
            candidate=line.candidate,
            capture=line.capture,
            outcome=outcome,
            reason=reason,
            generation=GENERATION,
            payload_digest=line.payload_digest,
            parent_url=line.parent_url,
            finding=concern(outcome, line.candidate, line.url, reason) if line.candidate else None,
            source_ids=line.source_ids,
        )


def _answered(page: Line | None) -> bool:
    return page is not None and not unanswered(page.outcome)


def _how(report: Report, first: bool) -> str:
    return f"{'first sighting of' if first else 'another sighting of'} its text, read by {report.method}"


def extract(
    works: Works, run: str, queue: HostQueue, selection: Selection, attempt: str, readers: Readers | None = None
) -> int:
    """Settle every open capture of a host in a run; return how many this attempt settled. A dry run has none.

    `readers` are shared with other hosts and stay open; without them a reader is started for this call.
    """
    if selection.dry_run:
        return 0
    held = list(read_lines(works.store, host=queue.host, run=run))
    sources = {source.id: source for source in queue.sources}
    done = {line.url for line in held if line.stage == STAGE}
    crawled = one_each(line for line in held if line.stage == "crawl" and line.url)
    count = 0
    with (
        Ledger(works.store, queue.host, run, attempt, STAGE) as ledger,
        nullcontext(readers) if readers else Reader() as reader,
    ):
        for line in Settling(works, sources, reader, queue.overrides).settle(crawled, done):
            ledger.write(line)
            works.heard(line)
            works.pause()
            count += 1
    return count


def one_each(lines: Iterable[Line]) -> list[Line]:
    """Return one line for each address of a run."""
    # Overlapping attempts may both have fetched an address: an open capture wins over a failed one, then the earlier.
    best: dict[str, Line] = {}
    for line in lines:
        other = best.get(line.url)
        if other is None or _rank(line) < _rank(other):
            best[line.url] = line
    return list(best.values())


def _rank(line: Line) -> tuple[bool, float, str]:
    open_capture = line.capture is not None and line.outcome is None
    return (not open_capture, line.at.timestamp(), line.payload_digest)
