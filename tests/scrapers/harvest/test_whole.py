"""An article on several pages is archived whole or not at all; a page that is missing is named."""

from datetime import UTC, datetime

import pytest

from scrapers.harvest.whole import whole
from scrapers.model import Capture, Fact, Line, Outcome, Reading, Report

AT = datetime(2025, 1, 1, tzinfo=UTC)
URL = "http://x.example/1.html"


def url(number: int) -> str:
    return f"http://x.example/1_{number}.html"


def line(address: str, outcome: Outcome | None = None, reason: str = "") -> Line:
    capture = Capture(address, address, AT, outcome, reason, media_type="html", payload_digest=address)
    return Line("r", "x.example", "crawl", AT, url=address, capture=capture, outcome=outcome, reason=reason)


def said(text: str, following: dict[int, str] | None = None) -> Reading:
    report = Report(Fact("题目", "h1"), text, None, None, None, "", None, "", None, "")
    return Reading(None, "", report, following=following or {})


class Reads:
    """Answers with what each address holds, and with the joined texts for the whole."""

    def __init__(self, held: dict[str, Reading]) -> None:
        self.held = held

    def __call__(self, line: Line, title: str = "", first_url: str = "", further: tuple[str, ...] = ()) -> Reading:
        if further:
            return said("|".join(further))
        assert (title, first_url) == ("题目", URL)
        return self.held[line.url]


def joined(first: Reading, held: dict[int, Reading], lines: list[Line] | None = None) -> tuple[Reading, set[str]]:
    offered = {one.url: one for one in (lines if lines is not None else [line(url(n)) for n in held])}
    return whole(line(URL), first, offered, Reads({url(n): reading for n, reading in held.items()}))


def test_pages_named_at_once_or_one_by_one_are_joined_in_order():
    held = {2: said("乙"), 3: said("丙"), 4: said("丁")}
    reading, pieces = joined(said("甲", {n: url(n) for n in (4, 2, 3)}), held)
    assert reading.report is not None
    assert reading.report.text == "乙|丙|丁"
    assert pieces == {url(2), url(3), url(4)}
    chain = {2: said("乙", {3: url(3)}), 3: said("丙", {4: url(4), 2: url(2)}), 4: said("丁")}
    assert joined(said("甲", {2: url(2)}), chain) == (reading, pieces)
    assert joined(said("甲", {1: url(1), 2: url(2)}), {1: said("乙"), 2: said("丙")})[0].report.text == "乙|丙"


def test_a_server_that_answers_every_number_with_the_first_page_adds_nothing():
    same = said("甲\n某局\n2025年1月1日")
    reading, _ = joined(said("甲", {2: url(2)}), {2: same})
    assert reading.report is not None
    assert reading.report.text == ""
    twice = {2: said("乙", {3: url(3)}), 3: said("乙")}
    assert joined(said("甲", {2: url(2)}), twice)[0].report.text == "乙"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([line(url(2))], f"a page of the article is missing, {url(3)}: it was not fetched"),
        ([line(url(2)), line(url(3), Outcome.TIMEOUT, "no answer")], f"missing, {url(3)}: no answer"),
    ],
)
def test_a_missing_page_is_named_and_nothing_is_archived(lines, why):
    reading, pieces = joined(said("甲", {2: url(2), 3: url(3)}), {2: said("乙"), 3: said("丙")}, lines)
    assert reading.outcome is Outcome.TRUNCATED
    assert why in reading.reason
    assert reading.report is None
    assert pieces == {url(2), url(3)}


def test_a_gap_between_the_numbers_is_a_missing_page():
    reading, _ = joined(said("甲", {2: url(2), 4: url(4)}), {2: said("乙"), 4: said("丁")})
    assert reading.outcome is Outcome.TRUNCATED
    assert "[2, 4]" in reading.reason
    assert joined(said("甲", {3: url(3)}), {3: said("丙")})[0].outcome is Outcome.TRUNCATED


def test_a_page_that_cannot_be_read_is_missing():
    unread = Reading(Outcome.LAYOUT_CHANGED, "no text found on it")
    assert joined(said("甲", {2: url(2)}), {2: unread})[0].reason.endswith("no text found on it")


def test_a_chain_without_an_end_ends():
    class Endless(Reads):
        def __call__(self, line: Line, title: str = "", first_url: str = "", further: tuple[str, ...] = ()) -> Reading:
            number = int(line.url.rpartition("_")[2].removesuffix(".html"))
            return said(f"第{number}页", {number + 1: url(number + 1)})

    offered = {url(n): line(url(n)) for n in range(2, 99)}
    reading, pieces = whole(line(URL), said("甲", {2: url(2)}), offered, Endless({}))
    assert reading.outcome is Outcome.TRUNCATED
    assert len(pieces) == 30
