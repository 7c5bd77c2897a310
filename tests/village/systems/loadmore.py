"""A site of no known system: its first rows stand in the page, the rest comes as JSON when a reader wants more."""

import json

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"
INTERFACE = "/api/article/list"


def listing_path(column: Column, page: int) -> str:
    """There is one address; further pages exist only in the interface."""
    return f"/{column.slug}/" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """A flat number."""
    return f"/{column.slug}/1777{document.number}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """The first rows, a button, and the call it makes."""
    items = frames.rows([(article_path(column, doc), doc) for doc in shown(site, column, page)])
    main = f"""<ul class="article-list" id="list">
{items}
</ul><button class="btn-more" onclick="more()">加载更多</button>
<script>var no = 1; function more() {{ axios.post("{INTERFACE}", {{ channelId: {column.number}, pageNo: 1,
 pageSize: {column.per_page} }}).then(add); }}</script>"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in a plain container."""
    container = f'<div class="article-content">{markup.body(document)}</div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Give one page of a channel to a POST of JSON; a page past the end is an empty list."""
    number = asked.values.get("channelId", "")
    column = next((column for column in site.columns if str(column.number) == number), None)
    if asked.path != INTERFACE or asked.method != "POST" or column is None:
        return None
    rows = [
        {"title": doc.title, "url": article_path(column, doc), "publishDate": doc.published.isoformat()}
        for doc in shown(site, column, int(asked.values.get("pageNo", "1")))
    ]
    data = {"code": 0, "data": {"list": rows, "total": len(stock(site, column))}}
    return Answer(json.dumps(data, ensure_ascii=False), "application/json")
