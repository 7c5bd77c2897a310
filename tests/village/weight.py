"""Gives an article page the weight that real ones have: what a browser downloads around a body and never shows.

A rendered page in, the same page with more markup out; the text of its body stays the same to the character. The
amounts are the quartiles of 58 real government pages (14, 31 and 51 kB, mean 59), so that a benchmark's parser meets
as many elements, links, scripts, styles and attributes as it would out there. It refuses to know any site system.
"""

import base64
import re
from random import Random

_MENUS = ("政务公开", "政务服务", "互动交流", "政务数据", "专题专栏", "机构设置", "法规公文", "规划计划", "财政预决算")
_ITEMS = ("领导之窗", "机构职能", "人事信息", "统计信息", "行政执法", "重点领域", "建议提案", "政策解读", "应急管理")
# Links of the menu, kB of script, style, comments and inline picture: three lighter pages for every heavy one.
_SIZES = ((9, 1, 0, 0, 0), (18, 2, 1, 1, 3), (27, 4, 2, 2, 9), (135, 12, 14, 18, 50))
_WORD = (
    "margin-top:0pt;margin-bottom:0pt;text-indent:32pt;mso-char-indent-count:2.0000;mso-pagination:widow-orphan;"
    "line-height:28pt;mso-line-height-rule:exactly;text-align:justify;text-justify:inter-ideograph"
)
_SPAN = (
    "mso-spacerun:'yes';font-family:仿宋_GB2312;mso-bidi-font-family:'Times New Roman';font-size:16pt;"
    "mso-font-kerning:1pt"
)


def furnish(page: str, seed: int) -> str:
    """Return the page with a menu, scripts, styles, comments and editor's attributes of one of four real weights."""
    rng = Random(f"weight:{seed}")
    items, script, style, comment, picture = _SIZES[seed % len(_SIZES)]
    head = _style(style, rng) + "".join(_script(1, rng) for _ in range(script)) + _comment(comment, rng)
    page = page.replace("</head>", f"{head}</head>", 1)
    page = re.sub(r"(<body[^>]*>)", lambda found: found[1] + _menu(items, rng), page, count=1)
    page = page.replace("</body>", f"{_picture(picture, rng)}{_quick(items // 9)}{_script(1, rng)}</body>")
    return _edited(page) if seed % 2 else page


def _menu(items: int, rng: Random) -> str:
    """Return the drop-down menu of every column of a portal, hidden until the mouse comes."""
    columns = []
    for number in range(max(1, items // 9)):
        name = _MENUS[number % len(_MENUS)]
        links = "".join(
            f'<li class="nav-sub-item"><a href="/zwgk/c{rng.randrange(10**6):06d}/list.shtml" target="_blank" '
            f'title="{item}" onclick="void(0)">{item}</a></li>'
            for item in _ITEMS[: min(9, items)]
        )
        columns.append(
            f'<li class="nav-item" data-index="{number}"><a href="/c{number}/index.html">{name}</a>'
            f'<div class="nav-drop" style="display:none;position:absolute;z-index:9999;left:0;top:46px">'
            f'<ul class="nav-sub clearfix">{links}</ul></div></li>'
        )
    return f'<div class="mega-nav" role="navigation"><ul class="nav-list clearfix">{"".join(columns)}</ul></div>'


def _quick(items: int) -> str:
    links = "".join(f'<a href="/link/{number}" target="_blank" rel="noopener">友情链接</a>' for number in range(items))
    return f'<div class="friend-links">{links}</div>'


def _picture(kilobytes: int, rng: Random) -> str:
    data = base64.b64encode(rng.randbytes(750 * kilobytes)).decode()
    return f'<div class="code"><img alt="" src="data:image/png;base64,{data}"></div>' if kilobytes else ""


def _script(kilobytes: int, rng: Random) -> str:
    lines = (
        f'$("#m{rng.randrange(10**4)}").on("mouseenter",function(){{var t={rng.randrange(10**6)};if(t<10&&!isNaN(t))'
        f'{{$(this).addClass("on").siblings().removeClass("on");}}}});'
        for _ in range(7 * kilobytes)
    )
    return '<script type="text/javascript">' + "\n".join(lines) + "</script>"


def _style(kilobytes: int, rng: Random) -> str:
    rules = (
        f".m{rng.randrange(10**4)} > li a:hover{{color:#{rng.randrange(16**6):06x};background:url(/i.png) no-repeat}}"
        for _ in range(11 * kilobytes)
    )
    return '<style type="text/css">' + "\n".join(rules) + "</style>" if kilobytes else ""


def _comment(kilobytes: int, rng: Random) -> str:
    lines = (
        f'<a href="/old/{rng.randrange(10**8)}.html" class="hidden-xs">旧版栏目</a>' for _ in range(15 * kilobytes)
    )
    return f"<!-- {''.join(lines)} -->" if kilobytes else ""


def _edited(page: str) -> str:
    """Return the page with the attributes that a word processor leaves on each paragraph of a body."""
    return re.sub(
        r"<p(?: style=\"text-indent:2em;\")?>((?:(?!</?p\b|</?div).)*)</p>",
        lambda found: f'<p class="p" style="{_WORD}"><span style="{_SPAN}">{found[1]}</span></p>',
        page,
    )
