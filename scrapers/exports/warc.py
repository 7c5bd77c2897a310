"""WARC 1.1 (ISO 28500:2017): ledger lines and raw bytes in, one compressed file of records out, and its CDXJ index.

A capture becomes a `response` the first time its bytes are met and a `revisit` every time after, whether the site
sent them again (identical payload digest) or said that they had not changed (server not modified); a redirect we
followed becomes a record of its own. The same part of an archive gives the same file, byte for byte. Bytes were
archived with their content encoding undone, so the header that named it is kept under another name, as archives do.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from http.client import responses
from io import BytesIO
from pathlib import Path

from cdxj_indexer.main import CDXJIndexer
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.archive.payloads import get_raw
from scrapers.archive.store import Store
from scrapers.model import Capture, Hop, Line, Outcome

CRAWL = "crawl"
"""The stage whose lines are captures; later stages repeat them."""
_NAMES = uuid.UUID("6d1c0f34-6f0c-5c0e-9a55-6f7d7a1b2c3d")
"""Record ids are named below it, so that they are the same for the same record."""
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_UNDONE = {"content-encoding", "transfer-encoding", "content-length"}
"""Headers that speak of the bytes on the wire, which are not the bytes that were kept."""


@dataclass(slots=True)
class Written:
    """What a file holds: counts of records, and of captures that left no bytes to hold."""

    responses: int = 0
    revisits: int = 0
    redirects: int = 0
    without_bytes: int = 0
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Address of each report's page: when it was first captured, and its title."""


def write_warc(store: Store, lines: Iterable[Line], path: Path) -> Written:
    """Write the captures among the lines to a `.warc.gz`; raise FixityError for bytes that are lost or damaged."""
    with path.open("wb") as file:
        return _Records(store, WARCWriter(file, gzip=True, warc_version="WARC/1.1")).write(path.name, lines)


def write_cdxj(warc: Path, path: Path) -> None:
    """Write the sorted CDXJ index of a WARC file beside it."""
    with path.open("w", encoding="utf-8") as file:
        CDXJIndexer(file, [str(warc)], sort=True, records="response,revisit").process_all()


class _Records:
    """Lines in, records out; remembers where each payload was first written."""

    def __init__(self, store: Store, writer: WARCWriter) -> None:
        self._store, self._writer = store, writer
        self._first: dict[str, tuple[str, str]] = {}
        self._made = Written()

    def write(self, name: str, lines: Iterable[Line]) -> Written:
        self._writer.write_record(self._about(name))
        for line in lines:
            capture = line.capture
            if line.stage == CRAWL and capture and capture.status:
                self._capture(capture)
            elif line.report and capture and capture.final_url not in self._made.pages:
                self._made.pages[capture.final_url] = (_date(capture), line.report.title.value)
        return self._made

    def _capture(self, capture: Capture) -> None:
        for hop in capture.redirects:
            self._writer.write_record(self._redirect(hop, capture))
            self._made.redirects += 1
        digest = capture.payload_digest
        if digest in self._first:
            self._writer.write_record(self._revisit(capture, *self._first[digest]))
            self._made.revisits += 1
        elif digest and capture.status != 304:
            self._first[digest] = (capture.final_url, _date(capture))
            self._writer.write_record(self._response(capture, get_raw(self._store, digest)))
            self._made.responses += 1
        else:
            # Nothing came, or "not modified" was said of bytes that this part of the archive does not hold.
            self._made.without_bytes += 1

    def _about(self, name: str) -> ArcWarcRecord:
        about = {
            "software": "Report Archive",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": "Content encodings are undone; X-Archive-Orig-Content-Encoding names them.",
        }
        record = self._writer.create_warcinfo_record(name, about)
        # Equal parts give equal files, so the file bears no time of its own.
        record.rec_headers.replace_header("WARC-Date", "1970-01-01T00:00:00Z")
        record.rec_headers.replace_header("WARC-Record-ID", _record_id("warcinfo", name))
        return record

    def _redirect(self, hop: Hop, capture: Capture) -> ArcWarcRecord:
        headers = StatusAndHeaders(_status(hop.status), [("Location", _plain(hop.location))], protocol="HTTP/1.1")
        named = {"WARC-Date": _date(capture), "WARC-Record-ID": _record_id("redirect", hop.url, _date(capture))}
        return self._writer.create_warc_record(
            hop.url, "response", payload=BytesIO(), length=0, http_headers=headers, warc_headers_dict=named
        )

    def _response(self, capture: Capture, payload: bytes) -> ArcWarcRecord:
        named = _named("response", capture)
        if capture.outcome in (Outcome.TRUNCATED, Outcome.TOO_LARGE, Outcome.BOMB):
            named["WARC-Truncated"] = "length" if capture.outcome is not Outcome.TRUNCATED else "disconnect"
        return self._writer.create_warc_record(
            capture.final_url,
            "response",
            payload=BytesIO(payload),
            length=len(payload),
            http_headers=_http(capture, len(payload)),
            warc_headers_dict=named,
        )

    def _revisit(self, capture: Capture, url: str, date: str) -> ArcWarcRecord:
        record = self._writer.create_revisit_record(
            capture.final_url,
            f"sha256:{capture.payload_digest}",
            url,
            date,
            # The head of a 304 would be replayed as a 304; without it the head of the first capture is.
            http_headers=None if capture.status == 304 else _http(capture, None),
            warc_headers_dict=_named("revisit", capture),
        )
        if capture.status == 304:
            record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
        return record


def _http(capture: Capture, length: int | None) -> StatusAndHeaders:
    return StatusAndHeaders(_status(capture.status or 0), list(_headers(capture, length)), protocol="HTTP/1.1")


def _headers(capture: Capture, length: int | None) -> Iterator[tuple[str, str]]:
    for name, value in capture.headers:
        kept = name if name.lower() not in _UNDONE else f"X-Archive-Orig-{name}"
        yield _plain(kept), _plain(value)
    if length is not None:
        yield "Content-Length", str(length)


def _named(kind: str, capture: Capture) -> dict[str, str]:
    named = {"WARC-Date": _date(capture), "WARC-Record-ID": _record_id(kind, capture.final_url, _date(capture))}
    if capture.payload_digest and kind == "response":
        named["WARC-Payload-Digest"] = f"sha256:{capture.payload_digest}"
    if capture.address:
        named["WARC-IP-Address"] = capture.address
    return named


def _date(capture: Capture) -> str:
    """Return the instant of a fetch as WARC 1.1 writes it, to the microsecond."""
    return capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record_id(*parts: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMES, ' '.join(parts))}>"


def _status(status: int) -> str:
    return f"{status} {responses.get(status, 'Unknown')}"


def _plain(value: str) -> str:
    """Return a header's text without what would end its line: a site's words must not become headers of ours."""
    return value.replace("\r", " ").replace("\n", " ")
