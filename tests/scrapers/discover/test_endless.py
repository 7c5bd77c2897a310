"""Lists without end, moving lists and damaged lists: each stops or goes on as it should, and is named."""

import json
from collections.abc import Callable

import pytest

from scrapers.discover import walk
from scrapers.model import Complete, Outcome, Page, PageRequest, Walk
from tests.scrapers.discover.test_walk import BASE, Site, kinds, numbers, rows, source, trs


def answering(answer: Callable[[int], str], name: str = "page") -> Callable[[PageRequest], Page]:
    def get(request: PageRequest) -> Page:
        return Page(request.url, answer(int(request.url.partition(f"{name}=")[2] or 1)), None, "")

    return get


def endless(result: Walk) -> str:
    """Return the message of the one finding that names the trap."""
    (finding,) = [finding for finding in result.findings if finding.kind is Outcome.ENDLESS_LISTING]
    assert result.complete is Complete.NO
    return finding.message


def test_a_list_that_repeats_itself():
    result = walk(source("generic"), answering(lambda n: rows([n % 3], f'<a href="?page={n + 1}">下一页</a>')))
    assert endless(result).startswith("Repeats itself")
    assert result.pages <= 5


def test_a_list_that_runs_past_its_end():
    pages = {BASE: trs(150, 0, [1])} | {
        f"{BASE}index_{n}.shtml": trs(150, n, [2] if n == 1 else []) for n in range(150)
    }
    asked = []

    def get(request: PageRequest) -> Page:
        asked.append(request.url)
        return Page(request.url, pages[request.url], None, "")

    result = walk(source(), get)
    assert endless(result).startswith("Past the end")
    assert (numbers(result), len(asked)) == ([1, 2], 5)


@pytest.mark.parametrize("filled", [False, True])
def test_a_calendar(filled):
    def month(n: int) -> str:
        year, at = divmod(n + 3, 12)  # page 0 is April 2025
        here, following = f"{2025 + year}-{at + 1:02}", f"{2025 + (n + 4) // 12}-{(n + 4) % 12 + 1:02}"
        item = f'<li><a href="{here}.html">{here}法治政府建设年度报告</a>{here}-05</li>' if filled or not n else ""
        return f'<ul class="list">{item}</ul><a href="?month={following}">下一页</a>'

    def get(request: PageRequest) -> Page:
        at = request.url.partition("month=")[2] or "2025-04"
        return Page(request.url, month((int(at[:4]) - 2025) * 12 + int(at[5:]) - 4), None, "")

    result = walk(source("generic"), get)
    assert endless(result).startswith("Calendar trap")
    assert result.pages < 30


def test_ten_thousand_pages_are_capped():
    result = walk(source("generic"), answering(lambda n: rows([n], f"共10000页 <a href='?page={n + 1}'>下一页</a>")))
    assert endless(result).startswith("Page cap")
    assert result.pages == 200


def test_a_page_that_links_to_itself_under_ever_new_sessions():
    def get(request: PageRequest) -> Page:
        nonlocal count
        count += 1
        return Page(request.url, rows([1], f'<a href="?page=2&amp;t={count}">下一页</a>'), None, "")

    count = 0
    assert endless(walk(source("generic"), get)).startswith("Repeats itself")
    assert count <= 5


def test_deletions_and_insertions_while_a_counted_list_is_read_lose_nothing():
    """After every page read, the newest entry is new and one of the middle is gone; then the list stands still."""
    held = list(range(30, 0, -1))
    changes = 6

    def get(request: PageRequest) -> Page:
        nonlocal changes
        number = int(request.url.partition("page=")[2] or 1)
        text = json.dumps(
            {
                "total": len(held),
                "articles": [
                    {
                        "title": f"云溪县{2000 + n % 25}年法治政府建设年度报告",
                        "url": f"{BASE}{n}.html",
                        "date": "2025-01-02",
                    }
                    for n in held[(number - 1) * 5 : number * 5]
                ],
            }
        )
        if changes:
            changes -= 1
            held.insert(0, held[0] + 1)
            held.pop(len(held) // 2)
            if changes % 2:
                held.pop(len(held) // 3)
        return Page(request.url, text, None, "")

    result = walk(source("gkmlpt", url=f"{BASE}gkmlpt/api/all/1?page=1"), get)
    assert set(held) <= set(numbers(result))
    assert result.complete is Complete.YES


def test_a_list_that_never_stands_still_is_unknown():
    count = 0

    def get(request: PageRequest) -> Page:
        nonlocal count
        count += 1
        number = 0 if request.url == BASE else int(request.url.partition("index_")[2][:1])
        return Page(request.url, trs(3, number, [count * 3, count * 3 + 1, count * 3 + 2]), None, "")

    result = walk(source(), get)
    assert result.complete is Complete.UNKNOWN
    assert "changed" in result.why


def test_damage_is_named_and_what_can_be_read_is_kept():
    first, second = (f"<record><![CDATA[{rows([n])}" for n in (1, 2))
    cut = f"<datastore><totalrecord>3</totalrecord>{first}]]></record>{second[:60]}"
    result = walk(source("jcms"), lambda request: Page(request.url, cut, None, ""))
    assert (numbers(result), kinds(result.findings)) == ([1], [Outcome.DAMAGED_LISTING])
    assert "cut off" in result.findings[0].message


@pytest.mark.parametrize(
    ("platform", "text", "word"),
    [
        (
            "ucap",
            "<script>x={articleList:[{title:'云溪县2024年法治政府建设年度报告',url:'/a1.html',pubDate:'2025-01-02'},"
            "{title:'坏了,url:'/a2.html'},{title:'云溪县2023年法治政府建设年度报告',url:'/a3.html'}]}</script>",
            "1 of 3 rows",
        ),
        (
            "gkmlpt",
            '<b>Notice</b>: Undefined index {"total":1,"articles":[{"url":"/a1.html",'
            '"title":"云溪县2024年法治政府建设年度报告"}]}',
            "no valid JSON",
        ),
        (
            "generic",
            '<ul><li><a href="/a1.html">云溪县2024年法治政府建设年度报告</a>2026-13-45</li>'
            '<li><a href="/a2.html">云溪县2023年法治政府建设年度报告</a>2024-01-02</li></ul>',
            "2026-13-45",
        ),
        (
            "generic",
            '<ul><li><a href="/a1.html">云溪县&lt;font color=red&gt;2024年&lt;/font&gt;法治政府建设年度报告</a>'
            "2025-01-02</li></ul>",
            "markup",
        ),
    ],
)
def test_broken_data_impossible_dates_and_marked_up_titles(platform, text, word):
    result = walk(source(platform), lambda request: Page(request.url, text, None, ""))
    damaged = [finding for finding in result.findings if finding.kind is Outcome.DAMAGED_LISTING]
    assert [word in finding.message for finding in damaged] == [True]
    assert result.candidates[0].title == "云溪县2024年法治政府建设年度报告"


def test_a_count_below_what_was_found_proves_nothing():
    count = "<p>共3条记录</p>"
    site = Site(
        {BASE: rows([1, 2], f'{count}<a href="?page=2">下一页</a>'), f"{BASE}?page=2": rows([3, 4], f"{count}页")}
    )
    site.pages[f"{BASE}?page=3"] = Outcome.TIMEOUT
    more = walk(source("generic"), site.get)
    assert (numbers(more), more.complete, more.expected_total) == ([1, 2, 3, 4], Complete.UNKNOWN, 3)
    assert more.why.startswith("the site counts 3 entries, 4 were found; ")
    (finding,) = more.findings
    assert finding.kind is Outcome.ABOVE_EXPECTED
    assert "does not prove" in finding.message
    # Whatever else proves the end still does, and what does not fit is told.
    del site.pages[f"{BASE}?page=3"]
    proved = walk(source("generic"), site.get)
    assert (proved.complete, proved.findings) == (Complete.YES, ())
    assert proved.why.startswith("the site counts 3 entries, 4 were found; 2 pages hold entries; the one after them")


def test_what_stands_beside_the_list_does_not_make_up_for_an_empty_page():
    call = "<script>createPageHTML('p',2,{},'list','shtml',4)</script>"
    site = Site({BASE: rows([1, 2, 3, 4, 5], call.format(1)), f"{BASE}list_2.shtml": rows([], call.format(2))})
    assert walk(source("ucap"), site.get).complete is Complete.UNKNOWN
    # The same with entries that a page lists twice.
    site.pages[BASE] = rows([1, 2, 1, 2], call.format(1))
    assert walk(source("ucap"), site.get).complete is Complete.NO


def test_ten_thousand_counted_pages_end_at_the_cap_by_its_name():
    def get(request: PageRequest) -> Page:
        number = int(request.url.removeprefix(f"{BASE}index_").removesuffix(".shtml")) if "index_" in request.url else 0
        return Page(request.url, trs(10_000, number, [7000 + number]), None, "")

    result = walk(source(), get)
    assert (result.complete, result.pages) == (Complete.NO, 200)
    (finding,) = result.findings
    assert finding.kind is Outcome.ENDLESS_LISTING
    assert "Page cap: the cap of 200 pages was reached; the site counts 10000" in finding.message


def test_entries_that_lead_back_to_their_list_are_none():
    own = f'<li><a href="{BASE}#top">云溪县水务局2024年法治政府建设年度报告</a>2025-01-02</li>'
    result = walk(source(), Site({BASE: f'<ul class="list">{own * 3}</ul>'}).get)
    assert (result.candidates, kinds(result.findings)) == ((), [Outcome.DAMAGED_LISTING, Outcome.EMPTY_LISTING])
    assert "lead back to the list itself" in result.findings[0].message
    some = walk(source(), Site({BASE: rows([1, 2]).replace('<ul class="list">', f'<ul class="list">{own}')}).get)
    assert (numbers(some), some.findings) == ([1, 2], ())
