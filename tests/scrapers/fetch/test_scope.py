"""Addresses are admitted by exact host, spelled one way, and refused before any name is looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch.failures import Refused
from scrapers.fetch.scope import admit, resolve_location
from scrapers.model import Outcome

ALLOW = frozenset({"www.gov.cn", "sfj.example.gov.cn:8080", "[2001:db8::1]"})


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("http://www.gov.cn", "http://www.gov.cn/"),
        ("HTTP://WWW.GOV.CN:80/a?b=c#d", "http://www.gov.cn/a?b=c"),
        ("https://www.gov.cn/", "https://www.gov.cn/"),
        ("http://sfj.example.gov.cn:8080/x", "http://sfj.example.gov.cn:8080/x"),
        ("http://www.gov.cn/附件 1.pdf", "http://www.gov.cn/%E9%99%84%E4%BB%B6%201.pdf"),
        ("http://www.gov.cn/%B7%A8?a=%zz", "http://www.gov.cn/%B7%A8?a=%25zz"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
    ],
)
def test_one_spelling(url: str, spelled: str) -> None:
    assert admit(url, ALLOW).url == spelled
    assert admit(spelled, ALLOW).url == spelled


@pytest.mark.parametrize(
    "url",
    [
        "ftp://www.gov.cn/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//www.gov.cn/",
        "http://www.gov.cn@evil.com/",
        "http://evil@www.gov.cn/",
        "http://www.gov.cn:81/",
        "https://www.gov.cn:80/",
        "http://www.gov.cn:99999/",
        "http://www.gov.cn.evil.com/",
        "http://evil-www.gov.cn/",
        "http://gov.cn/",
        "http://xwww.gov.cn/",
        "http://www.gov.cn./",
        "http://www。gov。cn/",
        "http://ｗｗｗ.gov.cn/",
        "http://evil.com\\@www.gov.cn/",
        "http://www.gov.cn/a\nb",
        "http://www.gov.cn/a\x00b",
        "ht\ttp://www.gov.cn/",
        "http://[::1",
        "http:///x",
        "",
        "http://www.gov.cn/" + "a" * 2100,
        "http://www.gov.cn/\ud800" * 100,
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        admit(url, ALLOW)
    assert caught.value.outcome is Outcome.OFF_SCOPE_REDIRECT
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "0.0.0.0",
        "localhost",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
    ],
)
def test_inside_a_network_in_any_spelling(host: str) -> None:
    with pytest.raises(Refused) as caught:
        admit(f"http://{host}/", ALLOW)
    assert caught.value.outcome is Outcome.SSRF_BLOCKED


def test_location_keeps_the_bytes_the_server_sent() -> None:
    location = "/法治/1.html".encode("gbk").decode("latin-1")
    assert resolve_location("http://www.gov.cn/a/b", location) == "http://www.gov.cn/%B7%A8%D6%CE/1.html"
    assert resolve_location("http://www.gov.cn/a/b", "../c") == "http://www.gov.cn/c"


@given(st.text(max_size=60))
def test_any_path_is_spelled_idempotently_or_refused(path: str) -> None:
    try:
        target = admit(f"http://www.gov.cn/{path}", ALLOW)
    except Refused:
        return
    assert admit(target.url, ALLOW) == target
    assert target.url.isascii()


@given(st.text(max_size=40))
def test_nothing_but_the_listed_host_is_ever_admitted(text: str) -> None:
    for url in (text, f"http://{text}", f"http://www.gov.cn{text}"):
        try:
            target = admit(url, ALLOW)
        except Refused:
            continue
        assert target.host in {"www.gov.cn", "sfj.example.gov.cn", "2001:db8::1"}
