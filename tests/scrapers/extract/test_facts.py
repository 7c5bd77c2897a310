import pytest

from scrapers import divisions
from scrapers.extract import names, verdict
from scrapers.extract.agency import Words, whose
from scrapers.extract.head import read_head, titles
from scrapers.extract.tree import grow
from scrapers.extract.years import report_year
from scrapers.model import Fact, Outcome


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("赫山区教育局2024年法治政府建设年度报告", "赫山区教育局"),
        ("丰润区教育局 关于2023年度法治政府建设情况报告", "丰润区教育局"),
        ("关于赫山区教育局2024年法治政府建设情况的报告", "赫山区教育局"),
        ("2023年益阳市司法局法治政府建设年度报告", "益阳市司法局"),
        ("二〇一九年赫山区财政局依法行政工作总结", "赫山区财政局"),
        ("中共益阳市委 益阳市人民政府关于2024年度法治政府建设情况的报告", "中共益阳市委益阳市人民政府"),
        ("赫山区教育局法治政府建设2024年度报告", "赫山区教育局"),
        ("2020年度法治政府建设工作总结", ""),
        ("关于2024年法治政府建设情况的报告", ""),
        ("我局2024年法治政府建设年度报告", ""),
        ("", ""),
    ],
)
def test_the_body_a_title_names(title, name):
    assert names.in_title(title) == name


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("赫山区教育局", "益阳市赫山区教育局", True),
        ("教科局", "裕民县教育和科学技术局", True),
        ("区教育局", "赫山区教育局", True),
        ("谢林港镇", "谢林港镇人民政府", True),
        ("赫山区教育局", "赫山区财政局", False),
        ("司法局", "教育局", False),
    ],
)
def test_two_names_of_one_body(one, other, equal):
    assert names.same(one, other) is equal
    assert names.same(other, one) is equal


@pytest.mark.parametrize(
    ("name", "code", "full"),
    [
        ("赫山区教育局", "430903", "益阳市赫山区教育局"),
        ("区教育局", "430903", "益阳市赫山区教育局"),
        ("教科局", "654225", "裕民县教科局"),
        ("裕民县教科局", "654225", "裕民县教科局"),
        ("益阳市赫山区教育局", "430903", "益阳市赫山区教育局"),
        ("益阳市教育局", "430903", "益阳市教育局"),
        ("省教育厅", "430000", "湖南省教育厅"),
        ("教育部", "110105", "教育部"),
        ("中共赫山区委赫山区人民政府", "430903", "中共赫山区委赫山区人民政府"),
        ("益阳高新区管委会", "430900", "益阳高新区管委会"),
    ],
)
def test_a_name_gets_the_division_it_lacks(name, code, full):
    assert names.full(name, divisions.lookup(code)) == full


def words(**known: object) -> Words:
    given = {"title": "", "byline": (), "signed": (), "source": "", "registered": "", "division": "", "site": ""}
    return Words(**(given | known))


@pytest.mark.parametrize(
    ("known", "agency", "provenance", "division"),
    [
        (
            {
                "title": "赫山区教育局2024年法治政府建设年度报告",
                "signed": ("益阳市赫山区教育局", "2024年1月1日"),
                "site": "430903",
            },
            "益阳市赫山区教育局",
            "sign-off",
            "430903",
        ),
        (
            {"title": "2024年法治政府建设年度报告", "registered": "益阳市赫山区教育局", "division": "430903"},
            "益阳市赫山区教育局",
            "registry",
            "430903",
        ),
        (
            {
                "title": "教科局2023年度法治政府建设工作总结",
                "registered": "裕民县教育和科学技术局",
                "division": "654225",
            },
            "裕民县教育和科学技术局",
            "registry, agrees with title",
            "654225",
        ),
        (
            {"title": "赫山区财政局2023年法治政府建设报告", "registered": "益阳市赫山区人民政府", "division": "430903"},
            "益阳市赫山区财政局",
            "title, division put before",
            "430903",
        ),
        (
            {"title": "南县司法局2023年法治政府建设报告", "registered": "", "division": "430900"},
            "南县司法局",
            "title",
            "430921",
        ),
        (
            {"title": "赫山区2024年法治政府建设年度报告", "division": "430903"},
            "益阳市赫山区人民政府",
            "division named in title, division put before",
            "430903",
        ),
        (
            {"title": "2020年度法治政府建设工作总结", "byline": ("龙泉市教育局",), "division": "331100"},
            "龙泉市教育局",
            "by-line",
            "331181",
        ),
        (
            {"title": "2020年法治政府建设报告", "source": "赫山区教育局 作者", "site": "430903"},
            "益阳市赫山区教育局",
            None,
            "430903",
        ),
        ({"title": "海南区教育局2020年法治政府建设报告"}, "乌海市海南区教育局", None, "150303"),
        ({"title": "清水縣農業農村局2022年度法治政府建設(shè)工作總結(jié)"}, "清水县农业农村局", "title", "620521"),
        (
            {"title": "益阳市生态环境局赫山分局2023年法治政府建设报告", "division": "430903"},
            "益阳市生态环境局赫山分局",
            "title",
            "430903",
        ),
        ({"title": "2024年桃江县法治政府建设年度报告", "division": "430922"}, "桃江县人民政府", None, "430922"),
        (
            {"title": "赫山区司法局2024年法治政府建设报告", "signed": ("益阳市赫山区司法局　　益阳市赫山区教育局",)},
            "益阳市赫山区司法局",
            "sign-off",
            "430903",
        ),
    ],
)
def test_whose_report(known, agency, provenance, division):
    name, where = whose(words(**known))
    assert name is not None
    assert name.value == agency
    assert provenance in (None, name.provenance)
    assert where is not None
    assert where.value == division


def test_nobody_says_whose_it_is():
    assert whose(words(title="2020年度法治政府建设工作总结")) == (None, None)


@pytest.mark.parametrize(
    ("title", "listed", "hinted", "body", "year", "provenance"),
    [
        ("赫山区教育局2024年法治政府建设年度报告", "", None, "", 2024, "title"),
        ("法治政府建设报告", "2023年法治政府建设报告", None, "", 2023, "listed title"),
        ("法治政府建设报告", "", 2022, "", 2022, "listed title"),
        (
            "法治政府建设报告",
            "",
            None,
            "2021年，我局。2021年度。2020年12月31日以前。2020年",
            2021,
            "most frequent year of the opening",
        ),
        ("法治政府建设报告", "", None, "没有年份", None, ""),
    ],
)
def test_report_year(title, listed, hinted, body, year, provenance):
    assert report_year(title, listed, hinted, body) == (year, provenance)


def test_titles_in_order_of_trust():
    tree = grow(
        "<title>某局2024年法治政府建设报告 - 信息公开 - 某某市人民政府</title>"
        "<META NAME='articletitle' CONTENT='某局2024年&lt;br&gt;法治政府建设报告'>"
        "<meta name=SiteIDCode content=4309030001><body><h1>某局2024年法治政府建设报告</h1>"
    )
    assert tree is not None
    head = read_head(tree)
    assert head.division == "430903"
    assert titles(head)[0][0] == "某局2024年法治政府建设报告"
    assert {provenance for _, provenance in titles(head)} == {
        "meta ArticleTitle",
        "heading in title",
        "title element",
        "heading",
    }


def test_the_site_code_in_the_footer_counts():
    tree = grow("<body><p>政府网站标识码：6542250001</p>")
    assert tree is not None
    assert read_head(tree).division == "654225"


def test_a_title_bears_a_cut_one():
    assert verdict.bears("裕民县教育和科学技术局2022年度法治政府建设工作总结", "裕民县教育和科学技术局2022年度法治政…")
    assert not verdict.bears("我市召开法治政府建设推进会", "某某市司法局2023年法治政府建设年度报告")
    assert not verdict.bears("某某市人民政府", "某某市司法局2023年法治政府建设年度报告")


@pytest.mark.parametrize(
    "title",
    [
        "我市召开法治政府建设推进会",
        "2024年法治政府建设报告政策解读",
        "2024年政府信息公开工作年度报告",
        "教育工作总结",
        "关于印发《某局法治政府建设报告》的通知",
    ],
)
def test_titles_that_name_no_report(title):
    assert verdict.irrelevant(title)


def test_a_report_title_is_not_irrelevant():
    assert verdict.irrelevant("赫山区教育局2024年法治政府建设年度报告") == ""


def test_mismatch_tells_gone_from_other():
    listed = "某某市司法局2023年法治政府建设年度报告"
    assert verdict.mismatch(["出错了"], listed, "", is_article=False)[0] is Outcome.SOFT_404
    assert verdict.mismatch(["首页"], listed, "", is_article=False)[0] is Outcome.SOFT_404
    assert verdict.mismatch(["另一篇"], listed, "", is_article=True)[0] is Outcome.NOT_A_REPORT


@pytest.mark.parametrize(
    ("known", "division", "provenance"),
    [
        ({"crumb": "当前位置：首页 > 龙泉市教育局"}, "331181", "breadcrumb"),
        ({"host": "430903"}, "430903", "host"),
        ({"site": "654225", "crumb": "首页 > 龙泉市", "host": "430903"}, "654225", "site code"),
        ({"division": "130208", "site": "654225"}, "130208", "registry"),
    ],
)
def test_the_division_where_the_name_says_none(known, division, provenance):
    assert whose(words(title="2020年度法治政府建设工作总结", **known))[1] == Fact(division, provenance)
