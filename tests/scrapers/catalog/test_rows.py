"""What becomes of lines: which one settles, what the rows say, how reports are told apart."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scrapers.catalog.reports import grouped, report_id, report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.sightings import sightings_rows, tier
from scrapers.fingerprint import GENERATION
from scrapers.model import Complete, Finding, Line, Outcome, Relevance, Verdict, Walk
from tests.scrapers.catalog.ledgers import HOSTS, START, TEXTS, archived, crawled, offer, report, settled, sha

URL = f"http://{HOSTS[0]}/1.html"


def only(rows: list) -> dict:
    (row,) = rows
    return row


def test_an_archived_address_carries_its_whole_story() -> None:
    row = only(captures_rows(archived("r1", URL, 3, TEXTS[0])))
    assert row["outcome"] == "archived_new"
    assert row["disposition"] == "ok"
    assert row["content_hash"] == sha(TEXTS[0])
    assert row["generation"] == GENERATION
    assert row["fetched_at"] == START + timedelta(minutes=3)
    assert row["settled_at"] == START + timedelta(minutes=3, seconds=30)
    assert (row["source_id"], row["listed_on"], row["relevance"]) == ("heshan", date(2025, 1, 24), "report")
    assert (row["status"], row["redirects"], row["final_url"]) == (200, 1, URL + "?x")


def test_a_title_rejected_unread_has_no_capture() -> None:
    no = replace(offer(URL, "工作要点"), verdict=Verdict(Relevance.RELATED, None, "工作要点"))
    line = Line("r1", HOSTS[0], "crawl", START, URL, no, None, Outcome.NOT_A_REPORT, "工作要点")
    row = only(captures_rows([line]))
    assert (row["outcome"], row["reason"], row["relevance"]) == ("not_a_report", "工作要点", "related")
    assert row["fetched_at"] is row["payload_digest"] is row["status"] is None


def test_headers_are_found_whatever_their_case() -> None:
    line = crawled("r1", HOSTS[0], URL, 0, "x")
    assert line.capture
    line = replace(line, capture=replace(line.capture, headers=(("ETAG", '"1"'), ("last-modified", "Fri"))))
    row = only(captures_rows([line]))
    assert (row["etag"], row["last_modified"]) == ('"1"', "Fri")


def test_a_read_page_settles_before_a_failed_fetch_and_an_answer_before_silence() -> None:
    silence = crawled("r1", HOSTS[0], URL, 0, "", Outcome.TIMEOUT)
    gone = crawled("r1", HOSTS[0], URL, 2, "", Outcome.NOT_FOUND)
    page = archived("r1", URL, 4, TEXTS[0])
    assert only(captures_rows([silence, *page]))["outcome"] == "archived_new"
    assert only(captures_rows([silence, gone]))["outcome"] == "not_found"
    assert only(captures_rows([page[0]]))["outcome"] is None
    assert only(captures_rows([silence, page[0]]))["outcome"] == "timeout"


def test_a_settling_line_without_a_capture_gets_the_one_of_its_bytes() -> None:
    first, second = crawled("r1", HOSTS[0], URL, 0, "one"), crawled("r1", HOSTS[0], URL, 1, "two")
    done = replace(settled(second, Outcome.ARCHIVED_NEW, TEXTS[0]), capture=None, candidate=None)
    row = only(captures_rows([first, second, done]))
    assert (row["payload_digest"], row["fetched_at"]) == (sha("two"), START + timedelta(minutes=1))
    assert only(sightings_rows([first, second, done]))["first_seen"] == START + timedelta(minutes=1)


def test_the_word_new_goes_to_one_address_of_a_run_whoever_won_the_race() -> None:
    won, lost = archived("r1", URL.replace("1", "9"), 0, TEXTS[0]), archived("r1", URL, 1, TEXTS[0])
    lost[1] = replace(lost[1], outcome=Outcome.ARCHIVED_SAME)
    assert [row["outcome"] for row in captures_rows(won + lost)] == ["archived_new", "archived_same"]
    known = replace(won[1], outcome=Outcome.ARCHIVED_SAME)
    assert [row["outcome"] for row in captures_rows([won[0], known, *lost])] == ["archived_same"] * 2


def test_every_source_that_offered_an_address_is_named() -> None:
    lines = [replace(line, source_ids=("a",)) for line in archived("r1", URL, 0, TEXTS[0])]
    assert only(captures_rows([*lines, replace(lines[0], source_ids=("b",))]))["source_ids"] == "a b heshan"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.heshan.gov.cn/1", "official"),
        ("https://WWW.HESHAN.GOV.CN:8443/1", "official"),
        ("http://gov.cn/1", "official"),
        ("http://127.0.0.11:8600/1", "official"),
        ("http://evil-gov.cn/1", "repost"),
        ("http://gov.cn.evil.com/1", "repost"),
        ("http://8.8.8.8/1", "repost"),
        ("http://evil.com/www.gov.cn", "repost"),
        ("not an address", "repost"),
    ],
)
def test_tier(url: str, expected: str) -> None:
    assert tier(url) == expected


def test_a_sighting_names_its_place_and_where_facts_were_read() -> None:
    row = only(sightings_rows(archived("r1", URL, 0, TEXTS[0], report(published=date(2025, 1, 1)))))
    assert (row["province"], row["city"], row["county"]) == ("湖南省", "益阳市", "赫山区")
    assert (row["title_provenance"], row["published_on_provenance"]) == ("meta:ArticleTitle", "label")
    assert row["signed_on"] is row["signed_on_provenance"] is row["flags"] is None


def test_the_first_fetch_of_a_text_at_an_address_gives_the_facts() -> None:
    later = archived("r2", URL, 9, TEXTS[0], report("赫山区人民政府"))
    first = archived("r1", URL, 2, TEXTS[0], report("赫山区司法局"))
    row = only(sightings_rows(later + first))
    assert (row["agency"], row["run"], row["first_seen"]) == ("赫山区司法局", "r1", START + timedelta(minutes=2))


def test_the_same_text_of_another_year_or_body_is_another_report() -> None:
    lines = [
        *archived("r1", URL, 0, TEXTS[0], report("赫山区司法局", 2023)),
        *archived("r1", URL + "2", 1, TEXTS[0], report("赫山区司法局", 2024)),
        *archived("r1", URL + "3", 2, TEXTS[0], report("赫山区人民政府", 2024)),
        *archived("r1", URL + "4", 3, TEXTS[1], report("赫山区司法局", 2024)),
    ]
    rows = report_rows(sightings_rows(lines))
    assert len(rows) == len({row["report_id"] for row in rows}) == 4
    assert {row["url"]: row["flags"] for row in rows} == {
        URL: "shared_text",
        URL + "2": "shared_text",
        URL + "3": "shared_text",
        URL + "4": None,
    }


def test_an_unknown_body_joins_the_known_one_of_its_host_and_year() -> None:
    known = archived("r1", URL + "k", 5, TEXTS[0], report("赫山区司法局", 2024, date(2025, 2, 2)))
    unknown = archived("r1", URL + "u", 0, TEXTS[0], report(None, 2024, date(2025, 1, 1)))
    row = only(report_rows(sightings_rows(known + unknown)))
    assert (row["agency"], row["sightings"], row["url"], row["division"]) == ("赫山区司法局", 2, URL + "u", "430903")
    assert row["report_id"] == report_id(sha(TEXTS[0]), 2024, "赫山区司法局")
    assert row["first_seen"] == START
    elsewhere = archived("r1", f"http://{HOSTS[1]}/u", 0, TEXTS[0], report(None, 2024), HOSTS[1])
    assert [row["agency"] for row in report_rows(sightings_rows(known + elsewhere))].count(None) == 1
    other_year = archived("r1", URL + "u", 0, TEXTS[0], report(None, 2023))
    assert len(report_rows(sightings_rows(known + other_year))) == 2


def test_the_official_sighting_speaks_then_the_earliest_published() -> None:
    sightings = [
        *archived("r1", "http://mirror.example.com/1", 0, TEXTS[0], report(published=date(2024, 12, 1))),
        *archived("r1", URL + "b", 1, TEXTS[0], report(published=date(2025, 2, 1))),
        *archived("r1", URL + "a", 2, TEXTS[0], report(published=None)),
        *archived("r1", URL + "c", 3, TEXTS[0], report(published=date(2025, 1, 1))),
    ]
    ((_, members),) = grouped(sightings_rows(random.Random(1).sample(sightings, 8))).items()
    assert [row["url"][-1] for row in members] == ["c", "b", "a", "1"]


def test_a_report_keeps_its_name_under_another_generation() -> None:
    lines = archived("r1", URL, 0, TEXTS[0])
    again = [replace(line, generation="g2") if line.generation else line for line in lines]
    rows = report_rows(sightings_rows(lines + again))
    assert [row["generation"] for row in rows] == [GENERATION, "g2"]
    assert len({row["report_id"] for row in rows}) == 1
    assert [row["flags"] for row in rows] == [None, None]


def test_a_run_counts_its_addresses_walks_and_findings() -> None:
    finding = Finding(Outcome.EMPTY_LISTING, "yiyang", "offered nothing")
    walk = Walk("yiyang", URL, (), 1, None, Complete.NO, "page 2 repeats page 1", (finding,))
    proved = replace(walk, source_id="heshan", complete=Complete.YES, findings=())
    lines = [
        *archived("r1", URL, 0, TEXTS[0]),
        crawled("r1", HOSTS[0], URL + "2", 1, "", Outcome.TIMEOUT),
        crawled("r1", HOSTS[0], URL + "3", 2, "open"),
        Line("r1", HOSTS[1], "crawl", START + timedelta(hours=1), finding=finding),
        Line("r1", HOSTS[1], "crawl", START + timedelta(hours=1), walk=walk),
        Line("r1", HOSTS[0], "crawl", START, walk=replace(proved, complete=Complete.NO)),
        Line("r1", HOSTS[0], "crawl", START, walk=proved),
    ]
    row = only(run_rows(lines))
    assert (row["started_at"], row["ended_at"]) == (START, START + timedelta(hours=1))
    assert (row["hosts"], row["sources"], row["addresses"]) == (2, 2, 3)
    assert (row["archived_new"], row["not_ok"], row["unsettled"], row["unchanged"]) == (1, 1, 1, 0)
    assert (row["walks_unproved"], row["findings"]) == (1, 1)
    assert json.loads(row["outcomes"]) == {"archived_new": 1, "timeout": 1, "unsettled": 1}
    found = only(finding_rows(lines))
    assert (found["kind"], found["disposition"], found["subject"]) == ("empty_listing", "alarm", "yiyang")
