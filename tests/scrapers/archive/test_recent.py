from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from scrapers.archive.recent import Recent


def test_what_is_kept_is_given_back_once():
    recent: Recent[bytes] = Recent(100)
    recent.keep("a", b"one")
    recent.keep("a", b"other")
    assert recent.take("a") == b"one"
    assert recent.take("a") is None
    assert recent.take("never") is None


def test_what_finds_no_room_is_not_kept_and_what_is_kept_stays():
    recent: Recent[bytes] = Recent(10)
    recent.keep("first", b"x" * 8)
    recent.keep("second", b"x" * 3)
    assert recent.take("second") is None
    assert recent.take("first") == b"x" * 8
    recent.keep("second", b"x" * 10)
    assert recent.take("second") == b"x" * 10


def test_text_counts_four_bytes_a_character():
    recent: Recent[str] = Recent(8)
    recent.keep("three", "法治政")
    recent.keep("two", "法治")
    assert recent.take("three") is None
    assert recent.take("two") == "法治"


@given(st.lists(st.tuples(st.sampled_from("kt"), st.integers(0, 5), st.binary(max_size=6))))
def test_never_more_than_its_room_and_never_a_content_of_another_name(steps):
    recent: Recent[bytes] = Recent(12)
    model: dict[int, bytes] = {}
    for verb, name, content in steps:
        if verb == "t":
            assert recent.take(name) == model.pop(name, None)
        elif name not in model and sum(map(len, model.values())) + len(content) <= 12:
            recent.keep(name, content)
            model[name] = content
        else:
            recent.keep(name, content)
    for name in range(6):
        assert recent.take(name) == model.get(name)


def test_threads_lose_no_room():
    recent: Recent[bytes] = Recent(1000)

    def use(n: int) -> None:
        for _ in range(200):
            recent.keep(n, b"x" * 100)
            recent.take(n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    recent.keep("all", b"x" * 1000)
    assert recent.take("all") is not None
