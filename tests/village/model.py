"""The village's values: what a site publishes, and what a careful reader should make of it.

`Expected` is the truth a harvest is compared with. Conventions:
- `body` is the clean text: paragraphs and headings one a line, a table row a line with a space between cells;
  no title lines, no by-line, no sign-off (agency and date at the end are the facts `agency` and `signed_on`),
  no cover sentence of a page whose body is an attachment.
  Compare bodies in canonical form: NFKC, lower case, only alphanumerics and `%`. Furniture never belongs to it.
- The traditional copy's `title`, `agency` and `body` stand in traditional characters as printed, glosses left out
  of `agency` and `body` (not of `title`); convert both sides before comparing `agency`.
- `outcome` is the word of the first harvest. `archived` stands for archived_new or archived_same, because which
  of two copies comes first depends on the order. `also` names further words that would be as right.
"""

import threading
from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Expected:
    """The truth about one address."""

    url: str
    site: str
    source: str
    title: str
    kind: str
    """report, negative (a listed page that is no report) or hostile (a page that must not be believed)."""
    outcome: str
    agency: str
    division: str
    report_year: int | None
    published_on: date
    signed_on: date | None
    body: str
    text_id: str
    """Equal for sightings of one text; empty where there is no report."""
    copy_of: str = ""
    """The text_id of the text this one was converted from (near duplicate, not equal)."""
    attachment_url: str = ""
    also: tuple[str, ...] = ()
    feature: str = ""
    """The special case this address plays, e.g. docx, pdf, twice, heals; empty for an ordinary page."""

    def allows(self, outcome: str) -> bool:
        """Return whether a first harvest may settle this address with that outcome."""
        if outcome in self.also or outcome == self.outcome:
            return True
        return self.outcome == "archived" and outcome in {"archived_new", "archived_same"}


@dataclass(frozen=True, slots=True)
class Logged:
    """One request the village answered; `time` is when it came, in seconds of the monotonic clock."""

    time: float
    host: str
    method: str
    path: str
    status: int
    conditional: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading (level 1 or 2) or a table (rows)."""

    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Return the block as lines of clean text."""
        return tuple(" ".join(row) for row in self.rows) if self.rows else (self.text,)


@dataclass(frozen=True, slots=True)
class Document:
    """One entry of a column: what the page says, and how it is dressed."""

    number: int
    title: str
    kind: str
    agency: str
    division: str
    published: date
    blocks: tuple[Block, ...] = ()
    year: int | None = None
    signed: date | None = None
    trade: str = ""
    dress: str = "plain"
    """How the body is marked up: plain, word (spans down to one character), spaced (nbsp), breaks (br)."""
    heads_body: bool = False
    """The title stands once more, on two lines, inside the body."""
    migrated: date | None = None
    """A PubDate meta tag that is the date of a migration, not of publication."""
    feature: str = ""
    text_id: str = ""
    copy_of: str = ""

    @property
    def body(self) -> str:
        """The clean text a careful reader would keep."""
        return "\n".join(line for block in self.blocks for line in block.lines())


PIECES = 3
"""Pages of an article that stands on several."""


def piece(document: Document, page: int) -> Document:
    """Return what one page of an article in pieces holds: its title on the first, its sign-off on the last."""
    share = -(-len(document.blocks) // PIECES)
    return replace(
        document,
        blocks=document.blocks[(page - 1) * share : page * share],
        heads_body=document.heads_body and page == 1,
        signed=document.signed if page == PIECES else None,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One listing column: where it stands, whose it is, what it lists (newest first)."""

    source: str
    name: str
    slug: str
    number: int
    agency: str
    division: str
    documents: tuple[Document, ...]
    per_page: int = 5

    @property
    def reports(self) -> int:
        """How many of the column's entries are reports, hostile ones not counted."""
        return sum(document.kind == "report" for document in self.documents)


@dataclass(slots=True, eq=False)
class Site:
    """One site: its face, its columns, and the switches a test may throw."""

    name: str
    host: str
    platform: str
    system: str
    title: str
    code: str
    """The ten-digit site code printed in the footer; its first six digits are the division."""
    columns: tuple[Column, ...]
    clocked: bool
    """Pages carry a clock line or a click counter, so no two fetches are equal and no validator is sent."""
    official: bool = True
    furnished: bool = False
    """Article pages weigh what real ones do."""
    files: str = ""
    """The host of the village's site that serves this one's attachments; empty when it does itself."""
    robots: str | None = "User-agent: *\nDisallow: /search/\n"
    robots_status: int = 200
    empty: bool = False
    """Every listing of the site has lost its entries."""
    down: bool = False
    """The site closes every connection without a word."""
    answers: threading.Semaphore | None = None
    """Where it is given, each answer takes one of it: a test says how many requests are answered, and when the next."""
    rebuilt: str = ""
    """The site was rebuilt: its listings have another template, `cards` or `script`, and show less."""
    removed: set[int] = field(default_factory=set)
    """Numbers of documents that the site took away: neither listed nor there."""
    tries: dict[str, int] = field(default_factory=dict)
    missing: frozenset[int] = frozenset()
    """Numbers of documents that no listing shows now."""
    changes: list[tuple[bool, int]] = field(default_factory=list)
    """What will happen to the listings, one after each listing page served: a number appears (True) or vanishes."""

    def restore(self) -> None:
        """Put every switch back and forget which pages have healed."""
        self.empty = self.down = False
        self.let_go()
        self.missing = frozenset()
        self.changes.clear()
        self.rebuilt = ""
        self.removed.clear()
        self.robots_status = 200
        self.tries.clear()

    def hold_after(self, answers: int) -> None:
        """Answer so many requests more, and keep whoever asks then waiting until `let_go`."""
        self.answers = threading.Semaphore(answers)

    def wait(self) -> None:
        """Return when the next request may be answered."""
        if answers := self.answers:
            answers.acquire()

    def let_go(self) -> None:
        """Answer everybody who waits, and from now on everybody at once."""
        held, self.answers = self.answers, None
        if held:
            held.release(1000)

    def begin_moving(self, source: str) -> None:
        """Hold back a column's two newest reports and let two of its pages that are no reports vanish, step by step."""
        (column,) = (column for column in self.columns if column.source == source)
        arriving = [doc.number for doc in column.documents if doc.kind == "report"][:2]
        leaving = [doc.number for doc in column.documents if doc.kind == "negative"][:2]
        self.missing = frozenset(arriving)
        turns = zip([(True, number) for number in arriving], [(False, number) for number in leaving], strict=False)
        self.changes = [change for turn in turns for change in turn]

    def move(self) -> None:
        """Let the next change happen, if any is left."""
        if self.changes:
            appears, number = self.changes.pop(0)
            self.missing = self.missing - {number} if appears else self.missing | {number}
