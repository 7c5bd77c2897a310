"""One report: its text beside the page it was read from, where each fact was read, its addresses and its versions.

What is shown comes from rows of the catalog alone; a visitor gives no more than the id of a report.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from plugins.archive_ui import asked
from plugins.archive_ui.changes import changes
from plugins.archive_ui.pages import page

SHOWN = 100_000
"""Characters of a text or a source that are shown; the download has all of it."""
READABLE = frozenset({"html", "json", "xml", "text", ""})
FACTS = ("title", "agency", "division", "report_year", "published_on", "signed_on")
RELATED = 50
router = APIRouter()


@router.get("/reports/{name}")
def report(request: Request, name: str) -> Response:
    """Show one report with everything behind it."""
    corpus = request.app.state.archive()
    row = corpus.report(asked.report_id(name))
    sightings = corpus.sightings(row)
    first = sightings[0] if sightings else {}
    text, source = corpus.text(row), _source(corpus.raw(row), first)
    return page(
        request,
        "report.html",
        view="reports",
        row=row,
        text=text[:SHOWN],
        cut=len(text) > SHOWN,
        source=source,
        shown=SHOWN,
        facts=[(fact, row[fact], first.get(f"{fact}_provenance")) for fact in FACTS],
        first=first,
        capture=corpus.capture(first["run"], first["url"]) if first else None,
        sightings=sightings[:RELATED],
        versions=corpus.versions(row)[-RELATED:],
        relations=corpus.relations(row, RELATED),
    )


@router.get("/reports/{name}/changes/{other}")
def compared(request: Request, name: str, other: str) -> Response:
    """Show what changed from one report's text to another's."""
    corpus = request.app.state.archive()
    old, new = (corpus.report(asked.report_id(one)) for one in (name, other))
    found = changes(corpus.text(old), corpus.text(new))
    return page(request, "changes.html", view="reports", old=old, new=new, changes=found)


@router.get("/reports/{name}/text")
def text(request: Request, name: str) -> Response:
    """Hand out a report's clean text, as a file."""
    corpus = request.app.state.archive()
    row = corpus.report(asked.report_id(name))
    return _file(corpus.text(row).encode(), "text/plain; charset=utf-8", f"{row['report_id']}.txt")


@router.get("/reports/{name}/raw")
def raw(request: Request, name: str) -> Response:
    """Hand out the bytes a report was read from, as a file that nothing opens by itself."""
    corpus = request.app.state.archive()
    row = corpus.report(asked.report_id(name))
    return _file(corpus.raw(row), "application/octet-stream", f"{row['payload_digest'][:32]}.bin")


def _source(payload: bytes, first: dict[str, Any]) -> str | None:
    """Return a page's source as text; None when its bytes are not meant to be read."""
    if (first.get("media_type") or "") not in READABLE:
        return None
    encoding = first.get("encoding") or "utf-8"
    try:
        return payload[: SHOWN * 4].decode(encoding, "replace")[:SHOWN]
    except LookupError:
        return payload[: SHOWN * 4].decode("utf-8", "replace")[:SHOWN]


def _file(content: bytes, kind: str, name: str) -> Response:
    if not name.isascii() or '"' in name:
        raise HTTPException(404)
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
