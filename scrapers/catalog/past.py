"""Rows of `captures` in, what the archive knows of each address of a host out: is it archived, and is it still there?

Pure. A page that is gone from its site keeps everything that was archived of it; its past only says not to ask again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scrapers.catalog.settle import Row
from scrapers.model import Outcome

COLUMNS = (
    *("url", "parent_url", "outcome", "settled_at", "content_hash", "source_id", "listed_title", "listed_on"),
    *("report_year", "fetched_at", "verdict_reason"),
)
_WHOLE = frozenset({Outcome.ARCHIVED_NEW.value, Outcome.ARCHIVED_SAME.value, Outcome.NOT_A_REPORT.value})
MISSING = frozenset({Outcome.NOT_FOUND.value, Outcome.GONE_410.value, Outcome.SOFT_404.value})
"""How a site says that a page is not there."""


@dataclass(frozen=True, slots=True)
class Past:
    """One archived page, by its last words."""

    source_id: str
    title: str
    listed_on: date | None
    report_year: int | None
    asked_at: datetime | None
    misses: int
    """Times in a row, the last one included, that the site said it is not there."""
    gone: bool
    """Whether it was found to be gone, and has not come back since."""
    reason: str = ""
    """Why its title was judged as it was when the page was last had whole: a person's decision begins `override:`."""


def pasts(rows: Iterable[Row]) -> dict[str, Past]:
    """Return the past of every page of which something was archived, its documents' included in its own."""
    groups: dict[str, list[Row]] = defaultdict(list)
    archived: set[str] = set()
    for row in rows:
        if not row["parent_url"]:
            groups[row["url"]].append(row)
        if row["content_hash"]:
            archived.add(row["parent_url"] or row["url"])
    return {url: _past(groups[url]) for url in sorted(archived) if groups[url]}


def _is_whole(row: Row) -> bool:
    return bool(row["fetched_at"]) and row["outcome"] in _WHOLE


def _past(rows: list[Row]) -> Past:
    rows = sorted(rows, key=lambda row: row["settled_at"])
    misses = 0
    for row in reversed(rows):
        if row["outcome"] not in MISSING and row["outcome"] != Outcome.GONE.value:
            break
        misses += 1
    last = next((row for row in reversed(rows) if row["listed_title"]), rows[-1])
    return Past(
        source_id=last["source_id"] or "",
        title=last["listed_title"] or "",
        listed_on=last["listed_on"],
        report_year=last["report_year"],
        asked_at=max((row["fetched_at"] for row in rows if row["fetched_at"]), default=None),
        misses=misses,
        gone=rows[-1]["outcome"] == Outcome.GONE.value,
        reason=next((row["verdict_reason"] or "" for row in reversed(rows) if _is_whole(row)), ""),
    )
