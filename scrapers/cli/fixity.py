"""The verbs that keep bytes right: audit what is due, repair what is damaged."""

import argparse
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

from scrapers import harvest as river
from scrapers.archive.keys import QUARANTINE_PREFIX
from scrapers.cli.show import Screen
from scrapers.exports.copies import copy_at
from scrapers.exports.repair import damaged, repair
from scrapers.settings import load


def day_of(text: str) -> date:
    """Return a day given as YYYY-MM-DD; argparse names the option when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; give it as YYYY-MM-DD") from None


def audit(asked: argparse.Namespace, screen: Screen) -> int:
    """Read again what is due on a day; exit 1 when something is not as it should be."""
    works = river.open_works(load())
    with screen.progress() as progress:
        bar = progress.add_task("reading again", total=None)
        seen = river.audit(
            works,
            asked.day or datetime.now(UTC).date(),
            lambda done, total: progress.update(bar, completed=done, total=total),
        )
    for words in seen.told:
        screen.fail(words)
    told = f"{seen.checked} runs and objects read again for {seen.day}; {seen.violations} violations"
    screen.result(asdict(seen), told)
    return 1 if seen.violations else 0


def mend(asked: argparse.Namespace, screen: Screen) -> int:
    """Mend damaged and missing objects from a second copy; exit 1 when something is still wrong."""
    settings = load()
    works = river.open_works(settings)
    other = river.open_works(replace(settings, bucket=asked.bucket)).store if asked.bucket else None
    copy = copy_at(asked.path, other)
    with screen.progress() as progress:
        bar = progress.add_task("looking for damage", total=None)
        told = [
            one.key
            for one in river.verify(works, lambda done, total: progress.update(bar, completed=done, total=total))
        ]
    done = list(repair(works.store, copy, damaged(works.store, copy, told)))
    screen.rows(f"{len(done)} objects to mend", ("key", "done", "what"), [asdict(one) for one in done])
    left = [one for one in river.verify(works) if not one.key.startswith(QUARANTINE_PREFIX)]
    for violation in left:
        screen.fail(f"{violation.invariant} {violation.key}: {violation.message}")
    screen.say(f"{len(left)} violations are left" if left else "every invariant that applies holds")
    return 1 if left else 0
