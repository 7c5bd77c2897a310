"""The verbs of generations: read stored captures again, try the outcome, and switch to it or back."""

import argparse
import secrets
from dataclasses import asdict
from datetime import UTC, datetime

from scrapers import harvest as river
from scrapers.archive.generations import switches
from scrapers.cli.show import Screen
from scrapers.corpus import Corpus, open_corpus
from scrapers.corpus.keeper import open_keeper
from scrapers.corpus.trial import markdown
from scrapers.errors import TransientError, UserError
from scrapers.fingerprint import GENERATION
from scrapers.settings import load


def reextract(asked: argparse.Namespace, screen: Screen) -> int:
    """Read every stored capture with today's reader; no request leaves."""
    run = asked.run or river.new_run(f"reextract-{GENERATION}", datetime.now(UTC))
    with screen.progress() as progress:
        bar = progress.add_task(f"reading with {GENERATION}", total=None)
        works = river.open_works(load(), lambda line: progress.update(bar, advance=1, description=line.host))
        hosts = river.hosts_to_reextract(works, [asked.host] if asked.host else [])
        try:
            count = river.reextract_all(works, run, hosts, secrets.token_hex(4))
        except (KeyboardInterrupt, TransientError):
            screen.fail(f"run {run} is not finished; the same command goes on from what it kept")
            raise
        if count or asked.run:
            river.record_reextract(works, run)
    result = {"run": run, "generation": GENERATION, "read": count, "hosts": len(hosts)}
    told = f"{count} captures of {len(hosts)} hosts read by {GENERATION} in run {run}"
    screen.result(result, told if count else f"{GENERATION} has read everything already")
    return 0


def trial(asked: argparse.Namespace, screen: Screen) -> int:
    """Say what another generation would change; exit 1 while it has not read everything."""
    corpus = open_keeper()
    before = _known(corpus, asked.before) if asked.before else corpus.generation()
    with screen.progress() as progress:
        bar = progress.add_task("comparing texts", total=None)
        found = corpus.trial(
            before, _known(corpus, asked.after), lambda done, total: progress.update(bar, completed=done, total=total)
        )
    screen.result(asdict(found), markdown(found))
    return 1 if found.unread else 0


def generations(_asked: argparse.Namespace, screen: Screen) -> int:
    """List the generations with their reports, and which is in effect."""
    corpus = open_corpus()
    now = corpus.generation()
    rows = [
        {"generation": name, "reports": count, "in_effect": name == now} for name, count in corpus.generations().items()
    ]
    screen.rows("generations", ("generation", "reports", "in_effect"), rows)
    for made in switches(river.open_works(load()).store):
        screen.say(f"{made.at:%Y-%m-%d %H:%M} switched to {made.generation}: {made.reason or 'no reason given'}")
    return 0


def to(asked: argparse.Namespace, screen: Screen) -> int:
    """Switch readers to another generation, once it has read all that the one in effect has."""
    corpus = open_keeper()
    wanted, now = _known(corpus, asked.generation), corpus.generation()
    corpus.switch(wanted, asked.reason, anyway=asked.anyway)
    screen.result({"generation": wanted, "before": now}, f"{wanted} is in effect")
    return 0


def _known(corpus: Corpus, generation: str) -> str:
    known = corpus.generations()
    if generation not in known:
        raise UserError(f"There is no generation {generation!r}. Recorded: {', '.join(known) or 'none'}.")
    return generation
