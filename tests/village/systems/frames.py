"""The page around what a system draws: head, navigation, footer, and the parts every article shows.

Site, column, document and markup in, page text out. It refuses to know any system's lists and containers.
"""

from hashlib import md5
from html import escape

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site


def digest(column: Column, document: Document) -> str:
    """Return a name of 32 hexadecimal digits, as many systems give their articles."""
    return md5(f"{column.source}:{document.number}".encode(), usedforsecurity=False).hexdigest()


def uuid(text: str) -> str:
    """Return a name in the shape of a UUID."""
    name = md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{name[:8]}-{name[8:12]}-4{name[13:16]}-8{name[17:20]}-{name[20:]}"


def list_page(site: Site, column: Column, main: str, *, first: str, head: str = "") -> str:
    """Return a listing page around its list; `first` is the address of the column."""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{column.name}-{site.title}</title>
{furniture.site_meta(site, column)}
{head}</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="wrapper">{furniture.crumbs(column, first)}
{main}
</div>
{furniture.footer(site)}</body></html>"""


def article_page(
    site: Site, column: Column, document: Document, container: str, *, first: str, facts: str = "", head: str = ""
) -> str:
    """Return an article page: `container` holds the body, `facts` replaces the usual line of date and source."""
    line = facts or (
        f'<div class="info"><span>发布日期：{markup.published(document.published, "time")}</span>'
        f"<span>来源：{escape(document.agency)}</span>"
        f"{furniture.counter(site, '浏览次数：')}{furniture.sizes()}</div>"
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
{furniture.title(site, document, "-" + site.title)}
{furniture.article_meta(site, column, document)}
{head}</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="wrapper">{furniture.crumbs(column, first)}
<h1 class="arc-title">{escape(document.title)}</h1>
{line}
{container}
{furniture.share()}</div>
{furniture.footer(site)}</body></html>"""


def rows(items: list[tuple[str, Document]], tag: str = "li") -> str:
    """Return titled links with a date beside each, as list items."""
    return "\n".join(
        f'<{tag}><a href="{href}" target="_blank" title="{escape(doc.title)}">{escape(doc.title)}</a>'
        f"<span>{doc.published.isoformat()}</span></{tag}>"
        for href, doc in items
    )
