"""A probe's pages kept as a fixture: bytes as served, and what was read from them, so that a test can read them again.

A directory, a name and a probe in; the files out. `replay` reads a fixture with today's code; a test holds the two
together. It refuses to fetch.
"""

from datetime import date
from pathlib import Path

import msgspec

from scrapers import extract
from scrapers.charset import decode
from scrapers.errors import UserError
from scrapers.harvest.probe import Probe
from scrapers.platforms import PLATFORMS
from scrapers.platforms.recognise import recognise

GIVEN, EXPECTED = "given.json", "expected.json"


class Given(msgspec.Struct):
    """What a fixture's bytes came with."""

    list_url: str
    list_type: str
    page_url: str
    page_type: str
    media_type: str
    listed_title: str
    listed_on: date | None
    report_year: int | None


class Expected(msgspec.Struct):
    """What is read from a fixture."""

    platform: str
    encoding: str
    entries: int
    first: str
    """Title of the list's first entry."""
    container: str
    paging: str
    following: int
    outcome: str | None
    title: str
    agency: str
    division: str
    report_year: int | None
    published_on: date | None
    signed_on: date | None
    content_hash: str


def record(directory: Path, name: str, seen: Probe) -> Path:
    """Write a probe's pages and what is read from them below a directory; return where."""
    if seen.preview is None or len(seen.recorded) != 2:
        raise ValueError("only a probe that found a list and read a report can be recorded")
    listed, page = seen.recorded
    given = Given(
        list_url=seen.source.url if seen.source else listed.capture.final_url,
        list_type=listed.capture.declared_type,
        page_url=page.capture.final_url,
        page_type=page.capture.declared_type,
        media_type=page.capture.media_type,
        listed_title=seen.preview.title,
        listed_on=seen.preview.listed_on,
        report_year=seen.preview.verdict.report_year,
    )
    kept = directory / name
    try:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "list.bin").write_bytes(listed.payload)
        (kept / "page.bin").write_bytes(page.payload)
        (kept / GIVEN).write_bytes(_pretty(given))
        (kept / EXPECTED).write_bytes(_pretty(replay(kept)))
    except OSError as error:
        raise UserError(f"{kept}: the fixture cannot be written: {error.strerror}. Name another --fixtures.") from None
    return kept


def replay(kept: Path) -> Expected:
    """Read a fixture with today's code."""
    given = msgspec.json.decode((kept / GIVEN).read_bytes(), type=Given)
    decoded = decode((kept / "list.bin").read_bytes(), given.list_type)
    platform = recognise(decoded.text, given.list_url)[0].platform
    listing = PLATFORMS[platform].read_listing(decoded.text, given.list_url)
    hint = extract.Hint(
        url=given.page_url,
        declared_type=given.page_type,
        media_type=given.media_type,
        platform=platform,
        listed_title=given.listed_title,
        listed_on=given.listed_on,
        report_year=given.report_year,
        agency="",
        division="",
    )
    with extract.Reader() as reader:
        reading = reader.read((kept / "page.bin").read_bytes(), hint)
    report = reading.report
    return Expected(
        platform=platform,
        encoding=decoded.encoding,
        entries=len(listing.entries),
        first=listing.entries[0].title if listing.entries else "",
        container=listing.container,
        paging=listing.paging,
        following=len(listing.following),
        outcome=reading.outcome.value if reading.outcome else None,
        title=report.title.value if report else "",
        agency=report.agency.value if report and report.agency else "",
        division=report.division.value if report and report.division else "",
        report_year=report.report_year if report else None,
        published_on=report.published_on if report else None,
        signed_on=report.signed_on if report else None,
        content_hash=reading.fingerprint.content_hash if reading.fingerprint else "",
    )


def expected(kept: Path) -> Expected:
    """Return what a fixture says is read from it."""
    return msgspec.json.decode((kept / EXPECTED).read_bytes(), type=Expected)


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
