"""The verbs of releases: freeze one, list them, say what changed between two, carry one away."""

import argparse
from dataclasses import asdict

from scrapers.catalog.columns import TABLES
from scrapers.cli.show import Screen
from scrapers.corpus import Release, open_corpus, open_folder
from scrapers.corpus.keeper import open_keeper

TENDED = ("table", "files_before", "files_after", "bytes_after", "deleted", "beaten")
LISTED = ("change", "report_year", "agency", "fields", "url")


def release(asked: argparse.Namespace, screen: Screen) -> int:
    """Freeze the catalog as a release."""
    with screen.progress() as progress:
        bar = progress.add_task("freezing", total=None)
        made = open_keeper().freeze(asked.name, lambda file: progress.update(bar, advance=1, description=file))
    told = ", ".join(f"{count} {kind}" for kind, count in made.changes.items())
    fresh = f"release {made.name}: {made.reports} reports; {told}"
    screen.result(asdict(made), fresh if made.fresh else f"nothing has changed since release {made.name}")
    return 0


def tend(_asked: argparse.Namespace, screen: Screen) -> int:
    """Put the files of the catalog's tables in order; exit 3 when other writers kept one from it."""
    rows = []
    with screen.progress() as progress:
        bar = progress.add_task("tending", total=len(TABLES))
        for tended in open_keeper().tend():
            progress.update(bar, advance=1, description=tended.table)
            rows.append(asdict(tended))
    screen.rows(f"{len(rows)} tables", TENDED, rows)
    return 3 if any(row["beaten"] for row in rows) else 0


def releases(_asked: argparse.Namespace, screen: Screen) -> int:
    """List the releases with their digests; exit 1 when there are none."""
    corpus = open_corpus()
    rows = [
        {"release": name, "files": len(found.sums), "sha256": found.digest}
        for name in corpus.releases()
        for found in (corpus.release(name),)
    ]
    screen.rows(f"{len(rows)} releases", ("release", "files", "sha256"), rows)
    return 0 if rows else 1


def changed(asked: argparse.Namespace, screen: Screen) -> int:
    """Say what became of each report between two releases."""
    rows = named(asked.newer).since(named(asked.older)).to_dicts()
    screen.rows(f"{len(rows)} changes from {asked.older} to {asked.newer}", LISTED, rows)
    return 0


def download(asked: argparse.Namespace, screen: Screen) -> int:
    """Copy a release into a folder, verified."""
    with screen.progress() as progress:
        bar = progress.add_task(f"copying {asked.name}", total=None)
        count = (
            open_corpus()
            .release(asked.name)
            .save(asked.path, lambda done, total: progress.update(bar, completed=done, total=total))
        )
    wrong = list(open_folder(asked.path).verify())
    for words in wrong:
        screen.fail(words)
    screen.result({"path": asked.path, "files": count}, f"{count} files in {asked.path}")
    return 1 if wrong else 0


def named(name: str) -> Release:
    """Return a release by its name, or the one in a folder when the name is a path."""
    return open_folder(name) if "/" in name else open_corpus().release(name)
