"""VSB 博达: `fzzf.htm`, then `fzzf/2.htm` down to `fzzf/1.htm`; articles at /info/<column>/<id>.htm, PDFs by script."""

from html import escape

from tests.village import markup
from tests.village.model import Column, Document, Site
from tests.village.systems import frames
from tests.village.systems.base import Answer, Asked, document_name, page_count, shown, stock

CONTENT_TYPE = "text/html"
ENCODING = "utf-8"


def listing_path(column: Column, page: int) -> str:
    """Older pages are counted backwards, so their names depend on how many there are: see `numbered_path`."""
    last = -(-len(column.documents) // column.per_page)
    return numbered_path(column, page, last)


def numbered_path(column: Column, page: int, last: int) -> str:
    """Page 1 is the column's own file, page 2 of five is `4.htm`."""
    return f"/{column.slug}.htm" if page == 1 else f"/{column.slug}/{last - page + 1}.htm"


def article_path(column: Column, document: Document) -> str:
    """Column and id."""
    return f"/info/{column.number}/{document.number}.htm"


def attachment_path(column: Column, document: Document) -> str:
    """A PDF lies among the site's files; anything else comes through the download form."""
    if document.feature == "pdf":
        return f"/__local/A/1F/{document_name(document)}"
    return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={document.number}"


def listing(site: Site, column: Column, page: int) -> str:
    """Relative links out of the column's folder, numbered items, a pager that prints counts."""
    last = page_count(site, column)
    if page > 1:  # the file keeps its name while the count of pages changes, and so becomes another page
        page = max(2, page - (-(-len(column.documents) // column.per_page) - last))
    up = "" if page == 1 else "../"
    depth = "../" * (column.slug.count("/") + (page > 1))
    items = "\n".join(
        f'<li id="line_u8_{n}"><a href="{depth}info/{column.number}/{doc.number}.htm" title="{escape(doc.title)}">'
        f"{escape(doc.title)}</a><span>{doc.published.isoformat()}</span></li>"
        for n, doc in enumerate(shown(site, column, page))
    )
    name = column.slug.rpartition("/")[2]
    others = "".join(
        f'<span class="p_no"><a href="{_relative(name, up, number, last)}">{number}</a></span>'
        for number in range(1, last + 1)
        if number != page
    )
    after = (
        f'<span class="p_next"><a href="{_relative(name, up, page + 1, last)}">下页</a></span>' if page < last else ""
    )
    main = f"""<div class="list"><ul>
{items}
</ul><div class="pb_sys_common" id="fanye156"><span class="p_t">共{len(stock(site, column))}条</span>
<span class="p_no_d">{page}</span>{others}{after}</div></div>"""
    return frames.list_page(
        site, column, main, first=listing_path(column, 1), head='<script src="/system/resource/js/vsb.js"></script>'
    )


def _relative(name: str, up: str, page: int, last: int) -> str:
    return f"{up}{name}.htm" if page == 1 else f"{'' if up else name + '/'}{last - page + 1}.htm"


def article(site: Site, column: Column, document: Document) -> str:
    """The body in #vsb_content; a PDF is shown by a script, with pictures of its pages."""
    inside = markup.body(document)
    if document.feature == "pdf":
        path = attachment_path(column, document)
        inside = (
            f'<p><script>var vsb_pdf_image_data = ["/__local/A/1F/p1.jpg"];showVsbpdfIframe("{path}", "100%", "600", '
            '"1", "", vsb_pdf_image_data);</script></p>'
        )
    elif document_name(document):
        path = escape(attachment_path(column, document))
        inside = f'<p>附件【<a href="{path}">{escape(document.title)}.docx</a>】已下载次</p>'
    container = f'<div id="vsb_content"><div class="v_news_content">{inside}</div></div>'
    return frames.article_page(site, column, document, container, first=listing_path(column, 1))


def endpoint(site: Site, asked: Asked) -> Answer | None:
    """Static files only."""
    del site, asked
    return None
