"""The intensive platform of Jiangxi's kind: first rows as `articleList` in the page, further ones by POST."""

import json
from typing import Any

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, shown, stock

CONTENT_TYPE = "text/html;charset=UTF-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """There is one address; further pages exist only behind /queryList."""
    return f"/{column.slug}/list.shtml" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """Column, month, id."""
    return f"/{column.slug}/{document.published:%Y%m}/content_{document.number}.html"


def _row(column: Column, document: Document) -> dict[str, Any]:
    return {
        "type": 0,
        "title": document.title,
        "pubDate": f"{document.published.isoformat()} 08:30",
        "urls": json.dumps({"pc": article_path(column, document), "wap": "/wap" + article_path(column, document)}),
    }


def listing(site: Site, column: Column, page: int) -> str:
    """The rows are data, the rest is asked for."""
    rows = json.dumps([_row(column, doc) for doc in shown(site, column, page)], ensure_ascii=False)
    main = f"""<div id="unit{column.number}" class="default_pgContainer"></div>
<script>var first = {{ articleList: {rows}, total: {len(stock(site, column))} }};
loadPageData({{ unitid: 'unit{column.number}', channelCode: ['{column.number}'], perPage: '{column.per_page}',
 showMode: 'full' }});</script>"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in #cmsArticleContent."""
    container = f'<div id="cmsArticleContent">{markup.body(document)}</div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Give one page of a channel, wrapped as its search engine gives it."""
    number = asked.values.get("channelCode[]", "")
    column = next((column for column in site.columns if str(column.number) == number), None)
    if asked.path != "/queryList" or asked.method != "POST" or column is None:
        return None
    page = int(asked.values.get("current", "1"))
    results = [{"source": _row(column, doc)} for doc in shown(site, column, page)]
    data = {"data": {"total": len(stock(site, column)), "results": results}}
    return Answer(json.dumps(data, ensure_ascii=False), "application/json")
