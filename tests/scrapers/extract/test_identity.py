"""What makes two pages one report and what does not: template, dress, furniture, width; any one character."""

from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.extract import read
from scrapers.model import Fingerprint
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE
from tests.scrapers.extract.test_pool import HINT

NAV = "<ul>" + "".join(f"<li><a href=/{n}>栏目第{n}项</a></li>" for n in range(12)) + "</ul>"
DRESSES = {
    "paragraphs": lambda lines: "".join(f"<p>{escape(line)}</p>" for line in lines),
    "breaks": lambda lines: "".join(f"&nbsp;&nbsp;{escape(line)}<br>" for line in lines),
    "blocks": lambda lines: "".join(f"<div style='margin:0'>　　{escape(line)}</div>\n" for line in lines),
    "single characters": lambda lines: "".join(
        "<p class=MsoNormal>" + "".join(f"<span lang=ZH>{escape(char)}</span>" for char in line) + "</p>"
        for line in lines
    ),
    "wrapped in the source": lambda lines: "".join(f"<p>\n  {line[:7]}\n  {line[7:]}\n</p>" for line in lines),
}
TEMPLATES = {
    "trs": "<h1>{title}</h1><div>发布时间：2025-01-03 来源：某局</div><div class=TRS_Editor>{body}</div>",
    "jcms": "<p>{title}</p><div id=zoom><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div>",
    "ucap": "<UCAPTITLE>{title}</UCAPTITLE><div>时间：2025-01-03</div><UCAPCONTENT>{body}</UCAPCONTENT>",
    "vsb": "<h5>{title}</h5><div id=vsb_content><div class=v_news_content>{body}</div></div>",
    "table": "<table><tr><td>导航</td></tr><tr><td>{title}</td></tr><tr><td class=NewsContent>{body}</td></tr></table>",
    "unknown": "<div class=x1><h2>{title}</h2><div class=x2>{body}</div></div>",
}
FURNITURE = [
    "2026年8月28日 星期五 10:20:30",
    "点击量：{n}",
    "【打印本页】 【关闭窗口】",
    "您当前的位置：首页 > 政务公开",
    "字号：大 中 小",
]


def identity(
    lines: list[str], template: str, dress: str, over: list[str], under: list[str], clicks: int
) -> Fingerprint:
    body = DRESSES[dress](lines)
    middle = TEMPLATES[template].format(title=TITLE, body=body)
    above, below = ("".join(f"<div>{line.format(n=clicks)}</div>" for line in some) for some in (over, under))
    html = (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body>{NAV}{above}{middle}{below}</body></html>"
    )
    reading = read(html.encode(), HINT)
    assert reading.fingerprint is not None, (template, dress, reading.reason)
    return reading.fingerprint


REFERENCE = identity([*BODY, *SIGNED], "trs", "paragraphs", [], [], 0)
looks = {
    "template": st.sampled_from(sorted(TEMPLATES)),
    "dress": st.sampled_from(sorted(DRESSES)),
    "over": st.lists(st.sampled_from(FURNITURE), max_size=4),
    "under": st.lists(st.sampled_from(FURNITURE[1:]), max_size=4),
    "clicks": st.integers(0, 10**6),
}


@settings(max_examples=120, deadline=None)
@given(**looks)
def test_one_text_is_one_report_whatever_its_template_dress_and_furniture(**look):
    assert identity([*BODY, *SIGNED], **look) == REFERENCE


def widened(line: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in line)


@settings(max_examples=40, deadline=None)
@given(**looks)
def test_width_and_spacing_make_no_other_report(**look):
    assert identity(["　".join(widened(line)) for line in BODY] + list(SIGNED), **look) == REFERENCE


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len("".join(BODY)) - 1), new=st.sampled_from("0123456789法治政府"), **looks)
def test_one_changed_character_makes_another_report(place, new, **look):
    text = "\n".join(BODY)
    letters = [at for at, char in enumerate(text) if char.isalnum()]
    at = letters[place % len(letters)]
    if text[at] != new:
        changed = (text[:at] + new + text[at + 1 :]).split("\n")
        assert identity([*changed, *SIGNED], **look) != REFERENCE
