"""Three site templates nobody tuned the reading to, written after it was finished.

What came of them, honestly: the first two were read right at once. Of the third, at first, one entry of three was read,
no date and no paging: its cards show day and month apart, each link lies alone in its card, and its pager is drawn from
settings. `split_date`, items that reach up to their cards, and `template_pages` came of it.
"""

from datetime import date
from pathlib import Path

import pytest

from scrapers.extract import Hint, read
from scrapers.platforms import PLATFORMS
from scrapers.platforms.recognise import recognise

PAGES = Path(__file__).parents[2] / "pages" / "blind"


@pytest.mark.parametrize(
    ("name", "url", "days", "last", "count", "paging"),
    [
        (
            "jeecms",
            "http://wjw.qinglan.gov.cn/fzzf/index.jhtml",
            [date(2026, 2, 11), date(2026, 1, 30), date(2025, 3, 6)],
            "/fzzf/index_3.jhtml",
            2,
            "index_N.jhtml",
        ),
        (
            "thinkphp",
            "https://www.qxh.gov.cn/index.php/gov/public/list/ndfzjsbg.html",
            [date(2026, 1, 15), date(2026, 1, 12), date(2025, 2, 8)],
            "/index.php/gov/public/list/ndfzjsbg/p/7.html",
            6,
            "/N.html",
        ),
        (
            "paging",
            "https://www.yunpu.gov.cn/zwgk/fzzfjsqzf/",
            [date(2026, 2, 28), date(2025, 3, 31), date(2024, 3, 20)],
            "/zwgk/fzzfjsqzf/index_11.html",
            10,
            "index_N.html",
        ),
    ],
)
def test_recognition_paging_and_first_report(name, url, days, last, count, paging):
    page = (PAGES / f"{name}_list.html").read_text(encoding="utf-8")
    platform = recognise(page, url)[0].platform
    assert platform == "generic"
    listing = PLATFORMS[platform].read_listing(page, url)
    assert [entry.listed_on for entry in listing.entries] == days
    assert (len(listing.following), listing.paging) == (count, paging)
    assert listing.following[-1].url.endswith(last)
    first = listing.entries[0]
    reading = read(
        (PAGES / f"{name}_article.html").read_bytes(),
        Hint(
            url=first.url,
            declared_type="text/html",
            media_type="html",
            platform=platform,
            listed_title=first.title,
            listed_on=first.listed_on,
            report_year=None,
            agency="",
            division="",
        ),
    )
    assert reading.report is not None
    assert reading.report.title.value == first.title
    assert (reading.report.report_year, reading.report.published_on) == (2025, days[0])
    assert reading.report.text.startswith(("2025年", "根据《法治政府建设与责任落实督察工作规定》"))
    assert "上一篇" not in reading.report.text
