"""The verb `try`: one page read, from its address or from a saved file, and shown; nothing is archived."""

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from scrapers import extract
from scrapers.cli.show import Screen
from scrapers.cli.work import registered
from scrapers.discover import judge
from scrapers.errors import RegistryError
from scrapers.fetch import Fetcher, Policy
from scrapers.harvest.works import wanted
from scrapers.model import Outcome, PageRequest, Reading, Report, Source
from scrapers.settings import contact, private_networks
from scrapers.sniff import sniff


def try_page(asked: argparse.Namespace, screen: Screen) -> int:
    """Read one page, and show what would be archived; exit 1 when that is nothing."""
    saved = Path(asked.page)
    reading = _saved(saved, asked.url) if saved.is_file() else _fetched(asked.page)
    if reading.report and not wanted(verdict := judge(reading.report.title.value)):
        # In a harvest the listing's title is judged before the page is even asked for.
        reading = Reading(Outcome.NOT_A_REPORT, f"{reading.report.title.value!r}: {verdict.reason}")
    screen.value(reading) if screen.json else _show_reading(reading, screen)
    return 0 if reading.report else 1


def _saved(file: Path, url: str) -> Reading:
    """Read a saved page; its host's source lends its platform and agency where the registry has one."""
    payload = file.read_bytes()
    try:
        source = _source_of(url) if url else None
    except RegistryError:
        source = None
    return _read(payload, url or file.resolve().as_uri(), "", sniff(payload), source)


def _fetched(url: str) -> Reading:
    source = _source_of(url)
    policy = Policy(
        allow=frozenset({source.host, *source.allow}),
        private_networks=private_networks(),
        contact=contact(),
        delay=source.delay,
    )
    with Fetcher(policy) as fetcher:
        fetched = fetcher.fetch(PageRequest(url))
    capture = fetched.capture
    if capture.outcome is not None:
        return Reading(capture.outcome, capture.reason)
    return _read(fetched.payload, capture.final_url, capture.declared_type, capture.media_type, source)


def _read(payload: bytes, url: str, declared: str, media_type: str, source: Source | None) -> Reading:
    hint = extract.Hint(
        url=url,
        declared_type=declared,
        media_type=media_type,
        platform=source.platform if source else "",
        listed_title="",
        listed_on=None,
        report_year=None,
        agency=source.agency if source else "",
        division=source.division if source else "",
    )
    with extract.Reader() as reader:
        return reader.read(payload, hint)


def _source_of(url: str) -> Source:
    try:
        host = urlsplit(url).netloc.lower()
    except ValueError:
        host = ""
    for province in registered():
        for source in province.sources:
            if host == source.host or host in source.allow:
                return source
    raise RegistryError(f"{host or url!r} is on no source's allow-list. Add a source for it to the registry first.")


def _show_reading(reading: Reading, screen: Screen) -> None:
    report = reading.report
    if report is None:
        screen.say(f"no report: {reading.outcome}: {reading.reason}")
        return
    facts = {
        "title": (report.title.value, report.title.provenance),
        "agency": (report.agency.value, report.agency.provenance) if report.agency else ("", ""),
        "division": (report.division.value, report.division.provenance) if report.division else ("", ""),
        "report year": (report.report_year, report.report_year_provenance),
        "published": (report.published_on, report.published_on_provenance),
        "signed": (report.signed_on, report.signed_on_provenance),
        "source label": (report.source_label, "the page"),
        "body": (f"{len(report.text)} characters", _how(report)),
        "flags": (", ".join(report.flags), ""),
        "content hash": (reading.fingerprint.content_hash if reading.fingerprint else "", "canonical text"),
    }
    rows = [{"fact": name, "value": value, "read from": where} for name, (value, where) in facts.items()]
    screen.rows("what would be archived", ("fact", "value", "read from"), rows)
    screen.say(report.text)


def _how(report: Report) -> str:
    agreed = f", agreement {report.agreement}" if report.agreement is not None else ""
    return f"{report.method}{agreed}, {report.encoding}"
