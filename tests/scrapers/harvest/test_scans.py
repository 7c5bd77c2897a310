"""A host's scans are read after everything else, by a reader of their own, where that is asked for."""

import hashlib
from datetime import UTC, datetime

import pytest

from scrapers.archive.store import Store
from scrapers.extract import Hint, Reader, read
from scrapers.harvest import Works, open_works
from scrapers.harvest.read import Settling
from scrapers.model import Candidate, Capture, Line, Outcome, Relevance, Verdict
from tests.conftest import settings_of
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, pdf
from tests.scrapers.extract.test_ocr import scan

AT = datetime(2025, 3, 1, tzinfo=UTC)


def line(name: str, payload: bytes, works: Works) -> Line:
    works.put_payload(payload, near=False)
    digest = hashlib.sha256(payload).hexdigest()
    url = f"http://www.hnhs.gov.cn/{name}.pdf"
    capture = Capture(url, url, AT, None, "", media_type="pdf", payload_digest=digest)
    candidate = Candidate("s", url, TITLE, None, Verdict(Relevance.REPORT, 2024, ""))
    host = "www.hnhs.gov.cn"
    return Line("r", host, "crawl", AT, url=url, candidate=candidate, capture=capture, payload_digest=digest)


@pytest.mark.parametrize("asked", [False, True])
def test_scans_wait_or_are_read_last(store: Store, asked: bool) -> None:
    works = open_works(settings_of(store, ocr=asked))
    lines = [line("a-scan", scan(150, worn=False), works), line("b", pdf([TITLE, *BODY, *SIGNED]), works)]
    with Reader() as reader:
        settled = list(Settling(works, {}, reader).settle(lines, set()))
    if asked:
        assert [(one.url[-5], one.outcome) for one in settled] == [("b", "archived_new"), ("n", "archived_new")]
        report = settled[1].report
        assert report is not None
        assert report.method == "ocr"
        assert "ocr" in report.flags
        return
    assert [(one.url[-5], one.outcome) for one in settled] == [("n", Outcome.NEEDS_OCR), ("b", "archived_new")]
    assert "REPORT_ARCHIVE_OCR" in settled[0].reason
    assert settled[0].finding is not None


def test_a_page_whose_body_is_pictures_says_so() -> None:
    page = f"""<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>发布时间：2025-02-09</p>
<div id="vsb_content"><div class="v_news_content"><p><img src="/__local/1/a.jpg"></p><p><img src="/__local/1/b.jpg"></p>
</div></div></body></html>"""
    url = "http://www.hnhs.gov.cn/info/1012/2345.htm"
    reading = read(page.encode(), Hint(url, "text/html", "html", "vsb", TITLE, None, 2024, "", ""))
    assert reading.outcome is Outcome.NEEDS_OCR
    assert reading.reason.startswith("the body is 2 pictures")
    assert "http://www.hnhs.gov.cn/__local/1/a.jpg" in reading.reason
