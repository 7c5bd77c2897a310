"""One address of one run as it was captured: the site's answer, the bytes as inert text, and what became of it.

A visitor names a run and an address; both are looked up in the catalog, and only what its row names is read.
"""

import re

import polars as pl
from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.pages import page
from scrapers.corpus import NotInArchive, ServedCorpus
from scrapers.corpus.served import Row

SHOWN = 100_000
"""Characters of a source that are shown; the download has all of it."""
LONGEST = 2000
"""Characters of an address or a run's name."""
LIKEST = ("url", "report_year", "host")
READABLE = frozenset({"html", "json", "xml", "text", ""})
router = APIRouter()


@router.get("/capture")
def capture(request: Request) -> Response:
    """Show what an address answered in a run (`name`, `url`), kept or not."""
    corpus = request.app.state.archive()
    row = _asked(request, corpus)
    kept = row["payload_digest"] is not None
    source = source_of(corpus, row, row["media_type"], charset_of(row["declared_type"])) if kept else ""
    return page(
        request,
        "capture.html",
        view="runs",
        row=row,
        kept=kept,
        source=source,
        shown=SHOWN,
        report=reports_of(corpus.snapshot().reports, [row]).get(row["url"]),
    )


@router.get("/capture/raw")
def raw(request: Request) -> Response:
    """Hand out the bytes an address answered in a run, as a file that nothing opens by itself."""
    corpus = request.app.state.archive()
    row = _asked(request, corpus)
    if row["payload_digest"] is None:
        raise NotInArchive(f"{row['url'][:200]} gave no bytes in this run: {row['outcome'] or 'not settled yet'}.")
    return download(corpus.raw(row), f"{row['payload_digest'][:32]}.bin")


def download(content: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """Return a file; its name is ours, never a visitor's or a page's."""
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def source_of(corpus: ServedCorpus, row: Row, media_type: str | None, encoding: str) -> str | None:
    """Return the source a row names as text; None, without asking for it, when its bytes are not meant to be read."""
    return readable(corpus.raw(row), encoding) if (media_type or "") in READABLE else None


def readable(payload: bytes, encoding: str) -> str:
    """Return the beginning of a page's source as text, whatever its encoding is called."""
    try:
        return payload[: SHOWN * 4].decode(encoding, "replace")[:SHOWN]
    except (LookupError, UnicodeError):  # a site may name a codec that is no character set: idna, undefined
        return payload[: SHOWN * 4].decode("utf-8", "replace")[:SHOWN]


def charset_of(declared_type: str | None) -> str:
    """Return the encoding a Content-Type names, else UTF-8."""
    found = re.search(r"charset=[\"']?([\w.-]{1,40})", declared_type or "", re.IGNORECASE)
    return found[1] if found else "utf-8"


def reports_of(reports: pl.DataFrame, captures: list[Row]) -> dict[str, str]:
    """Return the report that each archived address of a run is of, by address.

    Several reports may have one text: the one shown by the address is meant, else that of the year its listing names,
    else that of its host.
    """
    hashes = {row["content_hash"] for row in captures if row["content_hash"]}
    of_text: dict[str, list[Row]] = {}
    chosen = reports.filter(pl.col("content_hash").is_in(hashes)).select("report_id", "content_hash", *LIKEST)
    for report in chosen.to_dicts():
        of_text.setdefault(report["content_hash"], []).append(report)
    return {row["url"]: _likest(row, known) for row in captures if (known := of_text.get(row["content_hash"]))}


def _likest(capture: Row, reports: list[Row]) -> str:
    return str(max(reports, key=lambda one: [one[name] == capture[name] for name in LIKEST])["report_id"])


def _asked(request: Request, corpus: ServedCorpus) -> Row:
    name, url = asked.words(request, "name", LONGEST), asked.words(request, "url", LONGEST)
    found = corpus.capture(name, url)
    if found is None:
        raise NotInArchive(
            f"No capture of {url[:200]!r} in run {name[:200]!r}. The page of the run lists its addresses."
        )
    return found
