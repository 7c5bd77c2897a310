"""An old ASP.NET table site: GB18030 bytes declared gb2312, no charset header, td.NewsContent, list_2.html."""

import sys
from html import escape
from typing import cast

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site
from tests.village.systems.base import Answer, Asked, System, either_side, page_count, shown, stock

CONTENT_TYPE = "text/html"
ENCODING = "gb18030"


def listing_path(column: Column, page: int) -> str:
    """Page 2 is list_2.html."""
    return f"/{column.slug}/list{f'_{page}' if page > 1 else ''}.html"


def article_path(column: Column, document: Document) -> str:
    """Year and day as folders, then the id."""
    return f"/{column.slug}/{document.published:%Y/%m%d}/{document.number}.html"


def _frame(site: Site, title: str, meta: str, main: str) -> str:
    clock = f"<td align=left>今天是{furniture.CLOCK}</td>" if site.clocked else "<td></td>"
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{title}</title>
{meta}</head>
<body bgcolor="#ffffff"><form name="Form1" method="post" id="Form1">
<input type="hidden" name="__VIEWSTATE" value="dDwtMTc0OTQ0NTM5Njs7Pg==">
<table width="960" align="center" border="0"><tr>{clock}
<td align=right><a href="/">设为首页</a> | <a href="/">加入收藏</a></td></tr>
<tr><td colspan=2>{furniture.navigation(site)}</td></tr>
<tr><td colspan=2>
{main}
</td></tr>
<tr><td colspan=2 align=center>{furniture.footer(site)}</td></tr></table></form></body></html>"""


def listing(site: Site, column: Column, page: int) -> str:
    """A row an entry; the pager is a row of numbers."""
    rows = "\n".join(
        f'<tr><td height=26>·<a href="{article_path(column, doc)}" target=_blank>{escape(doc.title)}</a></td>'
        f"<td width=100>[{doc.published.isoformat()}]</td></tr>"
        for doc in shown(site, column, page)
    )
    last = page_count(site, column)
    numbers = " ".join(
        f"<b>{number}</b>"
        if number == page
        else f'<a href="list{f"_{number}" if number > 1 else ""}.html">[{number}]</a>'
        for number in range(1, last + 1)
    )
    main = (
        f'{furniture.crumbs(column, listing_path(column, 1))}<table width=700 class="NewsList">\n{rows}\n</table>\n'
        f"<table width=700><tr><td align=center>共{len(stock(site, column))}条 第{page}页/共{last}页 {numbers}"
        "</td></tr></table>"
    )
    return _frame(site, f"{site.title}-{column.name}", furniture.site_meta(site, column), main)


def article(site: Site, column: Column, document: Document) -> str:
    """The page's title is the site's name only; the report's stands in a cell."""
    me = cast(System, sys.modules[__name__])
    main = f"""{furniture.crumbs(column, listing_path(column, 1))}
<table width=900><tr><td align=center class="NewsTitle"><b>{escape(document.title)}</b></td></tr>
<tr><td align=center class="NewsInfo">更新时间：{markup.published(document.published, "slash")}
　来源：{escape(document.agency)}
　作者：办公室　{furniture.counter(site, "点击数：")}
　{furniture.sizes()}</td></tr>
<tr><td class="NewsContent" id="czfxcontent">{markup.body(document)}</td></tr>
<tr><td>{furniture.neighbours(*either_side(me, column, document))}</td></tr>
<tr><td align=right>【<a>打印</a>】【<a>关闭</a>】</td></tr></table>"""
    return _frame(site, site.title, furniture.article_meta(site, column, document), main)


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Nothing but pages."""
    del site, asked
    return None
