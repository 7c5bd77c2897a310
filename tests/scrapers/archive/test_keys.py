"""Keys: one alphabet, one spelling, and back again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive import keys

DIGEST = "0123456789abcdef" * 4
anything = st.text(min_size=1, max_size=300)


def test_the_layout_is_the_one_we_promised():
    assert keys.raw_key(DIGEST) == f"raw/sha256/01/23/{DIGEST}"
    assert keys.clean_key("g1", DIGEST) == f"clean/g1/sha256/01/23/{DIGEST}.txt"
    assert keys.segment_key("www.example.cn", "r1", 2, "crawl", 3) == "ledger/www.example.cn/r1/002-crawl-00003.jsonl"
    assert keys.segments_prefix("127.0.0.11:8600") == "ledger/127.0.0.11_8600/"


@given(anything, anything, anything, st.integers(0, 99999))
def test_every_key_is_short_and_plain_whatever_the_names_are(host, run, attempt, n):
    key = keys.segment_key(host, run, attempt, "extract", n)
    assert re.fullmatch(r"[a-z0-9/._-]+", key)
    assert len(key) <= keys.LONGEST
    assert not re.search(r"//|/\.\.?/|\.\./", key)


@given(anything, anything, st.integers(0, 999) | anything, st.integers(0, 99999), st.booleans())
def test_ledger_keys_are_read_back(host, run, attempt, n, closing):
    spell = keys.closed_key if closing else keys.segment_key
    key = spell(host, run, attempt, "crawl", n)
    writer, number, closed = keys.part_name(key)
    assert (number, closed) == (n, closing)
    assert spell(writer.host, writer.run, writer.attempt, writer.stage, number) == key


@given(anything, anything)
def test_different_hosts_and_runs_never_share_a_slug(one, other):
    assert (keys.run_slug(one) == keys.run_slug(other)) is (one == other)
    assert keys.host_slug(one) != keys.host_slug(other) or one == other


@given(anything)
def test_a_slug_is_its_own_slug(name):
    assert keys.run_slug(keys.run_slug(name)) == keys.run_slug(name)
    assert keys.host_slug(keys.host_slug(name)) == keys.host_slug(name)


def test_object_keys_are_read_back_and_strangers_are_not():
    assert keys.raw_digest(keys.raw_key(DIGEST)) == DIGEST
    assert keys.clean_name(keys.clean_key("g1", DIGEST)) == ("g1", DIGEST)
    assert keys.raw_digest(f"raw/sha256/ff/23/{DIGEST}") is None
    assert keys.clean_name(f"clean/g1/sha256/01/24/{DIGEST}.txt") is None
    assert keys.part_name("ledger/a/b/readme.jsonl") is None


@pytest.mark.parametrize("digest", ["", DIGEST.upper(), DIGEST[:-1], "../" + DIGEST[3:], DIGEST + "\n"])
def test_only_a_digest_names_an_object(digest):
    with pytest.raises(ValueError, match="digest"):
        keys.raw_key(digest)


@pytest.mark.parametrize("stage", ["", "Crawl", "a-b", "a/b"])
def test_only_a_plain_word_names_a_stage(stage):
    with pytest.raises(ValueError, match="stage"):
        keys.segment_key("h", "r", 1, stage, 0)


def test_an_empty_run_or_host_cannot_write():
    with pytest.raises(ValueError, match="empty"):
        keys.run_slug("")
    with pytest.raises(ValueError, match="needs"):
        keys.segment_key("", "r", 1, "crawl", 0)
