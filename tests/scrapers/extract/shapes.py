"""Five pages as sites really print reports, each around any body: a county bureau's with clock and counter, one with a
breadcrumb and two days, one pasted from nowhere, one made of a Word file, and a template mill's converted copy."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Lines = list[str]


@dataclass(frozen=True)
class Shape:
    """A page's frame, where it stands, and what should be read of it."""

    seed: str
    """How the file begins that holds a real text of this shape."""
    skipped: int
    """Lines of that file's non-empty ones that are not body, at its head."""
    url: str
    frame: Callable[[Lines], str]
    title: str
    agency: str
    division: str
    year: int
    published: date | None
    signed: date | None
    tier: str


def paragraphs(lines: Lines, mark: str = "<p>{}</p>") -> str:
    return "\n".join(mark.format(line) for line in lines)


def bureau(lines: Lines) -> str:
    """A clock and 设为首页 above, 更新时间 and 点击量 under the title, the title again and miswritten in the body."""
    spans = paragraphs([re.sub("(.)", r"<span>\1</span>", line, count=3) for line in lines[:-2]])
    signed = "".join(f"<p>{chr(0x2002) * 60}{line}</p>" for line in lines[-2:])
    return f"""<html><head><title>赫山区教育局2024年法治政府建设年度报告</title></head><body>
<div class=top>2025-8-28 星期四<a href=#>设为首页</a>|<a href=#>加入收藏</a></div>
<div class=nav><a href=/>首页</a></div>
<h1>赫山区教育局2024年法治政府建设年度报告</h1>
<div class=info>更新时间:2024-12-31 08:37 来源:赫山区教育局 作者:局安全法制股 点击量:354</div>
<div id=zoom><p>赫山区教育2024年法治政府建设年度报告</p><p>&nbsp;</p>{spans}<p>&nbsp;</p>{signed}</div>
<div class=foot>主办单位：益阳市赫山区教育局 网站标识码：4309030021</div></body></html>"""


def crumbs(lines: Lines) -> str:
    """A column's name, a breadcrumb whose last crumb is doubled, the title with a space and once more on two lines."""
    indent = "&nbsp;" * 33
    signed = "".join(f"<p>{indent}{line}</p>" for line in lines[-2:])
    return f"""<html><head><meta name=SiteIDCode content=1302080012><meta name=PubDate content='2024-06-01 00:00'>
<title>丰润区教育局 关于2023年度法治政府建设情况报告-唐山市丰润区人民政府</title></head><body><h2>行政执法信息公示</h2>
<div>当前位置:<a href=/>首页</a> &gt; <a href=/z>政务公开</a> &gt; <a href=/z/j>教育局</a>
&gt; <a href=/q>事前公开</a>事前公开</div>
<h1>丰润区教育局 关于2023年度法治政府建设情况报告</h1><div>发布时间: 2023-12-05 09:07:13</div>
<div class=TRS_Editor><p>丰润区教育局</p><p>关于2023年度法治政府建设情况报告</p><p>&nbsp;</p>
{paragraphs(lines[:-2], "<p>&nbsp;&nbsp;{}</p>")}{signed}</div></body></html>"""


def pasted(lines: Lines) -> str:
    """No furniture at all: the title and the body's name as the first lines of one block."""
    return f"""<html><head><title>2020年度法治政府建设工作总结</title></head><body>
<div><p>2020年度法治政府建设工作总结</p><p>龙泉市教育局</p>{paragraphs(lines)}<p>&nbsp;</p></div></body></html>"""


def word(lines: Lines) -> str:
    """Saved from a Word file: the title over two lines, a bookmark's trace, no signature."""
    inside = paragraphs(lines, "<p class=MsoNormal><span lang=ZH-CN>{}</span></p>")
    return f"""<html><head><title>裕民县教科局2023年度法治政府建设工作总结</title>
<meta name=SiteIDCode content=6542250001></head><body><div class=WordSection1>
<p>裕民县教科局2023年度法治政府建设</p><p>[bookmark: _GoBack]工作总结</p>{inside}</div></body></html>"""


def mill(lines: Lines) -> str:
    """A seller of model texts: traditional characters with glosses, between lists of other texts to buy."""
    others = "".join(f"<li><a href=/fanwen/{n}.html>年終工作總結(jié)范文{n}</a></li>" for n in range(12))
    return f"""<html><head><title>2020年教育局法治政府建設工作總結(jié)_范文</title></head><body><ul>{others}</ul>
<h1>2020年教育局法治政府建設工作總結(jié)</h1><div class=content>{paragraphs(lines)}</div>
<ul>{others}</ul></body></html>"""


SHAPES = (
    Shape(
        "001_", 4, "http://www.hnhs.gov.cn/jyj/a.html", bureau, "赫山区教育局2024年法治政府建设年度报告",
        "益阳市赫山区教育局", "430903", 2024, date(2024, 12, 31), date(2024, 12, 26), "official",
    ),
    Shape(
        "002_", 6, "http://www.fengrun.gov.cn/a/t20231205_1.html", crumbs,
        "丰润区教育局 关于2023年度法治政府建设情况报告", "唐山市丰润区教育局", "130208", 2023, date(2023, 12, 5),
        date(2023, 11, 24), "official",
    ),
    Shape(
        "003_", 2, "http://www.longquan.gov.cn/art/2021/1/7/art_1_2.html", pasted, "2020年度法治政府建设工作总结",
        "龙泉市教育局", "331181", 2020, date(2021, 1, 7), None, "official",
    ),
    Shape(
        "004_", 2, "http://www.xjym.gov.cn/a.html", word, "裕民县教科局2023年度法治政府建设工作总结", "裕民县教科局",
        "654225", 2023, None, None, "official",
    ),
    Shape(
        "000_", 1, "http://nycmayorsoffice.com/fanwen/6192.html", mill, "2020年教育局法治政府建設工作總結(jié)",
        "黄石市教育局", "420200", 2020, None, None, "repost",
    ),
)  # fmt: skip
