"""The doctor on a real server, and on the same server made to lie as others do."""

import pytest

from scrapers.archive import doctor
from scrapers.errors import StoreIncapable, StoreRefused


@pytest.fixture
def small_race(monkeypatch):
    """Three racers instead of sixteen: losers of a race for one key wait in steps of a second."""
    monkeypatch.setattr(doctor, "RACERS", 3)


def lie(store, call, *dropped):
    """Make a server that ignores some fields of a call, by never sending them."""

    def forget(params, **_):
        for name in dropped:
            params.pop(name, None)

    store._client.meta.events.register(f"provide-client-params.s3.{call}", forget)
    return store


def broken(store):
    return {one.name for one in doctor.probe(store) if not one.passed}


def test_seaweedfs_keeps_every_promise_twice_over(store):
    assert broken(store) == set()
    doctor.require(store)


@pytest.mark.usefixtures("small_race")
def test_a_server_that_ignores_if_none_match_is_refused_by_name(store):
    lie(store, "PutObject", "IfNoneMatch")
    assert {"creates once", "one winner"} <= broken(store)
    with pytest.raises(StoreIncapable, match=r"If-None-Match is ignored.*SeaweedFS") as told:
        doctor.require(store)
    assert store.bucket in str(told.value)
    assert store.endpoint in str(told.value)


@pytest.mark.usefixtures("small_race")
def test_a_server_that_checks_no_checksum_is_refused(store):
    assert "refuses damage" in broken(lie(store, "PutObject", "ChecksumSHA256"))


@pytest.mark.usefixtures("small_race")
def test_a_server_that_ignores_if_match_is_refused(store):
    assert broken(lie(store, "PutObject", "IfMatch")) == {"swaps"}


@pytest.mark.usefixtures("small_race")
def test_a_server_that_keeps_no_checksum_is_refused(store):
    assert "tells checksum" in broken(lie(store, "HeadObject", "ChecksumMode"))


@pytest.mark.usefixtures("small_race")
def test_a_server_that_drops_metadata_is_refused(store):
    assert "tells checksum" in broken(lie(store, "PutObject", "Metadata"))


@pytest.mark.usefixtures("small_race")
def test_a_server_that_rewrites_keys_is_refused(store):
    def shorten(params, **_):
        params["Key"] = params["Key"].replace("a.b-c_d", "a.b-c-d")

    for call in ("PutObject", "GetObject", "HeadObject"):
        store._client.meta.events.register(f"provide-client-params.s3.{call}", shorten)
    assert broken(store) == {"keeps keys"}


@pytest.mark.usefixtures("small_race")
def test_a_server_that_reads_stale_is_refused(store):
    stale = store.get

    def late(key, *, must=False):
        return None if key.endswith("/now") else stale(key, must=must)

    store.get = late
    assert broken(store) == {"reads back"}


def test_a_store_that_cannot_be_talked_to_is_no_broken_promise(store_server):
    with pytest.raises(StoreRefused, match="does not exist"):
        doctor.probe(store_server.connect("no-such-bucket"))
