"""Pages whose report stands elsewhere: in one of several documents, in a frame, in a viewer."""

from datetime import date

import pytest

from scrapers.extract import read
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, hint

PAGE = (
    "<html><head><title>{title}</title><meta name=PubDate content='2025-01-05'></head><body>"
    "<p>当前位置：首页 > 赫山区教育局</p><h1>{title}</h1><p>发布时间：2025-01-03 来源：赫山区教育局</p>"
    "<div>{inside}</div></body></html>"
)


def cover(inside: str) -> bytes:
    return PAGE.format(title=TITLE, inside=inside).encode()


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ('<a href="1.pdf">附件1：统计表</a><a href="2.doc">附件2：2024年法治政府建设年度报告</a>', "2.doc"),
        ('<a href="1.xlsx">附件1</a><a href="2.doc">附件2</a><a href="3.pdf">附件3</a>', "3.pdf"),
        ('<a href="/v/viewer.html?file=/up/a.pdf">查看</a>', "up/a.pdf"),
        ('<embed src="a.ofd">', "a.ofd"),
        ('<iframe src="content.html" width="100%" height="900"></iframe>', "content.html"),
    ],
)
def test_the_document_that_holds_the_report_is_named(inside, found):
    reading = read(cover(inside), hint("html"))
    assert reading.outcome is None
    assert reading.attachment == f"http://x.gov.cn/{found}"
    assert reading.report is not None
    assert reading.report.published_on == date(2025, 1, 3)


def test_a_framed_body_has_its_pages_facts():
    around = read(cover('<iframe src="content.html"></iframe>'), hint("html"))
    inside = "".join(f"<p>{line}</p>" for line in [*BODY, *SIGNED])
    reading = read(
        f"<html><title>content</title><body>{inside}</body></html>".encode(), hint("html", parent=around.report)
    )
    assert reading.outcome is None
    assert reading.report is not None
    assert reading.report.text == "\n".join(BODY)
    assert reading.report.title.value == TITLE
    assert reading.report.published_on == date(2025, 1, 3)
    assert reading.report.source_label == "赫山区教育局"
    assert str(reading.report.signed_on) == "2024-12-26"
    assert "attachment_only" in reading.report.flags


def test_a_frame_in_a_frame_is_not_followed():
    around = read(cover('<iframe src="content.html"></iframe>'), hint("html"))
    inner = b"<html><body><iframe src='deeper.html'></iframe></body></html>"
    assert read(inner, hint("html", parent=around.report)).outcome == "layout_changed"
