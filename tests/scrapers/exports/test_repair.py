"""Every kind of damage, found by the proof, named, and mended from each kind of second copy."""

import gc
import random
from datetime import timedelta

import pytest

from scrapers.archive.generations import Switch, switch
from scrapers.archive.keys import (
    CLEAN_PREFIX,
    LEDGER_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    SUMS,
    has_twin,
    release_key,
    twin_key,
)
from scrapers.archive.twins import put_twice
from scrapers.archive.verify import verify
from scrapers.archive.vouched import vouched
from scrapers.errors import UserError
from scrapers.exports.bag import write_bag
from scrapers.exports.copies import BagCopy, BucketCopy, ReleaseCopy, WarcCopy, copy_at
from scrapers.exports.repair import damaged, repair
from scrapers.exports.subset import Subset, choose
from scrapers.exports.warc import write_warc
from scrapers.fingerprint import digest
from tests.scrapers.exports.sample import BEGAN, fill, objects

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def tidy():
    yield
    gc.collect()


@pytest.fixture
def archive(store):
    fill(store)
    store._retry_seconds = 0.5
    return store


def flip(store, key):
    """Change one byte where it lies, as a disk would: what the server knows of the object is lost with it."""
    body = bytearray(store.get(key) or b"?")
    body[random.Random(key).randrange(len(body))] ^= 1
    store._client.put_object(Bucket=store.bucket, Key=key, Body=bytes(body))


def delete(store, key):
    store._client.delete_object(Bucket=store.bucket, Key=key)


def bag(store, place):
    write_bag(store, choose(store, Subset()), place / "bag")
    return BagCopy(place / "bag")


def warc(store, place):
    write_warc(store, choose(store, Subset()).lines(store), place / "a.warc.gz")
    return WarcCopy(place / "a.warc.gz")


def told(store):
    return [one.key for one in verify(store) if not one.key.startswith(QUARANTINE_PREFIX)]


def kept(store):
    return {key: body for key, body in objects(store).items() if not key.startswith(QUARANTINE_PREFIX)}


@pytest.mark.parametrize("harm", [flip, delete])
def test_all_damage_is_found_in_one_pass_and_mended_from_a_bag(archive, tmp_path, harm):
    copy, whole = bag(archive, tmp_path), objects(archive)
    for key in whole:
        if not key.endswith(".closed") or harm is delete:
            harm(archive, key)
    done = list(repair(archive, copy, damaged(archive, copy, told(archive))))
    assert {one.key for one in done} == {key for key in whole if not key.endswith(".closed") or harm is delete}
    assert all(one.done for one in done)
    assert kept(archive) == whole
    assert told(archive) == []


@pytest.mark.parametrize("prefix", [RAW_PREFIX, CLEAN_PREFIX, LEDGER_PREFIX])
@pytest.mark.parametrize("harm", [flip, delete])
def test_one_damaged_object_is_named(archive, tmp_path, prefix, harm):
    copy = bag(archive, tmp_path)
    key = next(key for key in archive.list(prefix) if not key.endswith(".closed"))
    harm(archive, key)
    assert list(damaged(archive, copy, told(archive))) == [key]


def test_the_wrong_bytes_are_kept_and_told_of_for_a_day_after_they_are_mended(archive, tmp_path, monkeypatch):
    copy = bag(archive, tmp_path)
    key = next(archive.list(RAW_PREFIX))
    flip(archive, key)
    wrong = archive.get(key)
    list(repair(archive, copy, [key]))
    (evidence,) = archive.list(QUARANTINE_PREFIX)
    assert archive.get(evidence) == wrong
    assert [(one.key, "which is mended" in one.message) for one in verify(archive)] == [(evidence, True)]
    monkeypatch.setattr("scrapers.archive.verify.FRESH", timedelta(0))
    assert list(verify(archive)) == []
    flip(archive, key)
    assert {one.key for one in verify(archive)} == {key, evidence}


def test_a_replica_bucket_mends_and_is_not_believed_when_it_is_wrong(archive, new_store):
    other = fill(new_store())
    sick, both = list(archive.list(RAW_PREFIX))
    flip(archive, sick)
    flip(archive, both)
    flip(other, both)
    done = {one.key: one.done for one in repair(archive, BucketCopy(other), (sick, both))}
    assert done == {sick: True, both: False}
    assert told(archive) == [both]


def test_a_warc_mends_raw_bytes_only(archive, tmp_path):
    copy, whole = warc(archive, tmp_path), objects(archive)
    raws, cleans = list(archive.list(RAW_PREFIX)), list(archive.list(CLEAN_PREFIX))
    for key in (*raws, *cleans):
        delete(archive, key)
    done = {one.key: one.done for one in repair(archive, copy, damaged(archive, copy, told(archive)))}
    assert done == {**dict.fromkeys(raws, True), **dict.fromkeys(cleans, False)}
    assert {key: kept(archive)[key] for key in raws} == {key: whole[key] for key in raws}


def released(store, place, body=b"one"):
    """Write a release of two files into a bucket and a folder; return the folder."""
    files = {"datapackage.json": b'{"version":"r"}', "reports.csv": body}
    sums = "".join(f"{digest(held)}  {name}\n" for name, held in files.items()).encode()
    place.mkdir()
    for name, held in {**files, SUMS: sums}.items():
        (place / name).write_bytes(held)
        put = put_twice if name == SUMS else store.put_once
        put(*((store,) if name == SUMS else ()), release_key("r", name), held)
    return place


def test_a_release_comes_back_from_its_folder_and_from_no_other(archive, new_store, tmp_path):
    ours, theirs = released(archive, tmp_path / "ours"), released(new_store(), tmp_path / "theirs", b"two")
    whole, files = objects(archive), [release_key("r", name) for name in ("datapackage.json", "reports.csv", SUMS)]
    flip(archive, files[1])
    assert {one.key: one.done for one in repair(archive, ReleaseCopy(theirs), files)} == {
        files[0]: True,
        files[1]: False,
        files[2]: True,  # from its twin
    }
    for key in (*files, twin_key(files[2])):
        delete(archive, key)
    archive.put_once(files[1], b"one")
    assert [one.done for one in repair(archive, ReleaseCopy(theirs), files)] == [True, False, False]
    assert all(one.done for one in repair(archive, copy_at(str(ours), None), files))
    assert kept(archive) == whole
    (ours / "reports.csv").write_bytes(b"three")
    assert ReleaseCopy(ours).bytes_of(files[2]) is None
    (ours / "datapackage.json").unlink()
    with pytest.raises(UserError, match="no whole release"):
        copy_at(str(ours), None)


def test_twins_mend_one_another_without_a_copy(archive, tmp_path):
    switch(archive, Switch("g9", BEGAN))
    pairs = [key for key in archive.list("") if has_twin(key)]
    whole = objects(archive)
    for number, key in enumerate(pairs):
        (flip if number % 2 else delete)(archive, twin_key(key) if number % 3 else key)
    harmed = told(archive) + [key for key in archive.list("twin/") if vouched(archive, key) is not True]
    assert len(set(harmed)) == len(pairs)
    assert all(one.done for one in repair(archive, copy_at("", None), damaged(archive, copy_at("", None), harmed)))
    assert kept(archive) == whole
    assert told(archive) == []


def test_a_sound_archive_is_left_alone(archive, tmp_path):
    copy, whole = bag(archive, tmp_path), objects(archive)
    assert damaged(archive, copy, told(archive)) == ()
    done = list(repair(archive, copy, sorted(whole)))
    assert {one.what for one in done} == {"its bytes are right"}
    assert objects(archive) == whole


def test_what_is_no_copy_is_refused(archive, tmp_path):
    with pytest.raises(UserError, match="neither a bag nor a WARC"):
        copy_at(str(tmp_path / "nothing"), None)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="not a whole bag"):
        copy_at(str(tmp_path / "folder"), None)
