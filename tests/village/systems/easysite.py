"""EasySite: columns and articles named by UUID; page controls without href, their address in `tagname`."""

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """The column's UUID; page 2 is `<uuid>-2.html` beside it."""
    name = frames.uuid(column.source)
    return f"/columns/{name}/index.html" if page == 1 else f"/columns/{name}-{page}.html"


def article_path(column: Column, document: Document) -> str:
    """Month and day as folders, then a UUID."""
    name = frames.uuid(f"{column.source}:{document.number}")
    return f"/columns/{frames.uuid(column.source)}/{document.published:%Y%m/%d}/{name}.html"


def listing(site: Site, column: Column, page: int) -> str:
    """The controls call a script with the address of their page."""
    items = frames.rows([(article_path(column, doc), doc) for doc in shown(site, column, page)])
    last = page_count(site, column)
    controls = "".join(
        f'<a tagname="{listing_path(column, number)}" href="javascript:void(0)" '
        f"onclick=\"queryArticleByCondition(this,'{listing_path(column, number)}')\">{label}</a>"
        for number, label in ((1, "首页"), (min(page + 1, last), "下一页"), (last, "尾页"))
        if number != page
    )
    main = f"""<div class="easysite-list-modelone"><ul>
{items}
</ul></div><div class="easysite-page-wrap">
共有<b>{len(stock(site, column))}</b>条记录 <b>{page}</b>/{last}页 {controls}</div>
<input type="hidden" name="article_paging_list_hidden" modulekey="1" totalpage="{last}">"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in #easysiteText."""
    container = f'<div id="easysiteText">{markup.body(document)}</div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Static files only."""
    del site, asked
    return None
