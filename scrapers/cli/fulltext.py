"""The verbs of full text: write an index of all texts to a file, and search one."""

import argparse

from scrapers.cli.read import LISTED, short
from scrapers.cli.releases import named
from scrapers.cli.show import Screen
from scrapers.corpus import open_corpus
from scrapers.corpus.fulltext import about, build, search


def index(asked: argparse.Namespace, screen: Screen) -> int:
    """Write the index of the corpus as it is, or of a release."""
    reports = named(asked.release).reports() if asked.release else open_corpus().reports()
    with screen.progress() as progress:
        bar = progress.add_task("reading texts", total=None)
        count = build(
            reports,
            asked.path,
            lambda done, total: progress.update(bar, completed=done, total=total, description="indexing"),
        )
    screen.result({"path": asked.path, "reports": count}, f"{count} reports in {asked.path}")
    return 0


def find(asked: argparse.Namespace, screen: Screen) -> int:
    """List the reports that contain every word, best first; exit 1 when there are none."""
    rows = search(asked.path, asked.query, year=asked.year, limit=asked.limit)
    total, made_at = about(asked.path)
    listed = rows.iter_rows(named=True) if screen.json else map(short, rows.iter_rows(named=True))
    screen.rows(f"{len(rows)} of {total} reports indexed on {made_at}", LISTED, listed)
    return 0 if len(rows) else 1
