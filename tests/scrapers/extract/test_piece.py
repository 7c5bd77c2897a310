"""An article on several pages: what each page adds, and how the pieces become one text."""

from dataclasses import replace

import pytest

from scrapers.extract import read
from scrapers.model import Outcome
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE
from tests.scrapers.extract.test_pool import HINT

URL = "http://www.x.example/c/101.html"
FIRST = replace(HINT, url=URL, listed_title=TITLE, platform="generic")
LONG = [*BODY, *(f"（{n}）第{n}项，" + "依法行政工作稳步推进，" * 4 + f"办理{n}件。" for n in range(1, 9))]


def page(lines: list[str], number: int, title: str = TITLE, total: int = 3) -> bytes:
    links = "".join(f"<a href='101{f'_{n}' if n > 1 else ''}.html'>{n}</a> " for n in range(1, total + 1))
    text = "".join(f"<p>{line}</p>" for line in lines)
    following = f"上一页 {links} <a href='101_{number + 1}.html'>下一页</a>" if number < total else links
    more = "" if total == 1 else following
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>发布时间：2025-01-03 来源：某局</p><div id='zoom'>{text}<div>{more}</div></div>"
        "<p>主办：某局</p></body></html>"
    ).encode()


def piece(payload: bytes, number: int):
    return read(payload, replace(FIRST, url=URL.replace(".html", f"_{number}.html"), first_url=URL))


def test_pages_become_one_text_equal_to_the_article_on_one():
    parts = [LONG[:9], LONG[9:11], [*LONG[11:], *SIGNED]]
    first = read(page(parts[0], 1), FIRST)
    assert first.following == {2: URL.replace(".html", "_2.html"), 3: URL.replace(".html", "_3.html")}
    assert first.report is not None
    assert "further_pages_unread:2" in first.report.flags
    pieces = [piece(page(parts[n - 1], n), n) for n in (2, 3)]
    assert all(one.outcome is None and one.fingerprint is None and one.report is not None for one in pieces)
    whole = read(page(parts[0], 1), replace(FIRST, further=tuple(one.report.text for one in pieces)))
    single = read(page([*LONG, *SIGNED], 1, total=1), FIRST)
    assert single.report is not None
    assert single.following == {}
    assert whole.report is not None
    assert whole.report.text == single.report.text
    assert whole.fingerprint == single.fingerprint
    assert whole.report.signed_on == single.report.signed_on is not None
    assert whole.report.flags == ("pages:3",)
    assert whole.following == {}


def test_a_first_page_too_short_for_a_report_still_names_the_others():
    first = read(page(LONG[:1], 1), FIRST)
    assert first.outcome is Outcome.LAYOUT_CHANGED
    assert set(first.following) == {2, 3}
    whole = read(page(LONG[:1], 1), replace(FIRST, further=("\n".join(LONG[1:]),)))
    assert whole.report is not None
    assert whole.report.text == "\n".join(LONG)


def test_a_last_page_of_a_paragraph_or_a_sign_off_is_read():
    assert piece(page(["全文结束，特此报告。"], 3), 3).report.text == "全文结束，特此报告。"
    assert piece(page(list(SIGNED), 3), 3).report.text == "\n".join(SIGNED)


def test_a_title_repeated_on_a_further_page_is_no_part_of_the_text():
    assert piece(page([TITLE, "全文结束，特此报告。"], 3), 3).report.text == "全文结束，特此报告。"


@pytest.mark.parametrize(
    ("payload", "outcome"),
    [
        (page(["另一篇文章的文字，与本报告无关。"], 2, title="关于开展植树活动的通知"), Outcome.NOT_A_REPORT),
        (b"<html><title>404</title><body><p>gone</p></body></html>", Outcome.LAYOUT_CHANGED),
        (b"", Outcome.LAYOUT_CHANGED),
    ],
)
def test_what_is_no_further_page_is_not_joined(payload, outcome):
    reading = piece(payload, 2)
    assert reading.outcome is outcome
    assert reading.report is None
