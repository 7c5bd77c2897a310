"""The catalog's lean columns in memory, at one version of each table: what a page that must answer at once reads.

Delta tables in, one frozen `Snapshot` out. Texts and payloads are never in it, and of the captures, which grow with
every run, only counts of the latest runs. It knows nothing of pages or people.
"""

from dataclasses import dataclass

import polars as pl
from deltalake import DeltaTable
from polars.exceptions import ColumnNotFoundError

from scrapers.catalog.columns import TABLES
from scrapers.corpus.filters import generation_of, searched
from scrapers.corpus.unread import reading
from scrapers.errors import UserError

READ = ("reports", "sightings", "captures", "findings", "relations", "runs", "coverage")
"""Tables a snapshot is taken of."""
RECENT = 12
"""Latest runs of each province whose captures are counted."""
KEPT_RUNS = 2000
"""Latest runs that are kept whole."""
KEPT_FINDINGS = 20_000
"""Latest findings that are kept; a queue longer than that is read elsewhere."""
REPORT_COLUMNS = (
    "report_id",
    "generation",
    "content_hash",
    "title",
    "agency",
    "division",
    "province",
    "city",
    "county",
    "report_year",
    "published_on",
    "signed_on",
    "source_label",
    "url",
    "host",
    "tier",
    "parent_url",
    "payload_digest",
    "method",
    "flags",
    "sightings",
    "first_seen",
    "length",
)
SEARCHED = ("title", "agency", "province", "city", "county")
"""Columns whose words a visitor may search for."""
_REPEATED = ("generation", "province", "city", "county", "host", "tier", "method", "flags", "source_label")
"""Columns with few values, held as numbers into a list of them."""
_GROUPS = ("run", "host", "source_id", "outcome", "disposition")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The archive at one instant, small enough to keep: about two thirds of a kilobyte a report."""

    generation: str
    """Generation of the reader whose reports these are; empty when there are none."""
    reports: pl.DataFrame
    """One row a report, newest published first, without texts.

    Beside the columns: `words`, the searched ones in lower case, and `own` and `content`, hashes of `report_id` and
    `content_hash`.
    """
    years: tuple[int, ...]
    """Years there are reports about, newest first."""
    sighted: pl.DataFrame
    """`source_id`, `report_year`, `file`, and hashes of `content_hash` and `url`: one row a sighting.

    `file` is the Parquet file that holds its row: Delta has statistics of a table's first columns alone.
    """
    yields: pl.DataFrame
    """`run`, `host`, `source_id`, `outcome`, `disposition`, `addresses`, `last`: latest runs' captures, counted."""
    findings: pl.DataFrame
    """Findings of the latest runs, newest first, with `open`: no later run has been to that host."""
    runs: pl.DataFrame
    """Runs, newest first, with `province`."""
    relations: pl.DataFrame
    """`kind`, `similarity`, and hashes of `report_id` and `other_id`: one row a relation."""
    covered: pl.DataFrame
    """`division`, `report_year`, `status`, `due_on` and `bodies`: the catalog's coverage, counted."""

    @property
    def size(self) -> int:
        """Return the bytes the frames take."""
        frames = (self.reports, self.sighted, self.yields, self.findings, self.runs, self.relations, self.covered)
        return sum(int(frame.estimated_size()) for frame in frames)


def province_of(run: str) -> str:
    """Return the registry file of a run: `43-hunan.manual__…` is Airflow's, `20250302t011000-43-hunan-1a2b3c` not."""
    if "." in run:
        return run.partition(".")[0]
    return run.partition("-")[2].rpartition("-")[0]


def take(tables: dict[str, DeltaTable | None], options: dict[str, str], in_effect: str = "") -> Snapshot:
    """Read a snapshot of the tables given, with reports of the generation in effect; a missing table is empty.

    Raise UserError for columns of another version, and what `unread.reading` raises.
    """
    try:
        with reading("The catalog"):
            scans = {name: _scan(name, tables.get(name), options) for name in READ}
            scans["sightings"] = _with_files("sightings", tables.get("sightings"), options)
            return _take(scans, in_effect)
    except ColumnNotFoundError as error:
        raise UserError(
            f"The catalog was written with other columns than this version has ({str(error).splitlines()[0][:200]}). "
            "Rebuild it from the ledger: python -m scrapers rebuild."
        ) from None


def _take(scans: dict[str, pl.LazyFrame], in_effect: str) -> Snapshot:
    runs = _runs(scans["runs"])
    recent = runs.group_by("province", maintain_order=True).head(RECENT)["run"].to_list()
    yields = _yields(scans["captures"], recent)
    generation = generation_of(scans["reports"], in_effect)
    reports = _reports(scans["reports"], generation)
    return Snapshot(
        generation=generation,
        reports=reports,
        years=tuple(reports["report_year"].drop_nulls().unique().sort(descending=True).to_list()),
        sighted=_sighted(scans["sightings"]),
        yields=yields,
        findings=_findings(scans["findings"], recent, yields, runs),
        runs=runs,
        relations=_relations(scans["relations"]),
        covered=_covered(scans["coverage"]),
    )


def _scan(name: str, table: DeltaTable | None, options: dict[str, str]) -> pl.LazyFrame:
    if table is None:
        empty = pl.from_arrow(TABLES[name].schema.empty_table())
        assert isinstance(empty, pl.DataFrame)  # noqa: S101 - a table of columns is never a series
        return empty.lazy()
    return pl.scan_delta(table, storage_options=options)


def _with_files(name: str, table: DeltaTable | None, options: dict[str, str]) -> pl.LazyFrame:
    files = table.file_uris() if table else []
    if not files:
        return _scan(name, None, options).with_columns(file=pl.lit(""))
    return pl.scan_parquet(files, storage_options=options, include_file_paths="file")


def _reports(scan: pl.LazyFrame, generation: str) -> pl.DataFrame:
    rows = scan.select(REPORT_COLUMNS).filter(pl.col("generation") == generation).collect(engine="streaming")
    return (
        rows.with_columns(
            pl.col(_REPEATED).cast(pl.Categorical),
            words=searched(SEARCHED),
            own=pl.col("report_id").hash(),
            content=pl.col("content_hash").hash(),
        )
        .sort("published_on", "report_id", descending=[True, False], nulls_last=True)
        .rechunk()
    )


def _sighted(scan: pl.LazyFrame) -> pl.DataFrame:
    names = ("source_id", "file")
    return (
        scan.select(*names, "report_year", pl.col("content_hash", "url").hash())
        .collect(engine="streaming")
        .with_columns(pl.col(names).cast(pl.Categorical))
    )


def _relations(scan: pl.LazyFrame) -> pl.DataFrame:
    lean = scan.select("kind", pl.col("similarity").cast(pl.Float32), pl.col("report_id", "other_id").hash())
    return lean.collect(engine="streaming").with_columns(pl.col("kind").cast(pl.Categorical))


def _covered(scan: pl.LazyFrame) -> pl.DataFrame:
    by = ("division", "report_year", "status", "due_on")
    return scan.group_by(by).agg(pl.len().alias("bodies")).collect(engine="streaming")


def _runs(scan: pl.LazyFrame) -> pl.DataFrame:
    rows = scan.sort("ended_at", descending=True).head(KEPT_RUNS).collect()
    provinces = [province_of(run) for run in rows["run"].to_list()]
    return rows.with_columns(pl.Series("province", provinces, dtype=pl.String))


def _yields(scan: pl.LazyFrame, recent: list[str]) -> pl.DataFrame:
    return (
        scan.filter(pl.col("run").is_in(recent))
        .group_by(_GROUPS)
        .agg(pl.len().alias("addresses"), pl.col("settled_at").max().alias("last"))
        .collect(engine="streaming")
        .with_columns(pl.col(_GROUPS).cast(pl.Categorical))
    )


def _findings(scan: pl.LazyFrame, recent: list[str], yields: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    rows = (
        scan.filter(pl.col("run").is_in(recent))
        .sort("found_at", descending=True)
        .head(KEPT_FINDINGS)
        .collect(engine="streaming")
    )
    named = pl.col("host", "run").cast(pl.String)
    visits = pl.concat([yields.select(named), rows.select(named)]).unique()
    latest = visits.join(runs.select("run", "ended_at"), on="run").sort("ended_at").group_by("host").last()
    seen = rows.join(latest.select("host", pl.col("run").alias("latest")), on="host", how="left", maintain_order="left")
    return seen.with_columns((pl.col("run") == pl.col("latest")).alias("open")).drop("latest")
