"""One crawl's own host and those it shares: leased in turn, and who waits for one holds none."""

import threading

import pytest

from scrapers.archive.lease import Lease
from scrapers.archive.turns import Turns
from scrapers.errors import HostTaken
from tests.scrapers.archive.test_lease import Clock

OWN, SHARED, OTHER = "www.example.gov.cn", "files.example.gov.cn", "www.other.gov.cn"


def turns(store, clock, holder="one", host=OWN, sleep=None, **options):
    return Turns(
        host,
        lambda name: Lease(store, name, holder, clock=clock, sleep=sleep or clock.sleep, now=clock.now, **options),
    )


def test_a_shared_host_is_held_for_one_request_and_its_pause_is_handed_on(store):
    clock = Clock()
    with turns(store, clock) as one, turns(store, clock, "two", OTHER) as two:
        assert one.hold(SHARED) == 0.0
        assert one.held == (OWN, SHARED)
        one.pace(SHARED, 3.0, 3.0)
        one.give_back()
        assert one.held == (OWN,)
        assert two.hold(SHARED) == 3.0
        assert two.hold(SHARED) == 0.0
    assert clock.slept == []


def test_what_nobody_else_has_asked_meanwhile_needs_no_further_pause(store):
    clock = Clock()
    with turns(store, clock) as one:
        one.hold(SHARED)
        one.pace(SHARED, 3.0, 3.0)
        one.give_back()
        assert one.hold(SHARED) == 0.0


def test_the_own_host_s_pause_is_told_once(store):
    clock = Clock()
    with turns(store, clock) as one:
        one.hold(OWN)
        one.pace(OWN, 2.0, 2.0)
    with turns(store, clock, "two") as two:
        assert two.hold(OWN) == 2.0
        assert two.hold(OWN) == 0.0


def test_who_waits_for_a_host_holds_none_and_takes_its_own_again(store):
    """Two crawls that want a document on each other's host would otherwise never end."""
    clock, held = Clock(), []
    two = turns(store, clock, "two", OTHER).__enter__()

    def sleep(seconds):
        clock.seconds += seconds
        held.append(one.held)
        with turns(store, clock, "two", OWN) as guest:
            assert guest.held == (OWN,)
        two.__exit__(None, None, None)

    with turns(store, clock, sleep=sleep) as one:
        one.hold(OTHER)
        assert one.held == (OTHER,)
        one.give_back()
        one.hold(OWN)
        assert one.held == (OWN,)
    assert held == [()]


def test_crawls_of_each_other_s_documents_all_end(store):
    """On real clocks, with a host to each and documents on every other."""
    hosts = [f"h{n}.example.gov.cn" for n in range(3)]
    inside = dict.fromkeys(hosts, 0)
    clashes, done, guard = [], [], threading.Lock()

    def crawl(own):
        with Turns(own, lambda name: Lease(store, name, own, term=2.0)) as mine:
            for host in [*hosts, *hosts]:
                mine.hold(host)
                with guard:
                    inside[host] += 1
                    clashes.extend([host] * (inside[host] > 1))
                mine.hold(host)
                with guard:
                    inside[host] -= 1
                mine.give_back()
        done.append(own)

    crawls = [threading.Thread(target=crawl, args=(host,)) for host in hosts]
    for one in crawls:
        one.start()
    for one in crawls:
        one.join(60)
    assert (sorted(done), clashes) == (hosts, [])


def test_patience_with_a_shared_host_ends(store):
    clock = Clock()
    with turns(store, clock, "two", SHARED) as two:

        def sleep(seconds):
            clock.seconds += seconds
            two.hold(SHARED)

        with turns(store, clock, sleep=sleep, patience=300) as one, pytest.raises(HostTaken, match="two still crawls"):
            one.hold(SHARED)


def test_a_long_pause_loses_no_host(store):
    clock = Clock()
    with turns(store, clock) as one:
        one.hold(SHARED)
        one.sleep(400)
        for host in (OWN, SHARED):
            with pytest.raises(HostTaken):
                Lease(store, host, "two", clock=clock, sleep=clock.sleep, now=clock.now, patience=30).__enter__()
