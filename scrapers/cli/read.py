"""The verbs that read the corpus: find, show, quality, coverage, export."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from scrapers import divisions, platforms, registry
from scrapers.catalog.quality import COLUMNS as QUALITY_COLUMNS
from scrapers.catalog.quality import Quality
from scrapers.catalog.quality import quality as measure
from scrapers.cli.show import Screen
from scrapers.corpus import Corpus, open_corpus
from scrapers.corpus.filters import Conditions
from scrapers.errors import UserError
from scrapers.model import Source
from scrapers.settings import sources_directory

FORMATS = ("jsonl", "parquet", "csv")
COVERED = ("division", "agency_type", "report_year", "status", "days_late", "evidence")
LISTED = ("report_id", "report_year", "agency", "published_on", "title")


def find(asked: argparse.Namespace, screen: Screen) -> int:
    """List reports; exit 1 when there are none."""
    found = _corpus(asked).reports(**_conditions(asked))
    rows = found.drop("text").sort("division", "agency", "report_year").limit(asked.limit).collect()
    listed = rows.iter_rows(named=True) if screen.json else map(short, rows.iter_rows(named=True))
    screen.rows(f"{len(rows)} reports", LISTED, listed)
    return 0 if len(rows) else 1


def show(asked: argparse.Namespace, screen: Screen) -> int:
    """Show one report, or write its raw payload."""
    corpus = _corpus(asked)
    report = corpus.report(asked.report)
    if asked.raw:
        sys.stdout.buffer.write(corpus.raw(report["report_id"]))
        return 0
    if asked.diff:
        diff = corpus.diff(report["report_id"])
        found = {"report_id": report["report_id"], "diff": diff}
        screen.value(found) if screen.json else screen.say(diff or "no earlier version of it is known")
        return 0
    sightings = corpus.sightings(report["report_id"]).to_dicts()
    versions = corpus.versions(report["report_id"]).to_dicts()
    relations = corpus.relations(report["report_id"]).sort("kind", "relation_id").collect().to_dicts()
    if screen.json:
        screen.value({**report, "sightings": sightings, "versions": versions, "relations": relations})
        return 0
    facts = [{"field": name, "value": value} for name, value in report.items() if name != "text"]
    screen.rows("report", ("field", "value"), facts)
    screen.rows("sightings", ("url", "published_on", "first_seen", "tier"), sightings)
    if len(versions) > 1:
        screen.rows("versions", ("report_id", "first_seen", "length", "title"), map(short, versions))
    if relations:
        seen = (_seen_from(report["report_id"], row) for row in relations)
        screen.rows("relations", ("relation", "report_id", "report_year", "agency", "similarity", "url"), seen)
    screen.say(report["text"])
    return 0


def quality(asked: argparse.Namespace, screen: Screen) -> int:
    """Say in how many reports each fact is known, and how many bear each flag."""
    known = measure(_corpus(asked).reports().select(QUALITY_COLUMNS).collect())
    screen.value(known) if screen.json else show_quality(known, screen)
    return 0


def show_quality(known: Quality, screen: Screen) -> None:
    """Print a table of how well the corpus's reports are known."""
    whole = max(known.rows, 1)
    counted = [("fact known", known.filled), ("flag", known.flags)]
    rows = [
        {"what": what, "name": name, "reports": count, "share": f"{count / whole:.1%}"}
        for what, counts in counted
        for name, count in counts.items()
    ]
    screen.rows(f"quality of {known.rows} reports", ("what", "name", "reports", "share"), rows)


def coverage(asked: argparse.Namespace, screen: Screen) -> int:
    """List whose reports are there and whose are not; exit 1 when nothing meets the conditions."""
    found = _corpus(asked).coverage(
        year=asked.year,
        division=asked.division or None,
        agency_type=asked.type or None,
        status=asked.status or None,
        sources=_declared(),
    )
    rows = found.limit(asked.limit).collect()
    screen.rows(f"{len(rows)} rows", COVERED, rows.iter_rows(named=True))
    return 0 if len(rows) else 1


def _corpus(asked: argparse.Namespace) -> Corpus:
    """Return the corpus as it is, or as it was at the moment asked for."""
    return open_corpus().at(asked.as_of) if asked.as_of else open_corpus()


def _conditions(asked: argparse.Namespace) -> Conditions:
    """Return what `find` and `export` can ask for; words only `find`."""
    return {
        "year": asked.year,
        "division": asked.division,
        "agency_type": asked.type,
        "tier": asked.tier,
        "flag": asked.flag,
        "query": vars(asked).get("query"),
    }


def _declared() -> Iterator[Source]:
    """Yield the registry's sources; none where there is no registry, as beside a copy of the archive."""
    directory = sources_directory()
    if any(directory.glob("*.toml")):
        for province in registry.load_all(directory, platforms.PLATFORMS, divisions.codes()):
            yield from province.sources


def _seen_from(report_id: str, row: dict[str, Any]) -> dict[str, object]:
    """Return a relation as one of its two reports sees it."""
    if row["report_id"] == report_id and row["other_id"] != report_id:
        names = {"report_id": "other_id", "report_year": "other_year", "agency": "other_agency", "url": "other_url"}
        return {**short({name: row[other] for name, other in names.items()}), **_kind(row, "of")}
    return {**short(row), **_kind(row, "by")}


def _kind(row: dict[str, Any], side: str) -> dict[str, object]:
    return {"relation": f"{row['kind']} {side}", "similarity": row["similarity"]}


def export(asked: argparse.Namespace, screen: Screen) -> int:
    """Write the corpus to a file."""
    if asked.host or asked.run:
        raise UserError(f"--host and --run choose captures; {asked.format} holds reports. Use --year and --division.")
    with screen.progress() as progress:
        progress.add_task(f"writing {asked.path}", total=None)
        count = _corpus(asked).export(asked.format, asked.path, **_conditions(asked))
    screen.result({"path": asked.path, "reports": count}, f"{count} reports in {asked.path}")
    return 0


def short(row: dict[str, object]) -> dict[str, object]:
    """Return a row for people, with the beginning of its id."""
    # Twelve digits name a report among millions, and leave a terminal room for the title.
    return {**row, "report_id": str(row["report_id"])[:12]}
