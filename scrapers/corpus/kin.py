"""Relations in; chains of versions, readable differences and findings for analysts out.

Pure frames and texts. It knows nothing of how reports were found to be related.
"""

import difflib
import re
from collections.abc import Iterable

import polars as pl

COPIES = ("republication", "converted_mirror")
"""Kinds whose row's report stands behind another; of a revision it is the version before that stands behind."""
_SENTENCE = re.compile(r"[^。；！\n]*(?:[。；！]|\n|$)")


def behind(relations: pl.LazyFrame) -> pl.LazyFrame:
    """Return the ids of the reports that another one represents: copies, and versions that were replaced."""
    copies = relations.filter(pl.col("kind").is_in(COPIES) & (pl.col("report_id") != pl.col("other_id")))
    replaced = relations.filter(pl.col("kind") == "revision").select(report_id="other_id")
    return pl.concat([copies.select("report_id"), replaced]).unique()


def chain(revisions: Iterable[tuple[str, str]], report_id: str) -> set[str]:
    """Return every version of a report, itself included; revisions are (later, earlier)."""
    pairs = list(revisions)
    found, size = {report_id}, 0
    while len(found) > size:
        size = len(found)
        found |= {name for pair in pairs if found & set(pair) for name in pair}
    return found


def difference(before: str, after: str, names: tuple[str, str]) -> str:
    """Return what changed between two texts, sentence by sentence, as a unified diff; empty when nothing did."""
    lines = difflib.unified_diff(_sentences(before), _sentences(after), *names, n=1, lineterm="")
    return "\n".join(lines)


def findings(relations: pl.LazyFrame) -> pl.LazyFrame:
    """Return what relations give an analyst to look at, in the columns of `findings`: copied years, changed texts."""
    share = (pl.col("similarity") * 100).round(1)
    other = pl.col("other_id").str.slice(0, 12)
    copied = pl.format("{} % of the text is that of {}: report {}", share, "other_year", other)
    changed = pl.format("the text at this address was changed, {} % is left: it was report {}", share, other)
    is_copy = pl.col("kind") == "year_on_year_copy"
    return relations.filter(pl.col("kind").is_in(["year_on_year_copy", "revision"])).select(
        "run",
        "host",
        "kind",
        pl.lit("ok").alias("disposition"),
        pl.col("report_id").alias("subject"),
        "url",
        pl.when(is_copy).then(copied).otherwise(changed).alias("message"),
        "found_at",
    )


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]
