"""When a page was published and where its text came from, by the labels it prints.

The lines around a body and the page's head in, dates and labels with provenance out. The visible label comes
first: the meta date of these sites is often the day of a migration. Knows nothing of the report's own dates.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from scrapers.dates import find_date
from scrapers.extract.head import Head, one_line

NEAR = 40
"""Characters after a label within which its date stands."""
ABOVE = 60
BELOW = 30
_RANKS = (
    re.compile(r"(?:发布|发表|公布|发稿|信息)(?:时间|日期)\s?[:：∶]?"),
    re.compile(r"公开(?:时间|日期)\s?[:：∶]?|(?<![\u3400-\u9fff])(?:时间|日期)\s?[:：∶]"),
    re.compile(r"(?:更新|录入|添加|上传|编辑|生成)(?:时间|日期)\s?[:：∶]?"),
)
_OTHER = re.compile("(?:成文|发文|印发|签发|生效|施行|实施|失效|废止)(?:时间|日期)")
"""Where another day's label begins, a label that came before has nothing to say."""
_CLOCK = re.compile("星期|今天|现在|当前时间|系统时间|农历")
_BARE = re.compile(
    r"^[\[【(（]?\s?\d{4}\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}\s?日?(?:\s{0,2}\d{1,2}[:：∶]\d{2}(?:[:：∶]\d{2})?)?"
)
_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|信息提供|来源|稿源|供稿单位|发布机构|发布单位|发布部门)\s?[:：∶]\s?"
)
_STOP = re.compile(
    r"\s*(?:[|丨\]】]|(?:作者|编辑|责编|责任编辑|审核|点击|浏览|阅读|访问|字号|字体|发布|更新|时间|日期|打印|分享|下载|收藏|发文|供稿|撰稿|来源|视力)|\d{4}[-年/.])|\s{2,}"
)
_URL = (
    re.compile(r"/t(20\d{2})(\d{2})(\d{2})_"),
    re.compile(r"/(20\d{2})[/-]?(\d{1,2})[/-](\d{1,2})/"),
    re.compile(r"/art/(20\d{2})/(\d{1,2})/(\d{1,2})/"),
)


def published(
    above: Sequence[str], below: Sequence[str], head: Head, listed_on: date | None, url: str
) -> tuple[date | None, str]:
    """Return the day of publication and where it was read.

    In order: a visible label above the body, or below it; a date beside the source label; a bare date line;
    meta PubDate; the list; the address.
    """
    near = above[-ABOVE:]
    # A label of publication below the body says more than one of making or of changing above it.
    texts = ((_without_clocks(near), "above"), (_without_clocks(below[:BELOW]), "below"))
    for rank in _RANKS:
        for text, where in texts:
            found = _labelled(text, rank)
            if found is not None:
                return found, f"visible label {where} the body"
    beside = next((day for line in reversed(near) if _SOURCE.search(line) and (day := find_date(line))), None)
    bare = next((day for line in reversed(near) if (day := _bare(line))), None)
    offers = (
        (beside, "date beside the source label"),
        (bare, "bare date line"),
        (find_date(head.published), "meta PubDate"),
        (listed_on, "list"),
        (_in_address(url), "address"),
    )
    return next(((day, provenance) for day, provenance in offers if day is not None), (None, ""))


def source(above: Sequence[str], below: Sequence[str], head: Head) -> str:
    """Return the source a page names for its text: the visible label, else meta ContentSource; empty if none.

    Of several visible ones the one that the meta tag bears out is the page's own, the nearest to the body else.
    """
    nearest = ""
    for line in (*reversed(above[-ABOVE:]), *below[:BELOW]):
        match = _SOURCE.search(line)
        if match is None:
            continue
        label = _STOP.split(line[match.end() : match.end() + 60], maxsplit=1)[0].strip(" 　:：-[]【】()（）")
        if label and head.source.startswith(label.rstrip(".…")) and (label == head.source or label[-1] in ".…"):
            return head.source
        nearest = nearest or one_line(label)
    return nearest or head.source


def _without_clocks(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if not _CLOCK.search(line[:60]))


def _labelled(text: str, label: re.Pattern[str]) -> date | None:
    """Return the date after a label, on its line or, when the label ends it, on the next."""
    for match in label.finditer(text):
        found = find_date(_OTHER.split(text[match.end() : match.end() + NEAR], maxsplit=1)[0])
        if found is not None:
            return found
    return None


def _bare(line: str) -> date | None:
    if len(line) > 60 or _CLOCK.search(line) or not _BARE.match(line):
        return None
    return find_date(line)


def _in_address(url: str) -> date | None:
    for pattern in _URL:
        match = pattern.search(url)
        if match:
            return find_date("-".join(match.groups()))
    return None
