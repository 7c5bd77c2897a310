"""The store on a real server: create-only semantics, whole listings, and plain words for a user's mistake."""

import random

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from scrapers.archive.store import Store
from scrapers.errors import FixityError, StoreRefused, StoreUnavailable, Taken
from scrapers.fingerprint import digest
from tests.conftest import ACCESS_KEY, SECRET_KEY


def test_an_object_is_created_once_and_never_changed(store):
    assert store.put_once("a/1", b"first") is True
    assert store.put_once("a/1", b"first") is False
    with pytest.raises(Taken, match="a/1"):
        store.put_once("a/1", b"second")
    assert store.get("a/1") == b"first"


def test_a_head_tells_what_was_put(store):
    store.put_once("a/1", b"first", metadata={"kind": "test"})
    head = store.head("a/1")
    assert (head.length, head.sha256, head.metadata["kind"]) == (5, digest(b"first"), "test")
    assert head.intact


def test_what_is_not_there_is_none(store):
    assert store.get("a/none") is None
    assert store.head("a/none") is None
    assert list(store.list("a/")) == []


def test_an_empty_object_is_an_object(store):
    assert store.put_once("a/empty", b"")
    assert store.get("a/empty") == b""
    assert store.get("a/empty", must=True) == b""


def test_an_owner_is_first_again_and_nobody_else_is(store):
    assert store.put_once("a/1", b"x", owner="me")
    assert not store.put_once("a/1", b"x", owner="you")
    assert store.put_once("a/1", b"x", owner="me")


def test_an_owner_with_other_bytes_that_may_bear_the_name_keeps_the_first(store):
    assert store.put_once("a/1", b"text", owner="me", whole=lambda stored: stored.strip() == b"text")
    assert store.put_once("a/1", b"text\n", owner="me", whole=lambda stored: stored.strip() == b"text")
    assert store.get("a/1") == b"text"


def test_bytes_nobody_vouches_for_are_read_before_they_are_believed(store):
    store._client.put_object(Bucket=store.bucket, Key="a/1", Body=b"torn")
    with pytest.raises(FixityError, match="do not hash to its name"):
        store.put_once("a/1", b"whole", whole=lambda stored: stored == b"whole")
    assert not store.put_once("a/1", b"torn", whole=lambda stored: stored == b"torn")


def test_a_swap_needs_the_etag_seen_last(store):
    store.put_once("lease/a", b"one")
    seen = store.head("lease/a").etag
    assert store.swap("lease/a", b"two", seen)
    assert not store.swap("lease/a", b"three", seen)
    assert store.get("lease/a") == b"two"
    assert not store.swap("lease/none", b"x", seen)


def test_a_listing_is_whole_and_in_order_over_several_pages(store):
    keys = [f"many/{n:04d}" for n in range(40)]
    for key in random.Random(5).sample(keys, len(keys)):
        store.put_once(key, b"")
    store.put_once("other/1", b"")
    asked = []

    def small_pages(params, **_):
        params["MaxKeys"] = 7
        asked.append(params.get("ContinuationToken"))

    store._client.meta.events.register("provide-client-params.s3.ListObjectsV2", small_pages)
    assert list(store.list("many/")) == keys
    assert len(set(asked)) == 6


def test_absence_is_waited_for_only_when_it_cannot_be(store):
    slept = []
    now = iter(range(100))
    store._clock = lambda: next(now)
    store._sleep = slept.append
    assert store.get("a/none") is None
    assert slept == []
    with pytest.raises(FixityError, match="should be in"):
        store.get("a/none", must=True)
    assert len(slept) > 3


def test_absence_right_after_an_outage_is_not_final(store):
    """A server that was away for two minutes and then does not know an object yet is waited for as any other."""
    now = [0.0]
    answers = ["away"] * 15 + [None, b"here"]
    store._clock = lambda: now[0]

    def sleep(_):
        now[0] += 8

    def read(_key):
        told = answers.pop(0)
        if told == "away":
            raise EndpointConnectionError(endpoint_url=store.endpoint)
        now[0] += 1
        return told

    store._sleep, store._read = sleep, read
    store._retry_seconds = 180.0
    assert store.get("a/late", must=True) == b"here"


def test_an_object_that_comes_late_is_found(store):
    store._sleep = lambda _: store.put_once("a/late", b"here")
    assert store.get("a/late", must=True) == b"here"


OPERATIONS = [
    lambda store: store.get("a/1"),
    lambda store: store.head("a/1"),
    lambda store: store.put_once("a/1", b"x"),
    lambda store: list(store.list("a/")),
]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("access", "secret", "named"),
    [("nobody", SECRET_KEY, "REPORT_ARCHIVE_ACCESS_KEY"), (ACCESS_KEY, "wrong-secret", "REPORT_ARCHIVE_SECRET_KEY")],
)
def test_wrong_credentials_are_told_at_once_with_the_variable(store, operation, access, secret, named):
    wrong = Store.connect(endpoint=store.endpoint, bucket=store.bucket, access_key=access, secret_key=secret)
    with pytest.raises(StoreRefused, match=named) as told:
        operation(wrong)
    assert store.endpoint in str(told.value)
    assert store.bucket in str(told.value)
    assert secret not in str(told.value)


@pytest.mark.parametrize("operation", [OPERATIONS[0], *OPERATIONS[2:]])
def test_a_bucket_that_does_not_exist_is_told_at_once(store_server, operation):
    with pytest.raises(StoreRefused, match=r"no-such-bucket.*REPORT_ARCHIVE_BUCKET"):
        operation(store_server.connect("no-such-bucket"))


@pytest.mark.parametrize("bucket", ["", "A", "has space", "x" * 64, "a/b"])
def test_a_name_no_bucket_can_have_is_told_before_any_request(bucket):
    with pytest.raises(StoreRefused, match="REPORT_ARCHIVE_BUCKET"):
        Store.connect(endpoint="http://127.0.0.1:1", bucket=bucket, access_key="a", secret_key="b")


@pytest.mark.parametrize("endpoint", ["not an address", "http://", "s3.example.org"])
def test_an_endpoint_that_is_no_address_is_told_before_any_request(endpoint):
    with pytest.raises(StoreRefused, match="REPORT_ARCHIVE_ENDPOINT"):
        Store.connect(endpoint=endpoint, bucket="abc", access_key="a", secret_key="b")


def test_a_store_that_is_not_there_is_unavailable_and_named():
    gone = Store.connect(
        endpoint="http://127.0.0.1:9", bucket="abc", access_key="a", secret_key="b", retry_seconds=0, attempts=1
    )
    with pytest.raises(StoreUnavailable, match=r"http://127\.0\.0\.1:9"):
        gone.get("a/1")


def test_the_machines_own_s3_settings_change_nothing(store, monkeypatch, tmp_path):
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.setenv(name, "somebody-else")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    same = Store.connect(endpoint=store.endpoint, bucket=store.bucket, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
    assert same.put_once("a/1", b"here")


KEYS = st.sampled_from([f"machine/{name}" for name in ("a", "b", "c", "a.b", "d/e")])
BODIES = st.sampled_from([b"", b"one", b"two", b"\x00" * 100])


class CreateOnly(RuleBasedStateMachine):
    """A dictionary whose first write to a key stays, beside the real server."""

    store: Store

    @initialize()
    def clear(self):
        self.model = {}
        for key in self.store.list("machine/"):
            self.store._client.delete_object(Bucket=self.store.bucket, Key=key)

    @rule(key=KEYS, body=BODIES, owner=st.sampled_from(["", "me", "you"]))
    def put(self, key, body, owner):
        held = self.model.get(key)
        if held and held[0] != body:
            with pytest.raises(Taken):
                self.store.put_once(key, body, owner=owner)
            return
        created = self.store.put_once(key, body, owner=owner)
        assert created is (held is None or (owner != "" and held[1] == owner))
        self.model.setdefault(key, (body, owner))

    @rule(key=KEYS, body=BODIES)
    def put_by_hash(self, key, body):
        held = self.model.get(key)
        assert self.store.put_once(key, body, whole=lambda stored: True) is (held is None)
        self.model.setdefault(key, (body, ""))

    @rule(key=KEYS)
    def read(self, key):
        held = self.model.get(key)
        assert self.store.get(key) == (held[0] if held else None)
        head = self.store.head(key)
        assert (head.sha256 if head else None) == (digest(held[0]) if held else None)

    @rule(key=KEYS, body=BODIES)
    def swap(self, key, body):
        head = self.store.head(key)
        assert self.store.swap(key, body, head.etag if head else '"none"') is (key in self.model)
        if key in self.model:
            self.model[key] = (body, "")

    @invariant()
    def listed(self):
        if hasattr(self, "model"):
            assert list(self.store.list("machine/")) == sorted(self.model)


def test_any_order_of_operations_is_create_only(store):
    class Machine(CreateOnly):
        pass

    Machine.store = store
    quiet = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=quiet)
