"""Ledgers to record: lines as a harvest writes them, and a strategy that mixes runs, attempts, texts and accidents."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from scrapers.catalog.columns import TABLES
from scrapers.catalog.tables import Catalog
from scrapers.fingerprint import GENERATION
from scrapers.model import (
    Candidate,
    Capture,
    Complete,
    Fact,
    Finding,
    Hop,
    Line,
    Outcome,
    Relevance,
    Report,
    Verdict,
    Walk,
)

START = datetime(2025, 3, 1, tzinfo=UTC)
HOSTS = ("www.heshan.gov.cn", "sfj.yiyang.gov.cn", "mirror.example.com")
TEXTS = ("一、主要举措和成效。", "二、存在的不足和原因。", "三、下一年度的安排。")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


CONTENT = {sha(text): text for text in TEXTS}


def text_of(generation: str, content_hash: str) -> str:
    return CONTENT.get(content_hash) or f"正文 {content_hash}"


def offer(url: str, title: str = "2024年法治政府建设年度报告", source: str = "heshan") -> Candidate:
    return Candidate(source, url, title, date(2025, 1, 24), Verdict(Relevance.REPORT, 2024, "title"))


def fetched(url: str, minute: int, payload: str, outcome: Outcome | None = None, etag: str = "") -> Capture:
    return Capture(
        url=url,
        final_url=url + "?x",
        fetched_at=START + timedelta(minutes=minute),
        outcome=outcome,
        reason="",
        status=200,
        redirects=(Hop(url, 302, url + "?x"),),
        headers=(("ETag", etag),) if etag else (),
        declared_type="text/html",
        media_type="html",
        payload_digest=sha(payload) if payload else "",
        length=len(payload),
    )


def report(agency: str | None = "益阳市赫山区司法局", year: int | None = 2024, published: date | None = None) -> Report:
    return Report(
        title=Fact("2024年法治政府建设年度报告", "meta:ArticleTitle"),
        text="",
        agency=Fact(agency, "source") if agency else None,
        division=Fact("430903", "source") if agency else None,
        report_year=year,
        report_year_provenance="title" if year else "",
        published_on=published,
        published_on_provenance="label" if published else "",
        signed_on=None,
        signed_on_provenance="",
        method="selector",
        agreement=0.98,
        encoding="utf-8",
    )


def crawled(run: str, host: str, url: str, minute: int, payload: str, outcome: Outcome | None = None) -> Line:
    capture = fetched(url, minute, payload, outcome)
    return Line(
        run, host, "crawl", capture.fetched_at, url, offer(url), capture, outcome, payload_digest=capture.payload_digest
    )


def settled(line: Line, outcome: Outcome, text: str = "", facts: Report | None = None) -> Line:
    at = line.at + timedelta(seconds=30)
    named = {"content_hash": sha(text), "report": facts or report()} if text else {}
    return replace(line, stage="extract", at=at, outcome=outcome, generation=GENERATION, reason="read", **named)


def archived(
    run: str, url: str, minute: int, text: str, facts: Report | None = None, host: str = HOSTS[0]
) -> list[Line]:
    line = crawled(run, host, url, minute, f"<html>{text}")
    return [line, settled(line, Outcome.ARCHIVED_NEW, text, facts)]


@st.composite
def visits(draw: st.DrawFn) -> list[Line]:
    """Lines of one address, walk or finding of one attempt."""
    run, host = draw(st.sampled_from(["r1", "r2", "r3"])), draw(st.sampled_from(HOSTS))
    url = f"http://{host}/{draw(st.integers(1, 2))}.html"
    minute = draw(st.integers(0, 6))
    kind = draw(st.sampled_from(["archived", "archived", "archived", "failed", "unread", "walk", "finding", "open"]))
    if kind == "walk":
        finding = Finding(Outcome.EMPTY_LISTING, "heshan", draw(st.sampled_from(["empty", "still empty"])))
        walk = Walk("heshan", url, (), 1, None, draw(st.sampled_from(list(Complete))), "why", (finding,))
        return [Line(run, host, "crawl", START + timedelta(minutes=minute), walk=walk)]
    if kind == "finding":
        finding = Finding(Outcome.LAYOUT_CHANGED, host, "look", url)
        return [Line(run, host, "crawl", START + timedelta(minutes=minute), finding=finding)]
    if kind == "failed":
        return [crawled(run, host, url, minute, "", draw(st.sampled_from([Outcome.TIMEOUT, Outcome.NOT_FOUND])))]
    line = crawled(run, host, url, minute, draw(st.sampled_from(["<p>1", "<p>2"])))
    if kind == "open":
        return [line]
    if kind == "unread":
        return [line, settled(line, Outcome.NOT_A_REPORT)]
    facts = report(
        draw(st.sampled_from([None, "赫山区司法局", "赫山区人民政府"])),
        draw(st.sampled_from([None, 2023, 2024])),
        draw(st.sampled_from([None, date(2025, 1, 1), date(2025, 2, 2)])),
    )
    word = draw(st.sampled_from([Outcome.ARCHIVED_NEW, Outcome.ARCHIVED_SAME]))
    return [line, settled(line, word, draw(st.sampled_from(TEXTS)), facts)]


ledgers = st.lists(visits(), min_size=1, max_size=10).map(lambda groups: [line for group in groups for line in group])


def contents(catalog: Catalog) -> dict[str, list[dict[str, object]]]:
    """Return every row of every table, in the order of its key."""
    found = {}
    for name, table in TABLES.items():
        opened = catalog.table(name)
        rows = pl.read_delta(opened, storage_options=catalog.options).to_dicts() if opened else []
        found[name] = sorted(rows, key=lambda row, key=table.key: [str(row[column]) for column in key])  # type: ignore[misc]
    return found
