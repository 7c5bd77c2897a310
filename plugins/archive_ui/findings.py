"""The work queue: what a person should look at, grouped by cause, each cause with what to do about it."""

import re
from pathlib import Path

import polars as pl
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from plugins.archive_ui import asked
from plugins.archive_ui.pages import page
from plugins.archive_ui.runbook import RUNBOOK

GROUP = 20
"""Findings shown of each cause until one is chosen."""
SIZE = 100
ORDER = ("alarm", "park", "retry", "ok")
WRITTEN = Path(__file__).parents[2] / "docs" / "runbook.md"
"""The runbook: a section under each cause's name."""
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


@router.get("/runbook")
def runbook(request: Request) -> Response:
    """Show what the runbook says about one cause (`about`), or all of it, as text."""
    about = asked.words(request, "about")
    text = section(WRITTEN.read_text(encoding="utf-8"), about) if WRITTEN.is_file() else ""
    if not text:
        raise HTTPException(404)
    return page(request, "runbook.html", view="findings", about=about, text=text)


def section(written: str, about: str) -> str:
    """Return what stands under a heading, up to the next one; everything when no heading is asked for."""
    parts = re.split(r"^#+ (.+)\n", written, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(about, "").strip() if about else written


def _order(disposition: str) -> int:
    return ORDER.index(disposition) if disposition in ORDER else 0
