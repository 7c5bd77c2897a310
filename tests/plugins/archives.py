"""An archive to look at: a real bucket and catalog, made by the real commit path, with hostile pages among the good."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scrapers.archive.payloads import get_clean, put_clean, put_raw
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.fingerprint import fingerprint
from scrapers.model import (
    Candidate,
    Capture,
    Complete,
    Fact,
    Finding,
    Line,
    Outcome,
    Relevance,
    Report,
    Verdict,
    Walk,
)
from scrapers.settings import Settings
from tests.conftest import settings_of

START = datetime(2025, 3, 2, 1, tzinfo=UTC)
RUNS = (
    "demo.manual__2025-03-02T01:00:00+00:00",
    "demo.manual__2025-03-09T01:00:00+00:00",
    "20250310t011000-demo-ab12cd",
)
HOST, SILENT = "www.heshan.gov.cn", "www.silent.gov.cn"
TITLE = "赫山区司法局2024年法治政府建设年度报告"
HOSTILE_TITLE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7*7 }}\u202egnp.exe"
HOSTILE_TEXT = "</pre><script>document.title='owned'</script>\x00\x1b[31m\n<a href=\"javascript:alert(1)\">报告</a>"
TEXT = "\n".join(f"{number}、赫山区司法局坚持依法行政。" for number in range(1, 12))
REVISED = TEXT.replace("5、赫山区司法局坚持依法行政。", "5、赫山区司法局坚持严格规范公正文明执法。")
REGISTRY = f"""
title = "Demo"
province = "430000"

[schedule]
cron = ["30 2 * * *"]

[[source]]
id = "heshan-sfj"
agency = "益阳市赫山区司法局"
division = "430903"
platform = "generic"
url = "http://{HOST}/fz/"
first_year = 2020

[[source]]
id = "silent"
agency = "益阳市人民政府"
division = "430900"
platform = "generic"
url = "http://{SILENT}/fz/"
"""


def page_of(text: str, title: str = TITLE) -> str:
    """Return the page a text is served in."""
    return f"<html><title>{title}</title><body>{text}</body></html>"


def visit(
    store: Store, run: str, name: str, minute: int, text: str, title: str = TITLE, year: int = 2024
) -> list[Line]:
    """Archive a page as a harvest does and return its lines."""
    url, at = f"http://{HOST}/{name}.html", START + timedelta(days=7 * RUNS.index(run), minutes=minute)
    payload = page_of(text, title).encode()
    identity = fingerprint(text)
    digest = put_raw(store, payload)
    put_clean(store, identity, text, url)
    candidate = Candidate("heshan-sfj", url, title, date(2025, 1, 24), Verdict(Relevance.REPORT, year, "title"))
    capture = Capture(
        url=url,
        final_url=url,
        fetched_at=at,
        outcome=None,
        reason="",
        status=200,
        declared_type="text/html; charset=utf-8",
        media_type="html",
        payload_digest=digest,
        length=len(payload),
    )
    facts = Report(
        title=Fact(title, "meta:ArticleTitle"),
        text="",
        agency=Fact("益阳市赫山区司法局", "label:来源"),
        division=Fact("430903", "site_code"),
        report_year=year,
        report_year_provenance="title",
        published_on=date(year + 1, 1, 24),
        published_on_provenance="meta:PubDate",
        signed_on=None,
        signed_on_provenance="",
        method="selector",
        agreement=0.98,
        encoding="utf-8",
    )
    seen = Line(run, HOST, "crawl", at, url, candidate, capture, None, payload_digest=digest)
    done = replace(
        seen,
        stage="extract",
        at=at + timedelta(seconds=30),
        outcome=Outcome.ARCHIVED_NEW,
        generation=identity.generation,
        content_hash=identity.content_hash,
        report=facts,
        reason="read",
    )
    return [seen, done]


def silence(run: str, minute: int) -> list[Line]:
    """Return the lines of a host that gave nothing, and of one address that was refused."""
    at = START + timedelta(days=7 * RUNS.index(run), minutes=minute)
    found = Finding(Outcome.EMPTY_LISTING, "silent", "the listing <b>offered</b> nothing")
    walk = Walk("silent", f"http://{SILENT}/fz/", (), 1, None, Complete.UNKNOWN, "no entry", (found,))
    url = f"http://{SILENT}/art/1.html"
    candidate = Candidate("silent", url, HOSTILE_TITLE, None, Verdict(Relevance.REPORT, 2023, "title"))
    capture = Capture(url, url, at, Outcome.BLOCKED_WAF, "403 and a firewall's page", status=403)
    refused = Finding(Outcome.BLOCKED_WAF, "silent", "403 and a firewall's page", url)
    return [
        Line(run, SILENT, "crawl", at, walk=walk),
        Line(run, SILENT, "crawl", at, finding=found),
        Line(
            run, SILENT, "crawl", at, url, candidate, capture, Outcome.BLOCKED_WAF, reason="403 and a firewall's page"
        ),
        Line(run, SILENT, "crawl", at, finding=refused),
    ]


def fill(store: Store, sources: Path) -> Settings:
    """Fill an empty bucket with three runs and return the settings that open it."""
    (sources / "demo.toml").write_text(REGISTRY, encoding="utf-8")
    settings = settings_of(store, sources=sources)
    record_three_runs(store, settings)
    return settings


def record_three_runs(store: Store, settings: Settings) -> None:
    """Record a page, its revision, a silent host, a hostile page and sixty ordinary ones, in three runs."""
    catalog = Catalog(f"s3://{store.bucket}/catalog", settings.table_options())
    every = {
        RUNS[0]: [*visit(store, RUNS[0], "a", 0, TEXT), *silence(RUNS[0], 1)],
        RUNS[1]: [*visit(store, RUNS[1], "a", 0, REVISED), *silence(RUNS[1], 1)],
        RUNS[2]: [
            *visit(store, RUNS[2], "evil", 0, HOSTILE_TEXT, HOSTILE_TITLE, 2022),
            *(
                line
                for number in range(60)
                for line in visit(store, RUNS[2], f"b{number}", 1, f"第{number}号。\n{TEXT}", f"第{number}号报告", 2023)
            ),
        ],
    }
    for run, lines in every.items():
        catalog.record(run, lines, lambda generation, content: get_clean(store, generation, content))
