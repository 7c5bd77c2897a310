"""UCAP: the list and its pager call stand inside an HTML comment; the body in UCAPCONTENT or #zoomcon."""

import sys
from hashlib import md5
from html import escape
from typing import cast

from tests.village import furniture, markup
from tests.village.model import Column, Document, Site
from tests.village.systems.base import Answer, Asked, System, either_side, page_count, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """Page 2 is list_2.shtml."""
    return f"/{column.slug}/list{f'_{page}' if page > 1 else ''}.shtml"


def article_path(column: Column, document: Document) -> str:
    """Month folder and a 32-digit name."""
    name = md5(f"{column.source}:{document.number}".encode(), usedforsecurity=False).hexdigest()
    return f"/{column.slug}/{document.published:%Y%m}/{name}.shtml"


def listing(site: Site, column: Column, page: int) -> str:
    """Browsers see what a script copies out of the comment; readers must look into it themselves."""
    items = "\n".join(
        f'<li><a href="{article_path(column, doc)}" target="_blank" title="{escape(doc.title)}">{escape(doc.title)}</a>'
        f"<b>{doc.published.isoformat()}</b></li>"
        for doc in shown(site, column, page)
    )
    pages, total = page_count(site, column), len(stock(site, column))
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{column.name} - {site.title}</title>
{furniture.site_meta(site, column)}
<meta name="channelId" content="c{column.number}"></head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="content">{furniture.crumbs(column, listing_path(column, 1))}
<div class="list-box" id="list_box"></div>
<!--<ul class="channel-list">
{items}
</ul>
<div id="page_div"></div>
<script type="text/javascript" src="/xhtml/js/page.js"></script>
<script>createPageHTML('page_div',{pages},{page},'list','shtml',{total});</script>-->
</div>
{furniture.footer(site)}</body></html>"""


def article(site: Site, column: Column, document: Document) -> str:
    """One page in the village holds its body twice, for desktop and telephone; both copies are equal."""
    me = cast(System, sys.modules[__name__])
    inside = markup.body(document)
    twin = f'<div class="mobile-article" style="display:none"><div class="m-con">{inside}</div></div>'
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
{furniture.title(site, document, " - " + site.title)}
{furniture.article_meta(site, column, document)}
</head>
<body>{furniture.clock(site)}{furniture.navigation(site)}
<div class="content">{furniture.crumbs(column, listing_path(column, 1))}
<div class="article-box"><h2><UCAPTITLE>{escape(document.title)}</UCAPTITLE></h2>
<ul class="attribute"><li>来源：{escape(document.agency)}</li>
<li>发布时间：{markup.published(document.published, "long")}</li>
<li>{furniture.counter(site, "浏览次数：")}</li><li>{furniture.sizes()}</li></ul>
<div id="zoomcon" class="article-content-body"><UCAPCONTENT>{inside}</UCAPCONTENT></div>
{twin if document.feature == "twice" else ""}
{furniture.share()}{furniture.neighbours(*either_side(me, column, document))}</div></div>
{furniture.footer(site)}</body></html>"""


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """UCAP serves static files only."""
    del site, asked
    return None
