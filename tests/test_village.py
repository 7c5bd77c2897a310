"""The village as a visitor meets it: addresses, listings, validators, traps, switches. Over loopback, with requests."""

import gzip
import http.client
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from lxml import html

from tests.village import Expected, Village
from tests.village.model import Site
from tests.village.visitor import WALKS, hrefs, listing_url

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    with Village(clock="running") as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def canonical(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum() or char == "%")


def decoded(site: Site, payload: bytes) -> str:
    return payload.decode("gb18030" if site.system == "table" else "utf-8")


@pytest.mark.parametrize("extra", [0, 60])
def test_listings_reach_exactly_their_articles(web: requests.Session, extra: int) -> None:
    with Village(extra_reports=extra) as village:
        for site in village.sites:
            for column in site.columns:
                found = WALKS[site.system](web, listing_url(village, column.source))
                assert found == [each.url for each in village.manifest() if each.source == column.source]


def test_at_least_half_of_the_sites_have_three_pages(village: Village) -> None:
    long = [site for site in village.sites if any(len(col.documents) > 2 * col.per_page for col in site.columns)]
    assert len(long) >= len(village.sites) / 2


def page_text(site: Site, payload: bytes) -> str:
    """Return the canonical text a page shows; for gkmlpt and applications, of the body they carry as data."""
    text = decoded(site, payload)
    if site.system in {"gkmlpt", "spa"}:
        mark = {"gkmlpt": "DETAIL: ", "spa": '"detail": '}[site.system]
        detail = json.JSONDecoder().raw_decode(text[text.index(mark) + len(mark) :])[0]
        return canonical(html.fromstring(f"<div>{detail['title']}{detail['content']}</div>").text_content())
    if not site.official:
        text = re.sub(r"\([^()<>]{1,6}\)", "", text)
    return canonical(html.fromstring(text.replace("<!DOCTYPE", "<!doctype")).text_content())


def test_every_report_page_shows_title_body_and_sign_off(village: Village, web: requests.Session) -> None:
    for expected in (
        each for each in village.manifest() if each.kind == "report" and each.feature not in ("heals", "pages")
    ):
        site = village.site(expected.site)
        answer = web.get(expected.url)
        assert answer.status_code == 200, expected.url
        shown = page_text(site, answer.content)
        assert canonical(re.sub(r"\([^()]*\)", "", expected.title)) in shown
        assert (canonical(expected.body) in shown) == (not expected.attachment_url), expected.url
        if expected.signed_on and expected.attachment_url == "":
            assert canonical(expected.agency) in shown.partition(canonical(expected.body))[2]


def test_an_article_in_pieces_is_whole_on_its_pages_and_on_none_of_them(
    village: Village, web: requests.Session
) -> None:
    (expected,) = [each for each in village.manifest() if each.feature == "pages"]
    urls = [expected.url, *(expected.url.replace(".shtml", f"_{number}.shtml") for number in (1, 2))]
    shown = [page_text(village.site(expected.site), web.get(url).content) for url in urls]
    lines = [canonical(line) for line in expected.body.split("\n")]
    assert all(0 < sum(line in text for line in lines) < len(lines) for text in shown)
    assert all(any(line in text for text in shown) for line in lines)
    assert all(f'createPageHTML(3, {n}, "t' in web.get(url).text for n, url in enumerate(urls))


def test_attachments_are_linked_and_served(village: Village, web: requests.Session) -> None:
    attached = [each for each in village.manifest() if each.attachment_url]
    assert {each.feature for each in attached} == {"docx", "pdf", "ofd", "zip"}
    for expected in attached:
        page = web.get(expected.url).text
        assert expected.attachment_url in hrefs(page, expected.url, r'(?:href=|showVsbpdfIframe\()"([^"]+)"')
        payload = web.get(expected.attachment_url).content
        assert payload.startswith(b"%PDF" if expected.feature == "pdf" else b"PK")


def test_negatives_answer_as_ordinary_pages(village: Village, web: requests.Session) -> None:
    for expected in (each for each in village.manifest() if each.kind == "negative"):
        answer = web.get(expected.url)
        assert answer.status_code == 200
        assert expected.body == ""
        assert canonical(expected.title) in canonical(decoded(village.site(expected.site), answer.content))


def trap(village: Village, feature: str) -> Expected:
    return next(each for each in village.manifest() if each.feature == feature)


def test_walls_and_vanished_pages(village: Village, web: requests.Session) -> None:
    soft = web.get(trap(village, "soft404").url)
    assert (soft.status_code, "页面不存在" in soft.text) == (200, True)
    wall = web.get(trap(village, "waf").url)
    assert (wall.status_code, "您的请求可能存在威胁" in wall.text) == (200, True)
    challenge = web.get(trap(village, "challenge").url)
    assert challenge.status_code == 412
    assert "Set-Cookie" in challenge.headers
    assert "<script>" in challenge.text
    home = trap(village, "home")
    assert urlsplit(home.url).path == "/"
    assert "栏目导航" in web.get(home.url).text
    assert web.get(urljoin(home.url, "/no/such/page.html")).status_code == 404


def test_a_redirect_leaves_the_list_and_robots_forbids(village: Village, web: requests.Session) -> None:
    away = web.get(trap(village, "elsewhere").url, allow_redirects=False)
    assert away.status_code == 302
    assert urlsplit(away.headers["Location"]).hostname not in {site.host for site in village.sites}
    forbidden = urlsplit(trap(village, "robots").url)
    robots = web.get(f"http://{forbidden.netloc}/robots.txt").text
    assert f"Disallow: {forbidden.path}\n" in robots
    assert web.get(f"http://{village.site('mirror').host}:{village.port}/robots.txt").status_code == 404


def test_a_page_cut_short_promises_more_than_it_sends(village: Village) -> None:
    cut = urlsplit(trap(village, "cut").url)
    connection = http.client.HTTPConnection(cut.netloc, timeout=10)
    connection.request("GET", cut.path)
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    connection.close()


def test_running_clocks_change_every_fetch_and_carry_no_validators(village: Village, web: requests.Session) -> None:
    for site in village.sites:
        usual = ("", "mirror")
        reports = (each for each in village.manifest() if each.site == site.name and each.kind == "report")
        expected = next(each for each in reports if each.feature in usual)
        first, second = web.get(expected.url), web.get(expected.url)
        assert (first.content != second.content) == site.clocked, site.name
        assert ("ETag" in first.headers) == (not site.clocked)


def test_unchanged_pages_answer_304(village: Village, web: requests.Session) -> None:
    static = [site for site in village.sites if not site.clocked]
    assert len(static) >= 2
    for site in static:
        expected = next(each for each in village.manifest() if each.site == site.name)
        seen = web.get(expected.url)
        for name, value in (
            ("If-None-Match", seen.headers["ETag"]),
            ("If-Modified-Since", seen.headers["Last-Modified"]),
        ):
            again = web.get(expected.url, headers={name: value})
            assert (again.status_code, again.content) == (304, b"")
        assert web.get(expected.url, headers={"If-None-Match": '"other"'}).status_code == 200
    clocked = next(each for each in village.manifest() if each.site == "trs-heshan")
    assert web.get(clocked.url, headers={"If-None-Match": "*"}).status_code == 200


def test_the_generic_sites_compress_when_asked(village: Village, web: requests.Session) -> None:
    expected = next(each for each in village.manifest() if each.site == "generic-yongchuan" and each.kind == "negative")
    zipped = web.get(expected.url, headers={"Accept-Encoding": "gzip"}, stream=True)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert expected.title in gzip.decompress(zipped.raw.read(decode_content=False)).decode()
    plain = web.get(expected.url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_the_table_site_declares_one_charset_and_sends_another(village: Village, web: requests.Session) -> None:
    answer = web.get(listing_url(village, "demo-table-fengrun"))
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in answer.content
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
