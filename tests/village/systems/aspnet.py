"""ASP.NET WebForms: one address, its pages turned by posting `__VIEWSTATE` and `__EVENTTARGET` back to it."""

from base64 import b64decode, b64encode
from html import escape

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, page_count, shown, stock

CONTENT_TYPE = "text/html; charset=utf-8"
ENCODING = "utf-8"
PAGER = "ctl00$Main$AspNetPager1"
_WINDOW = 2
"""Numbers shown on each side of the current page."""


def listing_path(column: Column, page: int) -> str:
    """There is one address; further pages exist only as answers to a form."""
    return f"/{column.slug}/List.aspx?cid={column.number}" + (f"#{page}" if page > 1 else "")


def article_path(column: Column, document: Document) -> str:
    """The id alone."""
    return f"/{column.slug}/Item/{document.number}.aspx"


def _state(column: Column, page: int) -> str:
    return b64encode(f"/wEPDwUK{column.number}:{page}".encode()).decode()


def listing(site: Site, column: Column, page: int) -> str:
    """A grid of rows; the numbers around the current page post back."""
    rows = "\n".join(
        f'<tr class="row{n % 2}"><td>·<a href="{article_path(column, doc)}">{escape(doc.title)}</a></td>'
        f"<td>{doc.published:%Y/%m/%d}</td></tr>"
        for n, doc in enumerate(shown(site, column, page))
    )
    last = page_count(site, column)
    window = [number for number in range(page - _WINDOW, page + _WINDOW + 1) if 0 < number <= last]
    numbers = " ".join(
        f"<span>{number}</span>"
        if number == page
        else f"<a href=\"javascript:__doPostBack('{PAGER}','{number}')\">{number}</a>"
        for number in window
    )
    main = f"""<form method="post" action="./List.aspx?cid={column.number}" id="form1">
<input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="">
<input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{_state(column, page)}">
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="{_state(column, page)[::-1]}">
<table class="grid" id="ctl00_Main_GridView1">
{rows}
</table>
<div id="ctl00_Main_AspNetPager1" class="AspNetPager">
共{len(stock(site, column))}条记录 共{last}页 {numbers}</div></form>"""
    return frames.list_page(site, column, main, first=listing_path(column, 1))


def article(site: Site, column: Column, document: Document) -> str:
    """The body in a table cell."""
    container = f'<table width="900"><tr><td class="NewsContent">{markup.body(document)}</td></tr></table>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Turn the page when the hidden fields are those of a page that shows the number asked for."""
    for column in site.columns:
        if asked.method != "POST" or asked.path != listing_path(column, 1).partition("?")[0]:
            continue
        state = asked.values.get("__VIEWSTATE", "")
        wanted = asked.values.get("__EVENTARGUMENT", "")
        held = b64decode(state or "MDox").decode("utf-8", "replace").rpartition(":")[2]
        near = held.isdigit() and wanted.isdigit() and abs(int(held) - int(wanted)) <= _WINDOW
        if asked.values.get("__EVENTTARGET") == PAGER and near and state[::-1] == asked.values.get("__EVENTVALIDATION"):
            return Answer(listing(site, column, int(wanted)), CONTENT_TYPE)
    return None
