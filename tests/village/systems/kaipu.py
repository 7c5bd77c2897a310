"""A kaipu site: the list is JSON at /common/search/<32hex>; articles /<alias>/<month>/<32hex>.shtml."""

import json
from hashlib import md5

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """The column's page; further pages exist only in the interface."""
    return f"/{column.slug}/list.shtml" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """Month folder and a 32-digit name."""
    return f"/{column.slug}/{document.published:%Y%m}/{frames.digest(column, document)}.shtml"


def _channel(column: Column) -> str:
    return md5(column.source.encode(), usedforsecurity=False).hexdigest()


def listing(site: Site, column: Column, page: int) -> str:
    """An empty list and the script that fills it."""
    del page
    main = f"""<div class="list-box"><ul id="results"></ul><div class="page" id="pagination"></div></div>
<script>$.ajax({{ url: "/common/search/{_channel(column)}", type: "get", dataType: "json",
 data: {{ _isAgg: "true", _isJson: "true", _pageSize: "{column.per_page}", _template: "index", page: 1 }},
 success: function (answer) {{ draw(answer.data.results); }} }});</script>"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in #zoomcon."""
    container = f'<div id="zoomcon"><UCAPCONTENT>{markup.body(document)}</UCAPCONTENT></div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Give one page of a channel; a page past the end is an empty list."""
    column = next((one for one in site.columns if asked.path == f"/common/search/{_channel(one)}"), None)
    if column is None:
        return None
    page = int(asked.values.get("page", "1"))
    results = [
        {
            "title": doc.title.replace("法治政府", "<em>法治政府</em>") if doc.kind == "negative" else doc.title,
            "url": asked.origin + article_path(column, doc),
            "publishedTimeStr": f"{doc.published.isoformat()} 10:20:00",
        }
        for doc in shown(site, column, page)
    ]
    data = {"page": page, "rows": column.per_page, "total": len(stock(site, column)), "results": results}
    return Answer(json.dumps({"data": data}, ensure_ascii=False), "application/json;charset=utf-8")
