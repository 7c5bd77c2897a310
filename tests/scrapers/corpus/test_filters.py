"""Conditions choose the reports they name, and a wrong code is said to be wrong."""

from collections.abc import Callable

import polars as pl
import pytest

from scrapers.corpus import filters
from scrapers.errors import NotInArchive, UserError

REPORTS = pl.LazyFrame(
    [
        ("a", 2024, "430903", "湖南省", "益阳市", "赫山区", "益阳市赫山区司法局", "年度报告", "坚持ＡＩ执法"),
        ("b", 2023, "430900", "湖南省", "益阳市", None, "益阳市司法局", "报告", "行政复议 50% 公开"),
        ("c", 2024, "110105", "北京市", None, "朝阳区", None, "无名报告", "执法监督"),
        ("d", None, "430000", "湖南省", None, None, "湖南省司法厅", "省报告", "复议"),
    ],
    schema=["id", "report_year", "division", "province", "city", "county", "agency", "title", "text"],
    orient="row",
)


@pytest.mark.parametrize(
    ("condition", "chosen"),
    [
        (filters.of_year(2024), "ac"),
        (filters.of_year([2023, 2024]), "abc"),
        (filters.of_year(iter(())), ""),
        (filters.of_province("430000"), "abd"),
        (filters.of_province("430903"), "abd"),
        (filters.of_province("湖南"), "abd"),
        (filters.of_province("湖南省"), "abd"),
        (filters.of_division("430900"), "ab"),
        (filters.of_division("430903"), "a"),
        (filters.of_division("430000"), "abd"),
        (filters.of_division("益阳市"), "ab"),
        (filters.of_division("朝阳区"), "c"),
        (filters.of_agency("赫山区司法"), "a"),
        (filters.of_agency("."), ""),
        (filters.of_query("复议"), "bd"),
        (filters.of_query("50% 复议"), "b"),
        (filters.of_query("赫山区 年度"), "a"),
        (filters.of_query("无名 监督"), "c"),
    ],
)
def test_conditions(condition: pl.Expr, chosen: str) -> None:
    assert "".join(REPORTS.filter(condition).collect()["id"]) == chosen


FLAGGED = pl.LazyFrame(
    {
        "id": ["a", "b", "c"],
        "flags": ["converted shared_text", "shared", None],
        "tier": ["official", "repost", "official"],
        "agency_type": ["justice", "government", None],
    }
)


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ({}, "abc"),
        ({"flag": "shared_text"}, "a"),
        ({"flag": "shared"}, "b"),
        ({"flagged": True}, "ab"),
        ({"flagged": False}, "c"),
        ({"tier": "official", "flagged": None, "flag": ""}, "ac"),
        ({"agency_type": "justice", "tier": "official"}, "a"),
    ],
)
def test_conditions_are_met_together(asked: filters.Conditions, chosen: str) -> None:
    assert "".join(FLAGGED.filter(*filters.matching(**asked)).collect()["id"]) == chosen


def test_what_cannot_be_asked_is_said_so() -> None:
    with pytest.raises(UserError, match=r"no agency_type 'law'\. Known: government"):
        filters.matching(agency_type="law")
    with pytest.raises(UserError, match=r"no tier 'first'\. Known: official, affiliate, repost"):
        filters.matching(tier="first")
    with pytest.raises(TypeError, match="cannot be asked for 'provnce'"):
        filters.matching(provnce="湖南")  # type: ignore[call-arg]


def test_words_match_in_either_case_of_the_query() -> None:
    reports = pl.LazyFrame(
        {"title": ["Report"], "agency": [None], "text": ["AI 执法"]}, schema_overrides={"agency": pl.String}
    )
    assert reports.filter(filters.of_query("ＡＩ report")).collect().height == 1


@pytest.mark.parametrize("query", ["（2021－2025年）", "(2021-2025年)", "规划，ＡＩ", "规划,ai"])
def test_a_sentence_copied_from_a_report_is_found_in_it(query: str) -> None:
    reports = pl.LazyFrame({"title": ["规划（2021－2025年）"], "agency": ["司法局"], "text": ["落实规划，ＡＩ执法"]})
    assert reports.filter(filters.of_query(query)).collect().height == 1


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_asked_is_no_condition(nothing: str | None) -> None:
    assert filters.of_province(nothing) is None
    assert filters.of_division(nothing) is None
    assert filters.of_agency(nothing) is None
    assert filters.of_query(nothing) is None
    assert filters.of_query("  ") is None
    assert filters.of_year(None) is None


def test_a_code_of_no_division_is_named() -> None:
    with pytest.raises(NotInArchive, match="999999"):
        filters.of_division("999999")


@pytest.mark.parametrize("asked", [filters.of_division, filters.of_province])
def test_a_name_of_no_division_is_no_answer_of_nothing(asked: Callable[[str], object]) -> None:
    with pytest.raises(NotInArchive, match="No division is called 'Hunan'"):
        asked("Hunan")
