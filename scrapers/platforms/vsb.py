"""VSB 博达: static lists whose older pages are counted backwards, articles at `/info/<column>/<id>.htm`.

Marks: `#vsb_content`, `.v_news_content`, `/info/1012/2345.htm`, `_sitegray`, `/system/resource/`, pagers `fanye…`,
`?totalpage=&PAGENUM=`; attachments at `/system/_content/download.jsp?urltype=news.DownloadAttachUrl`; a body that is a
PDF as `showVsbpdfIframe("…", …, vsb_pdf_image_data)`, which `documents` finds.
Hosts seen: www.zhuoni.gov.cn (`info/<n>/<n>.htm`), www.ynwd.gov.cn (`info/egovinfo/…`).

Enters: page text. Leaves: listings. The first page is `fzzfjs.htm`, the second `fzzfjs/8.htm`, the last `fzzfjs/1.htm`.
"""

from scrapers.platforms import generic
from scrapers.platforms.contract import Listing, Mark, Structured

NAME = "vsb"
MARKS: tuple[Mark, ...] = (
    Mark(r"vsb_content", 3),
    Mark(r"v_news_content", 3),
    Mark(r"showVsbpdfIframe|vsb_pdf_image_data", 3),
    Mark(r"_sitegray|/system/resource/", 2),
    Mark(r"\bid=[\"']?(?:fanye|lineu?\d?_?)\w{0,20}", 1),
    Mark(r"(?:^|[/.\n])info/\d{1,6}/\d{1,9}\.htm", 2, of_address=True),
    Mark(r"[?&]totalpage=\d{1,5}&(?:amp;)?PAGENUM=", 3, of_address=True),
    Mark(r"/system/_content/download\.jsp", 2, of_address=True),
)
BODY_SELECTORS: tuple[str, ...] = ("#vsb_content", ".v_news_content", "#vsb_content_2", "#vsb_content_500")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()


def read_listing(text: str, url: str) -> Listing:
    """Read a list page by shape: rows carry dates, and numbered links name the further pages, forwards or backwards."""
    return generic.read_listing(text, url)


def read_article(text: str) -> Structured | None:
    """Return None: VSB articles are markup only."""
    del text
    return None
