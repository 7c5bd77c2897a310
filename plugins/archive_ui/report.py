"""One report: its text beside the page it was read from, where each fact was read, its addresses and its versions.

What is shown comes from rows of the catalog alone; a visitor gives no more than the id of a report.
"""

from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.capture import SHOWN, download, source_of
from plugins.archive_ui.changes import changes
from plugins.archive_ui.pages import page

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
    text = corpus.text(row)
    source = source_of(corpus, row, first.get("media_type"), first.get("encoding") or "utf-8")
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
    return download(corpus.text(row).encode(), f"{row['report_id']}.txt", "text/plain; charset=utf-8")


@router.get("/reports/{name}/raw")
def raw(request: Request, name: str) -> Response:
    """Hand out the bytes a report was read from, as a file that nothing opens by itself."""
    corpus = request.app.state.archive()
    row = corpus.report(asked.report_id(name))
    return download(corpus.raw(row), f"{row['payload_digest'][:32]}.bin")
