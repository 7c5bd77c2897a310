"""The corpus as a server reads it: settings in, a kept snapshot and single reports with all behind them.

Every answer but the snapshot concerns rows that the snapshot named, so no key or digest that a visitor made up
reaches the store. It knows nothing of pages.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from threading import Lock
from typing import Any, TypeVar, cast

import polars as pl
from deltalake import DeltaTable

from scrapers import divisions, platforms, registry
from scrapers.archive.generations import switches
from scrapers.archive.payloads import get_clean, get_raw
from scrapers.archive.store import Store
from scrapers.catalog.coverage import CHINA
from scrapers.catalog.reports import grouped
from scrapers.catalog.tables import Catalog
from scrapers.corpus.release.newest import Newest
from scrapers.corpus.snapshot import READ, Snapshot, take
from scrapers.corpus.summary import Health, Season, health, season
from scrapers.corpus.tally import Tally, tally
from scrapers.corpus.unread import reading
from scrapers.errors import NotInArchive, RegistryError
from scrapers.registry import Province
from scrapers.settings import Settings

FRESH_SECONDS = 2.0
"""How long a snapshot is shown before the tables are asked whether they have changed."""
STORE_SECONDS = 3.0
"""How long a page waits for a store that is away."""
PATIENCE_SECONDS = 0.2
"""How long a visitor waits for a newer snapshot; whoever comes before it is there is shown the one before."""
COPIES = ("revision", "republication", "converted_mirror")
"""Relations that make two reports one."""
Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Declared:
    """The registry as it stands, or why it cannot be read."""

    provinces: tuple[Province, ...] = ()
    wrong: str = ""


@dataclass(slots=True)
class _Kept:
    """The snapshot shown, the table versions it is of, when they were last compared, and what was worked out of it."""

    versions: dict[str, int] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    compared_at: float = 0.0
    worked: dict[str, tuple[Declared, Any]] = field(default_factory=dict)


class ServedCorpus:
    """One archive, read by many visitors at once; safe to share between threads."""

    def __init__(
        self, settings: Settings, *, clock: Callable[[], float] = time.monotonic, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.settings = settings
        self._clock, self._patience = clock, patience
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
        self.releases = Newest(self._store, self._options, clock)
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="snapshot")
        self._taking: Future[Snapshot] | None = None
        self._registry: tuple[tuple[tuple[str, int, int], ...], Declared] = ((), Declared())

    def snapshot(self) -> Snapshot:
        """Return the archive as it is now, or shortly before while a newer snapshot is taken; see PATIENCE_SECONDS.

        Raise NotInArchive when nothing is recorded, StoreUnavailable when the store is away.
        """
        kept = self._kept
        if kept.snapshot is not None and self._clock() - kept.compared_at < FRESH_SECONDS:
            return kept.snapshot
        with self._lock:
            if self._kept is not kept and self._kept.snapshot is not None:  # another thread has just looked
                return self._kept.snapshot
            if self._taking is not None and not self._taking.done() and kept.snapshot is not None:
                return kept.snapshot
            made = switches(self._store)
            versions = {**self._look(), "generations": len(made)}
            if kept.snapshot is not None and versions == kept.versions:
                self._kept = replace(kept, compared_at=self._clock())
                return kept.snapshot
            self._taking = self._worker.submit(self._take, versions, made[-1].generation if made else "")
            try:
                return self._taking.result(None if kept.snapshot is None else self._patience)
            except TimeoutError:
                return kept.snapshot if kept.snapshot is not None else self._taking.result()

    def _take(self, versions: dict[str, int], in_effect: str) -> Snapshot:
        """Take a snapshot, work out what every visitor asks of it, and only then show it."""
        snapshot = take(self._tables, self._options, in_effect)
        fresh = _Kept(versions, snapshot, self._clock())
        for work in (self._tally, self._health):
            work(fresh)
        self._kept = fresh
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

    @staticmethod
    def today() -> date:
        """Return the day it is where reports fall due, wherever the server stands."""
        return datetime.now(CHINA).date()

    def health(self) -> list[Health]:
        """Return every declared source with what its latest runs gave."""
        return self._health(self._shown())

    def tally(self) -> Tally:
        """Return the archive counted by division and year, as of today."""
        return self._tally(self._shown())

    def season(self, year: int) -> Season:
        """Return how the reports about a year came in."""
        work = partial(season, year=year)
        return self._worked(self._shown(), f"season {year}", work)

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
        files = self._seen(report)["file"].cast(pl.String).unique().sort().to_list()
        if not files:
            return []
        scan = pl.scan_parquet(files, storage_options=self._options)
        rows = _collected(scan.filter(pl.col("content_hash") == report["content_hash"]))
        return grouped(rows).get((report["generation"], report["report_id"]), [])

    def versions(self, report: Row) -> list[Row]:
        """Return the reports that were read at the addresses of this one, itself among them, oldest first."""
        snapshot = self.snapshot()
        addresses = self._seen(report)["url"].unique().implode()
        texts = snapshot.sighted.filter(pl.col("url").is_in(addresses))["content_hash"].unique().implode()
        chosen = snapshot.reports.filter(pl.col("content").is_in(texts))
        return chosen.sort("first_seen", "report_id").to_dicts()

    def relations(self, report: Row, limit: int = 50) -> list[tuple[str, float, Row]]:
        """Return what other reports are to this one: kind, similarity, report; copies first, then the likest."""
        snapshot, own = self.snapshot(), pl.lit(report["report_id"]).hash()
        touching = snapshot.relations.filter((pl.col("report_id") == own) | (pl.col("other_id") == own))
        other = pl.when(pl.col("report_id") == own).then("other_id").otherwise("report_id").alias("id")
        copies = pl.col("kind").cast(pl.String).is_in(COPIES)
        near = touching.with_columns(other).sort(copies, "similarity", descending=True).head(limit)
        pairs = near.select("kind", "similarity", "id")
        found = snapshot.reports.filter(pl.col("own").is_in(pairs["id"].unique().implode()))
        known = pairs.join(found, left_on="id", right_on="own", maintain_order="left")
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

    def _shown(self) -> _Kept:
        self.snapshot()
        return self._kept

    def _health(self, kept: _Kept) -> list[Health]:
        return self._worked(kept, "health", health)

    def _tally(self, kept: _Kept) -> Tally:
        today = self.today()
        return self._worked(kept, f"tally {today}", partial(tally, today=today))

    def _worked(self, kept: _Kept, name: str, work: Callable[[Snapshot, tuple[Province, ...]], T]) -> T:
        """Return what is worked out once for each snapshot and registry. Names are few: years, and days it is shown."""
        declared, snapshot = self.declared(), kept.snapshot
        assert snapshot is not None  # noqa: S101 - just taken
        known = kept.worked.get(name)
        if known is None or known[0] is not declared:
            known = kept.worked[name] = (declared, work(snapshot, declared.provinces))
        return cast("T", known[1])

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
        return _collected(choose(pl.scan_delta(table, storage_options=self._options)))


def _collected(rows: pl.LazyFrame) -> list[Row]:
    with reading("The catalog"):
        return rows.collect().to_dicts()
