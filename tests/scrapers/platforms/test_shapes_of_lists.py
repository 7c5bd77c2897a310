"""Lists and pagers in shapes that sites of no known system use: what is the list, its dates, and the pages after it."""

import pytest

from scrapers.platforms import PLATFORMS
from scrapers.platforms.recognise import recognise

URL = "https://www.qinghe.gov.cn/fz/"
ROWS = (
    ("青禾县民政局2025年度法治政府建设情况报告", "2026-02-11"),
    ("青禾县教育局2025年法治政府建设年度报告", "2026-01-30"),
    ("青禾县水利局关于2024年度法治政府建设情况的报告", "2025-03-06"),
    ("青禾县2024年普法依法治理工作要点", "2024-04-01"),
)
NAMED = {"index_2.html", "index_3.html", "index_4.html", "index_5.html"}


def page(body: str) -> str:
    return f"""<html><head><title>法治政府建设年度报告_青禾县人民政府</title></head><body>
<div class="top">今天是 2026年3月2日 星期一 <a href="/wzdt/">网站地图</a></div>
<div class="menu"><ul><li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
<div class="left"><ul><li><a href="/zwgk/fzzf/">法治政府建设年度报告</a></li></ul></div><div class="main">{body}</div>
<div class="foot"><a href="/lxwm/">联系我们</a></div></body></html>"""


def rows(pattern: str) -> str:
    return "".join(
        pattern.format(n=800 + n, title=title, day=day, packed=day.replace("-", ""), md=day[5:], y=day[:4])
        for n, (title, day) in enumerate(ROWS)
    )


PLAIN = '<li><span>{day}</span><a href="/xxgk/{n}.html">{title}</a></li>'
SHAPES = {
    "a pager of layui": (
        rows(PLAIN) + '<script>laypage.render({elem:"page",count:57,limit:15,curr:1,jump:function(obj,first)'
        '{if(!first){location.href="?page="+obj.curr;}}});</script>',
        {"?page=2", "?page=3", "?page=4"},
    ),
    "a pager that asks its object": (
        rows(PLAIN) + '<script>$(".M-box").pagination({pageCount:5,current:1,callback:function(api)'
        '{window.location.href="index_"+api.getCurrent()+".html";}});</script>',
        NAMED,
    ),
    "an address joined by hand": (
        rows(PLAIN) + "<script>var currentPage = 0;\nvar nextPage = currentPage+1\nvar countPage = 3\n"
        'document.write("<a href=\\"index"+"_" + nextPage + "."+"html\\">下一页</a>");</script>',
        {"index_1.html", "index_2.html"},
    ),
    "month and day, the year in the address": (
        rows('<li><a href="/show/{packed}/{n}.html">{title}</a><i>[{md}]</i></li>'),
        set(),
    ),
    "rows that open by script": (
        rows("<li onclick=\"window.open('/show/{n}.html')\"><a href='javascript:;'>{title}</a><i>{day}</i></li>"),
        set(),
    ),
    "a link around a whole card": (
        rows('<a href="/show/{n}.html"><div class="t">{title}</div><div>发布日期：{day} 浏览：33</div></a>'),
        set(),
    ),
    "a day on a card in two pieces": (
        rows('<div><b>{md}</b><b>{y}</b><h3><a href="/open/{packed}-{n}">{title}</a></h3></div>'),
        set(),
    ),
    "under its own name, beside a longer list": (
        f"<div><h2>法治政府建设年度报告</h2><ul>{rows(PLAIN)}</ul></div><div><h2>最新发布</h2><ul>"
        + "".join(f'<li><a href="/x/{n}0001.html">召开第{n}次会议</a><i>2026-02-1{n}</i></li>' for n in range(8))
        + "</ul></div>",
        set(),
    ),
    "above its pager, beside a longer list": (
        "<div><ul>"
        + "".join(f'<li><a href="/x/{n}0001.html">召开第{n}次会议</a><i>2026-02-1{n}</i></li>' for n in range(8))
        + f'</ul></div><div><ul>{rows(PLAIN)}</ul><p><a href="/fz/">首页</a><a href="/fz/">上一页</a>2/2</p></div>',
        None,
    ),
    "below its own address, beside a longer list": (
        f"<div><ul>{rows(PLAIN.replace('/xxgk/', './'))}</ul></div><div><ul>"
        + "".join(f'<li><a href="/x/{n}0001.html">召开第{n}次会议</a><i>2026-02-1{n}</i></li>' for n in range(8))
        + "</ul></div>",
        set(),
    ),
    "a list called like a menu": (f'<div class="xxgk_navli"><ul>{rows(PLAIN)}</ul></div>', set()),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_list_is_found_with_its_dates_and_pages(shape: str) -> None:
    body, further = SHAPES[shape]
    text = page(body)
    listing = PLATFORMS[recognise(text, URL)[0].platform].read_listing(text, URL)
    assert [(entry.title, str(entry.listed_on)) for entry in listing.entries] == list(ROWS)
    if further is not None:
        assert {request.url.removeprefix(URL) for request in listing.following} == further
