"""The verbs that work on the archive: check, doctor, harvest, rebuild."""

import argparse
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from scrapers import divisions, platforms, registry
from scrapers import harvest as river
from scrapers.archive.doctor import probe
from scrapers.archive.ledger import chain_lines, chains
from scrapers.cli.read import show_quality
from scrapers.cli.show import Screen
from scrapers.errors import HostSilent, TransientError
from scrapers.extract.needs import needs
from scrapers.model import Line
from scrapers.settings import load, sources_directory

WAITING = (
    "nothing harvested: no source of {province} is active yet. `python -m scrapers probe --verify {province}` settles "
    "them; --unverified or --source ID harvests them as they are"
)
_TOLD = 20
"""Findings a command prints; the archive keeps them all."""


def check(_asked: argparse.Namespace, screen: Screen) -> int:
    """Lint the whole registry."""
    provinces = registered()
    screen.rows(
        "registry",
        ("province", "title", "hosts", "sources", "unverified", "overrides"),
        [
            {
                "province": province.key,
                "title": province.title,
                "hosts": len(province.hosts()),
                "sources": len(province.sources),
                "unverified": province.unverified,
                "overrides": len(province.overrides),
            }
            for province in provinces
        ],
    )
    sources = sum(len(province.sources) for province in provinces)
    screen.say(
        f"{sources} sources in {len(provinces)} files; {sum(p.unverified for p in provinces)} wait to be verified"
    )
    return 0


def doctor(asked: argparse.Namespace, screen: Screen) -> int:
    """Name the tools that are missing, probe the store and, when asked, verify all that it holds."""
    settings = load()
    tools = [{**asdict(need), "fix": "" if need.found else need.fix} for need in needs()]
    screen.rows("tools", ("name", "reads", "found", "fix"), tools)
    works = river.open_works(settings)
    probes = probe(works.store)
    screen.rows("probes", ("name", "passed", "detail"), [asdict(one) for one in probes])
    broken = [one for one in probes if not one.passed]
    if broken or not asked.verify:
        return 1 if broken else 0
    with screen.progress() as progress:
        bar = progress.add_task("verifying", total=None)
        violations = list(river.verify(works, lambda done, total: progress.update(bar, completed=done, total=total)))
    screen.rows("violations", ("invariant", "key", "message"), [asdict(violation) for violation in violations])
    screen.say(f"{len(violations)} violations" if violations else "every invariant that applies holds")
    return 1 if violations else 0


def harvest(asked: argparse.Namespace, screen: Screen) -> int:
    """Harvest one province and print what the run did."""
    settings = load()
    selection = _selection(asked)
    seen: list[Line] = []
    run = asked.run or river.new_run(asked.province, datetime.now(UTC))
    with screen.progress() as progress:
        bar = progress.add_task(f"run {run}", total=None)

        def heard(line: Line) -> None:
            if asked.dry_run or line.finding:
                seen.append(line)
            if line.url:
                progress.update(bar, advance=1, description=f"{line.host} {line.outcome or 'captured'}")

        works = river.open_works(settings, heard)
        if not river.prepare(works, asked.province, selection) and not selection.failed:
            screen.say(WAITING.format(province=asked.province))
            return 0
        try:
            summary = river.harvest(works, asked.province, selection, run, secrets.token_hex(4))
        except (KeyboardInterrupt, TransientError):
            if not asked.dry_run:
                screen.fail(f"run {run} is not finished; the same command with --run {run} goes on from what it kept")
            raise
    if asked.dry_run:
        return _show_offered(seen, screen)
    return _ended(summary, seen, screen)


def _selection(asked: argparse.Namespace) -> river.Selection:
    return river.Selection(
        years=tuple(asked.year),
        sources=tuple(asked.source),
        recheck=river.Recheck(asked.recheck),
        failed=asked.failed,
        limit=asked.limit,
        dry_run=asked.dry_run,
        unverified=asked.unverified,
    )


def _ended(summary: river.RunSummary, lines: Sequence[Line], screen: Screen) -> int:
    if screen.json:
        screen.value(summary)
    else:
        _show_findings(lines, screen)
        _show_summary(summary, screen)
        if summary.quality:
            show_quality(summary.quality, screen)
    try:
        river.gate(summary)
    except HostSilent as error:
        screen.fail(str(error))
        return 1
    return 0


def rebuild(asked: argparse.Namespace, screen: Screen) -> int:
    """Make the catalog again from the ledger."""
    works = river.open_works(load())
    if asked.anew:
        works.catalog.remove()
    count = 0

    def lines(told: Callable[[int, int], None]) -> Iterator[Line]:
        nonlocal count
        found = chains(works.store)
        for done, (writer, chain) in enumerate(found.items(), 1):
            for line in chain_lines(works.store, writer, chain):
                count += 1
                yield line
            told(done, len(found))

    with screen.progress() as progress:
        bar = progress.add_task("reading the ledger", total=None)
        works.catalog.rebuild(
            lines(lambda done, total: progress.update(bar, completed=done, total=total)), works.text_of
        )
    screen.result({"lines": count}, f"rebuilt the catalog from {count} ledger lines")
    return 0


def registered() -> tuple[registry.Province, ...]:
    """Return every registry file, validated; raise RegistryError when one is missing or wrong."""
    return registry.load_all(sources_directory(), platforms.PLATFORMS, divisions.codes())


def _show_offered(lines: list[Line], screen: Screen) -> int:
    rows = [
        {
            "source": line.candidate.source_id,
            "relevance": line.candidate.verdict.relevance,
            "year": line.candidate.verdict.report_year,
            "title": line.candidate.title,
            "url": line.url,
            "reason": line.reason,
        }
        for line in lines
        if line.candidate
    ]
    troubles = [line for line in lines if line.finding and not line.candidate]
    screen.rows(f"{len(rows)} addresses offered; nothing was stored", ("relevance", "year", "title", "url"), rows)
    _show_findings(troubles, screen)
    return 1 if troubles else 0


def _show_findings(lines: Sequence[Line], screen: Screen) -> None:
    findings = tuple(dict.fromkeys(line.finding for line in lines if line.finding))
    for finding in findings[:_TOLD]:
        screen.fail(f"{finding.subject}: {finding.kind}: {finding.message}")
    if len(findings) > _TOLD:
        screen.fail(f"and {len(findings) - _TOLD} more; the Findings page has them all")


def _show_summary(summary: river.RunSummary, screen: Screen) -> None:
    rows = [{"outcome": outcome, "addresses": count} for outcome, count in summary.outcomes.items()]
    screen.rows(f"run {summary.run}", ("outcome", "addresses"), rows)
    for host, why in summary.silent.items():
        screen.fail(f"{host} fails: {why}")
    screen.say(f"{summary.fetched} pages asked for, {summary.conditional} of them only whether they had changed")
    screen.say(
        f"{summary.list_pages} list pages asked for, {summary.list_pages_conditional} of them only whether they had "
        f"changed; {summary.list_pages_unchanged} had not"
    )
    known = f"{summary.new_reports} new reports" if summary.new_reports else "nothing new"
    screen.say(f"{known}; {summary.findings} findings; {len(summary.hosts)} hosts")
