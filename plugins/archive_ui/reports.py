"""The list of reports: searched by title, body and place, filtered, a page at a time."""

import polars as pl
from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.pages import page
from scrapers.corpus import filters

SIZE = 50
router = APIRouter()


@router.get("/reports")
def reports(request: Request) -> Response:
    """Show the reports that meet every condition given, newest published first."""
    given = {
        "q": asked.words(request, "q"),
        "division": asked.code(request, "division"),
        "host": asked.words(request, "host"),
        "flag": asked.words(request, "flag"),
    }
    year = asked.year(request)
    number = asked.number(request, "page", 1, 1_000_000)
    snapshot = request.app.state.archive().snapshot()
    conditions = [
        filters.of_words(given["q"], pl.col("words")),
        filters.of_year(year),
        filters.of_division(given["division"]),
        pl.col("host") == given["host"] if given["host"] else None,
        pl.col("flags").cast(pl.String).str.contains(given["flag"], literal=True) if given["flag"] else None,
    ]
    chosen = snapshot.reports.filter(*(condition for condition in conditions if condition is not None))
    shown, pages = asked.bounded(number, chosen.height, SIZE)
    return page(
        request,
        "reports.html",
        view="reports",
        given=given,
        year=year,
        years=snapshot.years,
        rows=chosen.slice((shown - 1) * SIZE, SIZE).to_dicts(),
        total=chosen.height,
        number=shown,
        pages=pages,
    )
