"""Titles in the patterns that sites use, labelled by hand, and addresses in one spelling."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover import canonical_address, hints, judge
from scrapers.harvest.guess import guess
from scrapers.model import Relevance

TITLES = [line.split("\t") for line in (Path(__file__).parent / "titles.tsv").read_text("utf-8").splitlines()[1:]]
"""title, relevance, report year, url, column, breadcrumb, agency, division: written for this test, none from a site."""


def test_there_are_enough_titles_of_every_class():
    assert len(TITLES) >= 400
    assert {row[1] for row in TITLES} == {str(relevance) for relevance in Relevance}


@pytest.mark.parametrize("row", TITLES, ids=[row[0] for row in TITLES])
def test_a_title_is_judged_as_labelled(row):
    title, relevance, year, url, column, breadcrumb, agency, division = row
    guessed = guess(title, url=url, column=column, breadcrumb=breadcrumb)
    assert guessed.verdict.relevance == relevance, guessed.verdict.reason
    assert guessed.verdict.report_year == (int(year) if year else None)
    assert guessed.verdict.reason
    assert not agency or guessed.agency == agency
    assert not division or guessed.division == division


def test_a_stranger_s_host_is_named_in_the_reason():
    title = "远安县2023年度法治政府建设情况报告"
    assert "copy at best" in judge(title, url="http://www.yuanan.gov.cn.example.com/zwgk/1.html").reason
    assert judge(title, url="http://www.yuanan.gov.cn./1.html").relevance is Relevance.REPORT
    assert judge(title).relevance is Relevance.REPORT


@pytest.mark.parametrize(
    ("host", "division"),
    [
        ("www.gddongyuan.gov.cn", "441625"),
        ("sthjj.changzhou.gov.cn", "320400"),
        ("jtt.sc.gov.cn", "510000"),
        ("www.changzhi.gov.cn", "140400"),
        ("www.lianjiang.gov.cn", ""),
        ("www.hs.gov.cn", ""),
        ("www.changzhi.example.com", ""),
        ("[::1", ""),
    ],
)
def test_a_host_spells_one_division_or_none(host, division):
    assert hints.host_division(f"http://{host}/a.html") == division


@pytest.mark.parametrize(
    ("host", "agency"),
    [
        ("whly.ln", "文化和旅游厅"),
        ("sthj.nmg", "生态环境厅"),
        ("sjj.cq", "审计局"),
        ("sfj.changzhou", "司法局"),
        ("sft.changzhou", "司法局"),
        ("tjj.gd", "统计局"),
        ("fgw.sn", "发展和改革委员会"),
        ("sfj.zhongshan.gd", "司法局"),
        ("www.gd", ""),
    ],
)
def test_a_department_is_named_by_its_government_s_rank(host, agency):
    assert hints.host_agency(f"http://{host}.gov.cn/a.html") == agency


def test_the_column_may_name_the_subject():
    assert judge("云溪县水务局2024年年度报告").relevance is Relevance.IRRELEVANT
    assert judge("云溪县水务局2024年年度报告", column="法治政府建设").relevance is Relevance.REPORT
    assert judge("云溪县水务局2024年政府信息公开年度报告", column="法治政府建设").relevance is Relevance.IRRELEVANT


def test_an_empty_title_says_so():
    assert judge(" \n").reason == "the title is empty"


@given(st.text(alphabet="《》法治政府依法行政建设年度报告情况2024〔〕()<>br 号的", max_size=60))
def test_white_space_and_markup_never_change_a_verdict(title):
    assert judge(f" <br/>{title}<br/>\n") == judge(title)


@pytest.mark.parametrize(
    "piece", ["《", "《》", "法治", "<", "<b>", "推荐", "2024", "〔2024〕", "情况和", "（", "发 ", "(a"]
)
def test_a_megabyte_title_takes_less_than_a_second(piece):
    started = time.process_time()
    judge(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("HTTP://WWW.A.gov.cn:80/x/a.html#top", "http://www.a.gov.cn/x/a.html"),
        ("https://a.gov.cn.:443", "https://a.gov.cn/"),
        ("http://a.gov.cn:8600/x", "http://a.gov.cn:8600/x"),
        ("http://a.gov.cn/x/a.jsp;jsessionid=9F8E?id=3", "http://a.gov.cn/x/a.jsp?id=3"),
        ("http://a.gov.cn/x?JSESSIONID=1&id=3&isMobile=true", "http://a.gov.cn/x?id=3"),
        ("http://a.gov.cn/x?id=3&sid=7", "http://a.gov.cn/x?id=3&sid=7"),
        ("mailto:a@b", "mailto:a@b"),
        ("http://a.gov.cn:x/", "http://a.gov.cn:x/"),
    ],
)
def test_one_spelling_for_an_address(written, one):
    assert canonical_address(written) == one


@given(
    st.from_regex(
        r"https?://[a-zA-Z.]{1,9}(:[0-9]{1,4})?(/[a-z;=.]{0,6}){1,3}(;jsessionid=[0-9A-F]{0,5}){0,2}"
        r"(\?([a-z]{1,9}=[0-9]?&?){0,3}(jsessionid=[0-9]&){0,2}){0,1}(#[a-z]{0,4})?",
        fullmatch=True,
    )
    | st.text(max_size=40)
)
def test_spelling_twice_changes_nothing_and_no_session_stays(url):
    once = canonical_address(url)
    assert canonical_address(once) == once
    if once.startswith("http"):
        assert ";jsessionid=" not in once
