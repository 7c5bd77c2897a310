"""Two generations of the reader over the same bytes: tables in, what would change for readers out.

A page is the same page when address and payload are; so whatever differs between the two is the reader's doing, not
the site's. Texts are compared as they are, because a new canonical form gives every text another hash. Pure but for
the texts, which come through a callable.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from scrapers.corpus.kin import difference

PAGE = ("url", "payload_digest")
FACTS = (
    "title",
    "agency",
    "division",
    "report_year",
    "published_on",
    "signed_on",
    "document_number",
    "source_label",
    "sections",
    "tier",
    "flags",
)
SHOWN = 20
"""Changed texts, and pages gained and lost, that are shown."""
LONGEST = 2000
"""Characters of a difference that are shown."""
TextOf = Callable[[str, str], str]


def untold(_done: int, _total: int) -> None:
    """Hear of progress and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One page whose text changed, and how."""

    url: str
    diff: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What switching from one generation to another would change."""

    before: str
    after: str
    reports_before: int
    reports_after: int
    pages: int
    """Pages that both read as reports."""
    texts_changed: int
    fields_changed: dict[str, int]
    gained: int
    lost: int
    unread: int
    """Pages that `before` reads as reports and `after` has not read at all: re-extract before switching."""
    samples: tuple[Sample, ...]
    gained_urls: tuple[str, ...]
    lost_urls: tuple[str, ...]


def compare(
    tables: dict[str, pl.LazyFrame], before: str, after: str, text_of: TextOf, told: Callable[[int, int], None] = untold
) -> Trial:
    """Return what would change; `told` hears (done, total) of the texts compared."""
    one, other = _pages(tables["sightings"], before), _pages(tables["sightings"], after)
    both = one.join(other, on=PAGE, suffix="_after")
    gained, gone = other.join(one, on=PAGE, how="anti"), one.join(other, on=PAGE, how="anti")
    read = tables["captures"].filter(pl.col("generation") == after).select("url", "payload_digest").unique().collect()
    lost = gone.join(read, on=PAGE, how="semi")
    counts = dict(tables["reports"].group_by("generation").agg(pl.len()).collect().iter_rows())
    changed = list(_changed(both, before, after, text_of, told))
    return Trial(
        before=before,
        after=after,
        reports_before=counts.get(before, 0),
        reports_after=counts.get(after, 0),
        pages=len(both),
        texts_changed=len(changed),
        fields_changed={name: count for name in FACTS if (count := _differing(both, name))},
        gained=len(gained),
        lost=len(lost),
        unread=len(gone) - len(lost),
        samples=tuple(changed[:SHOWN]),
        gained_urls=tuple(gained["url"].sort().head(SHOWN)),
        lost_urls=tuple(lost["url"].sort().head(SHOWN)),
    )


def markdown(trial: Trial) -> str:
    """Return a trial as a page for people."""
    fields = ", ".join(f"{name} {count}" for name, count in trial.fields_changed.items()) or "none"
    lines = [
        f"# Generation {trial.after} against {trial.before}",
        "",
        f"Reports: {trial.reports_before} before, {trial.reports_after} after. Pages read by both: {trial.pages}.",
        f"Texts changed: {trial.texts_changed}. Facts changed: {fields}.",
        f"Pages gained: {trial.gained}. Lost: {trial.lost}. Not read yet by {trial.after}: {trial.unread}.",
        "",
    ]
    for title, urls in (("Gained", trial.gained_urls), ("Lost", trial.lost_urls)):
        lines += [f"## {title}", *(f"- {url}" for url in urls), ""] if urls else []
    for sample in trial.samples:
        lines += [f"## {sample.url}", "", *(f"    {line}" for line in sample.diff.splitlines()), ""]
    return "\n".join(lines)


def _pages(sightings: pl.LazyFrame, generation: str) -> pl.DataFrame:
    chosen = sightings.filter(pl.col("generation") == generation).select(*PAGE, "content_hash", *FACTS)
    return chosen.sort(*PAGE, "content_hash").unique(PAGE, keep="first", maintain_order=True).collect()


def _differing(both: pl.DataFrame, name: str) -> int:
    return int(both.select(pl.col(name).ne_missing(pl.col(f"{name}_after")).sum()).item())


def _changed(
    both: pl.DataFrame, before: str, after: str, text_of: TextOf, told: Callable[[int, int], None]
) -> Iterator[Sample]:
    """Yield every page whose text differs; only the first few carry how, to keep memory in bounds."""
    pairs = both.select("url", "content_hash", "content_hash_after").rows()
    shown = 0
    for done, (url, old, new) in enumerate(pairs, 1):
        texts = (text_of(before, old), text_of(after, new))
        if texts[0] != texts[1]:
            shown += 1
            yield Sample(url, difference(*texts, (before, after))[:LONGEST] if shown <= SHOWN else "")
        told(done, len(pairs))
