"""TRS WCM: static pages, `createPageHTML(n,cur,"index","shtml")`, articles at ./YYYYMM/tYYYYMMDD_id.shtml."""

import sys
from html import escape
from typing import cast

from tests.village import furniture, markup
from tests.village.model import PIECES, Column, Document, Site, piece
from tests.village.systems.base import Answer, Asked, System, either_side, page_count, shown

CONTENT_TYPE = "text/html"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """Page 1 is the directory itself, page 2 is index_1.shtml."""
    return f"/{column.slug}/" + (f"index_{page - 1}.shtml" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """The day is in the name, the month in the folder."""
    return f"/{column.slug}/{_relative(document)}"


def _relative(document: Document) -> str:
    day = document.published
    return f"{day:%Y%m}/t{day:%Y%m%d}_{document.number}.shtml"


def listing(site: Site, column: Column, page: int) -> str:
    """A `<ul>` of relative links with dates; the pager is a script call with the page count."""
    items = "\n".join(
        f'<li><a href="./{_relative(doc)}" target="_blank" title="{escape(doc.title)}">{escape(doc.title)}</a>'
        f"<span>{doc.published.isoformat()}</span></li>"
        for doc in shown(site, column, page)
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="UTF-8">
<title>{column.name}_{site.title}</title>
{furniture.site_meta(site, column)}
<script src="/images/createPage.js"></script></head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="wrap">{furniture.crumbs(column, listing_path(column, 1), style='class="CurrChnlCls"')}
<div class="list-right"><h2>{column.name}</h2><ul class="news_list">
{items}
</ul>
<div class="page">
<script>createPageHTML({page_count(site, column)}, {page - 1}, "index", "shtml");</script></div></div></div>
{furniture.footer(site)}</body></html>"""


def piece_path(column: Column, document: Document, page: int) -> str:
    """Page 2 of an article in several pages has its number, counted from 1, at the end of its name."""
    return article_path(column, document).replace(".shtml", f"_{page - 1}.shtml" if page > 1 else ".shtml")


def _pager(document: Document, page: int) -> str:
    if document.feature != "pages":
        return ""
    stem = _relative(document).partition("/")[2].removesuffix(".shtml")
    return f'<div class="page"><script>createPageHTML({PIECES}, {page - 1}, "{stem}", "shtml");</script></div>'


def article(site: Site, column: Column, document: Document, page: int = 1) -> str:
    """Newer pages hold the body in `.trs_editor_view`, older ones in `.TRS_Editor` with its style sheet inside.

    One article in the village stands on three pages.
    """
    me = cast(System, sys.modules[__name__])
    inside = markup.body(piece(document, page) if document.feature == "pages" else document)
    if document.published.year >= 2023:
        container = f'<div class="view TRS_UEDITOR trs_paper_default trs_editor_view">{inside}</div>'
    else:
        container = (
            f'<div class="TRS_Editor"><style type="text/css">.TRS_Editor P{{line-height:1.5}}</style>{inside}</div>'
        )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="UTF-8">
{furniture.title(site, document)}
{furniture.article_meta(site, column, document)}
</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="wrap">{furniture.crumbs(column, listing_path(column, 1), style='class="CurrChnlCls"')}
<div class="article"><h1>{escape(document.title)}</h1>
<div class="info"><span>发布时间：{markup.published(document.published, "time")}</span>
<span>信息来源：{escape(document.agency)}</span> {furniture.counter(site, "点击量：")} {furniture.sizes()}</div>
<div class="article-body">{container}</div>{_pager(document, page)}
{furniture.share()}{furniture.neighbours(*either_side(me, column, document))}</div>
{furniture.related(site)}</div>
{furniture.footer(site)}</body></html>"""


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """TRS serves static files only."""
    del site, asked
    return None
