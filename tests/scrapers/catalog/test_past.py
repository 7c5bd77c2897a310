"""What the archive knows of a page: archived or not, and how often in a row it was missing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from scrapers.catalog.past import pasts

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(day: int, outcome: str, url: str = "http://a/1", text: str | None = None, parent: str | None = None) -> Any:
    at = START + timedelta(days=day)
    row: dict[str, Any] = {"url": url, "parent_url": parent, "outcome": outcome, "settled_at": at, "fetched_at": at}
    return row | {
        "content_hash": text, "source_id": "s", "listed_title": "t", "listed_on": None, "verdict_reason": None,
        "report_year": 2024,
    }  # fmt: skip


def test_misses_count_in_a_row_and_end_with_the_page_s_return() -> None:
    first = row(0, "archived_new", text="h")
    assert pasts([first])["http://a/1"].misses == 0
    assert pasts([row(1, "not_found"), first])["http://a/1"].misses == 1
    lost = pasts([first, row(1, "soft_404"), row(2, "gone")])["http://a/1"]
    assert (lost.misses, lost.gone, lost.asked_at) == (2, True, START + timedelta(days=2))
    back = pasts([first, row(1, "not_found"), row(2, "gone"), row(3, "unchanged")])["http://a/1"]
    assert (back.misses, back.gone) == (0, False)


def test_a_failure_is_no_miss_and_what_was_never_archived_has_no_past() -> None:
    assert pasts([row(0, "archived_new", text="h"), row(1, "not_found"), row(2, "timeout")])["http://a/1"].misses == 0
    assert pasts([row(0, "not_a_report"), row(1, "not_found")]) == {}


def test_a_page_s_document_is_its_past() -> None:
    rows = [row(0, "not_a_report"), row(0, "archived_new", "http://a/1.pdf", "h", "http://a/1")]
    assert list(pasts(rows)) == ["http://a/1"]
