"""Whose report of which year is there: nothing is said to be missing that a walk has not shown to be missing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scrapers.catalog.coverage import coverage_rows
from scrapers.catalog.derive import derive
from scrapers.catalog.walks import walk_rows
from scrapers.model import Complete, Finding, Line, Outcome, Relevance, Verdict, Walk
from tests.scrapers.catalog.ledgers import HOSTS, START, TEXTS, archived, crawled, offer, report

AFTER = datetime(2025, 5, 20, tzinfo=UTC)
WALK = Walk(
    "heshan", f"http://{HOSTS[0]}/", (), 1, 1, Complete.YES, "read", agency="益阳市赫山区司法局", division="430903",
    first_year=2023, years=(2023,),
)  # fmt: skip


def walked(at: datetime = AFTER, run: str = "r1", **changes: object) -> Line:
    return Line(run, HOSTS[0], "crawl", at, walk=replace(WALK, **changes))


def found(
    year: int | None = 2023, url: str = "1", published: date | None = date(2024, 3, 1), agency: str = ""
) -> list[Line]:
    facts = report(agency or "益阳市赫山区司法局", year, published)
    return archived("r1", f"http://{HOSTS[0]}/{url}.html", 0, TEXTS[0], facts)


def status(*lines: Line, year: int = 2024) -> tuple[str, str]:
    (row,) = [row for row in derive(lines)["coverage"] if row["report_year"] == year]
    return row["status"], row["evidence"].split()[0]


def test_a_report_that_is_there_is_found_with_its_lateness() -> None:
    early = found(url="b", published=date(2024, 2, 1))
    (row, other) = derive([walked(), *found(published=date(2024, 4, 3)), *early])["coverage"]
    assert (row["status"], row["evidence"], row["days_late"]) == ("found", f"sighting http://{HOSTS[0]}/b.html", -60)
    assert (row["agency_type"], row["division"], row["county"], row["reports"]) == ("justice", "430903", "赫山区", 1)
    assert (row["due_on"], row["basis"], row["sources"]) == (date(2024, 4, 1), "registry", "heshan")
    assert (row["looked_at"], other["report_year"], other["days_late"]) == (AFTER, 2024, None)


def test_only_a_whole_walk_after_the_season_shows_that_nothing_was_published() -> None:
    assert status(walked(), *found()) == ("not_published", "walk")
    assert status(walked(datetime(2025, 4, 30, 15, tzinfo=UTC)), *found()) == ("unknown", "walk")
    assert status(walked(datetime(2025, 4, 30, 16, tzinfo=UTC)), *found()) == (
        "not_published",
        "walk",
    )  # 1 May in China
    assert status(walked(datetime(2025, 3, 31, 15, tzinfo=UTC)), *found()) == ("not_due", "walk")


@pytest.mark.parametrize(
    "changes",
    [
        {"complete": Complete.UNKNOWN},
        {"complete": Complete.NO},
        {"years": (2023, 2024)},
        {"years": (0, 2023)},
        {"findings": (Finding(Outcome.BELOW_EXPECTED, "heshan", "few"),)},
    ],
)
def test_whatever_leaves_a_doubt_is_unknown(changes: dict) -> None:
    assert status(walked(**changes), *found())[0] == "unknown"


def test_years_before_the_declared_first_are_not_claimed() -> None:
    assert status(walked(), *found(2020), year=2021)[0] == "unknown"


def test_a_report_without_a_year_may_be_the_missing_one() -> None:
    assert status(walked(), *found(), *found(None, "other"))[0] == "unknown"


def test_the_last_walk_of_each_source_speaks_and_all_must_agree() -> None:
    later = datetime(2025, 6, 1, tzinfo=UTC)
    assert status(walked(), walked(later, "r2", complete=Complete.NO), *found())[0] == "unknown"
    assert status(walked(complete=Complete.NO), walked(later, "r2"), *found())[0] == "not_published"
    assert status(walked(), walked(source_id="second", complete=Complete.UNKNOWN), *found())[0] == "unknown"


def test_a_refusal_is_blocked_and_a_failure_unknown() -> None:
    blocked = (Finding(Outcome.BLOCKED_WAF, "heshan", "refused"),)
    assert status(walked(findings=blocked), *found()) == ("blocked", "walk")
    url = f"http://{HOSTS[0]}/9.html"
    for outcome, expected in (
        (Outcome.BLOCKED_WAF, "blocked"),
        (Outcome.TIMEOUT, "unknown"),
        (Outcome.NEEDS_OCR, "unknown"),
    ):
        line = replace(crawled("r1", HOSTS[0], url, 1, "", outcome), source_ids=("heshan",))
        assert status(walked(years=(2023, 2024)), line, *found()) == (expected, "capture")
    other = replace(offer(url), verdict=Verdict(Relevance.REPORT, 2022, "title"))
    line = replace(crawled("r1", HOSTS[0], url, 1, "", Outcome.BLOCKED_WAF), source_ids=("heshan",), candidate=other)
    assert status(walked(), line, *found())[0] == "not_published"


def test_a_body_that_was_only_found_has_no_missing_years_but_gaps() -> None:
    rows = derive([*found(2021), *found(2023, "b")])["coverage"]
    assert [(row["report_year"], row["status"], row["basis"]) for row in rows] == [
        (2021, "found", "found"),
        (2022, "unknown", "found"),
        (2023, "found", "found"),
    ]


def test_nothing_before_2015_and_nothing_without_a_division_is_asked() -> None:
    assert derive([*found(2012), walked(first_year=2004)])["coverage"][0]["report_year"] == 2015
    assert derive(archived("r1", f"http://{HOSTS[0]}/1", 0, TEXTS[0], report(None)))["coverage"] == []
    assert coverage_rows([], [], []) == []


def test_of_a_run_s_walks_the_one_that_proved_the_end_is_told() -> None:
    tries = [walked(complete=Complete.YES), walked(datetime(2025, 6, 1, tzinfo=UTC), complete=Complete.NO)]
    (row,) = walk_rows(tries)
    assert (row["complete"], row["ended_at"], row["years"], row["trouble"]) == ("yes", AFTER, "2023", None)
    (row,) = walk_rows([*tries, Line("r1", HOSTS[0], "crawl", START, "u", offer("u"), source_ids=("heshan",))])
    assert row["offered"] == 1
    both = (Finding(Outcome.BELOW_EXPECTED, "heshan", "few"), Finding(Outcome.BLOCKED_WAF, "heshan", "refused"))
    (row,) = walk_rows([walked(findings=both)])
    assert row["trouble"] == "blocked_waf"
