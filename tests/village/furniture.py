"""What stands around a body on every page: meta tags, navigation, clock, counter, neighbours, footer.

Site, column and document in, HTML strings out. The clock and the counter are left as marks (`CLOCK`, `COUNT`)
that the server fills at each fetch. It refuses to know any system's page layout.
"""

from html import escape

from tests.village.markup import published
from tests.village.model import Column, Document, Site

CLOCK = "\x01clock\x01"
COUNT = "\x01count\x01"
_NAVIGATION = ("首页", "政务公开", "办事服务", "互动交流", "数据开放", "走进我们")


def title(site: Site, document: Document, url_of: str = "") -> str:
    """Return the page's `<title>`."""
    return f"<title>{escape(document.title)}{url_of or '_' + site.title}</title>"


def site_meta(site: Site, column: Column | None = None) -> str:
    """Return the site and column tags of 国办发〔2017〕47号; unofficial sites carry none."""
    if not site.official:
        return '<meta name="keywords" content="范文,总结,报告,计划">'
    tags = {"SiteName": site.title, "SiteDomain": site.host, "SiteIDCode": site.code}
    if column:
        tags |= {
            "ColumnName": column.name,
            "ColumnDescription": f"{site.title}{column.name}栏目",
            "ColumnKeywords": column.name,
            "ColumnType": "信息公开目录",
        }
    return "\n".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in tags.items())


def article_meta(site: Site, column: Column, document: Document) -> str:
    """Return the content tags of the same standard; a migrated page's PubDate is the day it was moved."""
    if not site.official:
        return site_meta(site)
    day = document.migrated or document.published
    stamp = f"{day.isoformat()} 23:10" if document.migrated else published(day, "time")
    tags = {"ArticleTitle": document.title, "PubDate": stamp, "ContentSource": document.agency}
    lines = (f'<meta name="{name}" content="{escape(value)}">' for name, value in tags.items())
    return site_meta(site, column) + "\n" + "\n".join(lines)


def clock(site: Site) -> str:
    """Return the line with today's date and time, on sites that have a clock."""
    return f'<div class="top-date"><span>{CLOCK}</span> 设为首页 | 加入收藏</div>' if site.clocked else ""


def counter(site: Site, label: str) -> str:
    """Return the visible click counter, on sites that count."""
    return f"<span>{label}{COUNT}</span>" if site.clocked else ""


def navigation(site: Site) -> str:
    """Return the site's head: name, search box and main menu."""
    items = "".join(f'<li><a href="/">{name}</a></li>' for name in _NAVIGATION)
    return (
        f'<div class="header"><a class="logo" href="/">{escape(site.title)}</a>'
        f'<form action="/search/" class="search"><input name="q" placeholder="请输入关键字"></form></div>'
        f'<div class="nav"><ul>{items}</ul></div>'
    )


def crumbs(column: Column, listing: str, *, style: str = "") -> str:
    """Return the breadcrumb line."""
    anchor = f'<a href="{listing}" {style}>{column.name}</a>'
    return f'<div class="position">您当前的位置：<a href="/" {style}>首页</a> &gt; 政务公开 &gt; {anchor}</div>'


def sizes() -> str:
    """Return the font-size switch."""
    return '<span class="fontsize">字号：<a>大</a> <a>中</a> <a>小</a></span>'


def share() -> str:
    """Return the share and print line below a body."""
    return (
        '<div class="share">分享到：<a>微信</a> <a>微博</a></div><div class="op"><a>打印本页</a> <a>关闭窗口</a></div>'
    )


def neighbours(before: tuple[str, str] | None, after: tuple[str, str] | None) -> str:
    """Return the previous and next links; each neighbour is (address, title)."""
    lines = (
        f"<p>{label}：<a href='{found[0]}'>{escape(found[1])}</a></p>" if found else f"<p>{label}：没有了</p>"
        for label, found in (("上一篇", before), ("下一篇", after))
    )
    return f'<div class="page-turn">{"".join(lines)}</div>'


def related(site: Site) -> str:
    """Return a block of related links."""
    names = ("政策文件库", "政府公报", "依申请公开", "规范性文件", "办事指南")
    items = "".join(f'<li><a href="/about/{number}.html">{name}</a></li>' for number, name in enumerate(names))
    return f'<div class="related"><h4>相关链接</h4><ul>{items}</ul></div>'


def footer(site: Site) -> str:
    """Return the footer: sponsor, registrations, site code, and the word that all of this is made up."""
    if not site.official:
        return '<div class="footer">好范文分享网 版权所有 Copyright 2012-2025 演示站点，内容均系虚构</div>'
    return (
        f'<div class="footer"><p>主办单位：{escape(site.title)}　网站标识码：{site.code}</p>'
        f"<p>某ICP备{site.code[:8]}号　<a href='/about/map.html'>网站地图</a>　联系电话：0000-0000000</p>"
        "<p>演示站点，内容均系虚构</p></div>"
    )
