"""Raw and clean copies on a real server: once each, verified both ways, mended with evidence."""

import gzip
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive import keys
from scrapers.archive.payloads import get_clean, get_raw, pack, put_clean, put_raw
from scrapers.errors import FixityError
from scrapers.fingerprint import CANONICALISERS, digest, fingerprint
from scrapers.model import Fingerprint
from scrapers.text import canonical

PAGE = "<html><body>法治政府建设年度报告</body></html>".encode() * 50


def test_a_payload_comes_back_byte_for_byte_under_its_own_hash(store):
    assert put_raw(store, PAGE) == digest(PAGE)
    assert get_raw(store, digest(PAGE)) == PAGE
    assert list(store.list("raw/")) == [keys.raw_key(digest(PAGE))]


def test_the_same_payload_twice_is_one_object(store):
    put_raw(store, PAGE)
    before = store.head(keys.raw_key(digest(PAGE)))
    put_raw(store, PAGE)
    assert store.head(keys.raw_key(digest(PAGE))) == before


def test_the_object_is_plain_gzip_that_any_tool_reads(store):
    put_raw(store, PAGE)
    assert gzip.decompress(store.get(keys.raw_key(digest(PAGE)))) == PAGE


@given(st.binary(max_size=2000))
def test_packing_is_deterministic_and_carries_no_time(payload):
    packed = pack(payload)
    assert packed == pack(payload)
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed) == payload


def test_another_packing_of_the_same_payload_is_the_same_object(store):
    store.put_once(keys.raw_key(digest(PAGE)), gzip.compress(PAGE, 1, mtime=5))
    assert put_raw(store, PAGE) == digest(PAGE)
    assert get_raw(store, digest(PAGE)) == PAGE


@pytest.mark.parametrize(
    "wrong", [gzip.compress(b"other", mtime=0), b"", b"no gzip", pack(PAGE)[:-9], pack(PAGE) + b"tail"]
)
def test_bytes_that_do_not_hash_to_their_name_are_never_returned(store, wrong):
    store.put_once(keys.raw_key(digest(PAGE)), wrong)
    with pytest.raises(FixityError, match=digest(PAGE)):
        get_raw(store, digest(PAGE))


def test_a_missing_object_that_must_be_there_is_told(store):
    store._retry_seconds = 0.2
    with pytest.raises(FixityError, match="should be in"):
        get_raw(store, digest(b"never"))


def test_wrong_bytes_nobody_vouches_for_are_mended_and_kept_as_evidence(store, caplog):
    key = keys.raw_key(digest(PAGE))
    _raw_put(store, key, b"torn")
    with caplog.at_level(logging.WARNING):
        put_raw(store, PAGE)
    assert get_raw(store, digest(PAGE)) == PAGE
    assert store.get(keys.quarantine_key(digest(b"torn"))) == b"torn"
    assert key in caplog.text


def test_right_bytes_nobody_vouches_for_are_left_alone(store):
    key = keys.raw_key(digest(PAGE))
    _raw_put(store, key, gzip.compress(PAGE, 1))
    before = store.head(key)
    put_raw(store, PAGE)
    assert store.head(key) == before


def test_the_first_writer_of_a_text_wins_and_stays_the_first_when_it_tries_again(store):
    text = "一、主要做法。坚持依法行政。"
    identity = fingerprint(text)
    assert put_clean(store, identity, text, "run-1 http://甲.example/1")
    assert not put_clean(store, identity, text, "run-1 http://b.example/2")
    assert put_clean(store, identity, text, "run-1 http://甲.example/1")
    assert get_clean(store, *_parts(identity)) == text


def test_another_setting_of_the_same_text_is_a_duplicate_and_changes_nothing(store):
    first, second = "坚持依法行政。", "坚持依法行政。\n"
    assert fingerprint(first) == fingerprint(second)
    assert put_clean(store, fingerprint(first), first, "a")
    assert not put_clean(store, fingerprint(second), second, "b")
    assert get_clean(store, *_parts(fingerprint(first))) == first


@pytest.mark.parametrize("wrong", ["另一篇。".encode(), b"\xff\xfe"])
def test_a_clean_text_that_does_not_hash_to_its_name_is_told(store, wrong):
    identity = fingerprint("坚持依法行政。")
    store.put_once(keys.clean_key(identity.generation, identity.content_hash), wrong)
    with pytest.raises(FixityError):
        get_clean(store, *_parts(identity))


def test_an_older_generation_is_still_read(store):
    identity = Fingerprint("g0", "ab" * 32)
    assert put_clean(store, identity, "旧规则。", "a")
    assert get_clean(store, "g0", "ab" * 32) == "旧规则。"


def _parts(identity):
    return identity.generation, identity.content_hash


def _raw_put(store, key, body):
    """Put bytes the way a stranger would: no checksum, no mark."""
    store._client.put_object(Bucket=store.bucket, Key=key, Body=body)


def test_texts_of_two_generations_are_kept_side_by_side_and_both_are_held_to_their_names(store, monkeypatch):
    monkeypatch.setitem(CANONICALISERS, "g2", lambda text: canonical(text).replace("年", ""))
    text = "2024年法治政府建设年度报告"
    identities = [fingerprint(text, generation) for generation in ("g1", "g2")]
    assert [put_clean(store, identity, text, "run 1") for identity in identities] == [True, True]
    found = [get_clean(store, identity.generation, identity.content_hash) for identity in identities]
    assert found == [text, text]
    assert {key.split("/")[1] for key in store.list("clean/")} == {"g1", "g2"}
    wrong = fingerprint("2023年法治政府建设年度报告", "g2")
    store.put_once(keys.clean_key("g2", wrong.content_hash), text.encode())
    with pytest.raises(FixityError):
        get_clean(store, "g2", wrong.content_hash)
