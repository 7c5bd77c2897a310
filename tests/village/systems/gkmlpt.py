"""gkmlpt: a shell page and a JSON list; the article is data in the page's `_CONFIG`, its markup is made by script."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, cast

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site
from tests.village.systems.base import Answer, Asked, System, either_side, stock

CONTENT_TYPE = "text/html; charset=UTF-8"
ENCODING = "utf-8"
SID = "757606"


def listing_path(column: Column, page: int) -> str:
    """The shell; its fragment names the catalogue. Further pages exist only in the interface."""
    del page
    return f"/{column.slug}#{column.number}"


def article_path(column: Column, document: Document) -> str:
    """The id's thousands are a folder."""
    return f"/gkmlpt/content/{document.number // 10**6}/{document.number // 1000}/post_{document.number}.html"


def _stamp(document: Document) -> int:
    day = document.published
    moment = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC) + timedelta(minutes=document.number % 300)
    return int(moment.timestamp())


def _config(site: Site, **more: object) -> str:
    values: Mapping[str, object] = {"SITE_NAME": site.title, "HOST": site.host, "ORIGIN": "gkmlpt", **more}
    fields = ", ".join(f"{name}: {_json(value)}" for name, value in values.items())
    return f"<script>window._CONFIG = {{SID: '{SID}', {fields}}};</script>"


def _json(value: object) -> str:
    # As the real pages do: a closing tag inside the data must not end the script.
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def listing(site: Site, column: Column, page: int) -> str:
    """The shell holds no entry: catalogue number, site number, and the address its script will ask."""
    del page
    api = f"/gkmlpt/api/all/{column.number}?page=1&sid={SID}"
    return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{column.name}-{site.title}政府信息公开</title>
{furniture.site_meta(site, column)}
{_config(site, CID=column.number, CATEGORY=column.name, API=api)}</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div id="gkml-app" data-cid="{column.number}"><noscript>请启用脚本后浏览政府信息公开目录。</noscript></div>
<script src="/gkmlpt/js/index.js"></script>
{furniture.footer(site)}</body></html>"""


def article(site: Site, column: Column, document: Document) -> str:
    """The body stands in DETAIL.content; the visible part of the page is title and facts only."""
    me = cast(System, sys.modules[__name__])
    facts = {"publisher": document.agency, "identifier": f"006{document.number}/{document.published.year}-00012"}
    detail: dict[str, Any] = {
        "id": document.number,
        "title": document.title,
        "content": markup.body(document),
        "attachment": [],
        "date": _stamp(document),
        "first_publish_time": _stamp(document),
        "display_publish_time": _stamp(document),
        "source": document.agency,
        "url": article_path(column, document),
        "gkml_data": json.dumps(facts, ensure_ascii=False),
    }
    return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8">
{furniture.title(site, document, " " + site.title)}
{furniture.article_meta(site, column, document)}
{_config(site, CID=column.number, DETAIL=detail)}</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="classify"><table><tr><td>索引号：</td><td>{facts["identifier"]}</td>
<td>分类：</td><td>{column.name}</td></tr>
<tr><td>发布机构：</td><td>{escape(document.agency)}</td>
<td>发布日期：</td><td>{document.published.isoformat()}</td></tr></table></div>
<h1 class="title">{escape(document.title)}</h1>
<div class="info">发布日期：{markup.published(document.published, "time")} 来源：{escape(document.agency)}
{furniture.counter(site, "阅读人数：")}</div>
<div class="article-content" id="app-content"></div>
{furniture.share()}{furniture.neighbours(*either_side(me, column, document))}
{furniture.footer(site)}</body></html>"""


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Serve one page of a catalogue as JSON; a page past the end is an empty list."""
    folder, _, name = asked.path.rpartition("/")
    column = next((column for column in site.columns if str(column.number) == name), None)
    if folder != "/gkmlpt/api/all" or column is None or asked.values.get("sid") != SID:
        return None
    page = int(asked.values.get("page", "1")) if asked.values.get("page", "1").isdigit() else 1
    first = (max(page, 1) - 1) * column.per_page
    articles = [
        {
            "id": doc.number,
            "title": doc.title,
            "publisher": doc.agency,
            "url": asked.origin + article_path(column, doc),
            "date": _stamp(doc),
            "create_time": _stamp(doc),
            "first_publish_time": _stamp(doc),
            "display_publish_time": _stamp(doc),
            "created_at": f"{doc.published.isoformat()} 09:30:00",
            "document_number": "",
        }
        for doc in stock(site, column)[first : first + column.per_page]
    ]
    data: dict[str, Any] = {"classify": {"id": column.number, "name": column.name}, "articles": articles}
    data |= {"page": page, "total": len(stock(site, column))}
    return Answer(json.dumps(data, ensure_ascii=False), "application/json")
