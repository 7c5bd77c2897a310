"""The verbs that read the corpus: find, show, export."""

import argparse
import sys

from scrapers.cli.show import Screen
from scrapers.corpus import open_corpus
from scrapers.errors import UserError

FORMATS = ("jsonl", "parquet", "csv")
LISTED = ("report_id", "report_year", "agency", "published_on", "title")


def find(asked: argparse.Namespace, screen: Screen) -> int:
    """List reports; exit 1 when there are none."""
    found = open_corpus().reports(year=asked.year, division=asked.division or None, query=asked.query or None)
    rows = found.drop("text").sort("division", "agency", "report_year").limit(asked.limit).collect()
    listed = rows.iter_rows(named=True) if screen.json else map(_short, rows.iter_rows(named=True))
    screen.rows(f"{len(rows)} reports", LISTED, listed)
    return 0 if len(rows) else 1


def show(asked: argparse.Namespace, screen: Screen) -> int:
    """Show one report, or write its raw payload."""
    corpus = open_corpus()
    report = corpus.report(asked.report)
    if asked.raw:
        sys.stdout.buffer.write(corpus.raw(report["report_id"]))
        return 0
    sightings = corpus.sightings(report["report_id"]).to_dicts()
    if screen.json:
        screen.value({**report, "sightings": sightings})
        return 0
    facts = [{"field": name, "value": value} for name, value in report.items() if name != "text"]
    screen.rows("report", ("field", "value"), facts)
    screen.rows("sightings", ("url", "published_on", "first_seen", "tier"), sightings)
    screen.say(report["text"])
    return 0


def export(asked: argparse.Namespace, screen: Screen) -> int:
    """Write the corpus to a file."""
    if asked.host or asked.run:
        raise UserError(f"--host and --run choose captures; {asked.format} holds reports. Use --year and --division.")
    with screen.progress() as progress:
        progress.add_task(f"writing {asked.path}", total=None)
        count = open_corpus().export(asked.format, asked.path, year=asked.year, division=asked.division or None)
    screen.say(f"{count} reports in {asked.path}")
    return 0


def _short(row: dict[str, object]) -> dict[str, object]:
    # Twelve digits name a report among millions, and leave a terminal room for the title.
    return {**row, "report_id": str(row["report_id"])[:12]}
