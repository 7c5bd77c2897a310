"""jpaas: a shell whose script asks `build/unit` for its list, as JSON that holds markup; articles art_<32hex>.html."""

import json

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown, stock

CONTENT_TYPE = "text/html;charset=UTF-8"
ENCODING = "utf-8"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def listing_path(column: Column, page: int) -> str:
    """There is one address; further pages exist only behind the unit."""
    return f"/col/col{column.number}/index.html" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """The year, then 32 digits."""
    return f"/art/{document.published.year}/art_{frames.digest(column, document)}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """The shell holds no entry, only the unit's parameters."""
    del page
    query = f"{{'parseType':'bulidstatic','webId':'3012','pageId':'{frames.uuid(column.source)}','tagId':'列表'}}"
    main = f'<div class="list-unit"><script url="{UNIT}" querydata="{query}" parsetype="bulidstatic"></script></div>'
    return frames.list_page(
        site, column, main, first=listing_path(column, 1), head='<script src="/jpaas-web/js/unit.js"></script>'
    )


def article(site: Site, column: Column, document: Document) -> str:
    """The body in #zoom."""
    container = f'<div class="art-con"><div id="zoom">{markup.body(document)}</div></div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Give one page of a column as markup in JSON, with the counts its pager prints."""
    page_id = asked.values.get("pageId", "")
    column = next((column for column in site.columns if frames.uuid(column.source) == page_id), None)
    if asked.path != UNIT or column is None:
        return None
    page = int(json.loads(asked.values.get("paramJson") or "{}").get("pageNo", 1))
    items = frames.rows([(article_path(column, doc), doc) for doc in shown(site, column, page)])
    pager = f'<div class="pager">共 {len(stock(site, column))} 条记录 共 {page_count(site, column)} 页</div>'
    data = {"success": True, "code": "200", "data": {"html": f"<ul>{items}</ul>{pager}", "dataCount": len(items)}}
    return Answer(json.dumps(data, ensure_ascii=False), "application/json;charset=UTF-8")
