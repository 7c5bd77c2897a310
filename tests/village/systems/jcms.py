"""JCMS: first page inline as `<datastore>` XML, further pages by POST to dataproxy.jsp, body between RSS comments."""

import sys
from html import escape
from typing import cast

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site
from tests.village.systems.base import Answer, Asked, System, document_name, either_side, page_count, shown, stock

CONTENT_TYPE = "text/html;charset=UTF-8"
ENCODING = "utf-8"
PROXY = "/module/web/jpage/dataproxy.jsp"
WEB = 3012
_SHORT = 22
"""Longer titles are cut in the list; the whole title stands in the link's title attribute."""


def listing_path(column: Column, page: int) -> str:
    """There is one address; further pages exist only behind the proxy."""
    return f"/col/col{column.number}/index.html" + (f"#page={page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """Year, month and day as folders without leading zeros, then column and id."""
    day = document.published
    return f"/art/{day.year}/{day.month}/{day.day}/art_{column.number}_{document.number}.html"


def _unit(column: Column) -> int:
    return column.number * 3 + 7


def _records(column: Column, documents: tuple[Document, ...]) -> str:
    return "".join(
        f'<record><![CDATA[<li><a href="{article_path(column, doc)}" title="{escape(doc.title)}" target="_blank">'
        f"{escape(_cut(doc.title))}</a><span>{doc.published.isoformat()}</span></li>]]></record>\n"
        for doc in documents
    )


def _cut(title: str) -> str:
    return title if len(title) <= _SHORT else title[:_SHORT] + "..."


def _datastore(site: Site, column: Column, documents: tuple[Document, ...]) -> str:
    return (
        f"<datastore>\n<totalrecord>{len(stock(site, column))}</totalrecord>\n"
        f"<totalpage>{page_count(site, column)}</totalpage>\n"
        f"<recordset>\n{_records(column, documents)}</recordset>\n</datastore>"
    )


def listing(site: Site, column: Column, page: int) -> str:
    """The page of the column: inline data, then the call that pages on through the proxy."""
    unit = _unit(column)
    return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{site.title} {column.name}</title>
{furniture.site_meta(site, column)}
<script src="/script/jquery.jpage.js"></script></head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="main">{furniture.crumbs(column, listing_path(column, 1))}
<div id="{unit}" class="default_pgContainer">
<script type="text/xml">
{_datastore(site, column, shown(site, column, page))}
</script></div>
<script>
$('#{unit}').jpage({{
  themeName: 'default', proxyUrl: '{PROXY}', perPage: {column.per_page}, openCookies: false,
  dataBefore: '<ul>', dataAfter: '</ul>',
  ajaxParam: {{ col: 1, appid: 1, webid: {WEB}, path: '/', columnid: {column.number},
    sourceContentType: 1, unitid: {unit}, webname: '{site.title}', permissiontype: 0 }}
}});
</script></div>
{furniture.footer(site)}</body></html>"""


def article(site: Site, column: Column, document: Document) -> str:
    """The body stands in #zoom between the RSS comments, its facts between begin and end comments."""
    me = cast(System, sys.modules[__name__])
    inside = markup.body(document)
    if name := document_name(document):
        path = f"/module/download/downfile.jsp?classid=0&amp;filename={name}"
        inside = f'<p>附件：</p><p><a href="{path}">{escape(document.title)}.{document.feature}</a></p>'
    return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8">
{furniture.title(site, document)}
{furniture.article_meta(site, column, document)}
<meta name="Maketime" content="{document.published.isoformat()} 09:00:00"></head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div id="container">{furniture.crumbs(column, listing_path(column, 1))}
<div class="art-title"><!--<$[标题]>begin-->{escape(document.title)}<!--<$[标题]>end--></div>
<table width="100%"><tr><td>发布日期：{markup.published(document.published, "time")}</td>
<td>来源：<!--<$[信息来源]>begin-->{escape(document.agency)}<!--<$[信息来源]>end--></td>
<td>{furniture.counter(site, "浏览次数：")}</td><td>{furniture.sizes()}</td></tr></table>
<div id="zoom"><!--ZJEG_RSS.content.begin--><meta name="ContentStart">{inside}
<meta name="ContentEnd"><!--ZJEG_RSS.content.end--></div>
{furniture.share()}{furniture.neighbours(*either_side(me, column, document))}</div>
{furniture.footer(site)}</body></html>"""


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Serve records startrecord to endrecord of a column as XML; only by POST, as the script asks."""
    if asked.path != PROXY or asked.method != "POST":
        return None
    try:
        number, first, last = (int(asked.values[name]) for name in ("columnid", "startrecord", "endrecord"))
    except (KeyError, ValueError):
        return Answer("<datastore><totalrecord>0</totalrecord></datastore>", "text/xml;charset=UTF-8")
    for column in site.columns:
        if column.number == number and asked.values.get("unitid") == str(_unit(column)):
            return Answer(_datastore(site, column, stock(site, column)[first - 1 : last]), "text/xml;charset=UTF-8")
    return None
