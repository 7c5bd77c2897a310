"""What a page offers beside its own text."""

import pytest

from scrapers.platforms.documents import document_links, kind, may_offer, offers, pictures

URL = "http://a.gov.cn/x/y/t1.html"
LONG = "<p>" + "法治政府建设" * 200 + "</p>"


def test_what_a_page_calls_its_documents():
    page = (
        '<a href="1.xls">附件1：统计表</a><a href="2.pdf"><span>附件2：2024年法治政府建设<b>年度报告</b></span></a>'
        '<a href="/%E6%8A%A5%E5%91%8A.rtf">' + "字" * 400 + "</a>"
    )
    found = offers(page, URL)
    assert [offer.url.rpartition("/")[2] for offer in found] == ["1.xls", "2.pdf", "%E6%8A%A5%E5%91%8A.rtf"]
    assert [offer.name for offer in found] == ["附件1：统计表", "附件2：2024年法治政府建设年度报告", "报告.rtf"]


@pytest.mark.parametrize(
    ("address", "ending"),
    [
        ("http://a/x.PDF", "pdf"),
        ("http://a/v.html?file=/b.docx", "docx"),
        ("http://a/down.jsp?id=3", ""),
        ("http://a/x.xlsx", "xlsx"),
    ],
)
def test_the_kind_an_address_looks_like(address, ending):
    assert kind(address) == ending


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        ('<iframe src="content_1.html" width="100%" height="800"></iframe>', "http://a.gov.cn/x/y/content_1.html"),
        ("<iframe id=c src=/show.jsp?id=3 style='width:100%;height:1200px'></iframe>", "http://a.gov.cn/show.jsp?id=3"),
        ('<frame src="body.htm">', "http://a.gov.cn/x/y/body.htm"),
        ('<iframe src="share.html" width="0" height="0"></iframe>', ""),
        ('<iframe src="share.html" style="display:none"></iframe>', ""),
        ('<iframe src="http://other.gov.cn/a.html"></iframe>', ""),
        ('<iframe src="t1.html"></iframe>', ""),
        ('<iframe src="logo.gif"></iframe>', ""),
        (LONG + '<iframe src="content_1.html"></iframe>', ""),
        ('<a href="a.doc">附件</a><iframe src="content_1.html"></iframe>', "http://a.gov.cn/x/y/a.doc"),
    ],
)
def test_a_bare_page_offers_what_it_shows_in_a_frame(frame, found):
    page = f"<h1>某局法治政府建设年度报告</h1>{frame}"
    assert document_links(page, URL) == ((found,) if found else ())
    assert may_offer(page.encode())


def test_looking_for_documents_is_linear():
    for page in (
        "<a " * 200_000,
        '<iframe src="' * 100_000,
        "<iframe src=a.html>" * 50_000,
        '<a href="x.pdf">' * 50_000,
    ):
        offers(page, URL)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            '<p><img src="/__local/1/a.jpg"></p><p><img width="600" src="b.PNG"></p>',
            ["/__local/1/a.jpg", "/info/1/b.PNG"],
        ),
        ('<p>正文</p><img src="/system/resource/images/fileTypeImages/icon_doc.gif">', []),
        ("<p>正文</p>", []),
    ],
)
def test_pictures_of_a_body_are_its_own_and_not_the_page_s(body, found):
    text = f"""<img src="/images/logo.png"><h1>报告</h1>
<div id="vsb_content"><div class="v_news_content">{body}</div></div>
<p>上一条：<a href="2.htm">无</a></p><img src="/images/qr.png">"""
    assert pictures(text, "http://www.a.gov.cn/info/1/2.htm") == tuple(f"http://www.a.gov.cn{one}" for one in found)
