"""Walks over lists served from memory: the end and its proof, guards, lost pages, findings."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover import walk
from scrapers.model import Complete, Finding, Outcome, Page, PageRequest, Source, Walk, encode

BASE = "http://www.yunxi.gov.cn/fz/"


class Site:
    """A list in memory: page text by address; what is missing is not found. Counts what is asked."""

    def __init__(self, pages: dict[str, str | Outcome]) -> None:
        self.pages = pages
        self.asked: Counter[str] = Counter()

    def get(self, request: PageRequest) -> Page:
        self.asked[request.url] += 1
        held = self.pages.get(request.url, Outcome.NOT_FOUND)
        if isinstance(held, Outcome):
            return Page(request.url, "", held, f"answered {held}")
        return Page(request.url, held, None, "")


def source(platform: str = "trs", **more: object) -> Source:
    values = {"agency": "云溪县水务局", "division": "430603", "url": BASE, "host": "www.yunxi.gov.cn"} | more
    return Source(id="yunxi", platform=platform, **values)  # type: ignore[arg-type]


def rows(numbers: Iterable[int], after: str = "") -> str:
    items = "".join(
        f'<li><a href="{BASE}{number}.html">云溪县水务局{2000 + number % 25}年法治政府建设年度报告</a>2025-01-02</li>'
        for number in numbers
    )
    return f'<div><ul class="list">{items}</ul>{after}</div>'


def trs(pages: int, current: int, numbers: Iterable[int]) -> str:
    return rows(numbers, f"<script>createPageHTML({pages}, {current}, 'index', 'shtml')</script>")


def trs_site(*pages: Iterable[int], count: int | None = None) -> Site:
    named = [BASE, *(f"{BASE}index_{number}.shtml" for number in range(1, len(pages)))]
    texts = (trs(count or len(pages), number, one) for number, one in enumerate(pages))
    return Site(dict(zip(named, texts, strict=True)))


def numbers(result: Walk) -> list[int]:
    return [int(one.url.removeprefix(BASE).removesuffix(".html")) for one in result.candidates]


def kinds(findings: Iterable[Finding]) -> list[Outcome]:
    return [finding.kind for finding in findings]


def test_the_last_page_the_site_counts_proves_the_end():
    result = walk(source(), trs_site([1, 2], [3, 4], [5]).get)
    assert numbers(result) == [1, 2, 3, 4, 5]
    assert (result.complete, result.pages, result.findings) == (Complete.YES, 3, ())
    assert "3 pages" in result.why
    first = result.candidates[0]
    assert (first.source_id, first.listed_on, first.verdict.report_year) == ("yunxi", date(2025, 1, 2), 2001)


def test_the_sites_own_total_proves_the_end_and_a_missing_entry_disproves_it():
    def get(count: int) -> Callable[[PageRequest], Page]:
        return Site({BASE: rows([1, 2, 3], f"<script>createPageHTML('p',1,1,'list','shtml',{count})</script>")}).get

    assert walk(source("ucap"), get(3)).complete is Complete.YES
    short = walk(source("ucap"), get(4))
    assert (short.complete, short.expected_total) == (Complete.NO, 4)
    assert "4 entries" in short.why
    assert kinds(short.findings) == [Outcome.BELOW_EXPECTED]


def test_a_chain_of_next_links_ends_where_the_page_after_the_last_is_not_there():
    site = Site({BASE: rows([1], '<a href="?page=2">下一页</a>'), f"{BASE}?page=2": rows([2])})
    result = walk(source("generic"), site.get)
    assert (numbers(result), result.complete, result.pages) == ([1, 2], Complete.YES, 2)
    assert "?page=3, is not there" in result.why
    assert site.asked[f"{BASE}?page=3"] == 1
    site.pages[f"{BASE}?page=3"] = Outcome.TIMEOUT
    assert walk(source("generic"), site.get).complete is Complete.UNKNOWN


def test_a_pager_that_leaves_a_page_out_is_not_believed():
    site = Site({BASE: rows([1], '<a href="?page=2">下一页</a>'), f"{BASE}?page=2": rows([2])})
    site.pages |= {f"{BASE}?page=3": rows([3]), f"{BASE}?page=4": rows([])}
    result = walk(source("generic"), site.get)
    assert (numbers(result), result.complete) == ([1, 2, 3], Complete.YES)


def test_pages_numbered_backwards_end_at_the_first_number():
    site = Site({BASE: rows([1], '<a href="2.htm">下页</a>'), f"{BASE}2.htm": rows([2], '<a href="1.htm">下页</a>')})
    site.pages[f"{BASE}1.htm"] = rows([3])
    result = walk(source("vsb"), site.get)
    assert (numbers(result), result.complete) == ([1, 2, 3], Complete.YES)
    assert "numbered backwards" in result.why


def test_a_page_alone_proves_nothing():
    assert walk(source("generic"), Site({BASE: rows([1])}).get).complete is Complete.UNKNOWN


def test_one_lost_page_loses_only_its_own_entries():
    site = trs_site([1], [2], [3])
    site.pages[f"{BASE}index_1.shtml"] = Outcome.TIMEOUT
    result = walk(source(), site.get)
    assert (numbers(result), result.complete) == ([1, 3], Complete.NO)
    assert kinds(result.findings) == [Outcome.TIMEOUT]
    assert result.findings[0].url == f"{BASE}index_1.shtml"


def test_a_lost_first_page_is_its_own_finding_only():
    result = walk(source(), Site({BASE: Outcome.BLOCKED_WAF}).get)
    assert (result.candidates, result.complete, kinds(result.findings)) == ((), Complete.NO, [Outcome.BLOCKED_WAF])


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (trs(1, 0, []), Outcome.EMPTY_LISTING),
        ("<div>欢迎访问新版门户</div>", Outcome.LAYOUT_CHANGED),
        ("", Outcome.LAYOUT_CHANGED),
    ],
)
def test_nothing_found_is_an_empty_list_or_a_changed_page(page, kind):
    (finding,) = walk(source(), Site({BASE: page}).get).findings
    assert finding.kind is kind
    assert "yunxi" in finding.message
    assert finding.url == BASE


def test_a_later_page_without_a_list_is_reported_and_denies_the_end():
    site = trs_site([1], [2], [3])
    site.pages[f"{BASE}index_2.shtml"] = "<p>维护中</p>"
    result = walk(source(), site.get)
    assert (result.complete, kinds(result.findings)) == (Complete.NO, [Outcome.LAYOUT_CHANGED])
    assert result.findings[0].url == f"{BASE}index_2.shtml"


@pytest.mark.parametrize(("held", "complete"), [(([1], [], [3]), Complete.NO), (([1], [2], []), Complete.UNKNOWN)])
def test_a_page_the_site_names_without_entries_proves_no_end(held, complete):
    result = walk(source(), trs_site(*held).get)
    assert (result.complete, result.pages) == (complete, 3)
    assert "no entries" in result.why


def test_reading_a_page_again_does_not_count_its_doubles_again():
    site = trs_site([1, 2, 2], [2, 3])
    site.pages = {url: str(text).replace("'shtml'", "'shtml', 5") for url, text in site.pages.items()}
    result = walk(source(), site.get)
    assert site.asked[BASE] == 2
    assert (numbers(result), result.expected_total, result.complete) == ([1, 2, 3], 5, Complete.NO)


def test_fewer_reports_than_expected_is_a_finding():
    result = walk(source(min_reports=3), trs_site([1, 2]).get)
    assert kinds(result.findings) == [Outcome.BELOW_EXPECTED]
    assert "2 of 2 titles" in result.findings[0].message


def test_endless_paging_stops_at_the_first_page_that_repeats():
    def get(request: PageRequest) -> Page:
        number = int(request.url.partition("=")[2] or 1)
        return Page(request.url, rows([min(number, 3)], f'<a href="?page={number + 1}">下一页</a>'), None, "")

    result = walk(source("generic"), get)
    assert (numbers(result), result.pages, result.complete) == ([1, 2, 3], 4, Complete.NO)
    assert "circles" in result.why


def test_a_next_link_to_the_page_itself_is_not_followed():
    result = walk(source("generic"), Site({BASE: rows([1], f'<a href="{BASE}">下一页</a>')}).get)
    assert (result.pages, result.complete) == (1, Complete.UNKNOWN)


def test_pages_past_the_real_end_that_repeat_the_last_stop_the_walk():
    site = trs_site([1], [2], *([[2]] * 30))
    result = walk(source(), site.get)
    assert (numbers(result), result.pages, result.complete) == ([1, 2], 4, Complete.NO)


def test_a_list_that_shifts_while_it_is_read_is_read_again():
    site = trs_site([1, 2, 3], [4, 5, 6], [7])
    calls = Counter()

    def get(request: PageRequest) -> Page:
        calls[request.url] += 1
        page = site.get(request)
        if request.url.endswith("index_1.shtml"):  # a new entry came in: the others moved down by one
            site.pages[BASE] = trs(3, 0, [8, 1, 2])
            return Page(page.url, trs(3, 1, [3, 4, 5]), None, "")
        return Page(page.url, trs(3, 2, [6, 7]), None, "") if "index_2" in request.url else page

    result = walk(source(), get)
    assert sorted(numbers(result)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert calls[BASE] == 2
    assert (result.complete, result.findings) == (Complete.YES, ())


def test_a_cap_on_pages_counts_the_pages_of_one_reading():
    site = trs_site([1, 2, 3], [4, 5, 6], [7])

    def get(request: PageRequest) -> Page:
        page = site.get(request)
        if request.url.endswith("index_2.shtml"):
            site.pages |= trs_site([8, 1, 2], [3, 4, 5], [6, 7]).pages
        return page

    result = walk(source(max_pages=3), get)
    assert sorted(numbers(result)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert (result.complete, result.findings) == (Complete.YES, ())


def test_entries_pinned_to_every_page_do_not_double_the_requests():
    site = trs_site(*([99, number] for number in range(1, 9)))
    result = walk(source(), site.get)
    assert (len(result.candidates), result.complete) == (9, Complete.YES)
    assert sum(site.asked.values()) == 9


def test_the_same_document_under_two_spellings_is_one_candidate_and_the_first_title_wins():
    page = f"""<ul><li><a href="{BASE}a.html;jsessionid=1F#top">云溪县2024年法治政府建设年度报告</a>2025-01-02</li>
    <li><a href="http://WWW.yunxi.gov.cn:80/fz/a.html">另一个标题的链接</a>2025-01-02</li></ul>"""
    (candidate,) = walk(source("generic"), Site({BASE: page}).get).candidates
    assert (candidate.url, candidate.title) == (f"{BASE}a.html", "云溪县2024年法治政府建设年度报告")


def test_pages_and_addresses_are_capped():
    site = trs_site(*([number] for number in range(12)))
    few = walk(source(max_pages=5), site.get)
    assert (few.pages, few.complete) == (5, Complete.NO)
    assert "cap of 5 pages" in few.why
    many = walk(source(), trs_site(range(1500), range(1500, 3000), range(3000, 3010)).get)
    assert (len(many.candidates), many.pages, many.complete) == (2000, 2, Complete.NO)
    assert "2000 addresses" in many.why


def test_jcms_walks_through_the_proxy_with_forms():
    def record(number: int) -> str:
        return f"<record><![CDATA[{rows([number])}]]></record>"

    def store(first: int, last: int) -> str:
        return f"<datastore><totalrecord>5</totalrecord>{''.join(map(record, range(first, last + 1)))}</datastore>"

    def get(request: PageRequest) -> Page:
        form = dict(request.form)
        if form:
            return Page(request.url, store(int(form["startrecord"]), int(form["endrecord"])), None, "")
        script = "<script>x.jpage({perPage:2, ajaxParam:{columnid:7, unitid:8, webid:1, path:'/'}})</script>"
        return Page(request.url, f'<script type="text/xml">{store(1, 2)}</script>{script}', None, "")

    result = walk(source("jcms"), get)
    assert (numbers(result), result.pages, result.complete) == ([1, 2, 3, 4, 5], 3, Complete.YES)


def test_gkmlpt_shell_with_its_catalogue_in_the_fragment_is_no_empty_list():
    api = "http://www.yunxi.gov.cn/gkmlpt/api/all/505?page=1&sid=7"
    answer = '{"total":1,"articles":[{"title":"云溪县2024年法治政府建设年度报告","url":"/fz/1.html","date":1}]}'
    site = Site({BASE + "gkmlpt#505": "<script>_CONFIG={SID:'7'}</script>/gkmlpt/", api: answer})
    result = walk(source("gkmlpt", url=BASE + "gkmlpt#505"), site.get)
    assert (numbers(result), result.complete, result.findings) == ([1], Complete.YES, ())


@given(st.lists(st.lists(st.integers(1, 30), max_size=5), min_size=1, max_size=8))
def test_any_list_is_walked_once_each_page_and_no_entry_twice(pages):
    site = trs_site(*pages)
    result = walk(source(), site.get)
    found = numbers(result)
    assert len(found) == len(set(found))
    assert set(found) <= {number for page in pages for number in page}
    assert result.pages <= len(pages)
    if result.complete is Complete.YES:
        assert set(found) == {number for page in pages for number in page}


def test_half_a_surrogate_pair_in_a_list_leaves_lines_that_can_be_written():
    article = '{"url":"http://www.yunxi.gov.cn/\\ud800.html","title":"云溪县2024年法治政府建设年度报告\\ud800"}'
    listing = f'{{"articles":[{article}]}}'
    result = walk(source("gkmlpt"), lambda request: Page(request.url, listing, None, ""))
    assert result.candidates
    assert encode(result)
