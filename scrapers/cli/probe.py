"""The verb `probe`: an address or a registry file in, what the site is, or what became of each entry, out.

`--write` puts the source into the registry and records the pages it was read from, for the tests.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from scrapers import divisions, platforms, registry
from scrapers.cli.show import Screen
from scrapers.discover import hints
from scrapers.discover.hosts import unofficial
from scrapers.errors import RegistryError, UserError
from scrapers.fetch import Fetcher, Limits, Policy
from scrapers.harvest.fixture import record
from scrapers.harvest.probe import Probe, probe
from scrapers.model import Outcome, Source, Status
from scrapers.registry.writing import add, change
from scrapers.settings import contact, pace, private_networks, sources_directory

DELAY = 2.0
"""Seconds between two requests of a probe; a site's own Crawl-delay counts when it is longer."""
_BLOCKED = frozenset(
    {Outcome.BLOCKED_CHALLENGE, Outcome.BLOCKED_WAF, Outcome.GEO_BLOCKED_SUSPECT, Outcome.RATE_LIMITED}
)


def probe_address(asked: argparse.Namespace, screen: Screen) -> int:
    """Say what a site is and what a harvest would find there; exit 1 when nothing could be found out."""
    if asked.verify:
        return _verify(asked.verify, screen, parked=asked.parked)
    if not asked.url:
        raise UserError("probe needs an address, or --verify with a registry file. `probe --help` shows both.")
    _refuse_strangers(asked.url, anyway=asked.anyway)
    seen = _probed(asked.url, screen)
    _show(seen, screen)
    if seen.source is None:
        screen.fail(_stopped(seen))
        return 1
    if asked.write:
        _written(seen, seen.source, asked.fixtures, screen)
    return 0


def _refuse_strangers(url: str, *, anyway: bool) -> None:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(f"{url!r} is no http(s) address. Give a page of the site: https://www.example.gov.cn/zwgk/.")
    if not parts.netloc.isascii() or "@" in parts.netloc:
        raise UserError(f"{url!r}: write the host without a login and in ASCII, as a browser copies it (xn--…).")
    stranger = unofficial(url)
    known = {host for province in _registry() for source in province.sources for host in (source.host, *source.allow)}
    if stranger and not anyway and parts.netloc.lower() not in known:
        raise UserError(f"{url}: {stranger}. If you know better, say so with --anyway.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _probed(url: str, screen: Screen) -> Probe:
    host = urlsplit(url).netloc.lower()
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    given = pace()
    policy = Policy(
        allow=frozenset({host, twin}),
        private_networks=private_networks(),
        contact=contact(),
        delay=DELAY if given is None else given,
        limits=Limits() if given is None else Limits(backoff=0.2),
    )
    with screen.progress() as progress, Fetcher(policy) as fetcher:
        bar = progress.add_task(f"looking at {host}", total=None)
        return probe(url, fetcher, lambda address: progress.update(bar, advance=1, description=address[:80]))


def _stopped(seen: Probe) -> str:
    if seen.outcome is Outcome.SSRF_BLOCKED:
        return (
            f"{seen.asked}: {seen.reason}. Private addresses are never fetched; test sites are, when "
            "REPORT_ARCHIVE_PRIVATE_NETWORKS names their network."
        )
    if seen.outcome in _BLOCKED:
        return (
            f"{seen.asked} is blocked ({seen.outcome}): {seen.reason}. Nothing more was asked; blocks are not solved."
        )
    return f"{seen.asked}: {seen.outcome}: {seen.reason}"


def _written(seen: Probe, source: Source, fixtures: Path, screen: Screen) -> None:
    if not source.division:
        raise RegistryError(f"{source.url}: no page says whose site this is. Add the entry by hand: CONTRIBUTING.md.")
    source = replace(source, id=_free(source))
    path, title, province = _file_of(source)
    changed = add(path, source, title=title, province=province)
    written = next(one for one in _load(path).sources if one.url == source.url)
    kept = record(fixtures, written.id, seen)
    screen.say(f"{'changed' if changed else 'wrote'} {written.id} in {path}; recorded its pages in {kept}")
    screen.say(f"next: python -m scrapers check && python -m scrapers harvest {path.stem} --source {written.id}")
    if screen.json:
        screen.value({"source": written.id, "province": path.stem, "file": str(path), "fixture": str(kept)})


def _free(source: Source) -> str:
    """Return the source's id, numbered when another source of the registry has it."""
    taken = {one.id for province in _registry() for one in province.sources if one.url != source.url}
    numbered = (f"{source.id}-{n}" for n in range(2, 10_000))
    return source.id if source.id not in taken else next(name for name in numbered if name not in taken)


def _file_of(source: Source) -> tuple[Path, str, str]:
    """Return the file of a source's host, else of its province, with the head to give a new one."""
    directory = sources_directory()
    for province in _registry():
        if source.host in province.hosts():
            return directory / f"{province.key}.toml", province.title, province.division
    code = source.division[:2] + "0000"
    place = divisions.lookup(code)
    if place is None:
        raise RegistryError(f"{source.url}: division {source.division} lies in no province. Add the entry by hand.")
    same = [province for province in _registry() if province.division == code]
    key = same[0].key if same else f"{code[:2]}-{hints.spelled(place.name)}"
    return directory / f"{key}.toml", place.name, code


def _verify(name: str, screen: Screen, *, parked: bool) -> int:
    """Probe every unverified entry of a file and settle it: active, or parked with the reason."""
    path = Path(name) if name.endswith(".toml") else sources_directory() / f"{name}.toml"
    wanted = {Status.UNVERIFIED, Status.PARKED} if parked else {Status.UNVERIFIED}
    waiting = [source for source in _load(path).sources if source.status in wanted]
    rows = []
    for source in waiting:
        seen = _probed(source.url, screen)
        change(path, {source.id: _settled(source, seen)})  # one by one: an interrupted run keeps what it settled
        status = Status.ACTIVE if seen.source else Status.PARKED
        reason = f"{seen.reports} reports on {seen.walk.pages} pages" if seen.walk else f"{seen.outcome}: {seen.reason}"
        rows.append({"source": source.id, "status": status, "platform": _platform(seen, source), "why": reason})
    screen.rows(f"{path}: {len(waiting)} settled", ("source", "status", "platform", "why"), rows)
    _load(path)
    return 0


def _settled(source: Source, seen: Probe) -> dict[str, object]:
    today = datetime.now(UTC).date()
    if seen.source is None:
        note = f"{source.notes} Probed {today}: {seen.outcome}: {seen.reason}.".strip()
        return {"status": str(Status.PARKED), "notes": note}
    found: dict[str, object] = {"status": None, "platform": seen.source.platform}
    if seen.source.host == source.host:
        found["url"] = seen.source.url
    note = "" if seen.source.url == source.url else f", list at {seen.source.url}"
    found["notes"] = f"{source.notes} Probed {today}: {seen.reports} reports{note}.".strip()
    return found


def _platform(seen: Probe, source: Source) -> str:
    return seen.source.platform if seen.source else source.platform


def _load(path: Path) -> registry.Province:
    return registry.load(path, platforms.PLATFORMS, divisions.codes())


def _registry() -> tuple[registry.Province, ...]:
    return registry.load_all(sources_directory(), platforms.PLATFORMS, divisions.codes())


def _show(seen: Probe, screen: Screen) -> None:
    rows = [{"what": what, "seen": value} for what, value in _facts(seen) if value]
    if screen.json:
        screen.value({row["what"]: row["seen"] for row in rows})
    else:
        screen.rows(f"probe of {seen.asked}", ("what", "seen"), rows)
        if seen.reading and seen.reading.report:
            screen.say(seen.reading.report.text[:600])


def _facts(seen: Probe) -> Iterator[tuple[str, object]]:
    yield "robots", seen.robots
    yield "encoding", seen.encoding
    if seen.system:
        yield "system", f"{seen.system.platform}: {seen.system.why()}"
    yield "or else", "; ".join(f"{one.platform}: {one.why()}" for one in seen.also)
    if seen.listing and seen.walk and seen.source:
        yield "list", seen.source.url
        yield "container", seen.listing.container
        yield "paging", seen.listing.paging or "none named"
        yield "candidates", f"{seen.reports} reports of {len(seen.walk.candidates)} entries on {seen.walk.pages} pages"
        yield "end", f"{seen.walk.complete}: {seen.walk.why}"
        yield "agency", seen.source.agency or "several bodies, or none named"
        yield "division", seen.source.division
        yield "id", seen.source.id
    if seen.reading and seen.preview:
        yield from _preview(seen)
    if seen.outcome:
        yield "stopped", f"{seen.outcome}: {seen.reason}"


def _preview(seen: Probe) -> Iterator[tuple[str, object]]:
    if seen.preview is None or seen.reading is None:
        return
    yield "first report", seen.preview.url
    report = seen.reading.report
    if report is None:
        yield "would end as", f"{seen.reading.outcome}: {seen.reading.reason}"
        return
    yield "title", report.title.value
    yield "issued by", report.agency.value if report.agency else ""
    yield "report year", report.report_year
    yield "published", report.published_on
    yield "signed", report.signed_on
    yield "body", f"{len(report.text)} characters, read by {report.method}"
