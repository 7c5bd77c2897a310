"""A document read: its text, with the facts of the page that named it.

Bytes and hint in, `Reading` out. DOCX and PDF are read; other formats are named and left for a person.
"""

import re

from scrapers.extract import agency, verdict, years
from scrapers.extract.docx import BadDocument, read_docx
from scrapers.extract.hint import Hint
from scrapers.extract.parts import Parts, signed_on, take_apart
from scrapers.extract.pdf import read_pdf
from scrapers.fingerprint import fingerprint
from scrapers.model import Fact, Outcome, Reading, Report

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_READERS = {"docx": read_docx, "pdf": read_pdf}
_OUTCOMES = {
    "locked": Outcome.UNSUPPORTED_FORMAT,
    "broken": Outcome.UNSUPPORTED_FORMAT,
    "scan": Outcome.NEEDS_OCR,
    "bomb": Outcome.PARSER_LIMIT,
}
LONGEST_TITLE = 80


def read_document(payload: bytes, hint: Hint) -> Reading:
    """Read a document by its bytes' format; the outcome says why when its text cannot be had."""
    reader = _READERS.get(hint.media_type)
    if reader is None:
        return Reading(Outcome.UNSUPPORTED_FORMAT, f"no reader for {hint.media_type or 'unknown'} documents yet")
    try:
        lines = reader(payload)
    except BadDocument as error:
        return Reading(_OUTCOMES[error.kind], str(error))
    title = _title(lines, hint)
    parts = take_apart(lines, title.value)
    size = len(_HAN.findall(parts.text))
    if size < verdict.LEAST_REPORT:
        least = verdict.LEAST_REPORT
        return Reading(Outcome.LAYOUT_CHANGED, f"the document holds {size} characters, a report at least {least}")
    if not hint.listed_title and hint.parent is None and (reason := verdict.irrelevant(title.value)):
        return Reading(Outcome.NOT_A_REPORT, reason)
    report = _report(title, parts, hint)
    return Reading(None, "", report, fingerprint(report.text))


def _title(lines: list[str], hint: Hint) -> Fact:
    if hint.parent is not None:
        return hint.parent.title
    if hint.listed_title:
        return Fact(hint.listed_title, "listed title")
    opening = "".join(line for line in lines[:2] if len(line) <= LONGEST_TITLE)
    return Fact(opening, "document's first lines")


def _report(title: Fact, parts: Parts, hint: Hint) -> Report:
    parent = hint.parent
    signed, signed_from = signed_on(parts)
    year, year_from = years.report_year(title.value, hint.listed_title, hint.report_year, parts.text)
    label = parent.source_label if parent else ""
    site = parent.division.value if parent and parent.division else ""
    words = agency.Words(title.value, parts.byline, parts.signed, label, hint.agency, hint.division, site)
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
        method=hint.media_type,
    )
