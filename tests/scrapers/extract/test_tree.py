import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.page import look
from scrapers.extract.selectors import parse, select
from scrapers.extract.styles import read_styles
from scrapers.extract.tree import DEEPEST, TreeLimit, grow
from scrapers.platforms import PLATFORMS


def lines(html: str) -> list[str]:
    tree = grow(html)
    return tree.lines() if tree else []


def test_no_single_character_run_is_lost():
    assert lines("<p><span>教育</span><span>局</span><span>工作</span></p><p>好</p><p>，</p>") == [
        "教育局工作",
        "好",
        "，",
    ]


@pytest.mark.parametrize(
    "tag", ["label", "time", "button", "ins", "del", "em", "font", "o:p", "st1:date", "abbr", "u", "small"]
)
def test_inline_text_is_kept_whatever_holds_it(tag):
    assert lines(f"<p>依法<{tag}>行</{tag}>政<{tag}></{tag}>。</p>") == ["依法行政。"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["span", "b", "label", "time", "font", "a", "i"]), st.sampled_from("法治政府，1a。")),
        max_size=30,
    )
)
def test_every_character_survives_any_inline_markup(runs):
    html = "<p>" + "".join(f"<{tag}>{char}</{tag}>" for tag, char in runs) + "</p>"
    assert "".join(lines(html)) == "".join(char for _, char in runs)


def test_section_text_is_kept_as_a_block():
    assert lines("甲<section>乙</section>丙") == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    "unseen",
    [
        '<p style="display:none">藏</p>',
        '<p style="color:red; DISPLAY : none">藏</p>',
        "<p hidden>藏</p>",
        "<script>藏</script>",
        "<style>藏</style>",
        "<!-- 藏 -->",
        "<noscript>藏</noscript>",
        "<textarea>藏</textarea>",
        "<select><option>藏</option></select>",
    ],
)
def test_what_readers_do_not_see_is_not_read(unseen):
    assert "".join(lines(f"<div>前{unseen}后</div>")) == "前后"


def test_tables_come_row_by_row():
    html = "<table><tr><th>项目</th><th>数量</th></tr><tr><td><p>许可</p></td><td><p>1</p><p>件</p></td></tr></table>后"
    assert lines(html) == ["项目 数量", "许可 1 件", "后"]


def test_a_layout_table_keeps_paragraphs():
    html = "<table><tr><td><p>一</p><p>二</p><p>三</p><p>四</p></td></tr></table>"
    assert lines(html) == ["一", "二", "三", "四"]


def test_source_line_breaks_are_no_spaces_between_ideographs():
    assert lines("<p>法治\n   政府 a\nb，\n好</p>") == ["法治政府 a b，好"]


def test_preformatted_lines_stay_lines():
    assert lines("<pre>甲\n乙 <b>丙\n丁</b></pre><p>戊\n己</p>") == ["甲", "乙 丙", "丁", "戊己"]


def test_what_is_empty_is_empty():
    assert lines("") == lines(" \n") == lines("<!-- -->") == []


def test_depth_beyond_the_parser_is_refused_and_less_is_read():
    assert lines("<div>" * 1500 + "深" + "</div>" * 1500) == ["深"]
    with pytest.raises(TreeLimit):
        grow("<div>" * (DEEPEST + 5000))


@pytest.mark.parametrize(
    "unit", [" ", " \n", "\t", "<br> ", "<p> ", "&nbsp; ", "法 \n", "<td>", "<table><tr><td>", "<a href=x>"]
)
def test_time_is_linear_in_hostile_markup(unit):
    def cost(size: int) -> float:
        html = unit * (size // len(unit)) + "x\n"
        begin = time.process_time()
        with contextlib.suppress(TreeLimit):
            lines(html)
        return time.process_time() - begin

    small, large = (min(cost(size) for _ in range(3)) for size in (50_000, 100_000))
    assert large <= 2.5 * small + 0.05


def test_slices_measure_what_they_hold():
    tree = grow("<div id=a>法治，<a href=x>政府</a>。</div><p>好</p>")
    assert tree is not None
    node = next(node for node in tree.nodes if node.element.get("id") == "a")
    assert tree.han(node.first, node.last) == 4
    assert tree.linked(node.first, node.last) == 2
    assert tree.marks(node.first, node.last) == 2
    assert tree.lines(node.first, node.last) == ["法治，政府。"]


PAGE = (
    '<div id="zoom" class="a TRS_Editor"><div class="view"><p data-x="1">x</p></div></div><ucapcontent>y</ucapcontent>'
)


@pytest.mark.parametrize(
    ("selector", "tags"),
    [
        ("#zoom", ["div"]),
        (".TRS_Editor", ["div"]),
        ("div.a.TRS_Editor .view p", ["p"]),
        ("#zoom > .view > p", ["p"]),
        ("#zoom > p", []),
        ("p[data-x=1]", ["p"]),
        ('p[data-x="2"]', []),
        ("[data-x]", ["p"]),
        ("ucapcontent, .view", ["ucapcontent", "div"]),
        (".view .a", []),
    ],
)
def test_selectors(selector, tags):
    tree = grow(PAGE)
    assert tree is not None
    assert [element.tag for element in select(selector, tree.index())] == tags


@pytest.mark.parametrize("selector", ["p:first-child", "a + b", "", "p >", "::x"])
def test_a_selector_beyond_the_subset_is_refused(selector):
    with pytest.raises(ValueError, match="selector"):
        parse(selector)


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS.keys())
def test_every_platform_selector_is_understood(platform):
    assert all(parse(selector) for selector in platform.BODY_SELECTORS)


def seen(html: str) -> str:
    sight = look(html)
    assert sight is not None
    return "".join(sight.tree.lines())


@pytest.mark.parametrize(
    ("css", "shown"),
    [
        (".tip{display:none}", "前后"),
        ("p.x .tip , .other { color:red; DISPLAY: none; }", "前后"),
        ("#t{visibility:hidden}", "前后"),
        ("/* a { */ .tip{display:none} /* } */", "前后"),
        (".tip{display:block}", "前藏后"),
        (".tip{display:none} .tip.on{display:inline}", "前藏后"),
        ("/* .tip{display:none} */", "前藏后"),
        ("@media print{.tip{display:none}}", "前藏后"),
        ("@media print{.a{color:red}.tip{display:none}} .b{color:red}", "前藏后"),
        (".x:hover .tip{display:none}", "前藏后"),
        ("span{display:none}", "前藏后"),
        (".tip{display:none", "前藏后"),
        (".y .tip{display:none}", "前藏后"),
        (".tip{-x-display:none}", "前藏后"),
    ],
)
def test_what_the_page_s_own_sheet_hides_is_not_read(css, shown):
    body = "".join(f"<p>第{n}段，" + "正文" * 30 + "。</p>" for n in range(4))
    text = seen(f"<style>{css}</style><p class='x'>前<span id=t class='tip on'>藏</span>后</p><div>{body}</div>")
    assert text.startswith(shown + "第0段")


def test_a_style_of_its_own_beats_the_sheet():
    assert seen("<style>.a{display:none}</style><p class=a style='display:block'>见</p>") == "见"


def test_a_body_that_only_a_script_shows_is_read():
    body = "".join(f"<p>第{n}段，" + "正文" * 30 + "。</p>" for n in range(4))
    sight = look(f"<style>#c{{display:none}}</style><div id=c>{body}</div>")
    assert sight is not None
    assert sight.body is not None
    assert len(sight.body.lines) == 4


@pytest.mark.parametrize("unit", ["<style>", "<style>/*", "<style>.a{display:none}</style>", "/*{", "}", ".a,"])
def test_time_is_linear_in_hostile_sheets(unit):
    def cost(size: int) -> float:
        html = "<style>.a{display:none}" + unit * (size // len(unit)) + "</style><p class=a>x"
        begin = time.process_time()
        read_styles(html)
        return time.process_time() - begin

    small, large = (min(cost(size) for _ in range(3)) for size in (100_000, 200_000))
    assert large <= 2.5 * small + 0.05
