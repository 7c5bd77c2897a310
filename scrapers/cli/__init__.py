"""The command line: words in, an exit code out.

It parses, calls one verb and prints; how anything is done is the rooms' business. Exit codes: 0 done; 1 done,
and something is wrong with the archive or a site; 2 you must change something; 3 the world may heal, try
again; 130 interrupted; 141 nobody reads the output any more.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scrapers.agencies import AgencyType
from scrapers.cli import exports, fixity, fulltext, generations, probe, read, releases, trial, verdict, work
from scrapers.cli.show import Screen
from scrapers.corpus.unread import reading
from scrapers.errors import ArchiveError, UserError
from scrapers.registry import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR

Act = Callable[[argparse.Namespace, Screen], int]
MakeVerb = Callable[[str, Act, str], argparse.ArgumentParser]
KINDS = tuple(kind.value for kind in AgencyType)
STATUSES = ("found", "not_published", "blocked", "unknown", "not_due")
EXIT_CODES = {
    0: "done",
    1: "done, but something is wrong",
    2: "you must change something",
    3: "try again later",
    130: "interrupted",
    141: "nobody reads the output",
}


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; a user's mistake is one line, never a stack trace."""
    asked = parser().parse_args(argv)
    screen = Screen(json=asked.json)
    try:
        with reading("The archive"):
            code: int = asked.verb(asked, screen)
        sys.stdout.flush()
    except ArchiveError as error:
        screen.fail(str(error))
        return 2 if isinstance(error, UserError) else 3 if error.retry else 1
    except KeyboardInterrupt:
        screen.fail("interrupted")
        return 130
    except BrokenPipeError:  # `find | head`: what is left in the buffer must go somewhere when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def parser() -> argparse.ArgumentParser:
    """Return the whole command line, from which `docs/commands.md` is generated."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print JSON lines for machines")
    root = argparse.ArgumentParser(
        prog="python -m scrapers",
        description="Harvest, read and archive annual rule-of-law reports.",
        epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
    )
    verbs = root.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, act: Act, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", parents=[shared])
        made.set_defaults(verb=act)
        return made

    _working(verb)
    _keeping(verb)
    _reading(verb)
    _searching(verb)
    _reading_again(verb)
    _releasing(verb)
    return root


def count(text: str) -> int:
    """Return a whole number from 0 to a million; argparse names the option when it is none."""
    return within(text, 0, 1_000_000)


def year(text: str) -> int:
    """Return a year that a report can be of; argparse names the option when it is none."""
    return within(text, FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR)


def within(text: str, least: int, most: int) -> int:
    """Return a whole number between two; raise ArgumentTypeError saying what may be given."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number; give {least} to {most}") from None
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text} is out of range; give {least} to {most}")
    return number


def _working(verb: MakeVerb) -> None:
    verb("check", work.check, "lint the registry")
    doctor = verb("doctor", work.doctor, "ask the store whether it can keep the archive's promises")
    doctor.add_argument("--verify", action="store_true", help="also check every invariant over what is archived")
    probing = verb("probe", probe.probe_address, "say what a site is and what would be found there")
    probing.add_argument("url", nargs="?", default="", help="any page of the site")
    probing.add_argument("--write", action="store_true", help="declare the source, record its pages")
    probing.add_argument(
        "--fixtures", type=Path, default=Path("tests/pages/probed"), help="where --write records pages"
    )
    probing.add_argument("--anyway", action="store_true", help="also a host that is no government's")
    probing.add_argument("--verify", default="", metavar="FILE", help="settle every unverified source of a file")
    probing.add_argument("--parked", action="store_true", help="with --verify: the parked ones too")
    judging = verb("verdict", verdict.verdict, "judge titles: class, report year, agency, division and the reason")
    judging.add_argument("file", type=Path, help="TSV with a header, or JSON lines: title, and url, column, breadcrumb")
    judging.add_argument("--truth", default="", metavar="COLUMN", help="measure the verdicts against this column")
    trying = verb("try", trial.try_page, "read one page of a registered host, or a saved one, archiving nothing")
    trying.add_argument("page", help="the page's address, or a file that holds it")
    trying.add_argument("--url", default="", help="the address of a saved page")
    harvest = verb("harvest", work.harvest, "harvest one province without Airflow")
    harvest.add_argument("province", help="name of a registry file, without .toml")
    harvest.add_argument("--source", action="append", default=[], help="only this source id; may be repeated")
    harvest.add_argument(
        "--year", action="append", default=[], type=year, help="only this report year; may be repeated"
    )
    harvest.add_argument("--limit", type=count, default=0, help="at most so many fetches a source (default all)")
    harvest.add_argument(
        "--recheck",
        choices=("due", "all", "none"),
        default="all",
        help="which archived pages to ask whether they changed (default all)",
    )
    harvest.add_argument("--failed", action="store_true", help="only hosts and addresses that did not end well")
    harvest.add_argument("--unverified", action="store_true", help="also sources nobody has fetched from yet")
    harvest.add_argument("--dry-run", action="store_true", help="walk the listings, archive nothing")
    harvest.add_argument("--run", default="", help="name of the run; give a killed run's name to go on with it")


def _keeping(verb: MakeVerb) -> None:
    rebuild = verb("rebuild", work.rebuild, "make the catalog's tables again from the ledger")
    rebuild.add_argument(
        "--anew", action="store_true", help="delete all below catalog/ first: damaged files, and the catalog's past"
    )
    audit = verb("audit", fixity.audit, "read again the stored bytes that are due today, and every line")
    audit.add_argument("--day", type=fixity.day_of, metavar="YYYY-MM-DD", help="as if it were that day (default today)")
    repair = verb("repair", fixity.mend, "mend damaged and missing objects from a second copy, or from their twins")
    where = repair.add_mutually_exclusive_group()
    where.add_argument(
        "--from", dest="path", default="", metavar="PATH", help="a bag, a WARC file or a release's folder"
    )
    where.add_argument("--bucket", default="", help="another bucket at the same store, with the same keys")
    bring = verb("import", exports.bring_in, "bring a bag into the bucket, and verify all that it holds")
    bring.add_argument("path", type=Path, help="folder that `export --format bag` wrote")


def _reading(verb: MakeVerb) -> None:
    find = verb("find", read.find, "list archived reports")
    find.add_argument("query", nargs="?", default="", help="words in title, agency or text")
    find.add_argument("--year", type=count, help="report year")
    find.add_argument("--division", default="", help="GB/T 2260 code of a division; its subdivisions are included")
    find.add_argument("--limit", type=count, default=50, help="at most so many rows (default 50)")
    show = verb("show", read.show, "show one report: facts, where they were read, sightings, text")
    show.add_argument("report", help="report id, or its unique beginning")
    show.add_argument("--raw", action="store_true", help="write the payload as served to standard output instead")
    show.add_argument("--diff", action="store_true", help="show what changed since the version before it instead")
    coverage = verb("coverage", read.coverage, "list whose reports are found, missing, late or unknown, with evidence")
    coverage.add_argument("--year", type=count, help="report year")
    coverage.add_argument("--division", default="", help="GB/T 2260 code of a division; its subdivisions are included")
    coverage.add_argument(
        "--type", default="", choices=("", *KINDS), metavar="TYPE", help="kind of body, such as justice"
    )
    coverage.add_argument("--status", default="", choices=("", *STATUSES), metavar="STATUS", help=", ".join(STATUSES))
    coverage.add_argument("--limit", type=count, default=50, help="at most so many rows (default 50)")
    quality = verb("quality", read.quality, "say in how many reports each fact is known, and how many bear each flag")
    export = verb("export", _export, "write the corpus, or a part of the archive, to a file or folder")
    export.add_argument("path", type=Path, help="what to write")
    export.add_argument(
        "--format",
        choices=(*read.FORMATS, *exports.FORMATS),
        default="jsonl",
        help="jsonl, parquet, csv: reports with their texts; warc, wacz: captures for web archives; "
        "bag: a folder that another archive can import (default jsonl)",
    )
    export.add_argument("--year", type=count, help="report year")
    export.add_argument("--division", default="", help="GB/T 2260 code of a division; its subdivisions are included")
    export.add_argument("--host", default="", help="only what this host served (warc, wacz, bag)")
    export.add_argument("--run", default="", help="only what this run saw (warc, wacz, bag)")
    for choosing in (find, export):
        choosing.add_argument("--type", default="", metavar="TYPE", help="kind of body, such as justice")
        choosing.add_argument("--tier", default="", metavar="TIER", help="official, affiliate or repost")
        choosing.add_argument("--flag", default="", metavar="WORD", help="only what bears this flag, such as too_short")
    for looking in (find, show, coverage, quality, export):
        looking.add_argument(
            "--as-of",
            default="",
            metavar="MOMENT",
            help="read the catalog as it was: a day (its end), or an instant as 2026-03-01T08:30+08:00 (else UTC)",
        )


def _searching(verb: MakeVerb) -> None:
    index = verb("index", fulltext.index, "write an index of all texts to a file, to search them without the store")
    index.add_argument("path", type=Path, help="file to write; an older one is replaced")
    index.add_argument(
        "--release", default="", help="of this release, or of one in a folder (default the newest tables)"
    )
    search = verb("search", fulltext.find, "list reports whose texts contain every word, from an index, best first")
    search.add_argument("path", type=Path, help="file that `index` wrote")
    search.add_argument("query", help="words of any length")
    search.add_argument("--year", type=count, help="report year")
    search.add_argument("--limit", type=count, default=50, help="at most so many rows (default 50)")


def _releasing(verb: MakeVerb) -> None:
    release = verb("release", releases.release, "freeze the catalog as a release that never changes")
    release.add_argument("--name", default="", help="its name (default today's date, UTC)")
    verb("tend", releases.tend, "put the catalog's files in order: fewer, sorted, none that nobody needs")
    verb("releases", releases.releases, "list the releases")
    changed = verb("changes", releases.changed, "say what became of each report between two releases")
    changed.add_argument("older", help="name of a release, or a folder that holds one")
    changed.add_argument("newer", help="likewise")
    download = verb("download", releases.download, "copy a release into a folder, verified")
    download.add_argument("name", help="name of the release")
    download.add_argument("path", type=Path, help="folder to make")


def _reading_again(verb: MakeVerb) -> None:
    again = verb("reextract", generations.reextract, "read every stored capture with today's reader, without the web")
    again.add_argument("--host", default="", help="only this host, as `ledger/` spells it")
    again.add_argument("--run", default="", help="name of the run; give a killed run's name to go on with it")
    trial = verb("trial", generations.trial, "say what switching to another generation would change")
    trial.add_argument("after", help="the generation to try")
    trial.add_argument("--before", default="", help="the generation to compare it with (default the one in effect)")
    verb("generations", generations.generations, "list the generations, and which is in effect")
    to = verb("switch", generations.to, "switch readers to another generation, or back")
    to.add_argument("generation", help="its name")
    to.add_argument("--reason", default="", help="why, for those who come later")
    to.add_argument("--anyway", action="store_true", help="even if it has not read all that readers see today")


def _export(asked: argparse.Namespace, screen: Screen) -> int:
    return exports.export(asked, screen) if asked.format in exports.FORMATS else read.export(asked, screen)
