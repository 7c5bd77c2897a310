"""Epoint 新点: `moreinfo.html`, then `2.html`, `3.html` beside it; numeric folders, articles named by UUID."""

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """The folder's moreinfo.html; further pages are bare numbers."""
    return f"/{column.slug}/" + (f"{page}.html" if page > 1 else "moreinfo.html")


def article_path(column: Column, document: Document) -> str:
    """The day as a folder, then a UUID."""
    return f"/{column.slug}/{document.published:%Y%m%d}/{frames.uuid(f'{column.source}:{document.number}')}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """Rows in ewb-data-list; the pager names its neighbours and prints page and count."""
    items = "\n".join(
        f'<li class="ewb-data-item"><div class="ewb-data-info">'
        f'<a href="{article_path(column, doc)}">{doc.title}</a></div>'
        f'<span class="ewb-data-date">{doc.published.isoformat()}</span></li>'
        for doc in shown(site, column, page)
    )
    last = page_count(site, column)
    step = f'<li class="ewb-page-li"><a href="{page + 1}.html">下页 &gt;</a></li>' if page < last else ""
    main = f"""<div class="ewb-list-bd"><ul class="ewb-data-items">
{items}
</ul><div class="ewb-page"><ul><li class="ewb-page-li ewb-page-num"><span id="index">{page}/{last}</span></li>{step}
</ul></div></div>"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in ewb-article-info."""
    container = f'<div class="ewb-article"><div class="ewb-article-info">{markup.body(document)}</div></div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Static files only."""
    del site, asked
    return None
