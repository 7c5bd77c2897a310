"""Lonsun: a disclosure catalogue `?pageIndex=N` whose pager only a script draws; articles below a table of 索引号."""

from html import escape

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown, stock

CONTENT_TYPE = "text/html;charset=UTF-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """The catalogue of a department; further pages in the query."""
    return f"/public/column/{column.number}?type=4&action=list" + (f"&pageIndex={page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """Department and id."""
    return f"/public/{column.number}/{document.number}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """A table of entries; the counts stand in the call that draws the pager."""
    rows = "\n".join(
        f'<tr><td class="xh">{n}</td><td><a href="{article_path(column, doc)}" title="{escape(doc.title)}">'
        f"{escape(doc.title)}</a></td><td>{doc.published.isoformat()}</td></tr>"
        for n, doc in enumerate(shown(site, column, page), 1)
    )
    main = f"""<table class="xxgk_list"><tbody>
{rows}
</tbody></table><div id="page_public_info"></div>
<script>Ls.pagination('#page_public_info', {{pageIndex: {page}, pageSize: {column.per_page},
 pageCount: {page_count(site, column)}, total: {len(stock(site, column))}}});</script>"""
    return frames.list_page(site, column, main, first=escape(listing_path(column, 1)))


def article(site: Site, column: Column, document: Document) -> str:
    """索引号 table, title, body."""
    index = f"00312{document.number}/{document.published:%Y%m}-00007"
    facts = f"""<table class="table_suoyin"><tr><th>索 引 号：</th><td>{index}</td>
<th>组配分类：</th><td>{column.name}</td></tr>
<tr><th>发布机构：</th><td>{escape(document.agency)}</td>
<th>发布日期：</th><td>{markup.published(document.published, "time")}</td></tr></table>"""
    container = f'<div class="gk_content"><div class="j-fontContent">{markup.body(document)}</div></div>'
    return frames.article_page(site, column, document, container, first=escape(listing_path(column, 1)), facts=facts)


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Pages only."""
    del site, asked
    return None
