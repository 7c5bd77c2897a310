"""The ledger on a real server: nothing written is lost, nothing missing goes unsaid."""

from datetime import UTC, datetime

import pytest

from scrapers.archive import keys
from scrapers.archive.ledger import Ledger, hosts, read_lines, runs, settled
from scrapers.archive.twins import alone
from scrapers.errors import FixityError, LedgerGap, StoreUnavailable
from scrapers.model import Capture, Line, Outcome

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOST = "127.0.0.11:8600"


def line(n, *, run="r1", host=HOST, stage="crawl", outcome=Outcome.NOT_FOUND):
    url = f"http://{host}/{n}.html"
    capture = Capture(url, url, AT, outcome, "", payload_digest=f"{n:064x}")
    return Line(run=run, host=host, stage=stage, at=AT, url=url, capture=capture, outcome=outcome)


def segments(store):
    return [key for key in store.list("ledger/") if key.endswith(".jsonl")]


def test_lines_come_back_equal_and_in_order(store):
    lines = [line(n) for n in range(10)]
    with Ledger(store, HOST, "r1", 1, "crawl", flush_lines=4) as ledger:
        for one in lines:
            ledger.write(one)
    assert list(read_lines(store, host=HOST, run="r1")) == lines
    assert len(segments(store)) == 3


def test_a_segment_is_flushed_when_it_is_old(store):
    now = [100.0]
    ledger = Ledger(store, HOST, "r1", 1, "crawl", clock=lambda: now[0])
    ledger.write(line(1))
    assert segments(store) == []
    now[0] += 30
    ledger.write(line(2))
    assert len(segments(store)) == 1


def test_a_killed_attempt_keeps_what_it_flushed_and_a_retry_sees_it(store):
    killed = Ledger(store, HOST, "r1", 1, "crawl", flush_lines=2)
    for n in range(5):
        killed.write(line(n))
    assert sorted(settled(store, HOST, "r1", "crawl")) == [f"http://{HOST}/{n}.html" for n in range(4)]
    with Ledger(store, HOST, "r1", 2, "crawl") as retry:
        retry.write(line(4))
    assert len(settled(store, HOST, "r1", "crawl")) == 5


def test_an_attempt_that_fails_keeps_its_lines_but_gets_no_closing_mark(store):
    def attempt():
        with Ledger(store, HOST, "r1", 1, "crawl") as ledger:
            ledger.write(line(1))
            raise KeyError

    with pytest.raises(KeyError):
        attempt()
    assert [one.url for one in read_lines(store)] == [line(1).url]
    assert not [key for key in store.list("ledger/") if key.endswith(".closed")]


def test_twins_with_one_name_keep_all_lines(store):
    first, second = (Ledger(store, HOST, "r1", 1, "crawl", flush_lines=1) for _ in range(2))
    for n in range(3):
        first.write(line(n))
        second.write(line(n + 10))
    assert first.close() == second.close() == 3
    assert {one.url for one in read_lines(store)} == {line(n).url for n in (0, 1, 2, 10, 11, 12)}


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_missing_segment_is_a_gap_and_never_a_shorter_answer(store, lost):
    with Ledger(store, HOST, "r1", 1, "crawl", flush_lines=1) as ledger:
        for n in range(3):
            ledger.write(line(n))
    impatient = _impatient(store)
    _delete(store, keys.segment_key(HOST, "r1", 1, "crawl", lost))
    with pytest.raises(LedgerGap, match=f"0000{lost}.jsonl is missing"):
        list(read_lines(impatient))


def test_a_segment_the_listing_does_not_show_yet_is_read_all_the_same(store):
    ledger = Ledger(store, HOST, "r1", 1, "crawl", flush_lines=1)
    for n in range(3):
        ledger.write(line(n))
    behind = _Lagging(store, keys.segment_key(HOST, "r1", 1, "crawl", 2))
    assert len(list(read_lines(behind))) == 3


def test_a_stranger_in_the_ledger_is_told(store):
    store.put_once("ledger/readme.txt", b"hello")
    with pytest.raises(LedgerGap, match=r"ledger/readme\.txt"):
        list(read_lines(store))


@pytest.mark.parametrize("body", [b'{"run":1}\n', b'{"run"', b"\n"])
def test_a_line_that_is_none_is_told_with_its_place(store, body):
    store.put_once(keys.segment_key(HOST, "r1", 1, "crawl", 0), body)
    with pytest.raises(FixityError, match=r"00000\.jsonl"):
        list(read_lines(store))


def test_runs_and_hosts_are_found_and_filtered(store):
    for run, host in (("r2", HOST), ("r1", "b.example"), ("Manual 1", "b.example")):
        with Ledger(store, host, run, "k3x", "extract") as ledger:
            ledger.write(line(1, run=run, host=host))
    assert runs(store) == sorted([keys.run_slug("Manual 1"), "r1", "r2"])
    assert hosts(store, "r1") == ["b.example"]
    assert [one.run for one in read_lines(store, run="Manual 1")] == ["Manual 1"]
    assert [one.run for one in read_lines(store, run=keys.run_slug("Manual 1"))] == ["Manual 1"]
    assert {one.run for one in read_lines(store, host="b.example")} == {"r1", "Manual 1"}


def test_an_empty_attempt_is_on_record(store):
    with Ledger(store, HOST, "r1", 1, "crawl"):
        pass
    assert runs(store) == ["r1"]
    assert list(read_lines(store)) == []


def test_a_name_no_key_can_hold_is_told_before_any_work(store):
    with pytest.raises(ValueError, match="stage"):
        Ledger(store, HOST, "r1", 1, "Crawl-1")


def _impatient(store):
    store._retry_seconds = 0.3
    return store


def _delete(store, key):
    store._client.delete_object(Bucket=store.bucket, Key=key)


class _Lagging:
    """A store whose listing does not show one key yet."""

    def __init__(self, store, hidden):
        self._store, self._hidden = store, hidden

    def list(self, prefix):
        return (key for key in self._store.list(prefix) if key != self._hidden)

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_a_store_that_went_away_does_not_hide_why_the_attempt_failed(store):
    def attempt():
        with Ledger(store, HOST, "r1", 1, "crawl") as ledger:
            ledger.write(line(1))
            store.put_once = gone
            raise KeyError("the real reason")

    def gone(*_, **__):
        raise StoreUnavailable("away")

    with pytest.raises(KeyError, match="the real reason") as told:
        attempt()
    assert told.value.__notes__ == ["1 lines could not be kept: away"]


def test_who_was_killed_before_the_twin_of_its_mark_is_completed_by_the_next_attempt(store):
    for attempt in ("a", "b"):
        with Ledger(store, "h", "r", attempt, "crawl"):
            pass
        twin = keys.twin_key(keys.closed_key("h", "r", "a", "crawl", 0))
        if attempt == "a":
            store._client.delete_object(Bucket=store.bucket, Key=twin)
            assert [key for key, _ in alone(store)] == [twin]
    assert list(alone(store)) == []
