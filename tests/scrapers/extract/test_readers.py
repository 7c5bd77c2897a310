from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scrapers.extract import Readers, read
from tests.scrapers.extract.test_pool import GOOD, HINT, alive


def children(readers: Readers) -> list[int]:
    return [reader._child.pid for reader in readers._all if reader._child is not None]


def test_threads_share_no_more_children_than_allowed_and_all_end_with_it():
    expected = read(GOOD, HINT)
    with Readers(2) as readers:
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda _: readers.read(GOOD, HINT), range(24)))
        assert found == [expected] * 24
        born = children(readers)
        assert 1 <= len(born) <= 2
        assert all(map(alive, born))
    assert not any(map(alive, born))


def test_one_at_a_time_needs_one_child():
    with Readers(4) as readers:
        for _ in range(5):
            readers.read(GOOD, HINT)
        assert len(children(readers)) == 1


def test_a_reader_goes_back_when_its_document_raises(monkeypatch):
    with Readers(1) as readers:
        monkeypatch.setattr(readers._all[0], "read", lambda *_: 1 / 0)
        for _ in range(2):
            try:
                readers.read(GOOD, HINT)
            except ZeroDivisionError:
                continue
            raise AssertionError("the error was lost")
        monkeypatch.undo()
        assert readers.read(GOOD, HINT).outcome is None


def test_a_child_that_meets_no_document_loads_no_document_reader():
    with Readers(1) as readers:
        readers.read(GOOD, HINT)
        maps = Path(f"/proc/{children(readers)[0]}/maps").read_text()
    assert "pypdfium2" not in maps
    assert "lxml" in maps
