"""Every view over a real archive: what it shows, in both languages, bounded, and as text alone."""

import re
from urllib.parse import urlencode

import polars as pl
import pytest
from fastapi.testclient import TestClient

from plugins.archive_ui.app import create_app
from plugins.archive_ui.capture import charset_of, readable, reports_of, source_of
from plugins.archive_ui.pages import visible
from scrapers.corpus import ArchiveError
from scrapers.corpus.keeper import open_keeper
from scrapers.corpus.served import ServedCorpus
from scrapers.fingerprint import GENERATION
from scrapers.settings import Settings
from tests.plugins.archives import HOST, HOSTILE_TITLE, REVISED, RUNS, SILENT, TEXT, TITLE, page_of
from tests.plugins.conftest import welcome

VIEWS = (
    "/",
    "/?province=430000",
    "/sources",
    "/reports",
    "/findings",
    "/runbook",
    "/runbook?about=blocked_waf",
    "/runs",
    "/run?name=" + RUNS[0].replace("+", "%2B"),
    f"/capture?{urlencode({'name': RUNS[0], 'url': f'http://{HOST}/a.html'})}",
)


def ids(settings: Settings, title: str) -> list[str]:
    rows = ServedCorpus(settings).snapshot().reports.sort("first_seen").to_dicts()
    return [row["report_id"] for row in rows if row["title"] == title]


@pytest.fixture(scope="module")
def first(pages_settings: Settings) -> str:
    return ids(pages_settings, TITLE)[0]


def ok(visitor: TestClient, address: str, **headers: str) -> str:
    answer = visitor.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_answers_in_both_languages(visitor: TestClient, address: str) -> None:
    english, chinese = ok(visitor, address), ok(visitor, address, **{"accept-language": "zh-CN,zh;q=0.9"})
    assert '<html lang="en"' in english
    assert '<html lang="zh-CN"' in chinese
    assert "总览" in chinese
    assert "总览" not in english
    joined = "&" if "?" in address else "?"
    asked = ok(visitor, f"{address}{joined}lang=zh-CN&theme=dark")
    assert '<html lang="zh-CN" data-theme="dark"' in asked
    assert "/sources?lang=zh-CN&amp;theme=dark" in asked


def test_the_overview_counts_against_the_registry(visitor: TestClient) -> None:
    page = ok(visitor, "/")
    assert re.search(r"<dt>Reports</dt><dd>.*?63</a>", page)
    assert re.search(r'<th scope="row"><a href="/\?province=430000">湖南省</a>', page)
    assert '>1/2</span> <span class="all">2</span>' in page
    assert "due 2025-04-01" in page
    below = ok(visitor, "/?province=430000&season=2023")
    assert "益阳市赫山区" in below
    assert "1 bodies have published; 2 sources are declared" in below


def test_a_silent_source_is_first_with_its_reason(visitor: TestClient) -> None:
    page = ok(visitor, "/sources")
    assert page.index("silent<br>") < page.index("heshan-sfj<br>")
    assert "blocked_waf: 403 and a firewall" in page
    assert re.search(r"\d{4}-\d\d-\d\d 02:30", page), "the next due time of the registry's own schedule"
    assert "heshan-sfj<br>" not in ok(visitor, "/sources?state=bad")
    assert "No source meets" in ok(visitor, "/sources?q=nowhere")


def test_reports_are_searched_and_paged(visitor: TestClient) -> None:
    assert "63 found, page 1 of 2" in ok(visitor, "/reports")
    assert "63 found, page 2 of 2" in ok(visitor, "/reports?page=999999")
    assert "60 found" in ok(visitor, "/reports?year=2023&q=赫山区 报告")
    assert "1 found" in ok(visitor, "/reports?q=第7号报告")
    assert "63 found" in ok(visitor, f"/reports?division=430000&host={HOST}")
    assert "No report meets" in ok(visitor, "/reports?q=没有这个词")


def test_a_report_shows_everything_behind_it(visitor: TestClient, first: str) -> None:
    page = ok(visitor, f"/reports/{first}")
    for part in (
        TITLE,
        "meta:ArticleTitle",
        "label:来源",
        "1、赫山区司法局",
        "&lt;html&gt;&lt;title&gt;",
        RUNS[0],
        HOST,
    ):
        assert part in page, part
    assert (
        'data-airflow href="/dags/harvest_demo/runs/manual__2025-03-02T01%3A00%3A00%2B00%3A00/tasks/host.crawl' in page
    )
    assert "text/html; charset=utf-8" in page, "the capture's own answer"


def test_versions_of_an_address_are_compared(visitor: TestClient, pages_settings: Settings) -> None:
    old, new = ids(pages_settings, TITLE)
    assert f"/reports/{old}/changes/{new}" in ok(visitor, f"/reports/{new}")
    assert f'<span class="badge low">revision</span></td><th scope="row"><a href="/reports/{old}">' in ok(
        visitor, f"/reports/{new}"
    )
    page = ok(visitor, f"/reports/{old}/changes/{new}")
    assert "<ins>严格规范公正文明执法</ins>" in page
    assert "<del>依法行政</del>" in page
    assert "Paragraphs that differ: 1" in page
    assert "unchanged paragraphs" in page
    assert "The texts are the same" in ok(visitor, f"/reports/{old}/changes/{old}")


def test_downloads_are_files_nothing_opens(visitor: TestClient, first: str) -> None:
    text, raw = visitor.get(f"/reports/{first}/text"), visitor.get(f"/reports/{first}/raw")
    assert text.content.decode() == TEXT
    assert raw.content.decode() == page_of(TEXT)
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert raw.headers["content-type"] == "application/octet-stream"
    for answer in (text, raw):
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_open_findings_are_grouped_with_what_to_do(visitor: TestClient) -> None:
    page = ok(visitor, "/findings")
    assert page.index("empty_listing") < page.index("blocked_waf"), "what needs a person comes first"
    assert "Open it; if it has some" in page
    assert "findings: 1, hosts: 1" in page, "the earlier run's finding is past"
    assert "findings: 2, hosts: 1" in ok(visitor, "/findings?all=1")
    assert "请打开它" in ok(visitor, "/findings?kind=empty_listing&lang=zh-CN")
    assert "Nothing needs anybody" in ok(visitor, f"/findings?host={HOST}")


def test_a_cause_leads_to_its_part_of_the_runbook(visitor: TestClient) -> None:
    assert 'href="/runbook?about=blocked_waf"' in ok(visitor, "/findings")
    page = ok(visitor, "/runbook?about=blocked_waf")
    assert "A firewall refused us." in page
    assert "The certificate is expired" not in page, "that is the next section"
    assert visitor.get("/runbook?about=../LICENSE").status_code == 404


def test_the_overview_tells_coverage_releases_and_generation(
    visitor: TestClient, pages_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ok(visitor, "/?province=430000")
    assert re.search(r'title="found 1" href="/reports\?division=430903&amp;year=2023"', page)
    assert f"<dt>Generation in effect</dt><dd>{GENERATION}</dd>" in page
    assert "python -m scrapers release" in page, "nothing has been released"
    monkeypatch.setattr("scrapers.corpus.release.newest.ASKED_SECONDS", 0.0)
    name = open_keeper(pages_settings).freeze("2025-03-16").name
    page = ok(visitor, "/")
    assert re.search(rf'<th scope="row">{name}</th><td class="n">63</td><td>new 63</td>', page)
    assert f"python -m scrapers download {name} {name}" in page
    assert "与上一版相比" in ok(visitor, "/?lang=zh-CN")


def test_the_run_tab_speaks_of_airflows_run(visitor: TestClient) -> None:
    page = ok(visitor, "/run?dag=harvest_demo&run=manual__2025-03-09T01%3A00%3A00%2B00%3A00")
    assert "archived_new 1" in page
    assert "blocked_waf 1" in page
    assert page.index(SILENT) < page.index(f">{HOST}<")
    assert "/reports/" in page
    narrowed = ok(visitor, f"/run?dag=harvest_demo&run=manual__2025-03-09T01%3A00%3A00%2B00%3A00&host={HOST}")
    assert f"http://{SILENT}/art/1.html" not in narrowed
    assert "not in the catalog" in ok(visitor, "/run?dag=harvest_demo&run=manual__2030")
    assert "harvests no province" in ok(visitor, "/run?dag=audit&run=manual__2030")


def test_the_tab_on_a_mapped_task_shows_its_host_alone(pages_settings: Settings) -> None:
    """Airflow names the task by its index, -1 where it is not mapped, and its own placeholder where there is none."""
    asked: list[tuple[str, str, int]] = []

    def host_of(dag: str, run: str, index: int) -> str:
        asked.append((dag, run, index))
        return SILENT if index == 1 else ""

    address = "/run?" + urlencode({"dag": "harvest_demo", "run": RUNS[1].removeprefix("demo.")})
    with TestClient(create_app(welcome, lambda: pages_settings, host_of=host_of)) as visitor:
        page = ok(visitor, f"{address}&index=1")
        assert f'<h1>Run <span class="code">{SILENT}</span></h1>' in page
        assert "blocked_waf 1" in page
        assert HOST not in page, "another host's"
        assert "All hosts" in page
        for index in ("-1", "{MAP_INDEX}", "7"):
            page = ok(visitor, f"{address}&index={index}")
            assert HOST in page
            assert SILENT in page
    assert asked == [("harvest_demo", RUNS[1].removeprefix("demo."), index) for index in (1, 7)]


def test_a_capture_leads_to_its_report_its_run_and_its_task_and_each_of_them_back(
    visitor: TestClient, first: str
) -> None:
    asked = urlencode({"name": RUNS[0], "url": f"http://{HOST}/a.html"})
    page, own = ok(visitor, f"/capture?{asked}"), f'href="/capture?{asked.replace("&", "&amp;")}"'
    assert f'href="/reports/{first}"' in page
    assert f'href="/run?{urlencode({"name": RUNS[0], "host": HOST}).replace("&", "&amp;")}"' in page
    assert 'data-airflow href="/dags/harvest_demo/runs/manual__2025-03-02' in page
    assert "&lt;html&gt;&lt;title&gt;" in page
    for back in (f"/reports/{first}", f"/run?{urlencode({'name': RUNS[0]})}"):
        assert own in ok(visitor, back), back
    raw = visitor.get(f"/capture/raw?{asked}")
    assert raw.content.decode() == page_of(TEXT)
    assert raw.headers["content-disposition"].startswith("attachment;")


def test_a_capture_without_bytes_says_so(visitor: TestClient) -> None:
    asked = urlencode({"name": RUNS[1], "url": f"http://{SILENT}/art/1.html"})
    page = ok(visitor, f"/capture?{asked}")
    assert "blocked_waf" in page
    assert "gave no bytes to keep" in page
    assert f'class="address" href="/capture?{asked.replace("&", "&amp;")}"' in ok(visitor, "/findings")
    answer = visitor.get(f"/capture/raw?{asked}")
    assert answer.status_code == 404
    assert "gave no bytes in this run: blocked_waf" in answer.text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("text/html; charset=GB18030", "GB18030"),
        ('text/html;charset="utf-8"', "utf-8"),
        ("text/html", "utf-8"),
        (None, "utf-8"),
    ],
)
def test_a_source_is_shown_in_the_encoding_its_answer_named(declared: str | None, encoding: str) -> None:
    assert charset_of(declared) == encoding
    assert readable("年度报告".encode(encoding), encoding) == "年度报告"
    for named in ("no-such-encoding", "idna", "undefined", "punycode", "zip"):  # the last four are no character sets
        assert readable("年度".encode(), named) == "年度"


def test_of_reports_with_one_text_the_address_its_year_and_its_host_choose() -> None:
    rows = [("old", "http://a/1", 2021, "a"), ("new", "http://a/2", 2022, "a"), ("other", "http://b/1", 2022, "b")]
    reports = pl.DataFrame(rows, ("report_id", "url", "report_year", "host"), orient="row").with_columns(
        content_hash=pl.lit("h")
    )
    asked = {"http://a/1": (2022, "a"), "http://a/9": (2022, "a"), "http://b/9": (2021, "b"), "http://c/9": (None, "b")}
    captures = [
        {"url": url, "report_year": year, "host": host, "content_hash": "h"} for url, (year, host) in asked.items()
    ]
    captures.append({"url": "http://d/", "report_year": 2022, "host": "a", "content_hash": None})
    found = reports_of(reports, captures)
    assert found == {"http://a/1": "old", "http://a/9": "new", "http://b/9": "old", "http://c/9": "other"}


def test_a_document_is_not_fetched_to_be_shown(pages_settings: Settings) -> None:
    nothing = {"payload_digest": "0" * 64}
    assert source_of(ServedCorpus(pages_settings), nothing, "pdf", "utf-8") is None
    with pytest.raises(ArchiveError):
        source_of(ServedCorpus(pages_settings), nothing, "html", "utf-8")


def test_page_text_is_only_ever_text(visitor: TestClient, pages_settings: Settings) -> None:
    evil = ids(pages_settings, HOSTILE_TITLE)[0]
    for address in (
        f"/reports/{evil}",
        "/reports?year=2022",
        "/run?name=" + RUNS[2],
        f"/reports/{evil}/changes/{evil}",
        f"/capture?{urlencode({'name': RUNS[2], 'url': f'http://{HOST}/evil.html'})}",
    ):
        page = ok(visitor, address)
        assert "<script>document" not in page, address
        assert "<img" not in page, address
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(.{0,8})", page)
        assert "‹U+202E›" in page, "a character that turns the writing round is shown by its number"
    assert "‹U+0000›‹U+001B›[31m" in ok(visitor, f"/reports/{evil}")
    assert "&lt;b&gt;offered&lt;/b&gt;" in ok(visitor, "/findings")


def test_what_cannot_be_seen_is_shown() -> None:
    assert visible("a\u200bb\nc\t") == "a‹U+200B›b\nc\t"
    assert visible(None) == ""
    assert visible(REVISED) == REVISED
