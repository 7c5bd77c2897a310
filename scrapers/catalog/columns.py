"""Every column of every table, declared once: name, type, meaning, example.

From this come the Arrow schemas the tables are written with, the comments stored in them, and
`docs/fields.md` (`python -m scrapers.catalog.columns > docs/fields.md`). It knows nothing of lines or rows.

Unknown is null, never an empty string. Several words in one cell are separated by single spaces, so that
every reader of Parquet, JSON or CSV sees plain text. Instants are UTC with microseconds.
"""

import sys

from scrapers.catalog.derived import COVERAGE, RELATIONS, SIGNATURES, WALKS
from scrapers.catalog.shape import (
    BODY,
    CONTENT_HASH,
    DAY,
    FLAGS,
    GENERATION,
    HASH,
    INSTANT,
    LABEL,
    META,
    METHOD,
    NUMBER,
    OCR,
    PAGE,
    PARENT,
    PAYLOAD_DIGEST,
    PLACE,
    PUBLISHED,
    RATIO,
    RUN,
    SECTIONS,
    SIGNED,
    TEXT,
    TIER,
    TYPE_NAMES,
    WHOLE,
    YEAR,
    Column,
    Table,
    maybe,
    read_from,
    sure,
    sureness,
)

REPORTS = Table(
    "reports",
    "a report: one text, of one year, by one body, under one generation",
    ("generation", "report_id"),
    (
        sure("report_id", TEXT, "32 hex digits of SHA-256 over text, year and body: cite this", "5d41402a…(32)"),
        GENERATION,
        CONTENT_HASH,
        sure("title", TEXT, "title, from the representative sighting", "赫山区司法局2024年法治政府建设年度报告"),
        maybe("agency", TEXT, "issuing body; null when no sighting of it names one", "益阳市赫山区司法局"),
        *BODY,
        *PLACE,
        YEAR,
        PUBLISHED,
        META,
        SIGNED,
        NUMBER,
        SECTIONS,
        LABEL,
        sure("url", TEXT, "address of the representative sighting: official first, then earliest published", PAGE),
        sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        TIER,
        PARENT,
        PAYLOAD_DIGEST,
        METHOD,
        FLAGS,
        sure("sightings", WHOLE, "addresses that carry this report", "2"),
        sure("first_seen", INSTANT, "first fetch of any of them", "2025-03-02T01:12:09Z"),
        sure("length", WHOLE, "characters of the text", "2874"),
        sure("text", TEXT, "the clean body, paragraphs separated by newlines", "2024年，区司法局坚持以……"),
    ),
    sorted_by="division",
    group=256,
    bulky=("text",),
)

SIGHTINGS = Table(
    "sightings",
    "a text seen at an address; its facts are those of the first fetch that showed it",
    ("url", "generation", "content_hash"),
    (
        sure("url", TEXT, "address", PAGE),
        GENERATION,
        CONTENT_HASH,
        sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        maybe("source_id", TEXT, "source whose listing offered it", "hunan-heshan-sfj"),
        TIER,
        sure("title", TEXT, "title", "赫山区司法局2024年法治政府建设年度报告"),
        read_from("title"),
        sureness("title"),
        maybe("agency", TEXT, "issuing body", "益阳市赫山区司法局"),
        read_from("agency"),
        sureness("agency"),
        *BODY,
        *PLACE,
        read_from("division"),
        sureness("division"),
        YEAR,
        read_from("report_year"),
        sureness("report_year"),
        PUBLISHED,
        read_from("published_on"),
        sureness("published_on"),
        META,
        SIGNED,
        read_from("signed_on"),
        sureness("signed_on"),
        NUMBER,
        SECTIONS,
        LABEL,
        METHOD,
        maybe("agreement", RATIO, "how far two readers agreed on the body, 0 to 1", "0.98"),
        OCR,
        maybe("encoding", TEXT, "character encoding the bytes were read with", "gb18030"),
        FLAGS,
        maybe("listed_title", TEXT, "title as the listing gave it", "2024年法治政府建设年度报告"),
        maybe("listed_on", DAY, "date the listing gave", "2025-01-24"),
        PARENT,
        maybe("media_type", TEXT, "what the bytes are, decided by the bytes", "html"),
        PAYLOAD_DIGEST,
        sure("first_seen", INSTANT, "first fetch that showed this text here", "2025-03-02T01:12:09Z"),
        sure("run", TEXT, "run of that fetch", RUN),
    ),
)

CAPTURES = Table(
    "captures",
    "an address in a run, with the one outcome that settled it",
    ("run", "url"),
    (
        sure("run", TEXT, "run", RUN),
        sure("url", TEXT, "address", PAGE),
        sure("host", TEXT, "host it was harvested under", "www.example.gov.cn"),
        maybe("source_id", TEXT, "source whose listing offered it", "hunan-heshan-sfj"),
        maybe("source_ids", TEXT, "every source that offered it", "hunan-heshan-sfj hunan-heshan-zf"),
        maybe("listed_title", TEXT, "title as the listing gave it", "2024年法治政府建设年度报告"),
        maybe("listed_on", DAY, "date the listing gave", "2025-01-24"),
        maybe("relevance", TEXT, "what the title says it is", "report"),
        maybe("verdict_reason", TEXT, "why the title was read so", "法治政府建设…报告"),
        maybe("report_year", WHOLE, "year the listed title names", "2024"),
        PARENT,
        maybe("outcome", TEXT, "the terminal word; null while the run has not settled the address", "archived_new"),
        maybe("disposition", TEXT, "what it asks of us: ok, retry, park, alarm", "ok"),
        maybe("reason", TEXT, "why", "title matches 工作要点"),
        sure("settled_at", INSTANT, "when that line was written", "2025-03-02T01:12:10Z"),
        maybe("final_url", TEXT, "address after redirects", PAGE),
        maybe("fetched_at", INSTANT, "when it was fetched; null when it was not", "2025-03-02T01:12:09Z"),
        maybe("status", WHOLE, "HTTP status", "200"),
        maybe("redirects", WHOLE, "redirects followed", "0"),
        maybe("attempts", WHOLE, "requests this fetch took", "1"),
        maybe("length", WHOLE, "bytes of the payload", "30822"),
        maybe("media_type", TEXT, "what the bytes are, decided by the bytes", "html"),
        maybe("declared_type", TEXT, "Content-Type as the server sent it", "text/html; charset=utf-8"),
        maybe("payload_digest", TEXT, "SHA-256 of the payload; names the raw object", HASH),
        maybe("etag", TEXT, "ETag header", '"65e2f1a0-7866"'),
        maybe("last_modified", TEXT, "Last-Modified header", "Fri, 24 Jan 2025 02:10:00 GMT"),
        maybe("generation", TEXT, "generation of the reader that settled it", "g1"),
        maybe("content_hash", TEXT, "SHA-256 of the canonical text, when it was archived", HASH),
    ),
)

FINDINGS = Table(
    "findings",
    "something a person should look at",
    ("run", "host", "kind", "subject", "url"),
    (
        sure("run", TEXT, "run that found it", RUN),
        sure("host", TEXT, "host it is about", "www.example.gov.cn"),
        sure("kind", TEXT, "outcome word that names the cause", "empty_listing"),
        sure("disposition", TEXT, "what it asks of us: ok, retry, park, alarm", "alarm"),
        sure("subject", TEXT, "host or source it is about", "hunan-heshan-sfj"),
        sure("url", TEXT, "address, or empty when it is about none", PAGE),
        sure("message", TEXT, "what was seen and what to do", "the listing offered nothing; open it in a browser"),
        sure("found_at", INSTANT, "when", "2025-03-02T01:12:10Z"),
    ),
)

RUNS = Table(
    "runs",
    "a harvest; written last, so a run named here is in every other table whole",
    ("run",),
    (
        sure("run", TEXT, "run", RUN),
        sure("started_at", INSTANT, "first line of its ledger", "2025-03-02T01:10:00Z"),
        sure("ended_at", INSTANT, "last line of its ledger", "2025-03-02T01:55:41Z"),
        sure("hosts", WHOLE, "hosts with at least one line", "14"),
        sure("sources", WHOLE, "sources with at least one line", "17"),
        sure("addresses", WHOLE, "addresses, fetched or rejected by title", "412"),
        sure("archived_new", WHOLE, "texts the archive did not hold before", "61"),
        sure("archived_same", WHOLE, "addresses whose text it held already", "3"),
        sure("unchanged", WHOLE, "addresses whose bytes are those of the last fetch", "120"),
        sure("not_ok", WHOLE, "addresses whose outcome asks for a retry, a pause or a person", "5"),
        sure("unsettled", WHOLE, "addresses without a terminal outcome", "0"),
        sure("walks_unproved", WHOLE, "listings whose end was not proved", "1"),
        sure("findings", WHOLE, "findings", "2"),
        sure("outcomes", TEXT, "addresses by outcome, a JSON object", '{"archived_new":61,"unchanged":120}'),
        sure(
            "quality",
            TEXT,
            "of the sightings it archived: how many, in how many each fact is known, how many bear "
            "each flag, a JSON object",
            '{"rows":64,"filled":{"agency":64},"flags":{"too_short":1}}',
        ),
    ),
)

TABLES = {
    table.name: table
    for table in (REPORTS, SIGHTINGS, CAPTURES, FINDINGS, WALKS, SIGNATURES, RELATIONS, COVERAGE, RUNS)
}


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
    return f"| `{column.name}`{star} | {TYPE_NAMES[column.type]} | {column.meaning} | `{example}` |"


if __name__ == "__main__":
    sys.stdout.write(reference())
