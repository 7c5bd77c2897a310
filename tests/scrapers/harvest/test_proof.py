"""`doctor --verify` on a real server: a sound archive holds, and each kind of damage is found and told."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from scrapers.archive import keys
from scrapers.archive.ledger import Ledger
from scrapers.archive.payloads import get_clean, put_clean, put_raw
from scrapers.archive.store import Store
from scrapers.archive.verify import everything
from scrapers.archive.vouched import vouched
from scrapers.catalog import delta
from scrapers.catalog.columns import TABLES
from scrapers.catalog.sightings import sightings_rows
from scrapers.catalog.tables import Catalog
from scrapers.corpus.release.freeze import freeze
from scrapers.errors import StoreUnavailable
from scrapers.fingerprint import digest, fingerprint
from scrapers.harvest.fixity import derived
from scrapers.harvest.proof import verify
from scrapers.harvest.works import Works
from scrapers.model import Candidate, Capture, Fact, Line, Outcome, Relevance, Report, Verdict
from stack.store import LocalStore
from tests.conftest import settings_of

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "sfj.example.gov.cn"
PAGES = {f"http://{HOST}/{n}.html": (f"<p>第{n}篇</p>".encode(), f"第{n}篇报告正文。") for n in range(3)}
URL, (PAYLOAD, TEXT) = next(iter(PAGES.items()))
RAW = keys.raw_key(digest(PAYLOAD))
CLEAN = keys.clean_key(fingerprint(TEXT).generation, fingerprint(TEXT).content_hash)
SEGMENT = keys.segment_key(HOST, "r1", "a", "extract", 0)


def crawled(url: str, payload: bytes) -> Line:
    capture = Capture(url, url, AT, None, "", payload_digest=digest(payload), length=len(payload))
    offer = Candidate("sfj", url, "2024年法治政府建设年度报告", None, Verdict(Relevance.REPORT, 2024, "title"))
    return Line("r1", HOST, "crawl", AT, url, offer, capture, payload_digest=capture.payload_digest)


def archived(line: Line, text: str) -> Line:
    name = fingerprint(text)
    facts = Report(Fact("报告", "title"), "", None, None, 2024, "title", None, "", None, "")
    settled = replace(line, stage="extract", outcome=Outcome.ARCHIVED_NEW, report=facts)
    return replace(settled, generation=name.generation, content_hash=name.content_hash)


CRAWLED = [crawled(url, payload) for url, (payload, _) in PAGES.items()]
ARCHIVED = [archived(line, PAGES[line.url][1]) for line in CRAWLED]


def build(store: Store, server: LocalStore) -> Works:
    settings = settings_of(store, access_key=server.access_key, secret_key=server.secret_key)
    works = Works(settings, store, Catalog(f"s3://{store.bucket}/catalog", settings.table_options()))
    for payload, text in PAGES.values():
        put_raw(store, payload)
        put_clean(store, fingerprint(text), text, "owner")
    for stage, lines in (("crawl", CRAWLED), ("extract", ARCHIVED)):
        with Ledger(store, HOST, "r1", "a", stage, flush_lines=2) as ledger:
            for line in lines:
                ledger.write(line)
    works.catalog.record("r1", [*CRAWLED, *ARCHIVED], lambda *name: get_clean(store, *name))
    store._retry_seconds = 0.5
    return works


@pytest.fixture
def works(store: Store, store_server: LocalStore) -> Works:
    return build(store, store_server)


def found(works: Works) -> list[tuple[str, str]]:
    return [(violation.invariant, violation.key) for violation in verify(works)]


def overwrite(works: Works, key: str, change: Callable[[bytes], bytes]) -> None:
    body = change(works.store.get(key) or b"")
    works.store._client.put_object(Bucket=works.store.bucket, Key=key, Body=body)


def delete(works: Works, key: str) -> None:
    works.store._client.delete_object(Bucket=works.store.bucket, Key=key)


def test_a_sound_archive_holds(works: Works) -> None:
    assert found(works) == []


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_flipped_byte_in_a_raw_object(works: Works, at: int) -> None:
    def flip(body: bytes) -> bytes:
        changed = bytearray(body)
        changed[at] ^= 1
        return bytes(changed)

    overwrite(works, RAW, flip)
    assert found(works) == [("I2", RAW)]


def test_a_deleted_clean_object(works: Works) -> None:
    delete(works, CLEAN)
    assert found(works) == [("I1", CLEAN)]


def whole_lines(body: bytes) -> bytes:
    return body.splitlines(keepends=True)[0]


@pytest.mark.parametrize("cut", [lambda body: body[:-40], lambda body: body[:-1], whole_lines, lambda body: b""])
def test_a_truncated_segment(works: Works, cut: Callable[[bytes], bytes]) -> None:
    """Wherever the cut is, the segment is named, and the rest of the archive is still looked at."""
    overwrite(works, SEGMENT, cut)
    gone = keys.raw_key(digest(list(PAGES.values())[2][0]))
    delete(works, gone)
    violations = set(found(works))
    assert {("I2", SEGMENT), ("I1", gone)} <= violations
    assert any(invariant == "I15" for invariant, _ in violations)


def test_a_lost_segment(works: Works) -> None:
    delete(works, SEGMENT)
    unsettled = [("I4", url) for url in list(PAGES)]
    assert found(works) == [("I2", f"{HOST}/r1"), *unsettled, ("I15", "catalog")]


def test_a_stranger_in_the_ledger(works: Works) -> None:
    overwrite(works, "ledger/notes.txt", lambda _: b"hello")
    delete(works, CLEAN)
    assert set(found(works)) == {("I2", "ledger/notes.txt"), ("I1", CLEAN), ("I15", "catalog")}


def test_a_catalog_row_too_many(works: Works) -> None:
    opened = works.catalog.table("sightings")
    assert opened is not None
    other = [{**row, "url": URL + "?2"} for row in sightings_rows([*CRAWLED, *ARCHIVED])[:1]]
    assert delta.append(opened, TABLES["sightings"], other, "other")
    ((invariant, key),) = found(works)
    assert (invariant, URL + "?2" in key) == ("I15", True)


def test_a_catalog_row_too_few(works: Works) -> None:
    opened = works.catalog.table("captures")
    assert opened is not None
    opened.delete(f"url = '{URL}'")
    ((invariant, key),) = found(works)
    assert (invariant, URL in key) == ("I15", True)


def test_a_flipped_byte_or_a_lost_object_of_catalog_and_releases_is_named(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(works.store, works.catalog, name="r")
    list(works.catalog.tend())
    works.catalog.record("r1", [*CRAWLED, *ARCHIVED], lambda *name: get_clean(works.store, *name))
    assert list(derived(works, everything)) == []
    data = [f"catalog/{name}/{path}" for name in TABLES for path in works.catalog.files(name)]
    sums = keys.release_key("r", keys.SUMS)
    frozen = [key for key in works.store.list("release/") if key != sums]
    logged = [key for key in works.store.list("catalog/reports/_delta_log/0") if "checkpoint" in key]
    monkeypatch.setattr("scrapers.harvest.fixity.FRESH", timedelta(0))
    for key in data[::3] + frozen[::5] + logged:
        body = works.store.get(key) or b""
        if key not in logged:
            delete(works, key)
            assert {violation.key for violation in derived(works, everything)} == {key}
        wrong = bytearray(body)
        wrong[len(wrong) // 2] ^= 1
        overwrite(works, key, lambda _, wrong=wrong: bytes(wrong))
        assert key in {violation.key for violation in derived(works, everything)}
        sent = base64.b64encode(hashlib.sha256(body).digest()).decode()
        works.store._client.put_object(Bucket=works.store.bucket, Key=key, Body=body, ChecksumSHA256=sent)
    assert list(derived(works, everything)) == []
    for key in (sums, keys.twin_key(sums)):  # as of a release of an earlier version, whose sums have no twin
        delete(works, key)
    assert {violation.key for violation in derived(works, everything)} == {sums}


def test_an_object_sent_in_parts_is_held_to_the_digest_of_its_parts(works: Works) -> None:
    rows = pa.table({"a": [secrets.token_hex(500) for _ in range(12_000)]})
    write_deltalake(f"s3://{works.store.bucket}/catalog/other", rows, storage_options=works.settings.table_options())
    (key,) = [key for key in works.store.list("catalog/other/") if key.endswith(".parquet")]
    head = works.store.head(key)
    assert head is not None
    assert head.parts > 1
    assert vouched(works.store, key) is True
    overwrite(works, key, lambda body: body[:-1] + b"?")
    assert vouched(works.store, key) is None


def test_a_release_brought_back_from_a_copy_is_held_to_what_its_writer_noted(works: Works) -> None:
    freeze(works.store, works.catalog, name="r")
    key = next(works.store.list("release/r/reports"))
    head, body = works.store.head(key), works.store.get(key) or b""
    assert head is not None
    for stored, whole in ((body, True), (body[:-1] + b"?", False)):
        works.store._client.put_object(Bucket=works.store.bucket, Key=key, Body=stored, Metadata=dict(head.metadata))
        assert vouched(works.store, key) is whole


def test_a_signature_that_is_not_its_texts(works: Works) -> None:
    opened = works.catalog.table("signatures")
    assert opened is not None
    opened.update({"named_year": "1999"}, predicate="generation = 'g1'")
    assert {key.split()[0] for _, key in found(works)} == {"catalog/signatures"}


def test_a_byte_that_rots_on_the_servers_disk(tmp_path: Path) -> None:
    """The server answers 500 for such an object alone; that must not hide what else is wrong."""
    with LocalStore(tmp_path / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server:
        once = {"access_key": server.access_key, "secret_key": server.secret_key, "attempts": 1}
        works = build(Store.connect(endpoint=server.endpoint, bucket="reports", **once), server)
        needle = (works.store.get(RAW) or b"")[10:30]
        delete(works, CLEAN)
        server.kill()
        volumes = [path for path in server.directory.rglob("*.dat") if needle in path.read_bytes()]
        assert volumes
        for path in volumes:
            path.write_bytes(path.read_bytes().replace(needle, bytes([needle[0] ^ 1]) + needle[1:]))
        server.start()
        assert set(found(works)) == {("I2", RAW), ("I1", CLEAN)}
        server.kill()
        with pytest.raises(StoreUnavailable):
            list(verify(works))
