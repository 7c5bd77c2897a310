"""Every system's list pages, read from synthetic pages with navigation, clocks and side columns around the list."""

import json
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.model import PageRequest
from scrapers.platforms import PLATFORMS, Listing

PAGES = Path(__file__).parents[2] / "pages" / "lists"
URL = "http://www.yunxi.gov.cn/fz/index.shtml"


def read(platform: str, name: str, url: str = URL) -> Listing:
    return PLATFORMS[platform].read_listing((PAGES / name).read_text(encoding="utf-8"), url)


def urls(requests: tuple[PageRequest, ...]) -> list[str]:
    return [request.url for request in requests]


def test_every_system_satisfies_the_contract():
    assert list(PLATFORMS) == [
        "generic", "trs", "jcms", "jpaas", "ucap", "gkmlpt", "vsb", "lonsun", "easysite", "epoint", "aspnet", "spa",
    ]  # fmt: skip
    for name, platform in PLATFORMS.items():
        assert name == platform.NAME
        assert platform.BODY_SELECTORS
        assert platform.MARKS or name == "generic"


def test_trs_resolves_against_the_list_and_takes_no_side_column():
    listing = read("trs", "trs.html")
    assert [entry.url for entry in listing.entries] == [
        "http://www.yunxi.gov.cn/fz/202502/t20250218_9001.shtml",
        "http://www.yunxi.gov.cn/fz/202501/t20250106_9000.shtml",
        "http://www.yunxi.gov.cn/tzgg/202403/t20240311_8800.shtml",
        "http://www.yunxi.gov.cn/zfxxgk/fzzfjs/202303/t20230302_8500.shtml",
    ]
    assert listing.entries[0].title == "云溪县水务局2024年度法治政府建设情况报告"
    assert [entry.listed_on for entry in listing.entries][:3] == [
        date(2025, 2, 18),
        date(2025, 1, 6),
        date(2024, 3, 11),
    ]
    assert listing.entries[3].listed_on is None
    assert urls(listing.following) == [f"http://www.yunxi.gov.cn/fz/index_{n}.shtml" for n in (1, 2, 3)]
    assert (listing.total, listing.pages, listing.container) == (None, 4, "ul.gl-list")


def test_trs_names_only_the_pages_after_the_current_one_and_reads_variables():
    page = "<p>x</p><script>var countPage = 5; createPageHTML(countPage, 3, 'list', 'html');</script>"
    assert urls(PLATFORMS["trs"].read_listing(page, "http://a.gov.cn/x/list_3.html").following) == [
        "http://a.gov.cn/x/list_4.html"
    ]


def test_trs_empty_list_is_recognised_as_a_list():
    listing = PLATFORMS["trs"].read_listing("<p></p><script>createPageHTML(0, 0, 'index', 'shtml')</script>", URL)
    assert (listing.entries, listing.following, listing.container) == ((), (), "createPageHTML")


def test_jcms_reads_records_and_asks_the_proxy_for_the_rest():
    listing = read("jcms", "jcms.html", "https://zjj.liuxi.gov.cn/col/col4410/index.html")
    assert [(entry.title, entry.listed_on) for entry in listing.entries] == [
        ("柳溪市住房和城乡建设局2024年法治政府建设年度报告", date(2025, 2, 20)),
        ("柳溪市住房和城乡建设局2023年法治建设工作总结", date(2024, 12, 30)),
        ("关于开展执法证件年审的通知", date(2024, 1, 5)),
    ]
    assert (listing.total, listing.pages) == (7, 3)
    first, second = listing.following
    assert first.url == "https://zjj.liuxi.gov.cn/module/web/jpage/dataproxy.jsp"
    form = dict(first.form)
    assert (form["startrecord"], form["endrecord"], form["perpage"]) == ("4", "6", "3")
    assert (form["columnid"], form["unitid"], form["webid"], form["path"]) == ("4410", "88120", "17", "/")
    assert form["webname"] == "柳溪市住房和城乡建设局"
    assert (dict(second.form)["startrecord"], dict(second.form)["endrecord"]) == ("7", "7")


def test_jcms_reads_the_proxys_answer_and_asks_no_further():
    listing = read("jcms", "jcms_answer.xml", "https://zjj.liuxi.gov.cn/module/web/jpage/dataproxy.jsp")
    assert [entry.url.rsplit("_", 1)[1] for entry in listing.entries] == ["500110.html", "500100.html"]
    assert listing.total == 7
    assert listing.following == ()


def test_jcms_leaves_out_a_record_that_is_cut_off():
    whole = (PAGES / "jcms_answer.xml").read_text(encoding="utf-8")
    cut = whole[: whole.index("2021年法治")]
    listing = PLATFORMS["jcms"].read_listing(cut, URL)
    assert [entry.title for entry in listing.entries] == ["柳溪市住房和城乡建设局2022年法治政府建设年度报告"]
    assert listing.total == 7


def test_jpaas_units_are_asked_for_and_their_answers_read():
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    page = f"""<script url="{unit}" queryData="{{'parseType':'bulidstatic','webId':'9','pageId':'ab12'}}"></script>"""
    (request,) = PLATFORMS["jcms"].read_listing(page, "https://www.liuxi.gov.cn/col/col1/index.html").following
    assert request.url.startswith(
        f"https://www.liuxi.gov.cn{unit}?parseType=bulidstatic&webId=9&pageId=ab12&paramJson="
    )
    row = '<ul><li><a href="/art/2025/art_1f.html">岚山区2024年法治政府建设年度报告</a><i>2025-01-09</i></li></ul>'
    answer = json.dumps({"success": True, "data": {"html": row}})
    listing = PLATFORMS["jcms"].read_listing(answer, request.url)
    assert [entry.url for entry in listing.entries] == ["https://www.liuxi.gov.cn/art/2025/art_1f.html"]
    (following,) = listing.following
    assert "%22pageNo%22%3A2" in following.url


@pytest.mark.parametrize(
    ("script", "second"),
    [
        ("new Pager({total: 7, size: 3, current: 1, url: 'index_{page}.html'})", "index_2.html"),
        ('function go(n) { location.href = "index_" + n + ".html"; }', "index_2.html"),
        ('function go(n) { window.location.href = "list.jsp?cid=3&pageNo=" + n; }', "list.jsp?cid=3&pageNo=2"),
    ],
)
def test_pages_that_a_script_names_from_a_template(script, second):
    row = '<ul><li><a href="/a/{0}.html">云溪县第{0}号法治政府建设年度报告</a><span>2024-03-01</span></li></ul>'
    page = f'{row.format(1)}<a href="javascript:go(2)">下一页</a> 共7条 第1页/共3页<script>{script}</script>'
    listing = PLATFORMS["generic"].read_listing(page, "http://a.gov.cn/fz/")
    assert urls(listing.following)[0] == f"http://a.gov.cn/fz/{second}"
    assert (len(listing.following), listing.total) == (2, 7)


def test_of_several_jpaas_units_the_one_that_lists_is_asked():
    unit = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    page = "".join(
        f"""<script url="{unit}" querydata="{{'pageId':'{page_id}','tagId':'{tag}'}}"></script>"""
        for page_id, tag in (("a1", "当前位置"), ("b2", "信息列表"), ("c3", "页脚"))
    )
    (request,) = PLATFORMS["jpaas"].read_listing(page, "https://www.liuxi.gov.cn/col/col1/index.html").following
    assert "pageId=b2" in request.url


@pytest.mark.parametrize(
    ("name", "pages"), [("ucap_comment.html", ["ndbglist_2", "ndbglist_3"]), ("ucap_plain.html", ["list_3"])]
)
def test_ucap_reads_the_list_in_a_comment_and_in_the_open(name, pages):
    listing = read("ucap", name)
    assert [(entry.title, entry.listed_on) for entry in listing.entries] == [
        ("澄江区司法局2024年度法治政府建设年度报告", date(2025, 3, 14)),
        ("澄江区司法局2023年度法治政府建设年度报告", date(2024, 3, 20)),
    ]
    assert urls(listing.following) == [f"http://www.yunxi.gov.cn/fz/{page}.shtml" for page in pages]
    assert listing.pages == 3


def test_ucap_reads_the_data_a_page_hands_to_its_script():
    listing = read("ucap", "ucap_data.html")
    assert [(entry.url.rsplit("/", 1)[1], entry.title[:4], entry.listed_on) for entry in listing.entries] == [
        ("content_190.html", "南屏县卫", date(2025, 1, 22)),
        ("content_171.html", "南屏县卫", date(2024, 1, 19)),
    ]


def test_gkmlpt_shell_names_the_interface():
    shell = "https://www.hengjiang.gov.cn/sjj/gkmlpt/index"
    assert urls(read("gkmlpt", "gkmlpt_shell.html", shell).following) == [
        "https://www.hengjiang.gov.cn/sjj/gkmlpt/api/all/2417?page=1&sid=768011"
    ]
    assert "/all/505?" in read("gkmlpt", "gkmlpt_shell.html", f"{shell}#505").following[0].url


def test_gkmlpt_interface_gives_entries_total_and_further_pages():
    api = "https://www.hengjiang.gov.cn/sjj/gkmlpt/api/all/2417?page=1&sid=768011"
    listing = read("gkmlpt", "gkmlpt_api.json", api)
    assert [(entry.title, entry.listed_on) for entry in listing.entries] == [
        ("横江区审计局2024年度法治政府建设年度报告", date(2025, 2, 28)),
        ("横江区审计局2025年审计工作要点", date(2025, 1, 9)),
    ]
    assert (listing.total, listing.pages) == (5, 2)
    assert urls(listing.following) == [api.replace("page=1", "page=2")]
    assert read("gkmlpt", "gkmlpt_api.json", api.replace("page=1", "page=2")).following == ()


@pytest.mark.parametrize(
    ("name", "titles", "days", "following"),
    [
        (
            "generic_table.html",
            ["石门镇"] * 2,
            [date(2025, 1, 8), date(2024, 1, 9)],
            ["typeid=6&page=2", "typeid=6&page=3"],
        ),
        (
            "generic_div.html",
            ["白鹭街"] * 2,
            [date(2025, 3, 1), date(2024, 2, 28)],
            [f"list_{n}.html" for n in range(2, 7)],
        ),
        (
            "generic_flat.html",
            ["枫林乡"] * 3,
            [date(2025, 2, 11), date(2024, 2, 13), date(2023, 7, 1)],
            ["fzjs/8.htm", "fzjs/7.htm"],
        ),
        ("generic_undated.html", ["梅岭区"] * 2, [None, None], ["2.htm"]),
    ],
)
def test_generic_reads_tables_cards_flat_and_undated_lists(name, titles, days, following):
    listing = read("generic", name)
    assert [entry.title[:3] for entry in listing.entries] == titles
    assert [entry.listed_on for entry in listing.entries] == days
    assert len(listing.following) == len(following)
    assert all(url.endswith(end) for url, end in zip(urls(listing.following), following, strict=True))


def test_an_empty_list_differs_from_a_page_without_any():
    empty, foreign = read("generic", "generic_empty.html"), read("generic", "generic_foreign.html")
    assert empty.entries == foreign.entries == ()
    assert empty.container
    assert not foreign.container


def test_numbering_may_run_backwards_and_start_in_the_middle():
    page = '<a href="/x/3.htm">1</a><a href="/x/2.htm">4</a><a href="/x/1.htm">5</a> 共5页'
    page = page.replace('<a href="/x/3.htm">1</a>', "")
    listing = PLATFORMS["generic"].read_listing(f"<p>{page}</p>", "http://a.gov.cn/x/3.htm")
    assert urls(listing.following) == ["http://a.gov.cn/x/2.htm", "http://a.gov.cn/x/1.htm"]


@pytest.mark.parametrize("platform", list(PLATFORMS))
@given(text=st.text(alphabet="<>ali/href=\"' 2024-03-01法治createPageHTML(){}[],:;!-&#\x00\\", max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_error_and_links_are_absolute(platform, text):
    listing = PLATFORMS[platform].read_listing(text, URL)
    PLATFORMS[platform].read_article(text)
    assert all(re.match(r"https?://", entry.url) and entry.title for entry in listing.entries)


HOSTILE = (
    "<",
    '<a href="',
    "<!--<a<li",
    "createPageHTML(",
    "createPageHTML(abc,def,'i','s')",
    "共1",
    "<datastore><record><![CDATA[",
    "articleList:[{'a':",
)
HOSTILE += ('{"articles":[', "DETAIL:{", "/*", "columnid:'", "2024-")


@pytest.mark.parametrize("platform", list(PLATFORMS))
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_almost_anything_takes_less_than_a_second(platform, piece):
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    PLATFORMS[platform].read_listing(text, URL)
    PLATFORMS[platform].read_article(text)
    assert time.process_time() - started < 1.0


def test_ten_thousand_links_are_capped_and_a_common_page_is_fast():
    row = '<li><a href="/a/{0}.html">云溪县第{0}号法治政府建设年度报告</a><span>2024-03-01</span></li>'
    many = "<ul>" + "".join(row.format(number) for number in range(10_000)) + "</ul>"
    assert len(PLATFORMS["generic"].read_listing(many, URL).entries) == 2000
    common = (PAGES / "trs.html").read_text(encoding="utf-8").replace("</ul>\n<div", row.format(1) * 20 + "</ul>\n<div")
    started = time.process_time()
    for _ in range(20):
        PLATFORMS["trs"].read_listing(common, URL)
    assert (time.process_time() - started) / 20 < 0.02  # it takes about 2 ms; the rest is room for a busy machine
