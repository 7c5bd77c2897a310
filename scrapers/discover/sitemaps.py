"""Sitemaps as a further way in: addresses of the column that its list does not show.

Enters: a source that names a sitemap, a function that gets pages, and what the list gave. Leaves: more entries, and a
line on what was found. A sitemap knows addresses and no titles, so the titles of new addresses are read from their
pages, 50 at most. It refuses to leave the column: only addresses beside those the list shows are looked at.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlsplit

from scrapers.dates import find_date
from scrapers.discover.addresses import document_key, on_hosts
from scrapers.discover.found import Found
from scrapers.model import Finding, Outcome, Page, PageRequest, Source
from scrapers.platforms import Entry
from scrapers.platforms.rows import ARTICLE
from scrapers.platforms.tree import plain

FILE_CAP = 20
"""Sitemaps read at most, the index included."""
ADDRESS_CAP = 50_000
TITLE_CAP = 50
"""Pages asked for their title at most."""
_LOCATION = re.compile(
    r"<loc>\s{0,99}(?:<!\[CDATA\[)?\s{0,99}([^<\]]{1,2083}?)\s{0,99}(?:\]\]>)?\s{0,99}</loc>", re.IGNORECASE
)
_BLOCK = re.compile(r"</url>|</sitemap>", re.IGNORECASE)
_NEWS_TITLE = re.compile(r"<news:title>\s{0,99}(?:<!\[CDATA\[)?([^<\]]{1,600})")
_LASTMOD = re.compile(r"<(?:lastmod|news:publication_date)>([^<]{8,40})<")
_META_TITLE = re.compile(
    r"<meta[^<>]{0,200}name=[\"']ArticleTitle[\"'][^<>]{0,200}content=[\"']([^\"'<>]{1,600})", re.IGNORECASE
)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,600})", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s{0,9}[-_|—–].{0,200}$", re.DOTALL)


def read(source: Source, get: Callable[[PageRequest], Page], found: Found) -> tuple[str, tuple[Finding, ...]]:
    """Add the column's addresses that only the sitemap knows; return a line on it, and what went wrong."""
    troubles: list[Finding] = []
    seen, files = _addresses(source, get, troubles)
    folders = _folders(entry.url for entry in found.entries())
    fresh = [
        entry
        for entry in seen
        if document_key(entry.url) not in found
        and on_hosts(entry.url, found.hosts)
        and _folder(entry.url) in folders
        and ARTICLE.search(entry.url)
    ]
    named = [entry if entry.title else _titled(entry, get) for entry in fresh[:TITLE_CAP]]
    added = found.keep(entry for entry in named if entry.title)
    note = f"the sitemap ({files} files, {len(seen)} addresses) added {added}"
    if len(fresh) > TITLE_CAP:
        note += f"; {len(fresh) - TITLE_CAP} more were not looked at"
    return note, tuple(troubles)


def _addresses(source: Source, get: Callable[[PageRequest], Page], troubles: list[Finding]) -> tuple[list[Entry], int]:
    """Read the sitemap and those it names, within the caps."""
    waiting, asked = [source.sitemap], {source.sitemap}
    seen: list[Entry] = []
    files = 0
    while waiting and files < FILE_CAP and len(seen) < ADDRESS_CAP:
        address = waiting.pop(0)
        page = get(PageRequest(address))
        files += 1
        if page.outcome is not None or not page.text.strip():
            troubles.append(_trouble(source, page, address))
            continue
        rows = list(_rows(page.text))[: ADDRESS_CAP - len(seen)]
        if "<sitemapindex" not in page.text[:2000]:
            seen.extend(rows)
            continue
        for row in rows:
            if row.url not in asked:
                asked.add(row.url)
                waiting.append(row.url)
    if waiting:
        troubles.append(
            Finding(
                Outcome.TOO_LARGE,
                source.id,
                f"The sitemap names more than {FILE_CAP} files or {ADDRESS_CAP} addresses; the rest was not read. Set "
                f"`sitemap` of {source.id} to the file of its column.",
                source.sitemap,
            )
        )
    return seen, files


def _rows(text: str) -> Iterator[Entry]:
    """Yield the addresses of a sitemap, an index, or a plain list of lines; never parsed as XML, so nothing expands."""
    if "<loc" not in text:
        yield from (Entry(line.strip(), "", None) for line in text.splitlines() if line.strip().startswith("http"))
        return
    for block in _BLOCK.split(text):
        location = _LOCATION.search(block)
        if location is not None:
            title, day = _NEWS_TITLE.search(block), _LASTMOD.search(block)
            yield Entry(
                unescape(location[1]), plain(unescape(title[1])) if title else "", find_date(day[1]) if day else None
            )


def _titled(entry: Entry, get: Callable[[PageRequest], Page]) -> Entry:
    page = get(PageRequest(entry.url))
    if page.outcome is not None:
        return entry
    written = _META_TITLE.search(page.text)
    shown = _TITLE.search(page.text)
    title = written[1] if written else _SITE_NAME.sub("", shown[1]) if shown else ""
    return Entry(entry.url, plain(unescape(title)), entry.listed_on)


def _folders(urls: Iterator[str]) -> set[str]:
    """Return the folders in which a list's documents lie, those with a single one left out where others have more."""
    counted = Counter(_folder(url) for url in urls)
    most = max(counted.values(), default=0)
    return {folder for folder, count in counted.items() if count > 1 or most == 1}


def _folder(url: str) -> str:
    """Return an address's folder without dates and ids: `a.gov.cn/fzbg` of `http://www.a.gov.cn/fzbg/202503/t1.html`."""
    parts = urlsplit(url)
    kept = [part for part in parts.path.split("/")[:-1] if part and not part.isdecimal() and not find_date(part)]
    return f"{document_key(f'{parts.scheme}://{parts.netloc}/')}{'/'.join(kept)}"


def _trouble(source: Source, page: Page, address: str) -> Finding:
    outcome = page.outcome or Outcome.EMPTY_LISTING
    return Finding(
        outcome,
        source.id,
        f"A sitemap could not be had: {page.reason or outcome}. Open it; if it moved, set `sitemap` of {source.id}, if "
        "the site has none any more, remove the line.",
        address,
    )
