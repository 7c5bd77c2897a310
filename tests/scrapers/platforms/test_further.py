import time

import pytest

from scrapers.platforms.further import MOST_PAGES, further_pages, may_continue

ONE = "http://www.x.example/zw/202401/t20240114_6012.shtml"


def call(pages: int, current: int, stem: str) -> str:
    return f'<script>createPageHTML({pages}, {current}, "{stem}", "shtml");</script>'


def at(name: str) -> str:
    return ONE.rpartition("/")[0] + "/" + name


@pytest.mark.parametrize(
    ("text", "url", "first", "named"),
    [
        (call(3, 0, "t20240114_6012"), ONE, ONE, {1: at("t20240114_6012_1.shtml"), 2: at("t20240114_6012_2.shtml")}),
        (call(3, 1, "t20240114_6012"), at("t20240114_6012_1.shtml"), ONE, {2: at("t20240114_6012_2.shtml")}),
        (call(1, 0, "t20240114_6012"), ONE, ONE, {}),
        (call(9, 0, "index"), ONE, ONE, {}),
        ('<a href="t20240114_6012_2.shtml">下一页</a>', ONE, ONE, {2: at("t20240114_6012_2.shtml")}),
        ("<A class='n' HREF = ./t20240114_6012_2.shtml > 下一页 </A>", ONE, ONE, {2: at("t20240114_6012_2.shtml")}),
        (
            '<a href="t20240114_6012-3.shtml">[3]</a><a href="t20240114_6012-2.shtml">[2]</a>',
            ONE,
            ONE,
            {2: at("t20240114_6012-2.shtml"), 3: at("t20240114_6012-3.shtml")},
        ),
        ('<a href="t20240114_6013.shtml">下一篇</a><a href="t20240114_6013.shtml">下一页</a>', ONE, ONE, {}),
        ('<a href="t20240114_6012_2.shtml">某某报告</a>', ONE, ONE, {}),
        ('<a href="http://www.y.example/zw/202401/t20240114_6012_2.shtml">下一页</a>', ONE, ONE, {}),
        ('<a href="javascript:next()">下一页</a>', ONE, ONE, {}),
        ('<a href="/zw/">2</a><a href="index_2.shtml">下一页</a>', ONE, ONE, {}),
        ('<a href="?id=7&page=2">下一页</a>', "http://x.example/a?id=7", "http://x.example/a?id=7", {2: "http://x.example/a?id=7&page=2"}),
        ('<a href="?id=7&amp;PAGENUM=3">3</a>', "http://x.example/a?id=7&PAGENUM=2", "http://x.example/a?id=7", {3: "http://x.example/a?id=7&PAGENUM=3"}),
        ('<a href="?id=8&page=2">下一页</a>', "http://x.example/a?id=7", "http://x.example/a?id=7", {}),
        ('<a href="?id=7&page=1">1</a>', "http://x.example/a?id=7", "http://x.example/a?id=7", {}),
        ('<a href="content_2">2</a>', "http://x.example/content", "http://x.example/content", {2: "http://x.example/content_2"}),
        ("<a href='./t20240114_6012_2.shtml'>余下全文</a>", ONE, ONE, {2: at("t20240114_6012_2.shtml")}),
        ("<a href='?page=2'>2</a>", ONE, ONE, {2: ONE + "?page=2"}),
        ("<a href=?page=2>[2]</a>", ONE, ONE, {2: ONE + "?page=2"}),
        ("", ONE, ONE, {}),
    ],
)  # fmt: skip
def test_further_pages(text, url, first, named):
    assert further_pages(text, url, first) == named


def test_a_pager_without_an_end_names_no_more_than_the_most():
    links = "".join(f'<a href="t20240114_6012_{n}.shtml">{n}</a>' for n in range(1, 99))
    assert len(further_pages(links, ONE, ONE)) == MOST_PAGES


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_bytes_say_whether_there_may_be_more(encoding):
    for pager in (
        "<a href='t20240114_6012_2.shtml'>2</a>",
        "<a href='?page=2'>余下全文</a>",
        call(3, 0, "t20240114_6012"),
    ):
        assert may_continue(f"<p>报告</p>{pager}".encode(encoding), ONE)
    assert not may_continue("<a href='t20240114_6013.shtml'>下一页</a>".encode(), ONE)


@pytest.mark.parametrize("unit", ["<a ", "<a href=", "<a href='x'>", "<a href='x'> ", "createPageHTML("])
def test_time_is_linear_in_hostile_links(unit):
    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        further_pages(text, ONE, ONE)
        return time.process_time() - begin

    small, large = (min(cost(size) for _ in range(3)) for size in (100_000, 200_000))
    assert large <= 2.5 * small + 0.05
