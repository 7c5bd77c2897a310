"""Spellings of an address that mean one document share a key; others never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.addresses import canonical_address, document_key, preferred

PAGE = "http://www.yunxi.gov.cn/fz/202503/t20250311_1.html"


@pytest.mark.parametrize(
    "other",
    [
        "https://www.yunxi.gov.cn/fz/202503/t20250311_1.html",
        "http://yunxi.gov.cn/fz/202503/t20250311_1.html",
        "http://www.yunxi.gov.cn./fz/202503/t20250311_1.html",
        "https://wap.yunxi.gov.cn:443/fz/202503/t20250311_1.html",
        "http://m.yunxi.gov.cn/fz/202503/t20250311_1.html#top",
        "http://www.yunxi.gov.cn/wap/fz/202503/t20250311_1.html",
        "http://www.yunxi.gov.cn/fz/202503/t20250311_1.html;jsessionid=9F?isMobile=true",
        "http://www.yunxi.gov.cn/fz/202503/t20250311_1.html?xxgkhide=1&slb=true",
        "https://www.yunxi.gov.cn/gate/big5/www.yunxi.gov.cn/fz/202503/t20250311_1.html",
        "http://big5.yunxi.gov.cn/gate/big5/www.yunxi.gov.cn/fz/202503/t20250311_1.html",
    ],
)
def test_spellings_of_one_document_share_a_key(other):
    assert document_key(other) == document_key(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        "http://sfj.yunxi.gov.cn/fz/202503/t20250311_1.html",
        "http://www.yunxi.gov.cn:8080/fz/202503/t20250311_1.html",
        "http://www.yunxi.gov.cn/fz/202503/t20250311_1.html?id=2",
        "http://www.yunxi.gov.cn/FZ/202503/t20250311_1.html",
    ],
)
def test_other_documents_do_not(other):
    assert document_key(other) != document_key(PAGE)


def test_a_gate_is_opened_to_the_page_behind_it():
    gate = "https://www.yunxi.gov.cn/gate/big5/www.yunxi.gov.cn/fz/1.html?id=3"
    assert canonical_address(gate) == "https://www.yunxi.gov.cn/fz/1.html?id=3"


def test_the_spelling_on_the_sources_own_host_is_asked_for():
    wap, own, other = (
        "http://www.yunxi.gov.cn/wap/1.html",
        "http://www.yunxi.gov.cn/1.html",
        "http://yunxi.gov.cn/1.html",
    )
    hosts = frozenset({"www.yunxi.gov.cn"})
    assert preferred(other, own, hosts) == preferred(own, other, hosts) == preferred(wap, own, hosts) == own


@given(st.text(alphabet="htps:/.wmgcn?&=#;isobleJSESIONID5gate%0", max_size=80))
def test_canonical_addresses_are_fixed_points_and_keys_follow_them(text):
    once = canonical_address("http://" + text)
    assert canonical_address(once) == once
    assert document_key(once) == document_key("http://" + text)
