"""Articles that pages carry as data, marks of systems, script literals, and document links."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.platforms import PLATFORMS
from scrapers.platforms.documents import document_links
from scrapers.platforms.script import value_after

PAGES = Path(__file__).parents[2] / "pages" / "lists"
URL = "http://a.gov.cn/x/y/t1.html"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def page(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def test_gkmlpt_article_is_read_from_its_config():
    article = PLATFORMS["gkmlpt"].read_article(page("gkmlpt_article.html"))
    assert article is not None
    assert article.title == "横江区审计局2024年度法治政府建设年度报告"
    assert article.body_html == "<p>2024年，我局坚持依法审计。</p>\n<p>一、主要举措和成效</p>"
    assert article.published_on == date(2025, 2, 28)
    assert article.source_label == "横江区审计局"


@pytest.mark.parametrize(
    "text",
    [
        "DETAIL: null",
        'DETAIL:{"title":"a","content":""}',
        'DETAIL:{"title":"a","content":"b',
        'DETAIL:{"title":1,"content":"b"}',
        "DETAIL:" + '{"a":' * 500,
    ],
)
def test_a_config_without_a_readable_body_is_no_article(text):
    assert PLATFORMS["gkmlpt"].read_article(f"<script>_CONFIG={{{text}}}</script>") is None


@given(JSON)
def test_any_json_is_read_back_from_a_script(value):
    wrapped = [value]
    assert value_after(f"var data = {json.dumps(wrapped)};", "data") == wrapped
    assert value_after(f"x.data: {json.dumps(wrapped, ensure_ascii=False)};", "data") is None
    loose = json.dumps(wrapped)[:-1] + ", ] // end"
    assert value_after(f"var data = {loose};", "data") == wrapped


def test_literals_as_people_write_them():
    text = "cfg = { a: 'it\\'s', \"b\": [1, 2,], // note\n c: new Date(2024, 1), d: true,"
    text += " /* x */ e: '\\u6cd5\\ud83d\\ude00' };"
    assert value_after(text, "cfg") == {"a": "it's", "b": [1, 2], "c": None, "d": True, "e": "法😀"}


def test_the_first_readable_value_counts():
    assert value_after("list = ['broken; list = [1]", "list") == [1]
    assert value_after("mylist = [1]", "list") is None


def test_documents_by_ending_form_and_viewer_in_order_once_each():
    text = """<a href="./P020250301.pdf#page=2">a</a> <a href="P020250301.pdf">again</a>
    <a title="x" href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;owner=1&amp;wbfileid=3'>附件</a>
    <iframe src="/pdfjs/web/viewer.html?file=/upload/a%20b.pdf"></iframe> <a href="t2.html">next</a>
    <embed src=report.OFD> <img src="x.pdf.png">"""
    assert document_links(text, URL) == (
        "http://a.gov.cn/x/y/P020250301.pdf",
        "http://a.gov.cn/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=3",
        "http://a.gov.cn/upload/a%20b.pdf",
        "http://a.gov.cn/x/y/report.OFD",
    )


def test_documents_are_capped_at_five():
    assert len(document_links("".join(f'<a href="{n}.doc">x</a>' for n in range(9)), URL)) == 5


@given(st.text(alphabet="<>a hrefsiframe=\"'/.pdf?#&;:", max_size=200))
def test_documents_of_any_text_are_absolute(text):
    assert all(address.startswith("http") for address in document_links(text, URL))
