import hashlib

import pytest

from scrapers.fingerprint import CANONICALISERS, GENERATION, digest, fingerprint
from scrapers.text import canonical


def test_fingerprint_is_the_digest_of_the_canonical_text():
    found = fingerprint("（一）法治，政府。")
    assert found.generation == GENERATION == "g1"
    assert found.content_hash == hashlib.sha256("一法治政府".encode()).hexdigest()


def test_equal_texts_have_equal_fingerprints_and_others_not():
    assert fingerprint("办结 100 件") == fingerprint("办结１００件。\n")
    assert fingerprint("办结100件") != fingerprint("办结101件")


def test_a_second_generation_stands_beside_the_first(monkeypatch):
    before = fingerprint("办结100件，按时。")
    monkeypatch.setitem(CANONICALISERS, "g2", lambda text: "v2 " + canonical(text))
    assert fingerprint("办结100件，按时。") == before
    beside = fingerprint("办结100件，按时。", "g2")
    assert beside.generation == "g2"
    assert beside.content_hash != before.content_hash
    assert beside == fingerprint("办结 100 件，按时", "g2")
    with pytest.raises(KeyError):
        fingerprint("办结100件", "g3")


def test_digest_is_sha256():
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
