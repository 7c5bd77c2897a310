"""Rows of `captures` in, what to ask each address next time out: has it changed since?

Pure. An address has validators only while the bytes they stand for were read to the end by today's generation:
otherwise a "not modified" would hide a page nobody has read.
"""

from collections import defaultdict
from collections.abc import Iterable

from scrapers.catalog.settle import Row
from scrapers.model import Outcome, Validators

COLUMNS = (
    "url",
    "parent_url",
    "outcome",
    "fetched_at",
    "payload_digest",
    "generation",
    "redirects",
    "etag",
    "last_modified",
    "content_hash",
)
_READ = frozenset({Outcome.ARCHIVED_NEW.value, Outcome.ARCHIVED_SAME.value, Outcome.NOT_A_REPORT.value})


def validators_of(rows: Iterable[Row], generation: str) -> dict[str, Validators]:
    """Return the validators of each address whose last settled capture was read whole under `generation`.

    `unchanged` vouches for bytes read earlier, so it counts when it carries the digest of such a capture. Failed
    fetches in between change nothing; titles rejected unread have no bytes and no validators. Nor has a page without
    a body of its own while a document it names is unread: unchanged, it would never lead there again.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    documents: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["parent_url"]:
            documents[row["parent_url"]].add(row["url"])
        if row["payload_digest"] and row["fetched_at"]:
            groups[row["url"]].append(row)
    found = {url: _latest(members, generation) for url, members in groups.items()}
    unread = {url for url, named in documents.items() if _is_cover(groups[url]) and not all(map(found.get, named))}
    return {url: validators for url, validators in sorted(found.items()) if validators and url not in unread}


def _latest(rows: list[Row], generation: str) -> Validators | None:
    read = {row["payload_digest"] for row in rows if row["outcome"] in _READ and row["generation"] == generation}
    settled = [row for row in rows if row["payload_digest"] in read and _settles(row, generation)]
    if not settled:
        return None
    settled.sort(key=lambda row: (row["fetched_at"], row["payload_digest"], row["etag"] or ""))
    digest = settled[-1]["payload_digest"]
    same = [row for row in settled if row["payload_digest"] == digest]
    # A 304 need not repeat the validators it confirmed; those of a redirect's target are not this address's own.
    told = [row for row in same if not row["redirects"] and (row["etag"] or row["last_modified"])]
    etag, modified = (told[-1]["etag"] or "", told[-1]["last_modified"] or "") if told else ("", "")
    return Validators(digest, etag, modified, settled[-1]["fetched_at"], _same(settled))


def _same(settled: list[Row]) -> int:
    """Return how many captures in a row, after the first, told the text that the last one told."""
    text = next((row["content_hash"] for row in reversed(settled) if row["content_hash"]), None)
    count = 0
    for row in reversed(settled):
        if row["outcome"] != Outcome.UNCHANGED.value and row["content_hash"] != text:
            break
        count += 1
    return max(count - 1, 0)


def _is_cover(rows: list[Row]) -> bool:
    return any(row["outcome"] == Outcome.NOT_A_REPORT.value for row in rows)


def _settles(row: Row, generation: str) -> bool:
    if row["outcome"] == Outcome.UNCHANGED.value:
        return True
    return row["outcome"] in _READ and row["generation"] == generation
