"""Every declared source: its health, its yield against earlier runs, when it is due, and why it gives nothing."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.drawing import bars
from plugins.archive_ui.pages import page
from scrapers.corpus.summary import Health

SIZE = 100
STATES = ("bad", "low", "unseen", "ok")
CLOCK = ZoneInfo("Asia/Shanghai")
"""The clock the DAGs' schedules go by."""
router = APIRouter()


@router.get("/sources")
def sources(request: Request) -> Response:
    """Show the sources that meet the conditions, those that need somebody first."""
    state = asked.one_of(request, "state", STATES)
    province, query = asked.words(request, "province"), asked.words(request, "q").lower()
    number = asked.number(request, "page", 1, 1_000_000)
    corpus = request.app.state.archive()
    declared, every = corpus.declared(), corpus.health()
    chosen = [row for row in every if _meets(row, state, province, query)]
    shown, pages = asked.bounded(number, len(chosen), SIZE)
    rows = chosen[(shown - 1) * SIZE : shown * SIZE]
    due = {found.key: next_due(found.cron, datetime.now(CLOCK)) for found in declared.provinces}
    return page(
        request,
        "sources.html",
        view="sources",
        declared=declared,
        states=Counter(row.state for row in every),
        state=state,
        province=province,
        provinces=[found.key for found in declared.provinces],
        q=query,
        rows=[(row, bars(row.yields, 96, 20), due.get(row.province)) for row in rows],
        total=len(chosen),
        number=shown,
        pages=pages,
    )


def next_due(cron: Iterable[str], now: datetime) -> datetime | None:
    """Return when a schedule next comes round; None when it has none of its own."""
    return min((croniter(one, now).get_next(datetime) for one in cron), default=None)


def _meets(row: Health, state: str, province: str, query: str) -> bool:
    if state and row.state != state:
        return False
    if province and row.province != province:
        return False
    told = f"{row.source.id} {row.source.agency} {row.source.host} {row.why}".lower()
    return all(word in told for word in query.split())
