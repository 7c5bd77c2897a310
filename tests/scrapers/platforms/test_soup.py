"""Pages whose markup hides everything from a strict tree are read as a soup; others never are."""

import pytest

from scrapers.platforms import generic, tree

URL = "http://www.yunxi.gov.cn/fz/"
ITEMS = "".join(
    f'<li><a href="{year}.html">云溪县水务局{year}年法治政府建设年度报告</a><span>{year + 1}-01-02</span></li>'
    for year in range(2020, 2024)
)


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body><!-- menu <ul>{ITEMS}</ul></body></html>",
        f"<html><body><!--[if lt IE 9]><script></script><![endif]><ul>{ITEMS}</ul></body></html>",
        f"<html><head><title>年度报告</head><body><ul>{ITEMS}</ul></body></html>",
        f"<html><body><form><textarea>意见<ul>{ITEMS}</ul></body></html>",
    ],
)
def test_a_list_behind_unclosed_markup_is_found(page: str) -> None:
    assert len(generic.read_listing(page, URL).entries) == 4


def test_a_sound_page_never_becomes_a_soup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_soup", lambda _text: pytest.fail("a soup was made of a sound page"))
    assert len(generic.read_listing(f"<html><body><ul>{ITEMS}</ul></body></html>", URL).entries) == 4
    assert tree.parse("<p>没有链接</p>") is not None


def test_nesting_without_end_stays_within_limits() -> None:
    assert tree.parse("<div>" * 20_000 + "<a href='a.html'>报告</a>") is not None
