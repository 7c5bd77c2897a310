from datetime import date

import pytest

from scrapers.extract import labels
from scrapers.extract.head import Head

HEAD = Head("", "", (), "2026-05-01 00:00", "本网", "", "")


@pytest.mark.parametrize(
    ("above", "below", "listed", "url", "day", "provenance"),
    [
        (["发布时间：2025-01-03 08:37 来源：某局"], [], None, "", date(2025, 1, 3), "visible label above the body"),
        (
            ["更新时间:2025-01-05", "发布日期", "2025-01-03"],
            [],
            None,
            "",
            date(2025, 1, 3),
            "visible label above the body",
        ),
        (["时间：2025年1月3日"], [], None, "", date(2025, 1, 3), "visible label above the body"),
        ([], ["发布时间：2025-01-03"], None, "", date(2025, 1, 3), "visible label below the body"),
        (["来源：某局 2025-01-03 10:00"], [], None, "", date(2025, 1, 3), "date beside the source label"),
        (["2025-01-03 10:21"], [], None, "", date(2025, 1, 3), "bare date line"),
        (["2025-08-28 星期四", "今天是2025年8月28日"], [], None, "", date(2026, 5, 1), "meta PubDate"),
        (["【信息时间：2025-01-03】"], [], None, "", date(2025, 1, 3), "visible label above the body"),
        (
            ["生成日期： 2024-12-26"],
            ["发布日期：2025-01-03"],
            None,
            "",
            date(2025, 1, 3),
            "visible label below the body",
        ),
        (["生成日期： 2025-01-03"], [], None, "", date(2025, 1, 3), "visible label above the body"),
        (["发布时间：2026-13-45"], [], None, "", date(2026, 5, 1), "meta PubDate"),
        (["发布日期：", "成文日期：2024-12-26"], [], None, "", date(2026, 5, 1), "meta PubDate"),
    ],
)
def test_published(above, below, listed, url, day, provenance):
    assert labels.published(above, below, HEAD, listed, url) == (day, provenance)


def test_published_falls_back_to_list_then_address():
    bare = Head("", "", (), "", "", "", "")
    url = "http://x.gov.cn/202501/t20250103_1.html"
    assert labels.published([], [], bare, date(2025, 1, 4), url) == (date(2025, 1, 4), "list")
    assert labels.published([], [], bare, None, url) == (date(2025, 1, 3), "address")
    assert labels.published([], [], bare, None, "http://x.gov.cn/art/2025/1/3/art_1_2.html")[0] == date(2025, 1, 3)
    assert labels.published([], [], bare, None, "http://x.gov.cn/a.html") == (None, "")


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("更新时间:2024-12-31 来源:赫山区教育局 作者:某股 点击量:3", "赫山区教育局"),
        ("信息来源：区司法局  浏览次数：5", "区司法局"),
        ("【来源：市政府办】", "市政府办"),
        ("来源： 2024-01-01", "本网"),
        ("", "本网"),
    ],
)
def test_source_label(line, label):
    assert labels.source([line], [], HEAD) == label


def test_of_several_source_labels_the_one_the_meta_tag_bears_out_is_the_page_s():
    head = Head("", "", (), "", "宣教中心", "", "")
    assert labels.source(["来源：宣教中心 2022-11-14", "来源：人民网 记者：某某"], [], head) == "宣教中心"
    assert labels.source(["来源：某网", "来源：人民网 记者：某某"], [], HEAD) == "人民网 记者：某某"
    cut = Head("", "", (), "", "综合自学习强国、川观新闻、健康富顺", "", "")
    assert labels.source(["来源：综合自学习强国、川观…"], [], cut) == cut.source
