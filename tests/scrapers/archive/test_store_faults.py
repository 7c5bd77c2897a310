"""Every fault on every operation, between a real client and a real server: survived, or told at once.

The clock of the outer retry is scaled down; the faults are real bytes and real resets on a socket.
"""

import random
import threading
import time

import pytest

from scrapers.archive.store import Store
from scrapers.errors import FixityError, StoreIncapable, StoreRefused, StoreUnavailable
from scrapers.fingerprint import digest
from tests.conftest import ACCESS_KEY, SECRET_KEY
from tests.faults.s3_proxy import Fault, S3Proxy

BODY = b"segment or payload " * 40
OPERATIONS = ("put raw", "put clean", "put segment", "get", "head", "list")
HEALING = {
    "busy once": [Fault.BUSY],
    "busy six times": [Fault.BUSY] * 6,
    "bad gateway": [Fault.BAD_GATEWAY],
    "conflict": [Fault.CONFLICT],
    "reset before": [Fault.RESET_BEFORE],
    "reset after": [Fault.RESET_AFTER],
    "reset after twice": [Fault.RESET_AFTER, Fault.RESET_AFTER],
    "hang before": [Fault.HANG_BEFORE],
    "hang after": [Fault.HANG_AFTER],
    "truncated": [Fault.TRUNCATED],
    "headless": [Fault.HEADLESS],
    "bare": [Fault.BARE],
    "flipped": [Fault.FLIPPED],
    "drip": [Fault.DRIP],
    "lost, then busy": [Fault.RESET_AFTER, Fault.BUSY, Fault.BUSY],
    "flipped, then lost": [Fault.FLIPPED, Fault.HANG_AFTER],
}
FATAL = {
    Fault.NOT_IMPLEMENTED: StoreIncapable,
    Fault.FULL: StoreRefused,
    Fault.MOVED: StoreRefused,
    Fault.DENIED: StoreRefused,
}


@pytest.fixture
def proxy(store_server):
    with S3Proxy(store_server.endpoint) as machine:
        yield machine


@pytest.fixture
def through(proxy, store):
    return connect(proxy, store, retry_seconds=20.0)


def connect(proxy, store, *, retry_seconds, attempts=1):
    return Store.connect(
        endpoint=proxy.endpoint,
        bucket=store.bucket,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        read_timeout=0.6,
        attempts=attempts,
        retry_seconds=retry_seconds,
        sleep=lambda seconds: time.sleep(seconds / 50),
        rng=random.Random(7),
    )


def do(operation, store, key="some/key"):
    """Do an operation on an object that exists unless we create it; return what it says."""
    if operation == "put raw":
        return store.put_once(key, BODY, whole=lambda stored: stored == BODY)
    if operation == "put clean":
        return store.put_once(key, BODY, owner="run-1 address-1", whole=lambda stored: stored == BODY)
    if operation == "put segment":
        return store.put_once(key, BODY)
    if operation == "get":
        return store.get(key)
    return store.head(key).sha256 if operation == "head" else list(store.list("some/"))


def right(operation):
    return {"get": BODY, "head": digest(BODY), "list": ["some/key"]}.get(operation, True)


# A HEAD has no body to flip a bit of, a LIST one without a checksum: readers of the ledger check that chains are whole.
HEALED = [
    (name, operation)
    for name in HEALING
    for operation in OPERATIONS
    if "flipped" not in name or operation not in {"head", "list"}
]


@pytest.mark.parametrize(("name", "operation"), HEALED)
def test_a_fault_that_heals_changes_nothing(name, operation, proxy, through, store):
    if not operation.startswith("put"):
        store.put_once("some/key", BODY)
    proxy.plan.extend(HEALING[name])
    assert do(operation, through) == right(operation)
    assert proxy.fired == HEALING[name]
    assert store.get("some/key") == BODY


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FATAL)
def test_a_fault_that_cannot_heal_is_told_at_once(fault, operation, proxy, store):
    proxy.forever = fault
    sleeps = []
    through = connect(proxy, store, retry_seconds=20.0)
    through._sleep = sleeps.append
    with pytest.raises(FATAL[fault]) as told:
        do(operation, through)
    assert sleeps == []
    assert store.bucket in str(told.value)
    assert proxy.endpoint in str(told.value)
    assert SECRET_KEY not in str(told.value)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.RESET_BEFORE, Fault.HANG_BEFORE])
def test_a_store_that_stays_away_is_unavailable_when_patience_ends(fault, operation, proxy, store):
    proxy.forever = fault
    with pytest.raises(StoreUnavailable, match="did not answer"):
        do(operation, connect(proxy, store, retry_seconds=0.5))
    assert store.get("some/key") is None


def test_the_object_that_landed_unheard_is_found_before_we_give_up(proxy, store):
    through = connect(proxy, store, retry_seconds=0.0)
    proxy.plan.append(Fault.RESET_AFTER)
    assert through.put_once("some/key", BODY) is True
    assert [one.method for one in proxy.seen] == ["PUT", "HEAD"]


def test_a_412_that_is_a_lie_is_not_believed(proxy, through, store):
    proxy.hits = lambda method, path: method == "PUT"
    proxy.plan.extend([Fault.FORGED_412, Fault.FORGED_412])
    assert through.put_once("some/key", BODY) is True
    assert proxy.fired == [Fault.FORGED_412] * 2
    assert store.get("some/key") == BODY


def test_a_412_whose_read_back_fails_is_not_believed_either(proxy, through, store):
    store.put_once("some/key", BODY)
    proxy.hits = lambda method, path: method == "HEAD"
    proxy.plan.extend([Fault.BUSY, Fault.RESET_BEFORE])
    assert through.put_once("some/key", BODY) is False
    assert len(proxy.fired) == 2


def test_a_lost_response_inside_the_client_librarys_own_retry_is_ours_all_the_same(proxy, store):
    through = connect(proxy, store, retry_seconds=20.0, attempts=3)
    proxy.plan.append(Fault.RESET_AFTER)
    assert through.put_once("some/key", BODY) is True
    assert [one.method for one in proxy.seen] == ["PUT", "PUT", "HEAD"]


def test_an_acknowledgement_cut_inside_its_header_is_none(proxy, through):
    proxy.plan.append(Fault.BARE)
    assert through.put_once("some/key", BODY) is True
    assert [one.method for one in proxy.seen] == ["PUT", "PUT", "HEAD"]


def test_a_swap_whose_answer_is_lost_is_ours_all_the_same(proxy, through, store):
    store.put_once("some/key", b"old")
    etag = store.head("some/key").etag
    proxy.plan.append(Fault.RESET_AFTER)
    assert through.swap("some/key", b"new", etag) is True
    assert proxy.fired == [Fault.RESET_AFTER]
    assert store.get("some/key") == b"new"


def test_bytes_that_change_on_every_read_are_damage_and_not_endless_retry(proxy, through, store):
    store.put_once("some/key", BODY)
    proxy.forever = Fault.FLIPPED
    with pytest.raises(FixityError, match="changed"):
        through.get("some/key")
    assert len(proxy.fired) == 3


def test_bytes_that_change_on_every_write_never_become_an_object(proxy, through, store):
    proxy.forever = Fault.FLIPPED
    with pytest.raises(FixityError, match="changed"):
        through.put_once("some/key", BODY)
    assert store.get("some/key") is None


def test_a_put_costs_one_request_and_a_duplicate_two(proxy, through):
    assert through.put_once("some/key", BODY) is True
    assert through.put_once("some/key", BODY) is False
    assert [one.method for one in proxy.seen] == ["PUT", "PUT", "HEAD"]


def test_writers_racing_through_lost_responses_have_one_winner(proxy, store):
    proxy.hits = lambda method, path: method == "PUT"
    proxy.plan.extend([Fault.RESET_AFTER, Fault.BUSY] * 4)
    won = []

    def write():
        through = connect(proxy, store, retry_seconds=30.0)
        through._rng = random.SystemRandom()
        won.append(through.put_once("some/key", BODY, whole=lambda stored: stored == BODY))

    writers = [threading.Thread(target=write) for _ in range(6)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert sorted(won) == [False] * 5 + [True]
