"""The corpus as a server reads it: settings in, a kept snapshot and single reports with all behind them.

Every answer but the snapshot concerns rows that the snapshot named, so no key or digest that a visitor made up
reaches the store. It knows nothing of pages.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import polars as pl
from deltalake import DeltaTable

from scrapers import divisions, platforms, registry
from scrapers.archive.generations import switches
from scrapers.archive.payloads import get_clean, get_raw
from scrapers.archive.store import Store
from scrapers.catalog.reports import grouped
from scrapers.catalog.tables import Catalog
from scrapers.corpus.snapshot import READ, Snapshot, take
from scrapers.corpus.summary import Health, health
from scrapers.errors import NotInArchive, RegistryError, StoreUnavailable
from scrapers.registry import Province
from scrapers.settings import Settings

FRESH_SECONDS = 2.0
"""How long a snapshot is shown before the tables are asked whether they have changed."""
STORE_SECONDS = 3.0
"""How long a page waits for a store that is away."""
COPIES = ("revision", "republication", "converted_mirror")
"""Relations that make two reports one."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """The registry as it stands, or why it cannot be read."""

    provinces: tuple[Province, ...] = ()
    wrong: str = ""


@dataclass(slots=True)
class _Kept:
    """The snapshot shown, the table versions it is of, and when they were last compared."""

    versions: dict[str, int] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    compared_at: float = 0.0
    health: tuple[Declared, list[Health]] | None = None


class ServedCorpus:
    """One archive, read by many visitors at once; safe to share between threads."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._clock = clock
        self._options = settings.table_options()
        self._catalog = Catalog(f"s3://{settings.bucket}/catalog", self._options)
        self._store = Store.connect(
            endpoint=settings.endpoint,
            bucket=settings.bucket,
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            region=settings.region,
            retry_seconds=STORE_SECONDS,
        )
        self._tables: dict[str, DeltaTable | None] = {}
        self._kept = _Kept()
        self._lock = Lock()
        self._registry: tuple[tuple[tuple[str, int, int], ...], Declared] = ((), Declared())

    def snapshot(self) -> Snapshot:
        """Return the archive as it is now, at most FRESH_SECONDS old; raise NotInArchive when nothing is recorded."""
        kept = self._kept
        if kept.snapshot is not None and self._clock() - kept.compared_at < FRESH_SECONDS:
            return kept.snapshot
        with self._lock:
            if self._kept is not kept and self._kept.snapshot is not None:  # another thread has just looked
                return self._kept.snapshot
            made = switches(self._store)
            versions = {**self._look(), "generations": len(made)}
            if kept.snapshot is None or versions != kept.versions:
                snapshot = take(self._tables, self._options, made[-1].generation if made else "")
            else:
                snapshot = kept.snapshot
            same = kept.health if snapshot is kept.snapshot else None
            self._kept = _Kept(versions, snapshot, self._clock(), same)
            return snapshot

    def declared(self) -> Declared:
        """Return the registry, read again when a file of it changed; never raises for what is wrong in it."""
        directory = self.settings.sources
        try:
            files = registry.files(directory)
            stamp = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
            if stamp != self._registry[0]:
                provinces = registry.load_all(directory, platforms.PLATFORMS, divisions.codes())
                self._registry = (stamp, Declared(provinces))
            return self._registry[1]
        except (RegistryError, OSError) as error:
            return Declared(wrong=str(error))

    def health(self) -> list[Health]:
        """Return every declared source with what its latest runs gave, worked out once for each snapshot."""
        self.snapshot()
        declared, kept = self.declared(), self._kept
        assert kept.snapshot is not None  # noqa: S101 - just taken
        if kept.health is None or kept.health[0] is not declared:
            kept.health = (declared, health(kept.snapshot, declared.provinces))
        return kept.health[1]

    def report(self, report_id: str) -> Row:
        """Return the row of a report, without its text; raise NotInArchive for anything but the id of one."""
        found = self.snapshot().reports.filter(pl.col("report_id") == report_id)
        if found.is_empty():
            raise NotInArchive(
                f"No report {report_id[:64]!r} is in the archive. The list of reports has those that are."
            )
        return found.row(0, named=True)

    def text(self, report: Row) -> str:
        """Return a report's clean text, verified; raise FixityError when it does not hash to its name."""
        return get_clean(self._store, report["generation"], report["content_hash"])

    def raw(self, report: Row) -> bytes:
        """Return the bytes a report was read from, verified; raise FixityError as `text` does."""
        return get_raw(self._store, report["payload_digest"])

    def sightings(self, report: Row) -> list[Row]:
        """Return every address that carries a report, the representative first."""
        # The runs let Delta pass over the files that other runs wrote.
        runs = self._seen(report)["run"].cast(pl.String).unique().to_list()
        same = (pl.col("content_hash") == report["content_hash"]) & pl.col("run").is_in(runs)
        rows = self._rows("sightings", lambda scan: scan.filter(same))
        return grouped(rows).get((report["generation"], report["report_id"]), [])

    def versions(self, report: Row) -> list[Row]:
        """Return the reports that were read at the addresses of this one, itself among them, oldest first."""
        snapshot = self.snapshot()
        addresses = self._seen(report)["url"].unique().implode()
        texts = snapshot.sighted.filter(pl.col("url").is_in(addresses))["content_hash"].unique().implode()
        chosen = snapshot.reports.filter(pl.col("content_hash").hash().is_in(texts))
        return chosen.sort("first_seen", "report_id").to_dicts()

    def relations(self, report: Row, limit: int = 50) -> list[tuple[str, float, Row]]:
        """Return what other reports are to this one: kind, similarity, report; copies first, then the likest."""
        snapshot, own = self.snapshot(), pl.lit(report["report_id"]).hash()
        touching = snapshot.relations.filter((pl.col("report_id") == own) | (pl.col("other_id") == own))
        other = pl.when(pl.col("report_id") == own).then("other_id").otherwise("report_id").alias("id")
        copies = pl.col("kind").cast(pl.String).is_in(COPIES)
        near = touching.with_columns(other).sort(copies, "similarity", descending=True).head(limit)
        pairs = near.select("kind", "similarity", "id")
        found = snapshot.reports.filter(pl.col("report_id").hash().is_in(pairs["id"].unique().implode()))
        known = pairs.join(found.with_columns(pl.col("report_id").hash().alias("id")), on="id", maintain_order="left")
        return [
            (row["kind"], row["similarity"], row) for row in known.to_dicts() if row["report_id"] != report["report_id"]
        ]

    def captures(self, run: str, *, host: str = "", limit: int = 500) -> list[Row]:
        """Return the addresses of one run, at most `limit`, those that ask for something first."""
        chosen = pl.col("run") == run
        if host:
            chosen &= pl.col("host") == host
        order = (pl.col("disposition") == "ok", pl.col("host"), pl.col("url"))
        return self._rows("captures", lambda scan: scan.filter(chosen).sort(order, nulls_last=False).head(limit))

    def counts(self, run: str) -> list[Row]:
        """Return the addresses of one run counted by `host`, `outcome` and `disposition`, as `addresses`."""
        by = ("host", "outcome", "disposition")
        recent = self.snapshot().yields.filter(pl.col("run").cast(pl.String) == run)
        if not recent.is_empty():
            return recent.group_by(by).agg(pl.col("addresses").sum()).to_dicts()
        return self._rows("captures", lambda s: s.filter(pl.col("run") == run).group_by(by).agg(addresses=pl.len()))

    def capture(self, run: str, url: str) -> Row | None:
        """Return one address of one run."""
        chosen = (pl.col("run") == run) & (pl.col("url") == url)
        return next(iter(self._rows("captures", lambda scan: scan.filter(chosen))), None)

    def _seen(self, report: Row) -> pl.DataFrame:
        content = pl.lit(report["content_hash"]).hash()
        return self.snapshot().sighted.filter(pl.col("content_hash") == content)

    def _look(self) -> dict[str, int]:
        for name in READ:
            opened = self._tables.get(name)
            if opened is None:
                self._tables[name] = self._catalog.table(name)
                continue
            try:
                opened.update_incremental()
            except Exception:  # noqa: BLE001 - a table written anew, or a store away: opening says which
                self._tables[name] = self._catalog.table(name)
        if self._tables.get("reports") is None and self._tables.get("runs") is None:
            raise NotInArchive(
                f"Bucket {self.settings.bucket!r} at {self.settings.endpoint} has no catalog yet. "
                "Run a harvest first: trigger a harvest DAG, and look again when its `record` is done."
            )
        return {name: table.version() for name, table in self._tables.items() if table is not None}

    def _rows(self, name: str, choose: Callable[[pl.LazyFrame], pl.LazyFrame]) -> list[Row]:
        self.snapshot()
        table = self._tables.get(name)
        if table is None:
            return []
        try:
            return choose(pl.scan_delta(table, storage_options=self._options)).collect().to_dicts()
        except (OSError, pl.exceptions.ComputeError) as error:
            raise StoreUnavailable(f"The catalog could not be read: {' '.join(str(error).split())[:300]}") from error
