"""A report's further facts: number, sections, tier, flags, confidence, and dates that cannot be."""

from dataclasses import replace
from datetime import date

import pytest

from scrapers.extract import read
from scrapers.extract.facts import Seen, breadcrumb, completed
from scrapers.extract.flags import QUALITY, flags
from scrapers.extract.sections import sections
from scrapers.extract.tiers import tier
from scrapers.model import Fact, Report
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, hint, pdf

TEXT = "\n".join(BODY * 4)


def report(**known: object) -> Report:
    given = {"title": Fact(TITLE, "heading"), "text": TEXT, "agency": None, "division": Fact("430903", "registry")}
    dated = {"report_year": 2024, "report_year_provenance": "title", "published_on": date(2025, 1, 3)}
    rest = {
        "published_on_provenance": "meta PubDate",
        "signed_on": date(2024, 12, 26),
        "signed_on_provenance": "sign-off",
    }
    return Report(**(given | dated | rest | known))


HTML = hint("html", fetched_on=date(2025, 6, 1))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["一、主要举措和成效", "二、存在的不足和原因", "三、下一年度工作安排"], "measures problems plan"),
        (["一、深入推进依法行政", "二、存在问题", "三、2025年工作打算"], "measures problems plan"),
        (["（一）2024年法治政府建设的主要做法", "四、主要负责人履行推进法治建设职责情况"], "measures duty"),
        (["一、工作开展情况", "局长认真履行推进法治建设第一责任人职责，带头学法。"], "measures duty"),
        (["三、存在的主要问题和下一步打算"], "problems plan"),
        (["四、其他需要报告的事项"], "other"),
        (["第三部分 下一步工作思路"], "plan"),
        (["我们在坚持问题导向中前进，继续做好来年的工作安排，不断取得新的更大成效，为全区发展作贡献。"], ""),
        ([""], ""),
    ],
)
def test_sections_are_told_by_their_headings(lines, found):
    assert " ".join(sections("\n".join(lines))) == found


@pytest.mark.parametrize(
    ("url", "domain", "code", "division", "found"),
    [
        ("http://www.hnhs.gov.cn/a.html", "", "", "430903", "official"),
        ("http://www.hnhs.gov.cn/a.html", "www.hnhs.gov.cn", "430903", "430903", "official"),
        ("http://sfj.hnhs.gov.cn/a.html", "http://www.hnhs.gov.cn/", "430903", "430903", "official"),
        ("http://www.yiyang.gov.cn/a.html", "", "430900", "430903", "official"),
        ("http://www.hnhs.gov.cn/a.html", "www.other.gov.cn", "430903", "430903", "affiliate"),
        ("http://www.hnhs.gov.cn/a.html", "", "620521", "430903", "affiliate"),
        ("http://www.hs-jy.cn/a.html", "hs-jy.cn", "430903", "430903", "affiliate"),
        ("http://www.moj.gov.cn/a.html", "", "bm1200", "", "official"),
        ("http://nycmayorsoffice.com/fanwen/6192.html", "", "", "420200", "repost"),
        ("http://p1598.com/col/a.html", "www.jinhua.gov.cn", "330700", "330700", "repost"),
        ("http://p1598.com/col/a.html", "", "330700", "330700", "repost"),
        ("http://gov.cn.evil.com/a.html", "", "", "430903", "repost"),
        ("http://evilgov.cn/a.html", "", "", "430903", "repost"),
        ("http://127.0.0.11/a.html", "", "430903", "430903", "official"),
        ("http://127.0.0.21/a.html", "", "", "620521", "repost"),
        ("http://[::1", "", "", "430903", "repost"),
    ],
)
def test_the_tier_of_a_copy(url, domain, code, division, found):
    assert tier(url, domain, code, division) == found


@pytest.mark.parametrize(
    ("known", "raised"),
    [
        ({}, ()),
        ({"text": BODY[0]}, ("too_short",)),
        ({"text": TEXT + "\n我局将继续，"}, ("truncated",)),
        ({"text": TEXT + "\n" + "我局将继续深入贯彻落实各项任务并且不断提高能力", "signed_on": None}, ("truncated",)),
        ({"text": TEXT + "\n" + "我局将继续深入贯彻落实各项任务并且不断提高能力"}, ()),
        ({"text": TEXT.replace("我局", "某县教育局坚持")}, ("placeholder",)),
        ({"text": TEXT + "\nXX市XX局。"}, ("placeholder",)),
        ({"text": TEXT.replace("的", "\ufffd")}, ("mojibake",)),
        ({"text": TEXT.replace("的", "ㄔ")}, ("garbled",)),
        ({"agreement": 0.7}, ("low_agreement",)),
        ({"ocr_confidence": 0.99}, ("ocr",)),
        ({"ocr_confidence": 0.8}, ("ocr", "ocr_unsure")),
        ({"text": TEXT + "\n联系电话：13812345678。"}, ("personal_data",)),
        ({"text": TEXT + "\n身份证11010519491231002X。"}, ("personal_data",)),
        ({"text": TEXT + "\n办件13812345678901件。"}, ()),
    ],
)
def test_what_is_amiss_is_flagged(known, raised):
    assert flags(report(**known), attached=False) == raised
    assert set(raised) <= set(QUALITY)


def test_a_text_of_a_document_is_flagged():
    assert flags(report(), attached=True) == ("attachment_only",)


def test_dates_after_the_fetch_are_null_and_flagged():
    found = completed(
        report(published_on=date(2026, 12, 31), signed_on=date(2099, 1, 1), report_year=2026), Seen(), HTML
    )
    assert (found.published_on, found.signed_on, found.report_year) == (None, None, None)
    assert found.flags[:3] == ("impossible_published_on", "impossible_signed_on", "impossible_report_year")
    assert "published_on" not in found.confidence


def test_a_day_that_no_calendar_has_is_flagged():
    seen = Seen(above=("发布时间：2025-06-31",))
    assert "impossible_date" in completed(report(), seen, HTML).flags
    assert "impossible_date" in completed(report(text=TEXT + "\n2024年11月31日"), Seen(), HTML).flags
    assert completed(report(), Seen(above=("发布时间：2025-01-03",)), HTML).flags == ()


def test_facts_are_added_with_their_confidence():
    above = ("索引号：4309/2025-1 文号：赫教发〔2025〕3号", "您的位置：首页 > 教育局")
    seen = Seen(above, domain="x.gov.cn", code="430903", published="2025-01-05 10∶08")
    found = completed(report(agency=Fact("益阳市赫山区教育局", "registry, agrees with title")), seen, HTML)
    assert found.document_number == "赫教发〔2025〕3号"
    assert found.published_meta == date(2025, 1, 5)
    assert found.sections == ("measures", "problems", "duty", "plan")
    assert found.tier == "official"
    sure = {"title": 0.85, "agency": 0.98, "division": 0.9, "report_year": 0.99, "published_on": 0.8, "signed_on": 0.97}
    assert found.confidence == sure


def test_a_number_on_a_line_of_its_own_is_the_papers():
    assert completed(report(text="赫政发〔2025〕12号\n" + TEXT), Seen(), HTML).document_number == "赫政发〔2025〕12号"
    mentions = report(text="根据《通知》（赫政发〔2025〕12号）要求。\n" + TEXT)
    assert completed(mentions, Seen(), HTML).document_number == ""


def test_a_site_code_of_another_province_contests_the_division():
    found = completed(report(), Seen(code="620521"), HTML)
    assert "division_conflict" in found.flags
    assert found.confidence["division"] == 0.5


def test_a_documents_facts_are_its_pages():
    parent = completed(
        report(text=""), Seen(above=("文号：赫教发〔2025〕3号",), published="2025-01-05", code="430903"), HTML
    )
    reading = read(pdf([TITLE, *BODY, *SIGNED]), hint("pdf", parent=parent))
    assert reading.report is not None
    assert reading.report.document_number == "赫教发〔2025〕3号"
    assert reading.report.tier == "official"
    assert reading.report.published_meta == date(2025, 1, 5)
    assert "attachment_only" in reading.report.flags


def test_the_breadcrumb_names_a_division_where_nothing_else_does():
    assert breadcrumb(("某网", "当前位置：首页 > 丰润区 > 教育局", "标题")) == "当前位置：首页 > 丰润区 > 教育局"
    assert breadcrumb(("标题",)) == ""


def test_completing_twice_changes_nothing():
    once = completed(report(), Seen(code="620521"), HTML)
    assert completed(once, Seen(code="620521"), HTML) == replace(once)
