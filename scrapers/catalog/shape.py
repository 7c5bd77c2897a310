"""What a table and a column are, and the columns that several tables share. It knows nothing of lines or rows."""

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
WHOLE = pa.int64()
RATIO = pa.float64()
DAY = pa.date32()
INSTANT = pa.timestamp("us", "UTC")
BYTES = pa.binary()
TYPE_NAMES = {
    TEXT: "text",
    WHOLE: "integer",
    RATIO: "number",
    DAY: "date",
    INSTANT: "instant (UTC)",
    BYTES: "bytes",
}


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
    """One table: what a row is, which columns name it, and how its rows lie in files."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sorted_by: str = ""
    """A column whose equal values lie together, so that a reader who wants one of them reads little."""
    group: int = 0
    """Rows of a row group, the least a reader can read of a column; 0 leaves it to the writer."""
    bulky: tuple[str, ...] = ()
    """Columns too large for statistics."""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema rows are written with; each field carries its meaning as a comment."""
        return pa.schema([pa.field(c.name, c.type, c.nullable, {"comment": c.meaning}) for c in self.columns])


def sure(name: str, kind: pa.DataType, meaning: str, example: str) -> Column:
    """Return a column that is never null."""
    return Column(name, kind, meaning, example, nullable=False)


def maybe(name: str, kind: pa.DataType, meaning: str, example: str) -> Column:
    """Return a column that is null where a thing is unknown."""
    return Column(name, kind, meaning, example, nullable=True)


HASH = "9c1f6e0a…(64)"
RUN = "scheduled__2025-03-02T00:00:00+00:00"
PAGE = "http://www.example.gov.cn/art/2025/1/24/art_1_2.html"

GENERATION = sure("generation", TEXT, "generation of reader and canonicaliser that read the text", "g1")
CONTENT_HASH = sure("content_hash", TEXT, "SHA-256 of the canonical text; names the clean object", HASH)
PAYLOAD_DIGEST = sure("payload_digest", TEXT, "SHA-256 of the bytes it was read from; names the raw object", HASH)
PARENT = maybe("parent_url", TEXT, "page that named this document, when the body was an attachment", PAGE)
TIER = sure(
    "tier", TEXT, "`official`: the government's own site; `affiliate`: a government's site whose domain or code is "
    "another's; `repost`: any other", "official",
)  # fmt: skip
YEAR = maybe("report_year", WHOLE, "year the report is about; never derived from the other dates", "2024")
PUBLISHED = maybe("published_on", DAY, "day the page says it was published", "2025-01-24")
SIGNED = maybe("signed_on", DAY, "day under the signature", "2025-01-20")
LABEL = maybe("source_label", TEXT, "the page's own 来源 label", "赫山区司法局")
METHOD = maybe("method", TEXT, "which reader found the body", "selector")
META = maybe("published_meta", DAY, "day of the page's PubDate tag, often that of a migration", "2025-01-24")
NUMBER = maybe("document_number", TEXT, "number the body gave its paper (发文字号)", "赫司发〔2025〕3号")
SECTIONS = maybe(
    "sections", TEXT, "contents the rule (厅字〔2019〕28号, article 24) asks for that it has: measures, problems, "
    "duty, plan, other", "measures problems plan",
)  # fmt: skip
OCR = maybe("ocr_confidence", RATIO, "mean certainty of the characters, where pictures were read, 0 to 1", "0.99")
BODY = (
    maybe("agency_type", TEXT, "what the issuing body does, comparable between places", "justice"),
    maybe("agency_level", TEXT, "its division's level: central, province, prefecture, county", "county"),
)
FLAGS = maybe("flags", TEXT, "what a reader should know, in words", "converted shared_text")
PLACE = (
    maybe("division", TEXT, "GB/T 2260 code of the issuing body's division", "430903"),
    maybe("province", TEXT, "its province", "湖南省"),
    maybe("city", TEXT, "its prefecture", "益阳市"),
    maybe("county", TEXT, "its county", "赫山区"),
)


def sureness(name: str) -> Column:
    """Return the column that says how sure another's value is."""
    return maybe(f"{name}_confidence", RATIO, f"how sure `{name}` is, 0 to 1, by where it was read", "0.95")


def read_from(name: str) -> Column:
    """Return the column that says where another's value was read."""
    return maybe(f"{name}_provenance", TEXT, f"where `{name}` was read", "meta:PubDate")
