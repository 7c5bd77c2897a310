"""The analyst's door: settings in, tables and texts out, read-only.

`open_corpus().reports(year=2024).collect()` is the whole idea. Tables come as lazy polars frames over the newest
snapshot of the catalog, or over it as it was at a moment; texts and payloads come from the store and are verified
against their names. It knows nothing of how they got there, and writes nothing to the archive: `keeper` does.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import polars as pl

from scrapers.archive.generations import in_effect
from scrapers.archive.payloads import get_clean, get_raw
from scrapers.archive.store import Store
from scrapers.catalog.columns import TABLES
from scrapers.catalog.coverage import CHINA
from scrapers.catalog.delta import require_known
from scrapers.catalog.moments import TablesAt, moment_of
from scrapers.catalog.reports import grouped
from scrapers.catalog.snapshots import Tables
from scrapers.corpus import coverage, filters, kin
from scrapers.corpus.export import write
from scrapers.corpus.release.released import BucketPlace, Release, open_folder, release_names
from scrapers.corpus.served import ServedCorpus
from scrapers.errors import ArchiveError, CatalogConflict, NotInArchive
from scrapers.model import Source
from scrapers.settings import Settings, load

__all__ = [
    "ArchiveError",
    "Corpus",
    "NotInArchive",
    "Release",
    "ServedCorpus",
    "Settings",
    "open_corpus",
    "open_folder",
]

PREFIX = 6
"""Hex digits of a report_id that are enough to ask for it, when no other begins so."""


def open_corpus(settings: Settings | None = None) -> "Corpus":
    """Open the corpus the settings (by default the environment's) point to; nothing is read yet."""
    return Corpus(load() if settings is None else settings)


class Corpus:
    """The archive as an analyst sees it, for reading. Every call looks at the newest snapshot, unless at a moment."""

    def __init__(self, settings: Settings, tables: Tables | None = None, moment: datetime | None = None) -> None:
        self._settings, self._moment = settings, moment
        self._catalog = tables or Tables(f"s3://{settings.bucket}/catalog", settings.table_options())

    def at(self, moment: datetime | date | str) -> "Corpus":
        """Return the corpus as it was at a moment, the same one for every table, whatever is recorded from now on.

        A moment is ISO 8601, UTC where no zone is given; a day alone is its end. Raise UserError for one that cannot
        be or is to come, NotInArchive for one before the first recording or longer ago than files are kept (30 days
        before the last tending): the message names the oldest that can be read. A release is read for ever.
        """
        then = moment_of(moment)
        past = TablesAt(Tables(self._catalog.root, self._catalog.options), then)
        return Corpus(self._settings, past, then)

    @cached_property
    def _store(self) -> Store:
        wanted = self._settings
        return Store.connect(
            endpoint=wanted.endpoint,
            bucket=wanted.bucket,
            access_key=wanted.access_key,
            secret_key=wanted.secret_key,
            region=wanted.region,
        )

    def reports(
        self, *, copies: bool = True, generation: str = "", **asked: Unpack[filters.Conditions]
    ) -> pl.LazyFrame:
        """Return the reports that meet every condition given, one row each, with their text.

        Conditions are year, province, division, agency, agency_type, tier, flag, flagged and query; see
        `filters.Conditions`. Without `copies`, one report stands for its republications, mirrors and earlier
        versions. Where several generations of the reader have been recorded, the one in effect speaks, or the one
        named by `generation`.
        """
        chosen = self._in_effect("reports", generation).filter(*filters.matching(**asked))
        return chosen if copies else chosen.join(kin.behind(self.relations()), on="report_id", how="anti")

    def report(self, report_id: str) -> dict[str, Any]:
        """Return one report's row; at least six leading digits of its id are enough. Raise NotInArchive."""
        wanted = report_id.strip().lower()
        if len(wanted) < PREFIX or not set(wanted) <= set("0123456789abcdef"):
            raise NotInArchive(f"{report_id!r} is no report id: give at least {PREFIX} of its 32 hex digits.")
        named = pl.col("report_id").is_between(pl.lit(wanted), pl.lit(wanted + "g"))
        found = (reports := self.reports()).filter(named).select("report_id", "division").collect().rows()
        if not found:
            raise NotInArchive(f"No report {report_id!r} is in the archive. `find` lists what is.")
        if len(found) > 1:
            raise NotInArchive(f"{len(found)} reports begin with {report_id!r}; give more digits.")
        ((whole, division),) = found
        # A table's rows are sorted by division: with it the texts of all other divisions are left alone.
        there = pl.col("division").is_null() if division is None else pl.col("division") == division
        return reports.filter(there, pl.col("report_id") == whole).collect().to_dicts()[0]

    def sightings(self, report_id: str) -> pl.DataFrame:
        """Return every address that carries a report, the representative first, with the provenance of each fact.

        Raise CatalogConflict while a run is recorded that names the report's body: sightings are written first.
        """
        row = self.report(report_id)
        same_text = self._table("sightings").filter(pl.col("content_hash") == row["content_hash"]).collect()
        if members := grouped(same_text.to_dicts()).get((row["generation"], row["report_id"])):
            return pl.DataFrame(members, schema=same_text.schema)
        raise CatalogConflict(
            f"No sighting shows report {row['report_id']} any more: a run is being recorded. Ask again in a minute; "
            "if it lasts, a recording was killed: python -m scrapers rebuild."
        )

    def text(self, report_id: str) -> str:
        """Return a report's clean text from the store; raise FixityError when it does not hash to its name."""
        row = self.report(report_id)
        return get_clean(self._store, row["generation"], row["content_hash"])

    def raw(self, report_id: str) -> bytes:
        """Return the bytes the representative sighting was read from; raise FixityError as `text` does."""
        return get_raw(self._store, self.report(report_id)["payload_digest"])

    def relations(self, report_id: str = "", *, kind: str = "") -> pl.LazyFrame:
        """Return what reports are to one another; with a report's id or a kind, only those of it."""
        rows = self._in_effect("relations")
        if kind:
            rows = rows.filter(pl.col("kind") == kind)
        if report_id:
            whole = self.report(report_id)["report_id"]
            rows = rows.filter((pl.col("report_id") == whole) | (pl.col("other_id") == whole))
        return rows

    def versions(self, report_id: str) -> pl.DataFrame:
        """Return all versions of a report that its addresses have shown, the first seen first, without their texts."""
        whole = self.report(report_id)["report_id"]
        revisions = self.relations(kind="revision").select("report_id", "other_id").collect().rows()
        names = sorted(kin.chain(revisions, whole))
        return self.reports().drop("text").filter(pl.col("report_id").is_in(names)).sort("first_seen").collect()

    def diff(self, report_id: str, other_id: str = "") -> str:
        """Return how a report's text differs from another's, by default from the version before it, as a unified diff.

        Empty when there is no version before it.
        """
        after = self.report(report_id)
        if not other_id:
            names = self.versions(report_id)["report_id"].to_list()
            place = names.index(after["report_id"])
            if not place:
                return ""
            other_id = names[place - 1]
        before = self.report(other_id)
        return kin.difference(before["text"], after["text"], (before["report_id"][:12], after["report_id"][:12]))

    def coverage(
        self,
        *,
        year: int | Iterable[int] | None = None,
        province: str | None = None,
        division: str | None = None,
        agency_type: str | None = None,
        status: str | None = None,
        sources: Iterable[Source] = (),
        today: date | None = None,
    ) -> pl.LazyFrame:
        """Return whose report of which year is found, not published, blocked, unknown or not due, and what shows it.

        Besides what the ledger shows there is a row for the government of every division and, with the registry's
        `sources`, for bodies nobody has looked at; see `coverage.whole`. Conditions are those of `reports`.
        """
        conditions = (
            filters.of_year(year),
            filters.of_province(province),
            filters.of_division(division),
            filters.of_agency_type(agency_type),
            pl.col("status") == status if status else None,
        )
        day = today or (self._moment or datetime.now(CHINA)).astimezone(CHINA).date()
        rows = coverage.whole(self._table("coverage"), day, sources)
        return rows.filter(*(condition for condition in conditions if condition is not None))

    def captures(self) -> pl.LazyFrame:
        """Return every address of every run with its outcome."""
        return self._table("captures")

    def findings(self) -> pl.LazyFrame:
        """Return everything a person should look at: troubles, and for analysts copied years and changed texts."""
        return pl.concat([self._table("findings"), kin.findings(self._in_effect("relations"))])

    def runs(self) -> pl.LazyFrame:
        """Return the runs, each with its counts."""
        return self._table("runs")

    def export(
        self,
        format: str,  # noqa: A002 (the name the contract gives)
        path: Path | str,
        **asked: Unpack[filters.Conditions],
    ) -> int:
        """Write the reports that meet the conditions to a file and return how many; see `export.write`."""
        chosen = self.reports(**asked)
        return write(chosen.sort("division", "agency", "report_year", "report_id"), format, Path(path))

    def releases(self) -> list[str]:
        """Return the names of the finished releases, oldest first."""
        return release_names(self._store)

    def release(self, name: str = "") -> Release:
        """Return a release by name, by default the newest; raise NotInArchive when there is none."""
        names = self.releases()
        if not name and not names:
            raise NotInArchive(f"Bucket {self._settings.bucket!r} holds no release yet. Freeze one: `release`.")
        return Release(BucketPlace(self._store, self._catalog.options, name or names[-1]))

    def generation(self) -> str:
        """Return the generation of texts in effect; empty when there are no reports."""
        return filters.generation_of(self._table("reports"), in_effect(self._store, self._moment))

    def generations(self) -> dict[str, int]:
        """Return how many reports each generation of the reader has found, by its name."""
        counted = self._table("reports").group_by("generation").agg(pl.len()).sort("generation").collect()
        return dict(counted.iter_rows())

    def _in_effect(self, name: str, generation: str = "") -> pl.LazyFrame:
        return self._table(name).filter(pl.col("generation") == (generation or self.generation()))

    def _table(self, name: str) -> pl.LazyFrame:
        opened = self._catalog.table(name)
        if opened is None and self._moment is not None:
            raise NotInArchive(f"At {self._moment:%Y-%m-%d %H:%M:%S} UTC the catalog had no table {name!r} yet.")
        # `runs` is made last: what the first run of all had not made yet may be there by now.
        if opened is None and self._catalog.table("runs") is not None and (opened := self._catalog.table(name)) is None:
            raise NotInArchive(
                f"The catalog was written by a version without a table {name!r}. "
                "Rebuild it from the ledger: python -m scrapers rebuild."
            )
        if opened is None:
            raise NotInArchive(
                f"Bucket {self._settings.bucket!r} at {self._settings.endpoint} has no catalog yet. "
                "Run a harvest first: python -m scrapers harvest demo."
            )
        require_known(opened, TABLES[name])
        return pl.scan_delta(opened, storage_options=self._settings.table_options())
