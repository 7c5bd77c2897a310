import time
import unicodedata

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers import text as module
from scrapers.text import canonical, clean, simplified

BODY = (
    "2024年，我局坚持以习近平新时代中国特色社会主义思想为指导，深入推进法治政府建设，取得了一定成效，现将有关情况报告如下。\n"
    "一、健全机制\n"
    "（一）共办理行政许可1,234件，办结率99.5%，同比增长3.2个百分点；开展培训12场次，参训人员600余人次。\n"
    "附件：1.任务清单\n"
    "二、存在的问题\n"
    "执法力量还有差距，基层人员流动较大，能力有待提高。"
)
HEAD = (
    "2025-8-28 星期四设为首页|加入收藏\n您当前的位置：首页 > 政务公开\n"
    "更新时间:2024-12-31 08:37 来源:赫山区教育局 作者:某股 点击量:354\n"
)
TAIL = "\n扫一扫在手机打开当前页\n【打印本页】 【关闭窗口】\n上一篇：无\n版权所有：某某人民政府 备案号：湘ICP备1号"
WORDS = st.text(
    st.sampled_from("法治政府建设年度报告局县市区执 \u3000\t\n，。；：（）()“”、·-—１２3４5%％ａbＣ[]<>"), max_size=200
)


def test_clean_keeps_a_clean_body():
    assert clean(BODY) == BODY


def test_clean_removes_furniture_at_head_and_tail():
    assert clean(HEAD + BODY + TAIL) == BODY


def test_clean_keeps_sentences_that_speak_of_furniture():
    body = "推行“扫一扫”办事和无障碍阅读。\n" + BODY + "\n分享经验做法3次。\n打印机采购依法公开。\n关闭非法采砂点2处。"
    assert clean(body) == body


@pytest.mark.parametrize(
    "end", ["大\n中\n小", "审核：8件\n处罚：3件", "版权所有人权益得到保护", "联系我们身边的典型案例\n网站地图更新3次"]
)
def test_clean_keeps_short_lines_at_the_end_that_only_resemble_furniture(end):
    assert clean(f"{BODY}\n{end}") == f"{BODY}\n{end}"
    assert (
        clean(f"{BODY}\n{end}\n【字体：大 中 小】\n审核：张三\n版权所有：某某\n联系我们 | 网站地图") == f"{BODY}\n{end}"
    )


@pytest.mark.parametrize(
    "head",
    [
        "索引号 发布机构 发布日期 有效性\n006512345/2024-00021 赫山区教育局 2024-02-18 有效",
        "索引号 006512345/2024-00021 有效性 有效\n发布机构 赫山区教育局 主题分类 教育 公开方式 主动公开",
        "索取号： 发布时间： 文号： 备注：",
    ],
)
def test_clean_removes_the_table_of_a_catalogue_over_the_body(head):
    assert clean(f"{head}\n{BODY}") == BODY
    assert clean(f"赫教发〔2024〕7号\n{head}\n{BODY}") == f"赫教发〔2024〕7号\n{BODY}"


@pytest.mark.parametrize("head", ["事项 数量 备注", "发布日期 文号", "索引号的编制", "发布机构、文号、备注应当齐全。"])
def test_clean_keeps_lines_that_only_speak_of_a_catalogue(head):
    assert clean(f"{head}\n{BODY}") == f"{head}\n{BODY}"


def test_clean_removes_a_label_of_attachments_there_are_none_of():
    assert clean(f"{BODY}\n附件：") == clean(f"{BODY}\n附件：\n【打印本页】") == BODY
    assert clean(f"{BODY}\n附件：\n1.任务清单") == f"{BODY}\n附件：\n1.任务清单"
    assert clean(f"{BODY}\n附件：\n1.任务清单\n【打印本页】") == f"{BODY}\n附件：\n1.任务清单"


def test_clean_removes_characters_nobody_sees():
    assert clean("法\u200b治\ufeff政\u00ad府\ue000\x07建设\u2028好") == "法治政府建设\n好"


def test_clean_composes_and_unifies_breaks():
    assert clean("e\u0301\r\n二\r三\x0b四") == "é\n二\n三\n四"


def test_clean_removes_word_residue():
    assert clean(
        '[bookmark: _GoBack]（二）法治 HYPERLINK "http://x/" \\h 副校长\nPAGE \\* MERGEFORMAT'
        '\nTOC \\o "1-3" \\h \\z \\u'
    ) == ("（二）法治 副校长")


def test_clean_removes_glosses():
    assert clean("總結(jié)：系統(tǒng)的質(zhì)（zhì）量") == "總結：系統的質量"
    assert clean("方案(a)和(b)") == "方案(a)和(b)"
    dense = "政(zheng)府(fu)工(gong)作(zuo)報(bao)告(gao)全(quan)文(wen)院(yuan)(yuan)"
    assert clean(dense) == "政府工作報告全文院"


def test_clean_is_idempotent_where_residue_nests():
    nested = "[book" * 9 + "[bookmark: a]" + "mark: b]" * 9
    assert clean(clean(nested)) == clean(nested)


def test_canonical_is_version_one():
    assert module.CANONICAL == 1
    assert canonical("（一）　“ＡＢＣ”共１２３件，５．５％\n②") == "一abc共123件55%2"


def test_canonical_simplifies_a_traditional_copy():
    traditional = opencc.OpenCC("s2t").convert(BODY)
    assert traditional != BODY
    assert canonical(traditional) == canonical(BODY)
    assert simplified(traditional) == BODY
    assert simplified("一個" + BODY) == "一個" + BODY


def test_no_character_of_the_traditional_list_survives_conversion():
    listed = set(module._TRADITIONAL.pattern[1:-1])
    assert not listed & set(opencc.OpenCC("t2s").convert("".join(sorted(listed))))


def test_late_ideographs_count_in_every_python():
    assert clean("\U00031350") == "\U00031350"
    assert canonical("\U00031350\U000323af") == "\U00031350\U000323af"


@given(st.text(max_size=300))
def test_clean_and_canonical_are_idempotent(value):
    assert clean(clean(value)) == clean(value)
    assert canonical(canonical(value)) == canonical(value)


@given(WORDS)
def test_idempotent_on_report_like_text(value):
    assert clean(clean(value)) == clean(value)
    assert canonical(canonical(value)) == canonical(value)


@given(WORDS)
def test_canonical_ignores_width_spacing_and_punctuation(value):
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value)
    plain = canonical(value)
    assert canonical(wide) == plain
    assert canonical("\u3000".join(value)) == plain
    assert canonical("".join(char for char in value if char.isalnum() or char in "%％")) == plain
    assert canonical(unicodedata.normalize("NFKC", value)) == plain


@given(st.integers(0, len(BODY) - 1), st.sampled_from("0123456789法治x"))
def test_canonical_feels_every_changed_character(place, new):
    old = BODY[place]
    if old.isalnum() and old != new:
        assert canonical(BODY[:place] + new + BODY[place + 1 :]) != canonical(BODY)
        assert canonical(BODY[:place] + BODY[place + 1 :]) != canonical(BODY)


@given(st.integers(0, len(BODY) - 2))
def test_canonical_feels_order(place):
    one, two = BODY[place], BODY[place + 1]
    if one.isalnum() and two.isalnum() and one != two:
        assert canonical(BODY[:place] + two + one + BODY[place + 2 :]) != canonical(BODY)


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        "（a",
        "[bookmark:",
        'HYPERLINK "',
        "政(zheng",
        "时间：\n",
        "打印|",
        "大 小 中 ",
        "TOC \\o ",
        "\n",
        "首页>",
        "e\u0301",
    ],
)
def test_time_is_linear_in_hostile_text(unit):
    def cost(size: int) -> float:
        value = unit * (size // len(unit))
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            canonical(clean(value))
            best = min(best, time.process_time() - begin)
        return best

    small, large = cost(100_000), cost(200_000)
    assert large <= 2.5 * small + 0.05


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(HEAD.strip().split("\n")), max_size=5),
    st.lists(st.sampled_from(TAIL.strip().split("\n")), max_size=5),
)
def test_any_furniture_leaves_the_body(head, tail):
    assert clean("\n".join([*head, BODY, *tail])) == BODY
