"""Pages with a hand-written truth beside them, and how near a reading comes to it.

A directory with `truth.jsonl` (file, title, date, source, body) and the pages it names in; pages and marks out. The
page's address comes from `SOURCES.tsv` (file, url) where there is one. Knows no reader.
"""

import csv
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.extract.parts import take_apart
from scrapers.fingerprint import fingerprint
from scrapers.text import canonical

GRAM = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader made of a page; empty where it found nothing."""

    body: str = ""
    title: str = ""
    date: str = ""
    source: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page and its truth."""

    name: str
    payload: bytes
    url: str
    host: str
    truth: Found


def load(directory: Path) -> list[Page]:
    """Read a directory's pages; raise SystemExit naming what is missing."""
    listed = directory / "truth.jsonl"
    if not listed.is_file():
        raise SystemExit(f"{listed} is not there. One JSON object a line: file, title, date, source, body.")
    urls, hosts = _addresses(directory / "SOURCES.tsv")
    pages = []
    for line in filter(None, listed.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        truth = Found(row["body"], row["title"], row.get("date") or "", row.get("source") or "")
        name, url = row["file"], urls.get(row["file"], "")
        host = urlsplit(url).hostname or hosts.get(name) or name
        pages.append(Page(name, (directory / name).read_bytes(), url, host, truth))
    return pages


def _addresses(table: Path) -> tuple[dict[str, str], dict[str, str]]:
    if not table.is_file():
        return {}, {}
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return (
        {row["file"]: row.get("url") or "" for row in rows},
        {row["file"]: row.get("site_domain") or "" for row in rows},
    )


def marks(page: Page, found: Found) -> dict[str, float]:
    """Return one page's marks: F1, precision and recall of four-character shingles, and what is exactly right.

    Body and truth are compared as they are, spaces and width aside. For the hash both go the same way: furniture,
    title lines and sign-off come off by our own rules, whoever read the page.
    """
    ours, true = _grams(found.body), _grams(page.truth.body)
    common = sum((ours & true).values())
    precision, recall = common / max(1, sum(ours.values())), common / max(1, sum(true.values()))
    return {
        "f1": 2 * precision * recall / (precision + recall) if common else 0.0,
        "precision": precision,
        "recall": recall,
        "exact": _plain(found.body) == _plain(page.truth.body),
        "hash": _hash(found.body, page.truth.title) == _hash(page.truth.body, page.truth.title),
        "title": canonical(found.title) == canonical(page.truth.title),
        "date": found.date == page.truth.date,
        "source": bool(page.truth.source) and canonical(found.source) == canonical(page.truth.source),
    }


def total(every: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of F1, precision and recall, and the sums of what is exactly right."""
    rows = list(every)
    means = {name: sum(row[name] for row in rows) / len(rows) for name in ("f1", "precision", "recall")}
    counts = {name: int(sum(row[name] for row in rows)) for name in ("exact", "hash", "title", "date", "source")}
    return {**{name: round(value, 4) for name, value in means.items()}, **counts}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _grams(text: str) -> Counter[str]:
    plain = _plain(text)
    return Counter(plain[start : start + GRAM] for start in range(max(0, len(plain) - GRAM + 1)))


def _hash(body: str, title: str) -> str:
    return fingerprint(take_apart(body.split("\n"), title).text).content_hash
