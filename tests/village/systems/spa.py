"""A single-page application: an empty #app, the list in static JSON files beside it, articles as state in the shell."""

import json
from datetime import UTC, datetime

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"
BUNDLE = "/static/js/app.81c2e4d7.js"
DRAWS = """(function () {
  var page = 1, rows = "";
  function row(one) {
    var day = new Date(one.publishTime + 288e5).toISOString().slice(0, 10);
    return "<li><a href='" + one.linkUrl + "'>" + one.docTitle + "</a><span>" + day + "</span></li>";
  }
  function next() {
    return fetch(listJson.replace("_1.json", "_" + page + ".json")).then(function (r) { return r.json(); })
      .then(function (data) { rows += data.rows.map(row).join(""); return page++ < data.pageCount ? next() : rows; });
  }
  function draw(all) { document.getElementById("app").innerHTML = "<ul>" + all + "</ul>"; }
  if (window.listJson) next().then(draw);
})();"""
"""What a browser draws the list with; nobody else asks for it."""


def listing_path(column: Column, page: int) -> str:
    """The shell; its pages exist only as data files."""
    return f"/{column.slug}/" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """The same shell with an id."""
    return f"/details?id={frames.digest(column, document)}"


def data_path(column: Column, page: int) -> str:
    """One file a page."""
    return f"/data/col{column.number}_{page}.json"


def _shell(site: Site, title: str, meta: str, script: str) -> str:
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title>
{meta}</head>
<body><noscript>请启用脚本后浏览。</noscript><div id="app"></div>
<script>{script}</script><script src="/static/js/chunk-vendors.3f9a01bc.js"></script>
<script src="{BUNDLE}"></script><!-- {site.code} --></body></html>"""


def listing(site: Site, column: Column, page: int) -> str:
    """No link and no row: the script's first words say where the data lies."""
    del page
    address = data_path(column, 1)
    script = f'var listJson = "{address}"; fetch(listJson).then(function (r) {{ return r.json(); }}).then(draw);'
    return _shell(site, f"{column.name}-{site.title}", furniture.site_meta(site, column), script)


def article(site: Site, column: Column, document: Document) -> str:
    """The article is the state that the server hands to the script."""
    state = {
        "detail": {
            "title": document.title,
            "content": markup.body(document),
            "publishTime": f"{document.published.isoformat()} 09:00:00",
            "source": document.agency,
        }
    }
    text = json.dumps(state, ensure_ascii=False).replace("</", "<\\/")
    meta = furniture.article_meta(site, column, document)
    return _shell(site, f"{document.title}-{site.title}", meta, f"window.__INITIAL_STATE__ = {text};")


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Serve the data files, none past the last, and the script that draws them."""
    if asked.path == BUNDLE:
        return Answer(DRAWS, "text/javascript")
    for column in site.columns:
        for page in range(1, page_count(site, column) + 1):
            if asked.path == data_path(column, page):
                rows = [
                    {"docTitle": doc.title, "linkUrl": article_path(column, doc), "publishTime": _millis(doc)}
                    for doc in shown(site, column, page)
                ]
                value = {"totalCount": len(stock(site, column)), "pageCount": page_count(site, column), "rows": rows}
                return Answer(json.dumps(value, ensure_ascii=False), "application/json")
    return None


def _millis(document: Document) -> int:
    day = document.published
    return int(datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC).timestamp()) * 1000
