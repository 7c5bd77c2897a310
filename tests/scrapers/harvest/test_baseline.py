"""Baselines and drift: what fails a host, what warns, and how a new number becomes the usual one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scrapers.harvest.baseline import baselines, drift
from scrapers.harvest.due import due, interval, sweep_due
from scrapers.model import Complete, Outcome, Source, Walk

NOW = datetime(2026, 2, 1, tzinfo=UTC)
SOURCE = Source("a", "", "430903", "trs", "http://www.a.gov.cn/list/", "www.a.gov.cn", min_reports=2)
WALK = Walk(
    "a", SOURCE.url, (), 3, 30, Complete.YES, "", offered=30, reports=10, dated=30, template="ul.list", years=(2024,)
)


def rows(*reports: int, **changed: Any) -> list[dict[str, Any]]:
    row = {"source_id": "a", "complete": "yes", "offered": 30, "dated": 30, "template": "ul.list", "early": None}
    row |= {"failed": None, "years": "2023 2024"}
    return [{**row, "reports": n, "ended_at": NOW + timedelta(days=day), **changed} for day, n in enumerate(reports)]


def held(walk: Walk, *reports: int, today: date = date(2026, 2, 1), **changed: Any) -> tuple[list[Outcome], str]:
    findings, failed = drift(SOURCE, walk, baselines(rows(*reports, **changed)).get("a"), today)
    return [finding.kind for finding in findings], failed


def test_as_usual_says_nothing() -> None:
    assert held(WALK, 10, 10, 11) == ([], "")
    assert held(replace(WALK, reports=7), 10, 10, 10) == ([], "")


def test_too_little_fails_and_says_what_to_do() -> None:
    kinds, failed = held(replace(WALK, reports=6), 10, 10, 10)
    assert kinds == [Outcome.BELOW_EXPECTED]
    assert "10 are usual, and fewer than 7 fail the host" in failed
    kinds, failed = held(replace(WALK, reports=1))
    assert kinds == [Outcome.BELOW_EXPECTED]
    assert "2 were expected" in failed


def test_a_new_template_with_too_little_is_a_rebuilt_site() -> None:
    kinds, failed = held(replace(WALK, reports=2, template="div.cards"), 10, 10)
    assert kinds == [Outcome.LAYOUT_CHANGED]
    assert "the site was rebuilt" in failed
    assert held(replace(WALK, template="div.cards"), 10, 10) == ([Outcome.LAYOUT_CHANGED], "")


def test_too_much_and_lost_dates_warn() -> None:
    assert held(replace(WALK, offered=90, reports=26, dated=90), 10, 10) == ([Outcome.ABOVE_EXPECTED], "")
    assert held(replace(WALK, dated=10), 10, 10) == ([Outcome.LAYOUT_CHANGED], "")


def test_three_runs_with_less_make_it_usual() -> None:
    assert held(replace(WALK, reports=4), 10, 10, 10, 4, 4)[1]
    assert held(replace(WALK, reports=4), 10, 10, 4, 4, 4) == ([], "")


@pytest.mark.parametrize("changed", [{"complete": "no"}, {"early": "early"}, {"reports": 0}])
def test_what_is_no_good_run_makes_no_baseline(changed: dict[str, Any]) -> None:
    assert baselines([{**row, **changed} for row in rows(9, 9)]) == {}


def test_silence_and_incremental_walks_are_not_measured() -> None:
    assert held(replace(WALK, reports=1, early=True), 10, 10) == ([], "")
    assert held(replace(WALK, offered=0, reports=0), 10, 10) == ([], "")


@pytest.mark.parametrize(
    ("today", "late"), [(date(2026, 4, 29), False), (date(2026, 4, 30), True), (date(2026, 8, 1), False)]
)
def test_a_missing_year_is_told_when_it_is_late(today: date, late: bool) -> None:
    kinds, failed = held(WALK, 10, today=today)
    assert (kinds == [Outcome.BELOW_EXPECTED]) is late
    assert not failed
    assert held(replace(WALK, years=(2024, 2025)), 10, today=today) == ([], "")
    assert held(WALK, 10, today=today, years="2021 2024") == ([], "")


def test_intervals_grow_to_a_bound_that_is_nearer_in_season() -> None:
    season, summer = NOW, datetime(2026, 7, 1, tzinfo=UTC)
    grown = [interval(2025, same, season) for same in range(8)]
    assert grown == sorted(grown)
    assert grown[0] < timedelta(days=1)
    assert grown[-1] == timedelta(days=8)
    assert interval(2025, 20, summer) == timedelta(days=90)
    assert interval(2019, 0, season) == timedelta(days=30)
    assert interval(2019, 20, season) == timedelta(days=180)
    assert due(season - timedelta(days=2), 2025, season, same=1)
    assert not due(season - timedelta(days=2), 2025, season, same=5)


def test_a_list_is_read_whole_weekly_in_season_and_monthly_out_of_it() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert sweep_due(None, NOW)
    assert sweep_due(NOW - timedelta(days=7), NOW)
    assert not sweep_due(summer - timedelta(days=7), summer)
