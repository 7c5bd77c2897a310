"""Lists that must not be believed: each column plays one trap, named by its slug, and every address of it is answered.

A site, a column and what was asked in, an answer out. Pages are numbered in the path, `/lists/<trap>/<n>.html`, but for
the calendar, which counts months. It refuses to know who reads them.
"""

import json
from collections.abc import Callable
from html import escape

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"
HTML = CONTENT_TYPE


def listing_path(column: Column, page: int) -> str:
    """The trap's first page."""
    return f"/lists/{column.slug}/" + (f"{page}.html" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """One flat name."""
    return f"/lists/{column.slug}/content_{document.number}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """The first page without its trap; nobody is sent here."""
    return _page(site, column, column.documents, str(page))


def article(site: Site, column: Column, document: Document) -> str:
    """An ordinary page."""
    container = f'<div class="article-content">{markup.body(document)}</div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Answer any address of a trap; the page's number is the last number in its path or query."""
    column = next((one for one in site.columns if asked.path.startswith(f"/lists/{one.slug}/")), None)
    if column is None:
        return None
    name = asked.path.rpartition("/")[2].partition(".")[0]
    page = asked.values.get("page") or name or "1"
    return TRAPS[column.slug](site, column, int(page) if page.isdecimal() else 1, asked)


def _page(site: Site, column: Column, documents: tuple[Document, ...], pager: str) -> str:
    items = frames.rows([(article_path(column, doc), doc) for doc in documents])
    main = f'<div class="list"><ul class="news_list">\n{items}\n</ul><div class="page">{pager}</div></div>'
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def _next(address: str) -> str:
    return f'<a href="{address}">下一页</a>'


def _slice(column: Column, page: int) -> tuple[Document, ...]:
    return column.documents[(page - 1) * column.per_page : page * column.per_page]


def _repeats(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """The last page again and again, each naming a next one."""
    last = -(-len(column.documents) // column.per_page)
    return Answer(_page(site, column, _slice(column, min(page, last)), _next(f"{page + 1}.html")), HTML)


def _past_end(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """A hundred and twenty pages named, two that hold anything."""
    pager = f'<script>createPageHTML(120, {max(page - 1, 0)}, "index", "shtml");</script>'
    name = asked.path.rpartition("_")[2].partition(".")[0]
    held = _slice(column, int(name) + 1 if name.isdecimal() else 1)
    return Answer(_page(site, column, held, pager), HTML)


def _calendar(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """A month a page, one made-up entry in each, without end."""
    year, month = (int(part) for part in (asked.values.get("month") or "2025-01").split("-"))
    after = f"?month={year + month // 12}-{month % 12 + 1:02}"
    made = f'<li><a href="/lists/{column.slug}/{year}{month:02}01.html">{year}年{month}月法治政府建设动态</a>'
    items = f"<ul class='news_list'>{made}<span>{year}-{month:02}-01</span></li></ul>{_next(after)}"
    return Answer(frames.list_page(site, column, items, first=listing_path(column, 1)), HTML)


def _thousands(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """Ten thousand pages, one new entry on each."""
    made = f'<li><a href="content_{70000 + page}.html">第{page}期法治政府建设简报</a><span>2024-05-06</span></li>'
    items = f"<ul class='news_list'>{made}</ul>第{page}页/共10000页 {_next(f'{page + 1}.html')}"
    return Answer(frames.list_page(site, column, items, first=listing_path(column, 1)), HTML)


def _self_link(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """The next page is this page under ever another session."""
    site.tries[column.slug] = site.tries.get(column.slug, 0) + 1
    return Answer(_page(site, column, _slice(column, 1), _next(f"?token={site.tries[column.slug]:08}a")), HTML)


def _cut_record(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """A data store whose last record breaks off."""
    records = "".join(
        f'<record><![CDATA[<li><a href="{article_path(column, doc)}">{escape(doc.title)}</a>'
        f"<span>{doc.published.isoformat()}</span></li>]]></record>\n"
        for doc in column.documents
    )
    cut = records[: records.rindex("</a>")]
    store = f"<datastore><totalrecord>{len(column.documents)}</totalrecord><recordset>{cut}</script>"
    return Answer(frames.list_page(site, column, f'<script type="text/xml">{store}', first="/"), HTML)


def _broken_json(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """Rows for a script, with a quote that one of them never closes and a list that never ends."""
    rows = [
        json.dumps({"title": doc.title, "url": article_path(column, doc)}, ensure_ascii=False)
        for doc in column.documents
    ]
    rows[1] = rows[1].replace('", "url"', ', "url"')
    script = f"<script>var first = {{ articleList: [{', '.join(rows)}</script>"
    return Answer(frames.list_page(site, column, script, first="/"), HTML)


def _mixed(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """A template in UTF-8 around rows of which every other is GB18030."""
    lines = _page(site, column, column.documents, "").split("\n")
    coded = [
        line.encode("gb18030" if number % 2 and line.startswith("<li>") else "utf-8")
        for number, line in enumerate(lines)
    ]
    return Answer("", HTML, b"\n".join(coded))


def _dates(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """Dates that no calendar has."""
    text = _page(site, column, column.documents, "")
    for document in column.documents[:2]:
        text = text.replace(f"<span>{document.published.isoformat()}</span>", "<span>2026-13-45</span>", 1)
    return Answer(text, HTML)


def _marked_up(site: Site, column: Column, page: int, asked: Asked) -> Answer:
    """Titles with markup in them, as text."""
    items = "\n".join(
        f'<li><a href="{article_path(column, doc)}">&lt;font color="red"&gt;{escape(doc.title)}&lt;/font&gt;</a>'
        f"<span>{doc.published.isoformat()}</span></li>"
        for doc in column.documents
    )
    return Answer(frames.list_page(site, column, f'<ul class="news_list">{items}</ul>', first="/"), HTML)


TRAPS: dict[str, Callable[[Site, Column, int, Asked], Answer]] = {
    "repeats": _repeats,
    "past-end": _past_end,
    "calendar": _calendar,
    "thousands": _thousands,
    "self-link": _self_link,
    "cut-record": _cut_record,
    "broken-json": _broken_json,
    "mixed": _mixed,
    "dates": _dates,
    "marked-up": _marked_up,
}
