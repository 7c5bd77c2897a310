"""The columns of the tables that rest on others: signatures, relations, walks and coverage. See `columns`."""

from scrapers.catalog.shape import (
    BYTES,
    CONTENT_HASH,
    DAY,
    GENERATION,
    HASH,
    INSTANT,
    PAGE,
    PLACE,
    RATIO,
    RUN,
    TEXT,
    WHOLE,
    Table,
    maybe,
    sure,
)

SIGNATURES = Table(
    "signatures",
    "a text as near-duplicates are found by",
    ("generation", "content_hash"),
    (
        GENERATION,
        CONTENT_HASH,
        maybe("named_year", WHOLE, "year the text names most; guards relations of reports without a year", "2024"),
        maybe("signature", BYTES, "MinHash of its 4-grams, 128 bytes; null when it is too short", "7fa3…"),
    ),
)

RELATIONS = Table(
    "relations",
    "what one report is to another; a copy in traditional characters of the same text is a relation to itself; where "
    "more than 64 texts are all alike each is compared with 64 of them only, so of such a group pairs are missing",
    ("relation_id",),
    (
        sure("relation_id", TEXT, "32 hex digits that name the row", "1b645389…(32)"),
        GENERATION,
        sure(
            "kind",
            TEXT,
            "`republication`, `converted_mirror`, `revision` (copies of one report), `year_on_year_copy`, `template`",
            "republication",
        ),
        sure("report_id", TEXT, "the copy, the later version, or the later year", "5d41402a…(32)"),
        sure("other_id", TEXT, "the report that stands before it: official first, then earliest", "7d793037…(32)"),
        sure("similarity", RATIO, "share of 4-grams that both have (Jaccard), 0 to 1", "0.9312"),
        maybe("agency", TEXT, "issuing body of the copy", "益阳市赫山区司法局"),
        maybe("division", TEXT, "GB/T 2260 code of its division", "430903"),
        maybe("report_year", WHOLE, "year of the copy", "2024"),
        maybe("other_agency", TEXT, "issuing body of the other", "益阳市赫山区司法局"),
        maybe("other_year", WHOLE, "year of the other", "2023"),
        sure("url", TEXT, "address of the copy", PAGE),
        sure("other_url", TEXT, "address of the other", PAGE),
        CONTENT_HASH,
        sure("other_hash", TEXT, "content hash of the other", HASH),
        sure("found_at", INSTANT, "first fetch of the later of the two", "2025-03-02T01:12:09Z"),
        sure("host", TEXT, "host of that fetch", "www.example.gov.cn"),
        sure("run", TEXT, "run of that fetch", RUN),
    ),
)

WALKS = Table(
    "walks",
    "a source's listing walked in a run",
    ("run", "source_id"),
    (
        sure("run", TEXT, "run", RUN),
        sure("source_id", TEXT, "source", "hunan-heshan-sfj"),
        sure("host", TEXT, "host it is on", "www.example.gov.cn"),
        sure("url", TEXT, "address of the listing", "http://www.example.gov.cn/zwgk/fzzfjs/"),
        maybe("agency", TEXT, "issuing body the registry declared then; null for a column of several", "赫山区司法局"),
        maybe("division", TEXT, "GB/T 2260 code the registry declared then", "430903"),
        maybe("first_year", WHOLE, "first year the registry declared then", "2019"),
        sure("complete", TEXT, "whether the end was reached: `yes`, `no`, `unknown`", "yes"),
        sure("why", TEXT, "what shows that", "page 3 is the last the listing names"),
        sure("pages", WHOLE, "pages read", "3"),
        maybe("expected_total", WHOLE, "entries the listing says it has", "57"),
        sure("offered", WHOLE, "addresses it offered", "57"),
        maybe("years", TEXT, "report years that promising titles name; 0 stands for titles without one", "2022 2023"),
        sure("reports", WHOLE, "promising titles among them", "12"),
        sure("dated", WHOLE, "addresses the listing gave a date", "57"),
        maybe("template", TEXT, "what held the list and how it names its pages", "ul.news_list createPageHTML index_N"),
        maybe("early", TEXT, "`early` when the walk stopped at entries it knew", "early"),
        maybe("failed", TEXT, "why it failed its host although it found something", "3 reports where 12 are usual"),
        maybe("trouble", TEXT, "outcome word of what went wrong", "blocked_waf"),
        sure("ended_at", INSTANT, "when it ended", "2025-03-02T01:12:09Z"),
    ),
)

COVERAGE = Table(
    "coverage",
    "a kind of body in a division, and a year: what is known of its report as of the last look",
    ("division", "agency_type", "report_year"),
    (
        sure("division", TEXT, "GB/T 2260 code", "430903"),
        *PLACE[1:],
        sure("agency_type", TEXT, "what the body does; `government` for the division's own", "justice"),
        sure("report_year", WHOLE, "year the report is about", "2024"),
        sure("status", TEXT, "`found`, `not_published`, `blocked`, `unknown`, `not_due`", "found"),
        sure("evidence", TEXT, "what shows that: a sighting, a capture or a walk, by its key", f"sighting {PAGE}"),
        sure(
            "basis",
            TEXT,
            "why it is asked: `registry` (a source is declared) or `found` (another year is)",
            "registry",
        ),
        sure("reports", WHOLE, "reports found, reposts included", "1"),
        maybe("report_id", TEXT, "the first published official one, else the first", "5d41402a…(32)"),
        maybe("tier", TEXT, "its tier", "official"),
        maybe("published_on", DAY, "day it was published", "2025-01-24"),
        sure("due_on", DAY, "day by which it was due: 1 April of the next year", "2025-04-01"),
        maybe("days_late", WHOLE, "days from `due_on` to `published_on`; negative when early", "-67"),
        maybe("sources", TEXT, "sources declared for it", "hunan-heshan-sfj"),
        maybe("looked_at", INSTANT, "end of the last walk of any of them", "2025-05-02T01:12:09Z"),
    ),
)
