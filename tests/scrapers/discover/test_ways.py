"""Sitemaps and site search as further ways in."""

import gzip
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from scrapers.discover import walk
from scrapers.fetch import Fetched, page_of
from scrapers.model import Capture, Complete, Outcome, Page, PageRequest
from tests.scrapers.discover.test_walk import BASE, Site, kinds, source, trs

HOST = "http://www.yunxi.gov.cn"
MAP = f"{HOST}/sitemap.xml"


def urlset(*paths: str) -> str:
    rows = "".join(f"<url><loc> {HOST}{path} </loc><lastmod>2025-02-03</lastmod></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset>{rows}</urlset>'


def article(title: str) -> str:
    return f"<html><head><title>{title}_云溪县水务局</title></head><body><p>正文</p></body></html>"


def test_a_sitemap_adds_what_the_column_s_list_leaves_out_and_nothing_else():
    site = Site({BASE: trs(1, 0, [100001, 100002])})
    site.pages[MAP] = f"<sitemapindex><sitemap><loc>{HOST}/map1.xml</loc></sitemap></sitemapindex>"
    site.pages[f"{HOST}/map1.xml"] = urlset(
        "/fz/100001.html", "/fz/100003.html", "/wap/fz/100002.html", "/news/100009.html", "/fz/index.html"
    )
    site.pages[f"{BASE}100003.html"] = article("云溪县水务局2019年法治政府建设年度报告")
    result = walk(source(sitemap=MAP), site.get)
    assert [one.url for one in result.candidates] == [f"{BASE}{n}.html" for n in (100001, 100002, 100003)]
    added = result.candidates[2]
    assert (added.title, added.listed_on) == ("云溪县水务局2019年法治政府建设年度报告", date(2025, 2, 3))
    assert "(2 files, 5 addresses) added 1" in result.why
    assert (result.complete, result.findings) == (Complete.YES, ())


def test_a_missing_sitemap_and_a_huge_one_are_findings():
    site = Site({BASE: trs(1, 0, [100001])})
    assert kinds(walk(source(sitemap=MAP), site.get).findings) == [Outcome.NOT_FOUND]
    nested = "".join(f"<sitemap><loc>{HOST}/map{n}.xml</loc></sitemap>" for n in range(60))
    site.pages[MAP] = f"<sitemapindex>{nested}</sitemapindex>"
    site.pages |= {f"{HOST}/map{n}.xml": urlset() for n in range(60)}
    result = walk(source(sitemap=MAP), site.get)
    assert Outcome.TOO_LARGE in kinds(result.findings)
    assert sum(site.asked.values()) < 30


def test_a_zipped_sitemap_is_unpacked_and_a_bomb_is_not():
    def page(payload: bytes) -> Page:
        capture = Capture(MAP, MAP, datetime.now(UTC), None, "", media_type="other")
        return page_of(Fetched(capture, payload))

    assert page(gzip.compress(urlset("/a.html").encode())).text == urlset("/a.html")
    assert page(gzip.compress(bytes(60 * 2**20))).outcome is Outcome.BOMB


@pytest.mark.parametrize("between", ["\n", "", " "])
def test_rows_in_another_encoding_are_read_and_told(between):
    rows = (
        ("<ul>云溪县·联通", "utf-8"),
        ("<li>水务局法治政府建设</li>", "gb18030"),
        ("<li>年度报告</li></ul>", "utf-8"),
    )
    payload = between.encode().join(row.encode(code) for row, code in rows)
    page = page_of(Fetched(Capture(BASE, BASE, datetime.now(UTC), None, "", media_type="html"), payload))
    assert page.text == between.join(row for row, _ in rows)
    assert "mixed encodings: 1 pieces" in page.reason
    result = walk(source(), lambda request: Page(request.url, trs(1, 0, [1]), None, page.reason))
    assert kinds(result.findings) == [Outcome.DAMAGED_LISTING]


def test_a_search_is_walked_and_leads_to_no_other_host():
    def results(*rows: str) -> str:
        items = "".join(
            f'<li><a href="{row}">云溪县2018年法治政府建设年度报告</a><span>2019-03-02</span></li>' for row in rows
        )
        return f'<ul class="result">{items}</ul>'

    asked: list[str] = []
    pages = {
        1: results(f"{HOST}/tzgg/1.html", "http://evil.example/1.html", "https://yunxi.gov.cn/fz/1.html"),
        2: results(f"{HOST}/tzgg/2.html"),
    }

    def get(request: PageRequest) -> Page:
        asked.append(unquote(request.url))
        if "/so?" not in request.url:
            return Page(request.url, trs(1, 0, [1]), None, "")
        number = int(request.url.rpartition("=")[2])
        return Page(request.url, pages.get(number, results(f"{HOST}/tzgg/2.html")), None, "")

    result = walk(source(search=HOST + "/so?q={words}&p={page}"), get)
    assert [one.url for one in result.candidates] == [f"{BASE}1.html", f"{HOST}/tzgg/1.html", f"{HOST}/tzgg/2.html"]
    assert asked[1] == f"{HOST}/so?q=法治政府建设 年度报告&p=1"
    assert "(3 pages, 4 results, 2 on other hosts) added 2" in result.why


def test_a_search_that_is_gone_is_a_finding():
    site = Site({BASE: trs(1, 0, [1])})
    result = walk(source(search=HOST + "/so?q={words}"), site.get)
    assert kinds(result.findings) == [Outcome.NOT_FOUND]
    assert "remove the line" in result.findings[0].message
