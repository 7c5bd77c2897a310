"""Every column of every table, declared once: name, type, meaning, example.

From this come the Arrow schemas the tables are written with, the comments stored in them, and
`docs/fields.md` (`python -m scrapers.catalog.columns > docs/fields.md`). It knows nothing of lines or rows.

Unknown is null, never an empty string. Several words in one cell are separated by single spaces, so that
every reader of Parquet, JSON or CSV sees plain text. Instants are UTC with microseconds.
"""

import sys
from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
WHOLE = pa.int64()
RATIO = pa.float64()
DAY = pa.date32()
INSTANT = pa.timestamp("us", "UTC")
_TYPE_NAMES = {TEXT: "text", WHOLE: "integer", RATIO: "number", DAY: "date", INSTANT: "instant (UTC)"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what it holds, what that means and how it looks."""

    name: str
    type: pa.DataType
    meaning: str
    example: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and which columns name it."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema rows are written with; each field carries its meaning as a comment."""
        return pa.schema([pa.field(c.name, c.type, c.nullable, {"comment": c.meaning}) for c in self.columns])


def _sure(name: str, kind: pa.DataType, meaning: str, example: str) -> Column:
    return Column(name, kind, meaning, example, nullable=False)


def _maybe(name: str, kind: pa.DataType, meaning: str, example: str) -> Column:
    return Column(name, kind, meaning, example, nullable=True)


_HASH = "9c1f6e0a…(64)"
_RUN = "scheduled__2025-03-02T00:00:00+00:00"
_PAGE = "http://www.example.gov.cn/art/2025/1/24/art_1_2.html"

_GENERATION = _sure("generation", TEXT, "generation of reader and canonicaliser that read the text", "g1")
_CONTENT_HASH = _sure("content_hash", TEXT, "SHA-256 of the canonical text; names the clean object", _HASH)
_PAYLOAD_DIGEST = _sure("payload_digest", TEXT, "SHA-256 of the bytes it was read from; names the raw object", _HASH)
_PARENT = _maybe("parent_url", TEXT, "page that named this document, when the body was an attachment", _PAGE)
_TIER = _sure(
    "tier", TEXT, "`official`: a .gov.cn host (or a private address, in the demo); `repost`: any other", "official"
)
_YEAR = _maybe("report_year", WHOLE, "year the report is about; never derived from the other dates", "2024")
_PUBLISHED = _maybe("published_on", DAY, "day the page says it was published", "2025-01-24")
_SIGNED = _maybe("signed_on", DAY, "day under the signature", "2025-01-20")
_LABEL = _maybe("source_label", TEXT, "the page's own 来源 label", "赫山区司法局")
_METHOD = _maybe("method", TEXT, "which reader found the body", "selector")
_FLAGS = _maybe("flags", TEXT, "what a reader should know, in words", "converted shared_text")
_PLACE = (
    _maybe("division", TEXT, "GB/T 2260 code of the issuing body's division", "430903"),
    _maybe("province", TEXT, "its province", "湖南省"),
    _maybe("city", TEXT, "its prefecture", "益阳市"),
    _maybe("county", TEXT, "its county", "赫山区"),
)


def _read_from(name: str) -> Column:
    return _maybe(f"{name}_provenance", TEXT, f"where `{name}` was read", "meta:PubDate")


REPORTS = Table(
    "reports",
    "a report: one text, of one year, by one body, under one generation",
    ("generation", "report_id"),
    (
        _sure("report_id", TEXT, "32 hex digits of SHA-256 over text, year and body: cite this", "5d41402a…(32)"),
        _GENERATION,
        _CONTENT_HASH,
        _sure("title", TEXT, "title, from the representative sighting", "赫山区司法局2024年法治政府建设年度报告"),
        _maybe("agency", TEXT, "issuing body; null when no sighting of it names one", "益阳市赫山区司法局"),
        *_PLACE,
        _YEAR,
        _PUBLISHED,
        _SIGNED,
        _LABEL,
        _sure("url", TEXT, "address of the representative sighting: official first, then earliest published", _PAGE),
        _sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        _TIER,
        _PARENT,
        _PAYLOAD_DIGEST,
        _METHOD,
        _FLAGS,
        _sure("sightings", WHOLE, "addresses that carry this report", "2"),
        _sure("first_seen", INSTANT, "first fetch of any of them", "2025-03-02T01:12:09Z"),
        _sure("length", WHOLE, "characters of the text", "2874"),
        _sure("text", TEXT, "the clean body, paragraphs separated by newlines", "2024年，区司法局坚持以……"),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "a text seen at an address; its facts are those of the first fetch that showed it",
    ("url", "generation", "content_hash"),
    (
        _sure("url", TEXT, "address", _PAGE),
        _GENERATION,
        _CONTENT_HASH,
        _sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        _maybe("source_id", TEXT, "source whose listing offered it", "hunan-heshan-sfj"),
        _TIER,
        _sure("title", TEXT, "title", "赫山区司法局2024年法治政府建设年度报告"),
        _read_from("title"),
        _maybe("agency", TEXT, "issuing body", "益阳市赫山区司法局"),
        _read_from("agency"),
        *_PLACE,
        _read_from("division"),
        _YEAR,
        _read_from("report_year"),
        _PUBLISHED,
        _read_from("published_on"),
        _SIGNED,
        _read_from("signed_on"),
        _LABEL,
        _METHOD,
        _maybe("agreement", RATIO, "how far two readers agreed on the body, 0 to 1", "0.98"),
        _maybe("encoding", TEXT, "character encoding the bytes were read with", "gb18030"),
        _FLAGS,
        _maybe("listed_title", TEXT, "title as the listing gave it", "2024年法治政府建设年度报告"),
        _maybe("listed_on", DAY, "date the listing gave", "2025-01-24"),
        _PARENT,
        _maybe("media_type", TEXT, "what the bytes are, decided by the bytes", "html"),
        _PAYLOAD_DIGEST,
        _sure("first_seen", INSTANT, "first fetch that showed this text here", "2025-03-02T01:12:09Z"),
        _sure("run", TEXT, "run of that fetch", _RUN),
    ),
)

CAPTURES = Table(
    "captures",
    "an address in a run, with the one outcome that settled it",
    ("run", "url"),
    (
        _sure("run", TEXT, "run", _RUN),
        _sure("url", TEXT, "address", _PAGE),
        _sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        _maybe("source_id", TEXT, "source whose listing offered it", "hunan-heshan-sfj"),
        _maybe("source_ids", TEXT, "every source that offered it", "hunan-heshan-sfj hunan-heshan-zf"),
        _maybe("listed_title", TEXT, "title as the listing gave it", "2024年法治政府建设年度报告"),
        _maybe("listed_on", DAY, "date the listing gave", "2025-01-24"),
        _maybe("relevance", TEXT, "what the title says it is", "report"),
        _maybe("verdict_reason", TEXT, "why the title was read so", "法治政府建设…报告"),
        _maybe("report_year", WHOLE, "year the listed title names", "2024"),
        _PARENT,
        _maybe("outcome", TEXT, "the terminal word; null while the run has not settled the address", "archived_new"),
        _maybe("disposition", TEXT, "what it asks of us: ok, retry, park, alarm", "ok"),
        _maybe("reason", TEXT, "why", "title matches 工作要点"),
        _sure("settled_at", INSTANT, "when that line was written", "2025-03-02T01:12:10Z"),
        _maybe("final_url", TEXT, "address after redirects", _PAGE),
        _maybe("fetched_at", INSTANT, "when it was fetched; null when it was not", "2025-03-02T01:12:09Z"),
        _maybe("status", WHOLE, "HTTP status", "200"),
        _maybe("redirects", WHOLE, "redirects followed", "0"),
        _maybe("attempts", WHOLE, "requests this fetch took", "1"),
        _maybe("length", WHOLE, "bytes of the payload", "30822"),
        _maybe("media_type", TEXT, "what the bytes are, decided by the bytes", "html"),
        _maybe("declared_type", TEXT, "Content-Type as the server sent it", "text/html; charset=utf-8"),
        _maybe("payload_digest", TEXT, "SHA-256 of the payload; names the raw object", _HASH),
        _maybe("etag", TEXT, "ETag header", '"65e2f1a0-7866"'),
        _maybe("last_modified", TEXT, "Last-Modified header", "Fri, 24 Jan 2025 02:10:00 GMT"),
        _maybe("generation", TEXT, "generation of the reader that settled it", "g1"),
        _maybe("content_hash", TEXT, "SHA-256 of the canonical text, when it was archived", _HASH),
    ),
)

FINDINGS = Table(
    "findings",
    "something a person should look at",
    ("run", "host", "kind", "subject", "url"),
    (
        _sure("run", TEXT, "run that found it", _RUN),
        _sure("host", TEXT, "host it is about", "www.example.gov.cn"),
        _sure("kind", TEXT, "outcome word that names the cause", "empty_listing"),
        _sure("disposition", TEXT, "what it asks of us: ok, retry, park, alarm", "alarm"),
        _sure("subject", TEXT, "host or source it is about", "hunan-heshan-sfj"),
        _sure("url", TEXT, "address, or empty when it is about none", _PAGE),
        _sure("message", TEXT, "what was seen and what to do", "the listing offered nothing; open it in a browser"),
        _sure("found_at", INSTANT, "when", "2025-03-02T01:12:10Z"),
    ),
)

RUNS = Table(
    "runs",
    "a harvest; written last, so a run named here is in every other table whole",
    ("run",),
    (
        _sure("run", TEXT, "run", _RUN),
        _sure("started_at", INSTANT, "first line of its ledger", "2025-03-02T01:10:00Z"),
        _sure("ended_at", INSTANT, "last line of its ledger", "2025-03-02T01:55:41Z"),
        _sure("hosts", WHOLE, "hosts with at least one line", "14"),
        _sure("sources", WHOLE, "sources with at least one line", "17"),
        _sure("addresses", WHOLE, "addresses, fetched or rejected by title", "412"),
        _sure("archived_new", WHOLE, "texts the archive did not hold before", "61"),
        _sure("archived_same", WHOLE, "addresses whose text it held already", "3"),
        _sure("unchanged", WHOLE, "addresses whose bytes are those of the last fetch", "120"),
        _sure("not_ok", WHOLE, "addresses whose outcome asks for a retry, a pause or a person", "5"),
        _sure("unsettled", WHOLE, "addresses without a terminal outcome", "0"),
        _sure("walks_unproved", WHOLE, "listings whose end was not proved", "1"),
        _sure("findings", WHOLE, "findings", "2"),
        _sure("outcomes", TEXT, "addresses by outcome, a JSON object", '{"archived_new":61,"unchanged":120}'),
    ),
)

TABLES = {table.name: table for table in (REPORTS, SIGHTINGS, CAPTURES, FINDINGS, RUNS)}


def reference() -> str:
    """Return docs/fields.md: one section a table, one line a column."""
    parts = [
        "# Fields of the catalog\n",
        "<!-- Generated: python -m scrapers.catalog.columns > docs/fields.md -->\n",
        "Delta Lake tables under `catalog/` in the bucket. Unknown is null. Several words in one cell are",
        "separated by single spaces. A column marked * is never null.\n",
    ]
    for table in TABLES.values():
        key = ", ".join(f"`{name}`" for name in table.key)
        parts += [f"## {table.name}\n", f"A row is {table.row}. Key: {key}.\n"]
        parts += ["| column | type | meaning | example |", "|---|---|---|---|"]
        parts += [_line(column) for column in table.columns] + [""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _line(column: Column) -> str:
    star = "" if column.nullable else "*"
    example = column.example.replace("|", "\\|")
    return f"| `{column.name}`{star} | {_TYPE_NAMES[column.type]} | {column.meaning} | `{example}` |"


if __name__ == "__main__":
    sys.stdout.write(reference())
