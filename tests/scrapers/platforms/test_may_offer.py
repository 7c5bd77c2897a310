import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.platforms.documents import document_links, may_offer

DOCUMENTS = ("a.pdf", "a.PDF", "年报.docx", "a.doc?x=1", "x.wps", "x.ofd", "x.zip", "viewer.html?file=a.pdf")
FORMS = ("/system/_content/download.jsp?id=1", "/module/Download/DownFile.jsp?classid=0&filename=P1.pdf")
NAMES = st.sampled_from((*DOCUMENTS, *FORMS, "index.html", "/download", ""))
ENCODINGS = st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])


@given(st.lists(NAMES, max_size=4), ENCODINGS, st.text(max_size=20))
def test_every_page_with_documents_may_offer_some(names, encoding, text):
    page = text + "".join(f'<p>附件<a href="{name}">{name}</a></p>' for name in names)
    if document_links(page, "http://a.gov.cn/x/"):
        assert may_offer(page.encode(encoding, "ignore"))


@pytest.mark.parametrize("page", ["<a href='/index.html'>首页</a>", "<p>下载</p>", "a.pd", ""])
def test_a_page_without_such_an_address_offers_none(page):
    assert not may_offer(page.encode())
    assert document_links(page, "http://a.gov.cn/") == ()
