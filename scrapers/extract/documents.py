"""A document read: its text, with the facts of the page that named it.

Bytes and hint in, `Reading` out. What no reader reads is named, with the reason. Of a zip the document is read
that holds the report; scans are read when the hint asks for it, else they wait (`needs_ocr`).
"""

import re

from scrapers.extract import agency, formats, verdict, years
from scrapers.extract.facts import Seen, completed
from scrapers.extract.formats import Found
from scrapers.extract.hint import Hint
from scrapers.extract.parts import Parts, signed_on, take_apart
from scrapers.extract.unreadable import BadDocument, Kind
from scrapers.fingerprint import fingerprint
from scrapers.model import Fact, Outcome, Reading, Report

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_OUTCOMES = {
    Kind.LOCKED: Outcome.UNSUPPORTED_FORMAT,
    Kind.BROKEN: Outcome.UNSUPPORTED_FORMAT,
    Kind.NO_TOOL: Outcome.UNSUPPORTED_FORMAT,
    Kind.SCAN: Outcome.NEEDS_OCR,
    Kind.BOMB: Outcome.PARSER_LIMIT,
}
LONGEST_TITLE = 80


def read_document(payload: bytes, hint: Hint) -> Reading:
    """Read a document by its bytes' format; the outcome says why when its text cannot be had."""
    try:
        found = _of_zip(payload, hint) if hint.media_type == "zip" else _found(hint.media_type, payload, hint)
    except BadDocument as error:
        return Reading(_OUTCOMES[error.kind], str(error))
    title = _title(found.lines, hint)
    parts = take_apart(found.lines, title.value)
    size = _size(parts.text)
    if size < verdict.LEAST_REPORT:
        least = verdict.LEAST_REPORT
        return Reading(Outcome.LAYOUT_CHANGED, f"the document holds {size} characters, a report at least {least}")
    if not hint.listed_title and hint.parent is None and (reason := verdict.irrelevant(title.value)):
        return Reading(Outcome.NOT_A_REPORT, reason)
    report = completed(_report(title, parts, found, hint), Seen(), hint)
    return Reading(None, "", report, fingerprint(report.text))


def _found(kind: str, payload: bytes, hint: Hint) -> Found:
    try:
        return Found(formats.read_lines(kind, payload), kind)
    except BadDocument as error:
        if error.kind is not Kind.SCAN or not hint.ocr:
            raise
    return formats.read_scan(kind, payload)


def _of_zip(payload: bytes, hint: Hint) -> Found:
    """Return the first document in a zip that is long enough for a report, else the longest; the last error if none."""
    from scrapers.extract.bundle import documents

    wanted = hint.parent.title.value if hint.parent else hint.listed_title
    best: Found | None = None
    trouble = BadDocument(Kind.BROKEN, "an empty zip")
    for kind, content in documents(payload, wanted):
        try:
            found = _found(kind, content, hint)
        except BadDocument as error:
            trouble = error
            continue
        if best is None or _size("".join(found.lines)) > _size("".join(best.lines)):
            best = Found(found.lines, f"zip {found.method}", found.confidence)
        if _size("".join(best.lines)) >= verdict.LEAST_REPORT:
            return best
    if best is None:
        raise trouble
    return best


def _size(text: str) -> int:
    return len(_HAN.findall(text))


def _title(lines: list[str], hint: Hint) -> Fact:
    if hint.parent is not None:
        return hint.parent.title
    if hint.listed_title:
        return Fact(hint.listed_title, "listed title")
    opening = "".join(line for line in lines[:2] if len(line) <= LONGEST_TITLE)
    return Fact(opening, "document's first lines")


def _report(title: Fact, parts: Parts, found: Found, hint: Hint) -> Report:
    parent = hint.parent
    signed, signed_from = signed_on(parts)
    year, year_from = years.report_year(title.value, hint.listed_title, hint.report_year, parts.text)
    label = parent.source_label if parent else ""
    site = parent.division.value if parent and parent.division else ""
    words = agency.Words(
        title.value,
        parts.byline,
        parts.signed,
        label,
        hint.agency,
        hint.division,
        site,
        opening=parts.text[: agency.OPENING],
        host=hint.host_division,
    )
    name, division = agency.whose(words)
    listed_from = "list" if hint.listed_on else ""
    return Report(
        title=title,
        text=parts.text,
        agency=name or (parent.agency if parent else None),
        division=division or (parent.division if parent else None),
        report_year=year if year is not None or parent is None else parent.report_year,
        report_year_provenance=year_from or (parent.report_year_provenance if parent else ""),
        published_on=parent.published_on if parent else hint.listed_on,
        published_on_provenance=parent.published_on_provenance if parent else listed_from,
        signed_on=signed,
        signed_on_provenance=signed_from,
        source_label=label,
        method=found.method,
        ocr_confidence=found.confidence,
    )
