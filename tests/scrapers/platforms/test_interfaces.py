"""Interfaces behind pages: how a script names them, how their answers read, how their pages are turned."""

import json
from datetime import date

import pytest

from scrapers.model import PageRequest
from scrapers.platforms import PLATFORMS, answers, endpoints, turning
from scrapers.platforms.documents import document_links, may_offer
from scrapers.platforms.shell import drawn_by_script

URL = "http://www.yunxi.gov.cn/fz/"
TITLE = "云溪县2024年法治政府建设年度报告"


@pytest.mark.parametrize(
    ("script", "url", "form", "sent"),
    [
        ('fetch("/data/list_1.json")', "/data/list_1.json", (), ""),
        ("$.getJSON('/api/list?cid=3', draw)", "/api/list?cid=3", (), ""),
        (
            '$.ajax({url: "/api/query", data: {cid: 3, page: 1}, success: f})',
            "/api/query?cid=3&page=1",
            (),
            "",
        ),
        (
            '$.ajax({url: "/rest/getList", type: "POST", data: {cid: "3", pageNo: 1}})',
            "/rest/getList",
            (("cid", "3"), ("pageNo", "1")),
            "",
        ),
        ('axios.post("/api/article/list", {cid: 3, pageNo: 1})', "/api/article/list", (), '{"cid":3,"pageNo":1}'),
        ('<div data-url="/api/list?page=1"></div>', "/api/list?page=1", (), ""),
        ("fetch(`/api/list?page=${page}&size=15`)", "/api/list?page=1&size=15", (), ""),
    ],
)
def test_a_script_names_its_interface(script, url, form, sent):
    (request,) = endpoints.named(f"<script>{script}</script>" if "<div" not in script else script, URL)
    assert request == PageRequest(f"http://www.yunxi.gov.cn{url}", form, sent)


@pytest.mark.parametrize("script", ['fetch("/js/app.js")', '$.get("/count/click?id=1")', "fetch(base + name)", ""])
def test_counters_and_programs_are_no_lists(script):
    assert endpoints.named(f"<script>{script}</script>", URL) == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"results": [{"title": TITLE, "url": "/a1.html", "publishedTimeStr": "2025-01-02"}], "total": 1}},
        {"rows": [{"docTitle": TITLE, "linkUrl": "/a1.html", "publishTime": 1735783200000}], "totalCount": 1},
        {
            "result": json.dumps(
                {"list": [{"infotitle": TITLE, "infourl": "/a1.html", "infodate": "2025-01-02"}], "total": 1}
            )
        },
        {
            "data": {
                "total": 1,
                "list": [{"source": {"title": TITLE, "urls": '{"pc":"/a1.html"}', "pubDate": "2025/1/2"}}],
            }
        },
        {
            "total": "1",
            "menu": [{"name": "首页"}],
            "items": [{"name": TITLE, "href": "/a1.html", "date": "20250102", "fbsj": "2025-01-02"}],
        },
    ],
)
def test_rows_are_found_whatever_they_are_called(answer):
    listing = answers.read(json.dumps(answer), URL)
    assert [(one.title, one.url, one.listed_on) for one in listing.entries] == [
        (TITLE, "http://www.yunxi.gov.cn/a1.html", date(2025, 1, 2))
    ]
    assert (listing.total, listing.interface) == (1, True)


def test_a_callback_is_stepped_over_and_an_answer_without_rows_is_none():
    assert len(answers.read(f'cb({{"list":[{{"title":"{TITLE}","url":"/a"}}]}});', URL).entries) == 1
    assert answers.read('{"code":500,"msg":"error"}', URL).container == ""
    empty = answers.read('{"total":0,"list":[]}', URL)
    assert (empty.entries, empty.container, empty.total) == ((), "list", 0)


@pytest.mark.parametrize(
    ("request_", "read", "total", "turned"),
    [
        (PageRequest(f"{URL}a?page=1&size=5"), 5, 12, ["page=2&size=5", "page=3&size=5"]),
        (PageRequest(f"{URL}a?pageIndex=0&pageSize=5"), 5, 12, ["pageIndex=1&pageSize=5", "pageIndex=2&pageSize=5"]),
        (PageRequest(f"{URL}a?PAGENUM=1"), 5, None, ["PAGENUM=2"]),
        (PageRequest(f"{URL}a?pn=0&rn=5"), 5, 11, ["pn=5&rn=5", "pn=10&rn=5"]),
        (PageRequest(f"{URL}a?currPage=2&rows=5"), 5, 12, ["currPage=3&rows=5"]),
        (PageRequest(f"{URL}a?page=3&size=5"), 2, 12, []),
        (PageRequest(f"{URL}a?page=4"), 0, None, []),
        (PageRequest(f"{URL}a?cid=3"), 5, 12, []),
    ],
)
def test_pages_are_turned_by_number_or_by_entry(request_, read, total, turned):
    assert [one.url for one in turning.after(request_, read, total)] == [f"{URL}a?{query}" for query in turned]


def test_forms_and_json_keep_their_other_fields_and_kinds():
    form = PageRequest(URL, (("cid[]", "3"), ("cid[]", "4"), ("current", "1")))
    assert turning.after(form, 5, None) == (PageRequest(URL, (("cid[]", "3"), ("cid[]", "4"), ("current", "2"))),)
    sent = PageRequest(URL, json='{"cid":3,"params":{"pageNo":1}}')
    assert turning.after(sent, 5, None) == (PageRequest(URL, json='{"cid":3,"params":{"pageNo":2}}'),)


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ('<div id="app"></div><script src="/js/app.3f.js"></script>', "script fills"),
        ('<ul><li v-for="one in list">{{ one.title }}</li></ul>', "template"),
        ("<noscript>请启用脚本后浏览</noscript><div></div>", "without scripts"),
        ('<ul><li><a href="/a.html">一</a></li></ul>', ""),
    ],
)
def test_pages_that_only_a_script_draws_are_told(page, word):
    assert word in drawn_by_script(page) if word else not drawn_by_script(page)


def test_postbacks_turn_to_the_next_page_with_the_fields_of_their_own_form():
    rows = f'<table><tr><td><a href="Item/1.aspx">{TITLE}</a></td><td>2025-01-02</td></tr></table>'
    page = f"""<form action="/search"><input type="hidden" name="q" value="x"></form>
    <form action="List.aspx?c=1"><input type="hidden" name="__VIEWSTATE" value="abc"><input type="hidden"
    name="__EVENTTARGET" value="">{rows}<a href="javascript:__doPostBack('G','Page$1')">1</a> <span>2</span>
    <a href="javascript:__doPostBack(&#39;G&#39;,&#39;Page$3&#39;)">3</a></form>"""
    listing = PLATFORMS["aspnet"].read_listing(page, f"{URL}List.aspx?c=1")
    (request,) = listing.following
    assert listing.pages == 3
    more = page.replace("</form>", """<a href="javascript:__doPostBack('G','Page$11')">...</a></form>""")
    assert PLATFORMS["aspnet"].read_listing(more, URL).pages is None
    assert request.url == f"{URL}List.aspx?c=1"
    assert dict(request.form) == {"__VIEWSTATE": "abc", "__EVENTTARGET": "G", "__EVENTARGUMENT": "Page$3"}
    last = page.replace("Page$3", "Page$0").replace(">3<", ">上页<")
    assert PLATFORMS["aspnet"].read_listing(last, URL).following == ()


def test_a_pdf_that_vsb_shows_by_script_is_a_document():
    call = 'showVsbpdfIframe("/virtual_attach_file.vsb?oid=1&e=.pdf","100%")'
    page = f'<script>var vsb_pdf_image_data=["/p1.jpg"];{call}</script>'
    assert document_links(page, URL) == ("http://www.yunxi.gov.cn/virtual_attach_file.vsb?oid=1&e=.pdf",)
    assert may_offer(page.encode())
