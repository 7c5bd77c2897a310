import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dates import find_date, find_dates, title_year

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
WORDS = ("〇", "一", "二", "三", "四", "五", "六", "七", "八", "九")


def in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("" if tens == 1 else WORDS[tens]) + "十"
    return lead + (WORDS[ones] if ones else "")


def spoken(day: date) -> str:
    year = "".join(WORDS[int(digit)] for digit in str(day.year))
    return f"{year}年{in_words(day.month)}月{in_words(day.day)}日"


FORMS = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    lambda day: day.isoformat().translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    lambda day: day.isoformat() + " 10:08:59",
    spoken,
)


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(("", "发布时间：", "[", "来源 123，")))
def test_every_form_of_every_day_is_read(day, form, before):
    assert find_date(before + form(day)) == day
    assert find_dates(before + form(day) + " 前后 " + form(day)) == (day, day)


@given(st.text())
def test_any_text_gives_dates_of_this_century_and_no_error(text):
    found = find_dates(text)
    assert all(2000 <= day.year <= 2099 for day in found)
    assert find_date(text) == (found[0] if found else None)
    assert title_year(text) is None or 2000 <= title_year(text) <= 2099


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-45",
        "2023年6月31日",
        "2023-02-29",
        "1998-01-05",
        "2024 03 28",
        "2024-03",
        "电话 12024-03-281",
        "2024-03-281",
        "2024-03/28",
        "二〇二四年十十月二十八日",
        "二〇二四年三月四十日",
        "",
    ],
)
def test_what_is_no_date_is_skipped(text):
    assert find_date(text) is None


def test_the_first_plausible_date_wins_over_an_impossible_one():
    assert find_date("2026-13-45 更新，2026-01-04 发布，2025-12-31") == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二○二四年三月二十八日", date(2024, 3, 28)),
        ("二零一九年十月十日", date(2019, 10, 10)),
        ("二O二〇年十二月三十一日", date(2020, 12, 31)),
        ("二〇二一年一月廿三日", date(2021, 1, 23)),
        ("2017——04——12", date(2017, 4, 12)),
    ],
)
def test_written_dates(text, day):
    assert find_date(text) == day


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("清溪县水务局2024年法治政府建设情况报告", 2024),
        ("清溪县水务局2024年度法治政府建设年度报告", 2024),
        ("白石镇2024法治政府建设年度报告", 2024),
        ("二〇一九年依法行政工作总结", 2019),
        ("关于２０２２年度法治政府建设情况的报告", 2022),
        ("法治政府建设年度报告（2023年）", 2023),
        ("清政〔2024〕7号 关于2023年法治政府建设情况的报告", 2023),
        ("清政发[2024] 12号 法治政府建设情况报告", None),
        ("清溪县法治政府建设实施方案（2021-2025年）", None),
        ("清溪县法治政府建设规划（2021—2025年）2023年落实情况报告", 2023),
        ("法治社会建设2021年至2025年规划", None),
        ("二〇二一至二〇二五年规划", None),
        ("2023-24年法治政府建设情况", None),
        ("2024年度法治政府建设情况及2025年工作思路", 2024),
        ("2023年法治政府建设总结和2024年工作计划", 2023),
        ("2023年和2024年法治政府建设情况", None),
        ("2025年公布2024年度法治政府建设报告", 2024),
        ("2024年审计工作总结和2025年打算", None),
        ("2024年度审计工作总结和2025年打算", 2024),
        ("2025年1月8日公开的2024年法治政府建设报告", 2024),
        ("办理案件2024件的情况", None),
        ("20241法治政府建设", None),
        ("清溪县法治政府建设情况报告", None),
        ("1999年依法行政工作总结", None),
    ],
)
def test_the_year_a_title_names(title, year):
    assert title_year(title) == year


@pytest.mark.parametrize("piece", ["2024-", "2024年1", "二〇二四年", "二十", "2024 ", "-", "20", "〔2024", "2024至"])
def test_a_megabyte_of_almost_dates_takes_less_than_a_second(piece):
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    find_dates(text)
    title_year(text)
    assert time.process_time() - started < 1.0
