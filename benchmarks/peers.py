"""The readers that are compared, each behind the same door, each in a process of its own.

`python -m benchmarks.peers NAME DIRECTORY ROUNDS [--held-out]` reads every page that often and prints, as JSON, what
it found, what a page cost, and the process's peak memory. Ours is given bytes and decodes them itself; the others are
given the text our ladder decoded, at no cost to them, so that a page's wrong charset label harms nobody.
"""

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.truth import Found, Page, load
from scrapers import charset

Reader = Callable[[Page, str], Found]


def ours(*, held_out: Sequence[Page] = ()) -> Reader:
    """Return our own reader, all facts included; selectors that match only one host of the pages are removed."""
    from scrapers.extract.facts import Seen, completed
    from scrapers.extract.hint import Hint
    from scrapers.extract.page import find_title, look, report_of
    from scrapers.extract.parts import take_apart

    if held_out:
        _hold_out(held_out)

    def read(page: Page, _: str) -> Found:
        decoded = charset.decode(page.payload)
        hint = Hint(page.url, "text/html", "html", "", "", None, None, "", "")
        sight = None if decoded.mojibake else look(decoded.text)
        if sight is None:
            return Found()
        title = find_title(sight, "")
        parts = take_apart(sight.body.lines if sight.body else (), title.value)
        seen = Seen(sight.above, sight.head.domain, sight.head.division, sight.head.published)
        report = completed(report_of(sight, title, parts, decoded, hint), seen, hint)
        body = "\n".join([*parts.title, *parts.byline, report.text, *parts.signed])
        return Found(body, title.value, str(report.published_on or ""), report.source_label, report.method)

    return read


def _hold_out(pages: Sequence[Page]) -> None:
    from scrapers.extract.tree import grow
    from scrapers.platforms import PLATFORMS

    hosts: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        tree = grow(charset.decode(page.payload).text)
        for selector in {name for platform in PLATFORMS.values() for name in platform.BODY_SELECTORS}:
            if tree is not None and any(True for _ in tree.select(selector)):
                hosts[selector].add(page.host)
    single = {selector for selector, named in hosts.items() if len(named) == 1}
    for platform in PLATFORMS.values():
        platform.BODY_SELECTORS = tuple(name for name in platform.BODY_SELECTORS if name not in single)
    print("held out:", *sorted(single), file=sys.stderr)


def trafilatura(**options: Any) -> Reader:
    """Return trafilatura with the given options of `bare_extraction`."""
    from trafilatura import bare_extraction

    def read(page: Page, html: str) -> Found:
        document = bare_extraction(html, url=page.url or None, **options)
        if document is None:
            return Found()
        return Found(document.text or "", document.title or "", document.date or "", document.sitename or "")

    return read


def readability() -> Reader:
    """Return readability-lxml; its body is HTML, read as text block by block."""
    from lxml import html as markup
    from readability import Document

    def read(_: Page, html: str) -> Found:
        document = Document(html)
        body = markup.fromstring(document.summary())
        return Found("\n".join(str(text) for text in body.itertext()), document.short_title())

    return read


def newspaper() -> Reader:
    """Return newspaper4k, told that the page is Chinese."""
    from newspaper import Article

    def read(page: Page, html: str) -> Found:
        article = Article(page.url or "http://localhost/", language="zh")
        article.download(input_html=html)
        article.parse()
        day = article.publish_date
        return Found(article.text, article.title or "", f"{day:%Y-%m-%d}" if day else "", article.meta_site_name or "")

    return read


def resiliparse() -> Reader:
    """Return resiliparse, main content only."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(_: Page, html: str) -> Found:
        tree = HTMLTree.parse(html)
        return Found(extract_plain_text(tree, main_content=True), tree.title or "")

    return read


def justext() -> Reader:
    """Return jusText; it has no stop words of Chinese, so none are asked for."""
    import justext as library

    def read(_: Page, html: str) -> Found:
        found = library.justext(html.encode(), frozenset(), encoding="utf-8", stopwords_low=0, stopwords_high=0)
        return Found("\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate))

    return read


def gne() -> Reader:
    """Return GeneralNewsExtractor."""
    from gne import GeneralNewsExtractor

    reader = GeneralNewsExtractor()

    def read(_: Page, html: str) -> Found:
        found = reader.extract(html)
        return Found(found["content"], found["title"], str(found["publish_time"])[:10].replace("/", "-"))

    return read


PEERS: dict[str, Callable[[], Reader]] = {
    "trafilatura": lambda: trafilatura(include_comments=False),
    "trafilatura+meta": lambda: trafilatura(include_comments=False, with_metadata=True),
    "trafilatura fast": lambda: trafilatura(include_comments=False, fast=True),
    "readability": readability,
    "newspaper4k": newspaper,
    "resiliparse": resiliparse,
    "justext": justext,
    "gne": gne,
}


def _safely(reader: Reader, page: Page, html: str) -> Found:
    try:
        return reader(page, html)
    except Exception as error:  # noqa: BLE001  a reader that breaks on a page found nothing there
        return Found(method=f"{type(error).__name__}: {error}"[:200])


def main(name: str, directory: str, rounds: str, *flags: str) -> None:
    """Read the pages and print what was found."""
    pages = load(Path(directory))
    held_out = pages if "--held-out" in flags else ()
    try:
        reader = ours(held_out=held_out) if name == "ours" else PEERS[name]()
    except ModuleNotFoundError as error:
        raise SystemExit(f"{error}. `make .bench/.locked` installs it; run .bench/bin/python, or --only ours") from None
    texts = [charset.decode(page.payload).text for page in pages]
    found = [_safely(reader, page, html) for page, html in zip(pages, texts, strict=True)]
    cpu, wall = [], []
    for _ in range(int(rounds)):
        began, clock = time.process_time(), time.perf_counter()
        for page, html in zip(pages, texts, strict=True):
            _safely(reader, page, html)
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"found": [asdict(one) for one in found], "cpu": cpu, "wall": wall, "peak_mb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
