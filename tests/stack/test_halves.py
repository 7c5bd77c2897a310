"""Runs that are done by halves: a queue that fails, a crawl cut off inside a page, a run that goes on with less."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from scrapers import harvest as river
from scrapers.archive.ledger import Ledger, read_lines
from scrapers.corpus import open_corpus
from scrapers.errors import HostSilent, StoreUnavailable
from scrapers.model import Candidate, Complete, Line, Outcome, Relevance, Source, Verdict, Walk
from tests.stack.conftest import Site

pytestmark = pytest.mark.stack
ONE = "demo-trs-heshan"


def asked(site: Site) -> set[str]:
    """Return the village's report and negative addresses that were asked for since it last forgot."""
    seen = {f"{request.host}{request.path}" for request in site.village.requests}
    port = f":{site.village.port}"
    return {e.url for e in site.village.manifest() if e.url.split("/", 2)[2].replace(port, "") in seen}


def test_a_queue_that_fails_costs_its_neighbours_nothing(
    archive: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = archive()
    broken, real = site.village.sites[0], river.crawl

    def crawl(works: river.Works, run: str, queue: river.HostQueue, *rest: Any) -> int:
        if queue.host.startswith(broken.host + ":"):
            raise StoreUnavailable("the store went away")
        return real(works, run, queue, *rest)

    monkeypatch.setattr(river, "crawl", crawl)
    monkeypatch.setattr(river, "WORKERS", 1)
    with pytest.raises(StoreUnavailable, match="went away"):
        site.harvest("halves")
    kept = {
        e.copy_of or e.text_id for e in site.village.manifest() if e.outcome == "archived" and e.site != broken.name
    }
    assert len(open_corpus(site.settings).reports().collect()) == len(kept)


def test_a_run_that_goes_on_with_fewer_sources_keeps_what_it_recorded_of_the_others(
    archive: Callable[..., Site],
) -> None:
    site = archive()
    site.village.sites[1].empty = True  # a host of which the catalog holds a finding
    site.harvest("less")
    before = {name: len(getattr(open_corpus(site.settings), name)().collect()) for name in ("captures", "findings")}
    summary = site.harvest("less", river.Selection(sources=(ONE,)))
    assert len(summary.hosts) == 1
    after = {name: len(getattr(open_corpus(site.settings), name)().collect()) for name in ("captures", "findings")}
    assert after == before
    assert list(river.verify(site.works)) == []


def test_a_limit_holds_over_the_attempts_of_a_run(archive: Callable[..., Site]) -> None:
    site = archive()
    chosen = river.Selection(sources=(ONE,), limit=2)
    site.harvest("few", chosen)
    first = asked(site)
    assert first
    site.village.forget()
    site.harvest("few", chosen)
    assert asked(site) - first == set()


def test_a_document_whose_page_was_not_heard_of_waits_for_it(
    archive: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = archive()
    (covered,) = [e for e in site.village.manifest() if e.attachment_url.endswith(".docx")]
    write = Ledger.write

    def cut(ledger: Ledger, line: Line) -> None:
        if line.url == covered.url:
            raise OSError("killed between a document's line and its page's")
        write(ledger, line)

    chosen = river.Selection(sources=(covered.source,))
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "write", cut)
        with pytest.raises(OSError, match="killed between"):
            site.harvest("cut", chosen)
    (queue,) = river.plan(site.works, "demo", chosen)
    river.extract(site.works, "cut", queue, chosen, "cleared")
    with pytest.raises(HostSilent, match="captured but never read"):
        river.gate(river.record(site.works, "cut", [queue.host], chosen))
    river.gate(site.harvest("cut", chosen))
    texts = open_corpus(site.settings).captures().collect().filter(url=covered.attachment_url)
    assert texts["outcome"].to_list() == ["archived_new"]


def test_a_title_that_one_column_rejects_is_fetched_when_another_offers_it_as_a_report(
    archive: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = archive()
    queues = river.plan(site.works, "demo", river.Selection())
    queue = next(queue for queue in queues if len(queue.sources) > 1)
    report = next(e for e in site.village.manifest() if e.source == queue.sources[1].id and e.outcome == "archived")
    words = iter((Relevance.IRRELEVANT, Relevance.REPORT))

    def walk(source: Source, *_given: object) -> Walk:
        verdict = Verdict(next(words, Relevance.IRRELEVANT), None, "as this column reads it")
        candidate = Candidate(source.id, report.url, report.title, None, verdict)
        return Walk(source.id, source.url, (candidate,), 1, None, Complete.YES, "one page")

    monkeypatch.setattr(import_module("scrapers.discover"), "walk", walk)
    chosen = river.Selection()
    with pytest.raises(HostSilent, match="gave too little"):  # one title each; what it saw is kept all the same
        river.crawl(site.works, "columns", queue, chosen, "1")
    river.extract(site.works, "columns", queue, chosen, "1")
    ends = {line.outcome for line in read_lines(site.works.store, run="columns") if line.url == report.url}
    assert ends == {None, Outcome.ARCHIVED_NEW}


def test_a_run_without_hosts_is_no_success() -> None:
    with pytest.raises(HostSilent, match="at least one source"):
        river.gate(river.RunSummary("none", (), {}, {}, (), 0, 0))


def test_a_crawl_that_gave_up_half_way_is_told_and_fails_its_run(
    archive: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, chosen = archive(), river.Selection(sources=(ONE,))
    (queue,) = river.plan(site.works, "demo", chosen)
    room, asked = import_module("scrapers.harvest.crawl"), []
    real = room.Crawl._ask

    def ask(crawl: Any, address: str, **options: Any) -> Any:
        asked.append(address)
        if len(asked) == 3:
            raise TimeoutError("longer than a task may take")
        return real(crawl, address, **options)

    def goes(attempt: str) -> river.RunSummary:
        river.extract(site.works, "cut", queue, chosen, attempt)
        return river.record(site.works, "cut", [queue.host], chosen)

    monkeypatch.setattr(room.Crawl, "_ask", ask)
    with pytest.raises(TimeoutError):
        river.crawl(site.works, "cut", queue, chosen, "1")
    with pytest.raises(HostSilent, match="gave up half way"):
        river.gate(goes("1"))
    river.crawl(site.works, "cut", queue, chosen, "2")
    river.gate(summary := goes("2"))
    assert summary.silent == {}
