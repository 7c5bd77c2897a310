"""The verbs that carry parts of the archive out and in: export to WARC, WACZ and bags, import of a bag."""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrapers import harvest as river
from scrapers.archive.ledger import read_lines
from scrapers.archive.store import Store
from scrapers.cli.show import Screen
from scrapers.errors import UserError
from scrapers.exports.bag import write_bag
from scrapers.exports.bring import bring
from scrapers.exports.subset import Part, Subset, Told, choose
from scrapers.exports.wacz import write_wacz
from scrapers.exports.warc import Written, write_cdxj, write_warc
from scrapers.settings import load

FORMATS = ("warc", "wacz", "bag")


def export(asked: argparse.Namespace, screen: Screen) -> int:
    """Write a part of the archive as `asked.format`."""
    if asked.type or asked.tier or asked.flag:
        raise UserError(f"--type, --tier and --flag choose reports; {asked.format} holds captures. Use --division.")
    if asked.as_of:
        raise UserError(
            f"--as-of chooses a moment of the catalog; {asked.format} holds captures. Use --run and --host."
        )
    if not asked.path.name:
        raise UserError(f"{str(asked.path)!r} names no file. Name one in a directory you may write.")
    store = river.open_works(load()).store
    subset = Subset(host=asked.host, run=asked.run, division=asked.division, year=asked.year)
    with _full_disk_told(asked.path), _bar(screen, f"writing {asked.path}") as told:
        part = choose(store, subset)
        if asked.format == "bag":
            count = write_bag(store, part, asked.path, told)
            screen.result({"path": asked.path, "objects": count}, f"{count} objects in {asked.path}")
            return 0
        with _room(asked.path) as room:
            made = _warc(store, part, asked, room, told)
    _tell(made, asked.path, screen)
    return 0


def bring_in(asked: argparse.Namespace, screen: Screen) -> int:
    """Bring a bag into the bucket, make the catalog know of it, and verify the whole archive."""
    works = river.open_works(load())
    with _bar(screen, f"bringing in {asked.path}") as told:
        runs = bring(works.store, asked.path, told)
    for run in runs:
        if lines := list(read_lines(works.store, run=run)):  # an attempt that had nothing to do leaves its mark alone
            works.catalog.record(lines[0].run, lines, works.text_of)
    with _bar(screen, "verifying") as told:
        broken = list(river.verify(works, told))
    for violation in broken:
        screen.fail(str(violation))
    result = {"runs": len(runs), "violations": len(broken)}
    screen.result(result, f"{len(runs)} runs brought in; {len(broken)} violations")
    return 1 if broken else 0


def _warc(store: Store, part: Part, asked: argparse.Namespace, room: Path, told: Told) -> Written:
    warc = room / ("data.warc.gz" if asked.format == "wacz" else asked.path.name)
    made = write_warc(store, part.lines(store, told), warc)
    if asked.format == "wacz":
        write_wacz(warc, made.pages, room / asked.path.name)
        warc.unlink()
    else:
        write_cdxj(warc, room / f"{asked.path.name}.cdxj")
    return made


def _tell(made: Written, path: Path, screen: Screen) -> None:
    screen.result(
        {"path": path, **{name: getattr(made, name) for name in made.__slots__ if name != "pages"}},
        f"{made.responses} responses, {made.revisits} revisits, {made.redirects} redirects in {path}; "
        f"{made.without_bytes} captures left no bytes",
    )


@contextmanager
def _room(path: Path) -> Iterator[Path]:
    """Give a folder to write in, and move all that lies there beside `path` when it is whole."""
    room = path.with_name(path.name + ".part")
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    try:
        yield room
        for made in room.iterdir():
            made.replace(path.parent / made.name)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _full_disk_told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error}. Name a place you may write, with room.") from error


@contextmanager
def _bar(screen: Screen, what: str) -> Iterator[Told]:
    with screen.progress() as progress:
        bar = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
