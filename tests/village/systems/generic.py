"""A modern site of no known system: ?page=N with a 下一页 link, an `<article>`, documents as plain links."""

import sys
from html import escape
from typing import cast

from tests.village import furniture, markup
from tests.village.mirror import glossed
from tests.village.model import Column, Document, Site
from tests.village.systems.base import Answer, Asked, System, address, document_name, either_side, page_count, shown

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """The column's folder; further pages in the query."""
    return f"/{column.slug}/" + (f"?page={page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """One flat name."""
    return f"/{column.slug}/content_{document.number}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """Cards with a date; the pager names only the previous and the next page."""
    me = cast(System, sys.modules[__name__])
    cards = "\n".join(
        f'<li class="card"><a href="{address(me, column, doc)}"><span class="tit">{escape(doc.title)}</span></a>'
        f'<time datetime="{doc.published.isoformat()}">{doc.published.isoformat()}</time></li>'
        for doc in shown(site, column, page)
    )
    before = f'<a class="prev" href="{listing_path(column, page - 1)}">上一页</a>' if page > 1 else ""
    after = f'<a class="next" href="?page={page + 1}">下一页</a>' if page < page_count(site, column) else ""
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{column.name} | {site.title}</title>
{furniture.site_meta(site, column)}
<meta name="viewport" content="width=device-width"></head>
<body><header>{furniture.clock(site)}{furniture.navigation(site)}</header>
<main>{furniture.crumbs(column, listing_path(column, 1))}<section class="list-section"><h1>{column.name}</h1>
<ul class="list">
{cards or "<li>暂无数据</li>"}
</ul><nav class="pager">{before} {after}</nav></section></main>
<footer>{furniture.footer(site)}</footer></body></html>"""


def article(site: Site, column: Column, document: Document) -> str:
    """The body is an `<article>`'s section; a page whose report is a document shows a line and a link instead."""
    me = cast(System, sys.modules[__name__])
    inside = markup.body(document)
    if document.feature == "mirror":
        inside = glossed(inside, "body")
    if name := document_name(document):
        inside = f'<p>详见附件。</p><p class="file"><a href="/{column.slug}/{name}">{escape(document.title)}</a></p>'
    source = f"<span>来源：{escape(document.agency)}</span>" if site.official else "<span>作者：佚名</span>"
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8">
{furniture.title(site, document, " | " + site.title)}
{furniture.article_meta(site, column, document)}
</head>
<body><header>{furniture.clock(site)}{furniture.navigation(site)}</header>
<main>{furniture.crumbs(column, listing_path(column, 1))}
<article><h1>{escape(document.title)}</h1>
<p class="meta"><time>发布日期：{document.published.isoformat()}</time> {source}
{furniture.counter(site, "阅读：")} {furniture.sizes()}</p>
<section class="article-text">
{inside}
</section>
{furniture.share()}</article>
{furniture.neighbours(*either_side(me, column, document))}
<aside>{furniture.related(site)}</aside></main>
<footer>{furniture.footer(site)}</footer></body></html>"""


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Nothing but pages."""
    del site, asked
    return None
