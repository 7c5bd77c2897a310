"""One host, one crawler: leases on a real store, with clocks that need no waiting."""

import threading

import pytest

from scrapers.archive.keys import lease_key
from scrapers.archive.lease import SKEW, TERM, Held, Lease, damaged_leases
from scrapers.errors import HostTaken

HOST = "www.example.gov.cn"


class Clock:
    """Seconds that pass only when somebody sleeps; wall time is the same, shifted."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.seconds, self.wall = 0.0, wall
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> float:
        return self.wall + self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def lease(store, clock, holder="one", **options):
    return Lease(store, HOST, holder, clock=clock, sleep=clock.sleep, now=clock.now, **options)


def test_a_free_host_is_taken_held_and_given_back(store):
    clock = Clock()
    with lease(store, clock) as first:
        clock.seconds += 100
        first.hold()
    with lease(store, clock, "two"):
        pass
    assert clock.slept == []


def test_a_killed_holder_is_waited_for_one_term_whatever_its_clock_says(store):
    lease(store, Clock(wall=1_800_000_000.0 + SKEW)).__enter__()
    clock = Clock()
    with lease(store, clock, "two"):
        assert 120 <= clock.seconds <= 127


def test_who_waits_says_so_once_however_slow_the_store_is(store, caplog):
    class Slow(Clock):
        def __call__(self) -> float:
            self.seconds += 10
            return self.seconds

    lease(store, Clock()).__enter__()
    with lease(store, Slow(), "two"):
        assert [record.getMessage() for record in caplog.records] == [
            f"{HOST} is crawled by one; waiting until it has ended"
        ]


def test_a_holder_killed_long_ago_is_not_waited_for(store):
    lease(store, Clock()).__enter__()
    clock = Clock(wall=1_800_000_000.0 + 120 + SKEW + 1)
    with lease(store, clock, "two"):
        assert clock.slept == []


def test_a_holder_that_renews_keeps_the_host_and_patience_ends(store):
    clock = Clock()
    first = lease(store, clock).__enter__()

    def sleep(seconds):
        clock.seconds += seconds
        first.hold()

    second = Lease(store, HOST, "two", clock=clock, sleep=sleep, now=clock.now, patience=600)
    with pytest.raises(HostTaken, match="one still crawls"):
        second.__enter__()
    assert clock.seconds >= 600


def test_who_lost_the_host_stops_before_the_next_request(store):
    clock = Clock()
    first = lease(store, clock).__enter__()
    clock.seconds += 1000
    with lease(store, clock, "two"):
        with pytest.raises(HostTaken, match="another attempt crawls"):
            first.hold()
        with pytest.raises(HostTaken):
            first.sleep(50)


def test_who_was_away_for_long_and_is_alone_goes_on(store):
    clock = Clock()
    with lease(store, clock) as first:
        clock.seconds += 1000
        first.hold()


def test_a_long_pause_does_not_lose_the_host(store):
    clock = Clock()
    with lease(store, clock) as first:
        first.sleep(400)
        other = Lease(store, HOST, "two", clock=clock, sleep=clock.sleep, now=clock.now, patience=30)
        with pytest.raises(HostTaken):
            other.__enter__()


def test_the_next_holder_learns_how_long_the_host_wants_to_be_left_alone(store):
    clock = Clock()
    with lease(store, clock) as first:
        first.pace(2.0, 90.0)
    clock.seconds += 30
    with lease(store, clock, "two") as second:
        assert second.rest == pytest.approx(60.0)
        second.pace(2.0, 1.5)
    ahead = Clock(wall=clock.now() + 200)
    with lease(store, ahead, "three") as third:
        assert third.rest == 1.5  # a clock that is ahead eats no pause
    ahead.seconds += SKEW + 10
    with lease(store, ahead, "four") as fourth:
        assert fourth.rest == 0


def test_a_killed_holder_leaves_its_pace(store):
    clock = Clock()
    first = lease(store, clock).__enter__()
    first.pace(5.0, 0.0)
    clock.seconds += 60
    first.hold()
    clock.seconds += 119
    with lease(store, clock, "two") as second:
        assert second.rest == 5.0


def test_a_holder_killed_before_it_noted_its_pace_is_followed_at_ours(store):
    clock = Clock()
    lease(store, clock, pace=7.0).__enter__()
    with lease(store, clock, "two", pace=7.0) as second:
        assert second.rest == 7.0


def test_of_eight_that_race_one_holds_at_a_time(store):
    inside, most, done = 0, 0, []
    guard = threading.Lock()

    def crawl(n):
        nonlocal inside, most
        with Lease(store, HOST, f"racer {n}", term=20.0) as held:
            with guard:
                inside += 1
                most = max(most, inside)
            held.hold()
            with guard:
                inside -= 1
        done.append(n)

    racers = [threading.Thread(target=crawl, args=(n,)) for n in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert (most, sorted(done)) == (1, list(range(8)))


def test_a_lease_that_cannot_be_read_is_named_and_taken_over_after_a_term(store):
    store._client.put_object(Bucket=store.bucket, Key=lease_key(HOST), Body=b"mine")
    assert list(damaged_leases(store)) == [lease_key(HOST)]
    clock = Clock()
    with lease(store, clock, pace=7.0) as ours:
        assert clock.seconds >= TERM
        assert ours.rest == 7.0
        assert list(damaged_leases(store)) == []


def test_what_is_left_of_a_rest():
    held = Held("", at=1000.0, term=120.0, pace=2.0, rest=86400.0)
    assert held.left(1000.0 + 86400) == 0
    assert held.left(1000.0 + 3600) == 82800
    assert held.left(900.0) == 86400
