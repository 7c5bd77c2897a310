"""What became of each report between two releases: two frames of reports in, one row a change out.

    new         a report of an address that the older release did not know
    revised     another text, year or body at an address the older release knew
    corrected   the same report with other facts: a date, a title, a division
    withdrawn   a report whose address shows none any more

A change names the report and, for a revision, the one it replaces. Order and counts depend on the frames alone.
"""

import polars as pl

FACTS = (
    "title",
    "agency",
    "division",
    "report_year",
    "published_on",
    "signed_on",
    "url",
    "tier",
    "flags",
    "payload_digest",
)
SCHEMA = {
    "change": pl.String,
    "report_id": pl.String,
    "replaces": pl.String,
    "fields": pl.String,
    "report_year": pl.Int64,
    "division": pl.String,
    "agency": pl.String,
    "title": pl.String,
    "url": pl.String,
}
"""The columns of a change; `fields` names the facts that a correction touched."""
KINDS = ("new", "revised", "corrected", "withdrawn")


def changes(older: pl.LazyFrame | None, newer: pl.LazyFrame) -> pl.DataFrame:
    """Return one row for each report that is not the same in both; without an older release all are new.

    A fact that one of them has no column for, because an earlier version wrote it, is no difference.
    """
    there = set(newer.collect_schema()) & set(FACTS if older is None else older.collect_schema())
    facts = [name for name in FACTS if name in there]
    new = newer.select("report_id", *facts).collect()
    old = new.clear() if older is None else older.select("report_id", *facts).collect()
    gone = old.join(new, on="report_id", how="anti")
    came = new.join(old, on="report_id", how="anti")
    replaced = gone.select("url", replaces="report_id").unique("url", keep="first", maintain_order=True)
    came = came.join(replaced, on="url", how="left").with_columns(
        change=pl.when(pl.col("replaces").is_null()).then(pl.lit("new")).otherwise(pl.lit("revised"))
    )
    lost = gone.join(came.select("url"), on="url", how="anti").with_columns(change=pl.lit("withdrawn"))
    found = [_shaped(came), _shaped(_corrected(old, new, facts)), _shaped(lost)]
    return pl.concat(found).sort("change", "report_id")


def counts(rows: pl.DataFrame) -> dict[str, int]:
    """Return how many changes there are of each kind."""
    found = dict(rows.group_by("change").len().iter_rows())
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def _corrected(old: pl.DataFrame, new: pl.DataFrame, facts: list[str]) -> pl.DataFrame:
    both = new.join(old, on="report_id", suffix="_before")
    touched = [pl.when(pl.col(name).ne_missing(pl.col(f"{name}_before"))).then(pl.lit(name)) for name in facts]
    fields = pl.concat_str(touched, separator=" ", ignore_nulls=True)
    return both.with_columns(fields=fields, change=pl.lit("corrected")).filter(pl.col("fields") != "")


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in rows.columns]
    return rows.with_columns(absent).select([pl.col(name).cast(kind) for name, kind in SCHEMA.items()])
