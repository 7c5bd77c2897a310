"""The work queue: what a person should look at, grouped by cause, each cause with what to do about it."""

import polars as pl
from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.pages import page
from plugins.archive_ui.runbook import RUNBOOK

GROUP = 20
"""Findings shown of each cause until one is chosen."""
SIZE = 100
ORDER = ("alarm", "park", "retry", "ok")
router = APIRouter()


@router.get("/findings")
def findings(request: Request) -> Response:
    """Show open findings by cause; `kind` opens one cause, `all` shows past ones too."""
    kind, host = asked.words(request, "kind"), asked.words(request, "host")
    past = asked.one_of(request, "all", ("1",))
    number = asked.number(request, "page", 1, 1_000_000)
    snapshot = request.app.state.archive().snapshot()
    rows = snapshot.findings if past else snapshot.findings.filter("open")
    if host:
        rows = rows.filter(pl.col("host") == host)
    kinds = rows.group_by("kind", "disposition").agg(pl.len().alias("count"), pl.col("host").n_unique().alias("hosts"))
    groups = sorted(kinds.to_dicts(), key=lambda row: (_order(row["disposition"]), -row["count"], row["kind"]))
    if kind:
        groups = [group for group in groups if group["kind"] == kind]
    total = sum(group["count"] for group in groups)
    shown, pages = asked.bounded(number, total if kind else 0, SIZE)
    begin, size = ((shown - 1) * SIZE, SIZE) if kind else (0, GROUP)
    for group in groups:
        group["rows"] = rows.filter(pl.col("kind") == group["kind"]).slice(begin, size).to_dicts()
    return page(
        request,
        "findings.html",
        view="findings",
        groups=groups,
        runbook=RUNBOOK,
        kind=kind,
        host=host,
        past=past,
        total=total,
        number=shown,
        pages=pages,
    )


def _order(disposition: str) -> int:
    return ORDER.index(disposition) if disposition in ORDER else 0
