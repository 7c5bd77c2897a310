"""The river's order: the only room that knows which stage follows which.

A run goes plan -> (crawl -> extract) per host -> record -> gate. Each step takes plain values, keeps what it
learns in the bucket, and may be killed at any instant and called again with the same arguments: it skips
what the run's ledger already holds. `dags/` and the command line call the same steps.
"""

import os
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from scrapers.archive.doctor import require
from scrapers.archive.ledger import ended, read_lines
from scrapers.catalog.quality import Quality
from scrapers.catalog.settle import settle
from scrapers.errors import HostSilent, RegistryError
from scrapers.extract import Readers
from scrapers.harvest.crawl import STAGE as CRAWL
from scrapers.harvest.crawl import crawl
from scrapers.harvest.proof import Audited, audit, audit_day, audit_gate, verify
from scrapers.harvest.read import extract
from scrapers.harvest.reextract import hosts_to_reextract, record_reextract, reextract, reextract_all
from scrapers.harvest.works import HostQueue, Recheck, Selection, Works, open_works, read_province
from scrapers.model import Line, Outcome, Override, Source, Status

__all__ = [
    "Audited",
    "HostQueue",
    "Recheck",
    "RunSummary",
    "Selection",
    "Works",
    "audit",
    "audit_day",
    "audit_gate",
    "crawl",
    "extract",
    "gate",
    "harvest",
    "hosts_to_reextract",
    "new_run",
    "open_works",
    "plan",
    "prepare",
    "record",
    "record_reextract",
    "reextract",
    "reextract_all",
    "told",
    "untold",
    "verify",
]

SILENT_SHARE = 0.2
"""A run fails when this share of its hosts gave nothing."""
CUT = "its crawl gave up half way; the log of its task says why. Clear the task to go on"
"""Why a host counts as silent whose crawl did not end: nobody knows what it has kept to itself."""
WORKERS = 8
"""Hosts the command line crawls side by side; each is still one queue."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did, from its ledger lines alone."""

    run: str
    hosts: tuple[str, ...]
    outcomes: dict[str, int]
    silent: dict[str, str]
    """Host -> why it gave nothing."""
    unsettled: tuple[str, ...]
    """Addresses that were captured and never read: a stage died. Empty in every healthy run."""
    findings: int
    new_reports: int
    fetched: int = 0
    """Pages and documents that were asked for; list pages are counted by themselves."""
    conditional: int = 0
    """Of these, the ones that were asked whether they had changed."""
    list_pages: int = 0
    """Requests for list pages."""
    list_pages_conditional: int = 0
    """Of these, the ones that asked only whether the page had changed, as no form or page without validators can."""
    list_pages_unchanged: int = 0
    """Of these, the ones that had not changed: they were read from the archive."""
    early: int = 0
    """Lists that were read only as far as they are known."""
    revised: int = 0
    """Addresses where another text stood before."""
    dry_run: bool = False
    failed_only: bool = False
    """Whether only what failed was asked for: then there may be nothing to do."""
    quality: Quality | None = None
    """How well all reports of the corpus are known after the run; None while there is none."""


def new_run(province: str, at: datetime) -> str:
    """Return a run id that sorts by time and never repeats."""
    return f"{at:%Y%m%dt%H%M%S}-{province}-{secrets.token_hex(3)}"


def plan(works: Works, province: str, selection: Selection) -> list[HostQueue]:
    """Return the hosts to crawl, each with its sources; none when all of them wait to be verified.

    Raise RegistryError for a source nobody declared, and for a file that declares none.
    """
    declared = read_province(works.settings, province)
    known = {source.id for source in declared.sources}
    for name in selection.sources:
        if name not in known:
            raise RegistryError(f"{province}.toml has no source {name!r}. Known: {', '.join(sorted(known))}.")
    if not known:
        raise RegistryError(f"{province}.toml has no source to crawl. Give it at least one [[source]].")
    chosen = [source for source in declared.sources if _chosen(source, selection)]
    hosts = list(dict.fromkeys(source.host for source in chosen))
    if selection.failed:
        standing = works.catalog.standings(hosts)
        hosts = [host for host in hosts if standing[host].to_do]
    return [_queue(host, [source for source in chosen if source.host == host], declared.overrides) for host in hosts]


def _chosen(source: Source, selection: Selection) -> bool:
    if selection.sources:
        return source.id in selection.sources
    return selection.unverified or source.status is Status.ACTIVE


def _queue(host: str, sources: list[Source], overrides: tuple[Override, ...]) -> HostQueue:
    hosts = {host}.union(*(source.allow for source in sources))
    own = (override for override in overrides if urlsplit(override.url).netloc.lower() in hosts)
    return HostQueue(host, tuple(sources), tuple(own))


def prepare(works: Works, province: str, selection: Selection) -> list[str]:
    """Return the names of the hosts to crawl, after the store has shown that it can keep our promises.

    A dry run makes it no promise to keep, and its probes would be stored; nor does a run without a host.
    """
    hosts = [queue.host for queue in plan(works, province, selection)]
    if hosts and not selection.dry_run:
        require(works.store)
    return hosts


def record(works: Works, run: str, hosts: list[str], selection: Selection) -> RunSummary:
    """Commit a run's ledger lines to the catalog, once, and return what the run did with the hosts."""
    # A run that goes on with fewer hosts keeps what it recorded of the others: recording takes all of its lines.
    every = [*hosts, *sorted(works.catalog.hosts(run) - set(hosts))]
    lines = {host: list(read_lines(works.store, host=host, run=run)) for host in every}
    if any(lines.values()):
        works.catalog.record(run, chain.from_iterable(lines.values()), works.text_of)
    summary = summarise(run, {host: lines[host] for host in hosts}, selection)
    if not selection.dry_run:
        cut = {host: CUT for host in hosts if lines[host] and not ended(works.store, host, run, CRAWL)}
        summary = replace(summary, silent={**cut, **summary.silent})
    revised = works.catalog.revised(run, hosts) if summary.new_reports else 0
    return replace(summary, revised=revised, quality=works.catalog.quality())


def summarise(run: str, heard: dict[str, list[Line]], selection: Selection) -> RunSummary:
    """Count the lines of a run by host: one terminal outcome an address, and why each silent host gave nothing."""
    lines = list(chain.from_iterable(heard.values()))
    ends = settle(lines)
    walks = [line.walk for line in lines if line.walk]
    silent = {} if selection.dry_run else {host: _why_silent(own) for host, own in heard.items()}
    return RunSummary(
        run=run,
        hosts=tuple(heard),
        outcomes=dict(sorted(Counter(end.line.outcome.value for end in ends if end.line.outcome).items())),
        silent={host: why for host, why in silent.items() if why},
        unsettled=tuple(end.line.url for end in ends if end.line.outcome is None),
        findings=len({line.finding for line in lines if line.finding}),
        fetched=len(captures := {line.url: line.capture for line in lines if line.capture and line.stage == "crawl"}),
        conditional=sum(capture.conditional for capture in captures.values()),
        list_pages=sum(walk.requests for walk in walks),
        list_pages_conditional=sum(walk.conditional for walk in walks),
        list_pages_unchanged=sum(walk.unchanged for walk in walks),
        early=sum(walk.early for walk in walks),
        new_reports=len({end.line.content_hash for end in ends if end.line.outcome is Outcome.ARCHIVED_NEW}),
        dry_run=selection.dry_run,
        failed_only=selection.failed,
    )


def _why_silent(lines: list[Line]) -> str:
    failed = next((line.walk.failed for line in lines if line.walk and line.walk.failed), "")
    if failed or any((line.url and line.candidate) or (line.walk and line.walk.offered) for line in lines):
        return failed
    return next((line.finding.message for line in lines if line.finding), "nothing of it is in the ledger")


def gate(summary: RunSummary) -> None:
    """Raise HostSilent, with the list, when too many hosts gave nothing or an address was left unsettled."""
    if summary.dry_run:
        return
    if summary.unsettled:
        raise HostSilent("captured but never read: " + ", ".join(summary.unsettled[:20]) + ". Run it again.")
    if not summary.hosts and summary.failed_only:
        return
    if not summary.hosts:
        raise HostSilent(f"run {summary.run} had no host to crawl. Give the registry file at least one source.")
    if len(summary.silent) >= SILENT_SHARE * len(summary.hosts):
        told = "\n".join(f"- {host}: {why}" for host, why in sorted(summary.silent.items()))
        raise HostSilent(f"{len(summary.silent)} of {len(summary.hosts)} hosts gave nothing:\n{told}")


def harvest(works: Works, province: str, selection: Selection, run: str, attempt: str) -> RunSummary:
    """Do a whole run without Airflow: hosts side by side, then the catalog commit. Resumes a run of the same id.

    A queue that fails costs its neighbours nothing: they end and are recorded, then its error is raised. Ctrl-C
    ends every queue after the page in hand and records nothing; what was seen waits for the run to go on.
    """
    queues = plan(works, province, selection)

    def one(queue: HostQueue) -> None:
        with suppress(HostSilent):  # its neighbours go on; the summary and the gate speak for it
            crawl(works, run, queue, selection, attempt)
        extract(works, run, queue, selection, attempt, readers)

    with Readers(os.cpu_count() or 1) as readers, ThreadPoolExecutor(max_workers=WORKERS) as pool:
        futures = [pool.submit(one, queue) for queue in queues]
        try:
            while wait(futures, timeout=1.0).not_done:
                pass  # a signal that another thread took up interrupts no wait; it is heard between two
        except BaseException:
            works.stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    summary = record(works, run, [queue.host for queue in queues], selection)
    for future in futures:
        future.result()
    return summary


def told(summary: RunSummary) -> dict[str, Any]:
    """Return a summary as plain JSON values, for a task's return value: some thirty bytes a host, more a silent one."""
    # Through JSON, for lists: Airflow wraps a tuple in a mapping of its own.
    return cast("dict[str, Any]", msgspec.json.decode(msgspec.json.encode(summary)))


def untold(plain: dict[str, Any]) -> RunSummary:
    """Return the summary that `told` made plain."""
    return msgspec.convert(plain, RunSummary)
