from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract import names
from scrapers.extract.parts import signed_on, take_apart
from scrapers.text import canonical, clean

TITLE = "赫山区教育局2024年法治政府建设年度报告"
BODY = [
    "2024年，我局坚持以法治思维推进教育工作，现将有关情况报告如下。",
    "一、主要举措",
    "全年开展培训12场次，参训人员600余人次，办结率99.5%。",
    "二、存在的不足",
    "执法力量还有差距，基层人员流动较大，能力有待提高。",
]


def text(*lines: str) -> str:
    return take_apart(lines, TITLE).text


@pytest.mark.parametrize(
    "head",
    [
        [TITLE],
        ["赫山区教育局", "2024年法治政府建设年度报告"],
        ["赫山区教育局", "关于2024年法治政府建设", "年度报告"],
        ["赫山区教育2024年法治政府建设年度报告"],
        [TITLE, "发布时间：2025-01-03 来源：赫山区教育局", TITLE],
        [TITLE, "赫山区教育局", "（2024年12月26日）"],
        ["政务公开", TITLE],
        ["赫山區教育局2024年法治政府建設年度報告"],
        ["我局2024年度法治政府建设工作总结"],
        [],
    ],
)
def test_title_and_byline_come_off_the_head(head):
    assert text(*head, *BODY) == "\n".join(BODY)


NUMBER = "赫教发〔2024〕12号"


@pytest.mark.parametrize(
    "head",
    [
        [NUMBER, TITLE],
        [TITLE, NUMBER, "发布时间：2025-01-03 来源：赫山区教育局"],
        [NUMBER, TITLE, "赫山区教育局", "（2024年12月26日）"],
        ["文号：", NUMBER, "发布时间：2025-01-03", NUMBER, TITLE],
    ],
)
def test_a_document_number_stays(head):
    assert text(*head, *BODY) == "\n".join([NUMBER, *BODY])


@pytest.mark.parametrize(
    "end",
    [
        ["附件：执法主体", "单位", "区公安局", "区教育局"],
        ["召开全区法治政府建设推进会"],
        ["（三）成立行政复议委员会"],
    ],
)
def test_lines_that_end_like_a_name_are_not_taken_for_a_sign_off(end):
    assert text(TITLE, *BODY, *end) == "\n".join([*BODY, *end])


@pytest.mark.parametrize(
    ("line", "is_name"),
    [
        ("赫山区教育局", True),
        ("中共赫山区委全面依法治区委员会办公室", True),
        ("召开全区法治政府建设推进会", False),
        ("积极参加法治专题研讨会", False),
        ("（三）成立行政复议委员会", False),
        ("三）成立行政复议委员会", False),
        ("我局", False),
    ],
)
def test_what_was_done_is_no_name(line, is_name):
    assert names.is_body(line) is is_name


def test_what_was_done_is_no_byline():
    assert text(TITLE, "召开全区法治政府建设推进会", *BODY) == "\n".join(["召开全区法治政府建设推进会", *BODY])


@pytest.mark.parametrize(
    ("tail", "signed"),
    [
        (["益阳市赫山区教育局", "2024年12月26日"], date(2024, 12, 26)),
        (["益阳市赫山区教育局 2024年12月26日"], date(2024, 12, 26)),
        (["中共赫山区委", "赫山区人民政府", "二〇二四年十二月二十六日"], date(2024, 12, 26)),
        (["2024年12月26日"], date(2024, 12, 26)),
        (["益阳市赫山区教育局"], None),
        ([], None),
        (["益阳市赫山区教育局", "2024年12月26日", "扫一扫在手机打开当前页"], date(2024, 12, 26)),
    ],
)
def test_the_sign_off_comes_off_the_end(tail, signed):
    parts = take_apart([TITLE, *BODY, *tail], TITLE)
    assert parts.text == "\n".join(BODY)
    assert signed_on(parts)[0] == signed


def test_attachments_after_the_sign_off_stay():
    parts = take_apart([*BODY, "益阳市赫山区教育局", "2024年12月26日", "附件：任务清单"], TITLE)
    assert parts.text == "\n".join([*BODY, "附件：任务清单"])
    assert parts.signed == ("益阳市赫山区教育局", "2024年12月26日")


def test_a_dated_sentence_is_no_sign_off():
    last = "2024年12月26日，召开法治建设工作会议。"
    assert text(*BODY, last) == "\n".join([*BODY, last])


def test_the_byline_date_is_the_signature_when_there_is_no_other():
    parts = take_apart([TITLE, "（2024年1月20日）", *BODY], TITLE)
    assert signed_on(parts) == (date(2024, 1, 20), "by-line")


def test_a_second_copy_is_not_joined():
    assert text(TITLE, *BODY, TITLE, *BODY) == "\n".join(BODY)
    assert text(*BODY, *BODY[:1], BODY[1], "全年开展培训13场次，不同的一份。", *BODY[3:]) == "\n".join(BODY)


def test_a_sentence_said_twice_in_a_row_costs_nothing():
    lines = [BODY[0], *BODY]
    assert text(*lines) == "\n".join(lines)


def test_a_repeated_sentence_is_not_a_copy():
    lines = [*BODY, BODY[0], "三、下一年度安排", "继续完善制度，压实责任。", "推进述法工作，强化监督。", "完。"]
    assert text(*lines) == "\n".join(lines)


@given(
    st.lists(st.sampled_from([*BODY, TITLE, "赫山区教育局", "2024年12月26日", "附件：任务清单", "甲 乙"]), max_size=9)
)
def test_nothing_is_lost_but_copies(lines):
    once = list(dict.fromkeys(lines))
    parts = take_apart(once, TITLE)
    kept = "".join(sorted(canonical("".join([*parts.above, *parts.title, *parts.byline, parts.text, *parts.signed]))))
    assert kept == "".join(sorted(canonical(clean("\n".join(once)))))
