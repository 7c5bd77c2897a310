"""Exports of a small archive on a real store, read back by the libraries that define the formats."""

import gc
import json
import shutil
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from scrapers.archive.generations import Switch, in_effect, switch
from scrapers.archive.keys import LEDGER_PREFIX, raw_key
from scrapers.archive.verify import verify
from scrapers.errors import NotInArchive, UserError
from scrapers.exports.bag import write_bag
from scrapers.exports.bring import bring
from scrapers.exports.subset import Subset, choose
from scrapers.exports.wacz import write_wacz
from scrapers.exports.warc import write_cdxj, write_warc
from scrapers.model import Outcome
from tests.scrapers.exports.sample import BEGAN, HOST, URL, capture, fill, line, objects, read_of, validate, write

# The libraries leave temporary files to the collector; `tidy` makes it come while nobody minds.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def tidy():
    yield
    gc.collect()


@pytest.fixture
def archive(store):
    return fill(store)


def warc_of(store, path, subset=None):
    part = choose(store, subset or Subset())
    return write_warc(store, part.lines(store), path)


def records(path):
    with path.open("rb") as file:
        return [
            (one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read())
            for one in ArchiveIterator(file)
        ]


def test_a_warc_holds_every_capture_and_every_byte(archive, tmp_path):
    made = warc_of(archive, tmp_path / "a.warc.gz")
    assert (made.responses, made.revisits, made.redirects, made.without_bytes) == (2, 2, 1, 0)
    found = records(tmp_path / "a.warc.gz")
    assert [kind for kind, *_ in found] == ["warcinfo", "response", "response", "response", "revisit", "revisit"]
    bodies = {headers["WARC-Target-URI"]: body for kind, headers, _, body in found if kind == "response"}
    assert bodies == {
        URL: b"<p>one</p>" * 50,
        f"http://{HOST}/2.html": b"",
        f"http://{HOST}/new/2.html": b"<p>two</p>" * 50,
    }
    profiles = [headers["WARC-Profile"].rpartition("/")[2] for kind, headers, *_ in found if kind == "revisit"]
    assert profiles == ["identical-payload-digest", "server-not-modified"]
    revisit = found[4][1]
    assert (revisit["WARC-Refers-To-Target-URI"], revisit["WARC-Refers-To-Date"]) == (
        URL,
        "2026-03-01T02:00:00.123456Z",
    )


def test_headers_of_the_wire_are_kept_under_another_name_and_end_no_line(archive, tmp_path):
    warc_of(archive, tmp_path / "a.warc.gz")
    headers = records(tmp_path / "a.warc.gz")[1][2]
    assert headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert headers["Content-Encoding"] is None
    assert headers["Injected"] is None
    assert headers["Content-Length"] == "500"


def test_digests_check_and_equal_parts_give_equal_files(archive, tmp_path, capsys):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        warc_of(archive, tmp_path / name / "a.warc.gz")
    assert (tmp_path / "one/a.warc.gz").read_bytes() == (tmp_path / "two/a.warc.gz").read_bytes()
    Checker(type("Asked", (), {"inputs": [str(tmp_path / "one/a.warc.gz")], "verbose": True})()).process_all()
    said = capsys.readouterr().out
    assert "digest pass" in said
    assert "fail" not in said


def test_the_index_names_every_record_and_is_sorted(archive, tmp_path):
    warc_of(archive, tmp_path / "a.warc.gz")
    write_cdxj(tmp_path / "a.warc.gz", tmp_path / "a.cdxj")
    lines = (tmp_path / "a.cdxj").read_text().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 5
    assert {json.loads(one.split(" ", 2)[2])["url"] for one in lines} >= {URL, f"http://{HOST}/new/2.html"}


def test_a_wacz_is_valid_until_a_byte_of_it_changes(archive, tmp_path):
    made = warc_of(archive, tmp_path / "data.warc.gz")
    path = tmp_path / "a.wacz"
    write_wacz(tmp_path / "data.warc.gz", made.pages, path)
    assert validate(path) == ""
    bytes_ = bytearray(path.read_bytes())
    where = bytes_.index((tmp_path / "data.warc.gz").read_bytes()) + 40
    bytes_[where] ^= 1
    path.write_bytes(bytes_)
    assert validate(path) != ""


def test_not_modified_without_the_bytes_is_counted_not_written(archive, tmp_path):
    store = archive
    late = replace(capture(URL, b"<p>one</p>" * 50, 900), outcome=Outcome.UNCHANGED, status=304)
    write(store, "r3", "crawl", [line("r3", late)])
    made = warc_of(store, tmp_path / "a.warc.gz", Subset(run="r3"))
    assert (made.responses, made.revisits, made.without_bytes) == (0, 0, 1)


@pytest.mark.parametrize(
    ("subset", "runs"),
    [
        (Subset(), {"r1", "r2"}),
        (Subset(run="r2"), {"r2"}),
        (Subset(host=HOST), {"r1", "r2"}),
        (Subset(division="430000"), {"r1"}),
        (Subset(division="4309"), {"r1"}),
        (Subset(year=2024), {"r1"}),
    ],
)
def test_a_subset_is_whole_runs_of_hosts(archive, subset, runs):
    assert {one.run for one in choose(archive, subset).lines(archive)} == runs


@pytest.mark.parametrize(
    "subset", [Subset(host="b.example"), Subset(year=1999), Subset(division="11"), Subset(run="r9")]
)
def test_a_subset_that_nothing_meets_is_told(archive, subset):
    with pytest.raises(NotInArchive, match="meets"):
        choose(archive, subset)


@pytest.mark.parametrize(
    ("division", "held"), [("500000", False), ("520000", True), ("520100", True), ("521000", False)]
)
def test_a_division_is_itself_and_what_lies_below_it(division, held):
    page = read_of("r1", capture(URL, b"one", 0), division="520102")
    assert Subset(division=division).holds(page) is held


def bag_of(store, path):
    return write_bag(store, choose(store, Subset()), path)


def test_a_bag_carries_the_archive_to_an_empty_bucket(archive, new_store, tmp_path):
    assert bag_of(archive, tmp_path / "bag") == len(objects(archive))
    bagit.Bag(str(tmp_path / "bag")).validate()
    other = new_store()
    assert bring(other, tmp_path / "bag") == ("r1", "r2")
    assert objects(other) == objects(archive)
    assert list(verify(other)) == []
    assert bring(other, tmp_path / "bag") == ("r1", "r2")
    assert objects(other) == objects(archive)


def test_a_bag_carries_which_generation_is_in_effect_to_an_empty_bucket_alone(archive, new_store, tmp_path):
    switch(archive, Switch("g9", BEGAN, "tried"))
    bag_of(archive, tmp_path / "bag")
    empty, other = new_store(), fill(new_store())
    for store, told in ((empty, "g9"), (other, "")):
        for _ in range(2):
            bring(store, tmp_path / "bag")
        assert in_effect(store) == told
        assert list(verify(store)) == []


def misswitch(bag, _):
    (bag / "data/generation").mkdir()
    (bag / "data/generation/00001.json").write_bytes(b"{}")
    remade(bag)


def times(room):
    return {str(path.relative_to(room)): path.stat().st_mtime_ns for path in room.rglob("*") if path.is_file()}


def test_a_killed_bag_goes_on_where_it_stopped(archive, tmp_path):
    def killed(done, _total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bag(archive, choose(archive, Subset()), tmp_path / "bag", killed)
    kept = times(tmp_path / "bag.part")
    assert len(kept) >= 3
    bag_of(archive, tmp_path / "bag")
    bagit.Bag(str(tmp_path / "bag")).validate()
    assert kept.items() <= times(tmp_path / "bag/data").items()


def test_a_bag_does_not_replace_what_is_there(archive, tmp_path):
    (tmp_path / "bag").mkdir()
    with pytest.raises(UserError, match="is there already"):
        bag_of(archive, tmp_path / "bag")


def flip(bag, found):
    path = next((bag / "data").rglob(found))
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def plant(bag, _):
    (bag / "data" / "raw" / "evil").write_bytes(b"x")
    remade(bag)


def rename(bag, found):
    path = next(path for path in (bag / "data/raw").rglob("*") if path.is_file())
    other = bag / "data" / raw_key("ab" * 32)
    other.parent.mkdir(parents=True)
    shutil.move(path, other)
    remade(bag)


def remade(bag):
    """Sign what was done, as somebody would who means to deceive."""
    made = bagit.Bag(str(bag))
    made.save(manifests=True)


def climb(bag, _):
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + f"{'ab' * 32}  data/../../outside\n")


@pytest.mark.parametrize(
    ("tamper", "found", "told"),
    [
        (flip, "*.jsonl", "not a whole bag"),
        (flip, "*.txt", "not a whole bag"),
        (lambda bag, _: next((bag / "data").rglob("*.txt")).unlink(), "", "not a whole bag"),
        (lambda bag, _: (bag / "bagit.txt").unlink(), "", "not a whole bag"),
        (plant, "", "no part of an archive"),
        (rename, "", "does not hash to its name"),
        (climb, "", "not a whole bag"),
        (misswitch, "", "no switch of generations"),
    ],
)
def test_a_tampered_bag_is_refused_whole(archive, new_store, tmp_path, tamper, found, told):
    bag_of(archive, tmp_path / "bag")
    tamper(tmp_path / "bag", found)
    other = new_store()
    with pytest.raises(UserError, match=told):
        bring(other, tmp_path / "bag")
    assert list(other.list("")) == []


def test_another_story_of_the_same_run_is_refused(archive, new_store, tmp_path):
    bag_of(archive, tmp_path / "bag")
    other = new_store()
    write(other, "r1", "crawl", [])
    key = next(key for key in archive.list(LEDGER_PREFIX) if key.endswith(".jsonl"))
    other.put_once(key, b"{}\n")
    with pytest.raises(UserError, match="saw otherwise"):
        bring(other, Path(tmp_path / "bag"))
