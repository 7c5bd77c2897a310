"""What a harvest asks of the village: one queue and one delay a host, robots first, known addresses once a run."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from scrapers.archive.ledger import read_lines
from scrapers.harvest import Selection, open_works
from scrapers.model import Outcome
from tests.faults.s3_proxy import S3Proxy
from tests.stack.conftest import Site
from tests.village.arrivals import CLOCKS, shortest_gaps

pytestmark = pytest.mark.stack


def paths(site: Site, host: str) -> Counter[str]:
    return Counter(request.path for request in site.village.requests if request.host.startswith(host))


def test_one_delay_between_requests_to_a_host(archive: Callable[..., Site]) -> None:
    site = archive()
    site.settings = replace(site.settings, delay=0.4)
    site.works = open_works(site.settings)
    site.harvest("slow", Selection(limit=2))
    gaps = shortest_gaps(site.village.requests)
    assert len(gaps) == len(site.village.sites)
    assert min(gaps.values()) >= 0.4 - CLOCKS, gaps


def test_robots_come_first_and_a_disallowed_page_is_never_asked_for(archive: Callable[..., Site]) -> None:
    site = archive()
    site.harvest("robots")
    for village_site in site.village.sites:
        asked = [request.path for request in site.village.requests if request.host.startswith(village_site.host)]
        assert asked[0] == "/robots.txt"
    (disallowed,) = [e for e in site.village.manifest() if e.feature == "robots"]
    path = "/" + disallowed.url.split("/", 3)[3]
    assert paths(site, disallowed.url.split("/")[2].split(":")[0])[path] == 0


def test_a_run_that_goes_on_asks_again_only_where_it_had_no_answer(archive: Callable[..., Site]) -> None:
    site = archive()
    dead = site.village.sites[0]
    dead.down = True
    first = site.harvest("again")
    assert len(first.silent) == 1
    dead.restore()
    site.village.forget()
    second = site.harvest("again")
    assert second.silent == {}
    assert second.unsettled == ()
    neighbours = {e.url for e in site.village.manifest() if e.site != dead.name}
    unanswered = {Outcome.BLOCKED_WAF, Outcome.BLOCKED_CHALLENGE, Outcome.TRUNCATED}
    again = {
        e.url
        for e in site.village.manifest()
        for host in (e.url.split("/")[2].split(":")[0],)
        if e.url in neighbours and paths(site, host)["/" + e.url.split("/", 3)[3]]
    }
    assert {e.outcome for e in site.village.manifest() if e.url in again} == {str(word) for word in unanswered}


def test_only_the_years_and_sources_asked_for_are_fetched(archive: Callable[..., Site]) -> None:
    site = archive()
    summary = site.harvest("years", Selection(years=(2023,), sources=("demo-trs-heshan",)))
    assert len(summary.hosts) == 1
    fetched = {
        e.report_year
        for e in site.village.manifest()
        if e.source == "demo-trs-heshan" and paths(site, "127.0.0.11")["/" + e.url.split("/", 3)[3]]
    }
    assert 2023 in fetched
    assert fetched <= {2023, None}


def test_unchanged_pages_cost_no_put(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    site.harvest("first")
    stored = {(e.outcome or "", e.payload_digest) for e in read_lines(site.works.store, run="first")}
    evidence = {digest for outcome, digest in stored if outcome.startswith(("blocked_", "soft_", "truncated"))}
    with S3Proxy(site.settings.endpoint) as proxy:
        site.settings = replace(site.settings, endpoint=proxy.endpoint)
        site.works = open_works(site.settings)
        summary = site.harvest("second")
        puts = [one.path.split("/") for one in proxy.seen if one.method == "PUT"]
    assert summary.outcomes["unchanged"] > 60
    assert {path[-1].split("?")[0] for path in puts if path[2] in {"raw", "clean"}} <= evidence
