import pytest

from scrapers.extract import read
from scrapers.extract.body import find_body
from scrapers.extract.page import find_title, look
from scrapers.extract.tree import grow
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE
from tests.scrapers.extract.test_pool import GOOD, HINT

TEXT = "".join(f"<p>{line}</p>" for line in BODY)
NAV = "<ul>" + "".join(f"<li><a href='/{n}'>政务公开栏目第{n}项，一览、详情。</a></li>" for n in range(60)) + "</ul>"
FRIENDS = "<div class='friends'>" + "".join(f"<span>友情部门第{n}号单位</span>" for n in range(80)) + "</div>"


def found(html: str, platform: str = ""):
    tree = grow(html)
    assert tree is not None
    return find_body(html, tree, platform)


def test_a_selector_finds_the_body():
    body = found(f"<body>{NAV}<div class='TRS_Editor'>{TEXT}</div><p>页脚文字，不是正文。</p></body>", "trs")
    assert body is not None
    assert (body.method, body.lines) == ("selector", tuple(BODY))
    assert body.agreement is not None


def test_a_selector_around_links_is_not_believed():
    body = found(f"<body><div id='zoom'>{NAV}</div><div class='unheard-of'>{TEXT}</div></body>")
    assert body is not None
    assert body.lines == tuple(BODY)
    assert body.method == "density"


def test_the_deepest_element_that_keeps_the_text_wins():
    body = found(f"<body><div id='zoom'>版心。<div class='TRS_Editor'>{TEXT}</div></div></body>")
    assert body is not None
    assert body.lines == tuple(BODY)


@pytest.mark.parametrize("hidden", ["", " style='display:none'"])
def test_of_two_copies_the_first_seen_is_read(hidden):
    other = TEXT.replace("12次", "13次")
    body = found(f"<body><div{hidden} class='a'>{other}</div><div class='b'>{TEXT}</div></body>")
    assert body is not None
    assert ("13次" in "".join(body.lines)) is (hidden == "")
    assert len(body.lines) == len(BODY)


def test_markers_beat_selectors():
    begin, end = "<!--ZJEG_RSS.content.begin-->", "<!--ZJEG_RSS.content.end-->"
    body = found(f"<body><div id='zoom'><p>摘要，前言。</p>{begin}{TEXT}{end}</div></body>")
    assert body is not None
    assert (body.method, body.lines) == ("marker", tuple(BODY))


def test_the_judge_is_asked_when_the_page_is_mostly_names():
    body = found(f"<html><body><div>{FRIENDS}<div class='unheard-of'>{TEXT}</div>{NAV}{FRIENDS}</div></body></html>")
    assert body is not None
    assert set(BODY) <= set(body.lines)


@pytest.mark.parametrize(
    "html", [NAV, "<p>短</p>", "<body></body>", f"<div id='zoom'>{NAV}</div>", "<script>x</script>"]
)
def test_what_is_no_article_gives_none(html):
    assert found(f"<html><body>{html}</body></html>") is None


def test_clock_and_counter_change_nothing():
    page = GOOD.decode()
    later = page.replace("2026-8-28 星期五", "2027-1-02 星期六").replace(">354<", ">98765<")
    assert later != page
    assert read(later.encode(), HINT) == read(GOOD, HINT)


def test_two_templates_give_one_fingerprint():
    signed = "".join(f"<p>{line}</p>" for line in SIGNED)
    head = f"<html><title>{TITLE}</title><body>"
    one = f"{head}<h1>{TITLE}</h1><p>时间：2025-01-03</p><div id='zoom'>{TEXT}{signed}</div></body></html>"
    rows = "".join(f"&nbsp;&nbsp;{line}<br>" for line in [TITLE, *BODY, *SIGNED])
    other = f"{head}<table><tr><td>{NAV}</td></tr><tr><td>{rows}</td></tr></table></body></html>"
    first, second = (read(html.encode("gb18030"), HINT) for html in (one, other))
    assert first.fingerprint is not None
    assert first.fingerprint == second.fingerprint


def test_what_stands_around_the_body_is_told_apart():
    sight = look(f"<body><p>发布时间：2025-01-03</p><div id='zoom'>{TEXT}</div><p>责任编辑：某人</p></body>")
    assert sight is not None
    assert sight.above == ("发布时间：2025-01-03",)
    assert sight.below == ("责任编辑：某人",)


@pytest.mark.parametrize(("over", "title"), [(TITLE, TITLE), ("首页", ""), ("全年开展培训，成效明显。", "")])
def test_a_title_that_stands_only_over_the_body_is_found(over, title):
    page = f"<title>某某局</title><table><tr><td>{over}</td></tr><tr><td>来源：某局 点击：3</td></tr></table>"
    sight = look(f"{page}<div id=zoom>{TEXT}</div>")
    assert sight is not None
    assert find_title(sight, "").value == title
