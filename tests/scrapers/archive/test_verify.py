"""Every invariant, kept by a small archive and then broken in each way we know."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scrapers.archive import keys
from scrapers.archive.ledger import Ledger
from scrapers.archive.payloads import put_clean, put_raw
from scrapers.archive.verify import verify
from scrapers.fingerprint import digest, fingerprint
from scrapers.model import Capture, Fact, Line, Outcome, Report

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "a.example"
PAGES = {f"http://{HOST}/{n}.html": (f"<p>第{n}篇</p>".encode(), f"第{n}篇报告正文。") for n in range(3)}


def crawled(url, payload, run="r1", outcome=None):
    capture = Capture(url, url, AT, outcome, "", payload_digest=digest(payload), length=len(payload))
    return Line(
        run, HOST, "crawl", AT, url=url, capture=capture, outcome=outcome, payload_digest=capture.payload_digest
    )


def archived(line, text, outcome=Outcome.ARCHIVED_NEW):
    fact = Fact("x", "title")
    report = Report(fact, "", None, None, 2024, "title", None, "", None, "")
    name = fingerprint(text)
    return replace(
        line,
        stage="extract",
        outcome=outcome,
        report=report,
        generation=name.generation,
        content_hash=name.content_hash,
    )


def write(store, stage, lines, run="r1", attempt="a"):
    with Ledger(store, HOST, run, attempt, stage, flush_lines=1) as ledger:
        for line in lines:
            ledger.write(line)


@pytest.fixture
def archive(store):
    for payload, text in PAGES.values():
        put_raw(store, payload)
        put_clean(store, fingerprint(text), text, "owner")
    lines = [crawled(url, payload) for url, (payload, _) in PAGES.items()]
    write(store, "crawl", lines)
    write(store, "extract", [archived(line, PAGES[line.url][1]) for line in lines])
    store._retry_seconds = 0.2
    return store


def found(store):
    return [(one.invariant, one.key) for one in verify(store)]


def delete(store, key):
    store._client.delete_object(Bucket=store.bucket, Key=key)


def overwrite(store, key, body):
    store._client.put_object(Bucket=store.bucket, Key=key, Body=body)


URL, (PAYLOAD, TEXT) = next(iter(PAGES.items()))
RAW = keys.raw_key(digest(PAYLOAD))
CLEAN = keys.clean_key(fingerprint(TEXT).generation, fingerprint(TEXT).content_hash)


def test_a_sound_archive_has_no_violation_and_progress_reaches_the_end(archive):
    told = []
    assert list(verify(archive, lambda done, total: told.append((done, total)))) == []
    assert told == [(n, 7) for n in range(1, 8)]


def test_an_empty_bucket_is_sound(store):
    assert found(store) == []


@pytest.mark.parametrize("key", [RAW, CLEAN])
def test_a_lost_object_that_a_line_names(archive, key):
    delete(archive, key)
    assert found(archive) == [("I1", key)]


@pytest.mark.parametrize("key", [RAW, CLEAN])
def test_changed_bytes(archive, key):
    overwrite(archive, key, b"changed")
    assert ("I2", key) in found(archive)


@pytest.mark.parametrize("key", ["raw/readme", "clean/g1/notes.txt"])
def test_a_stranger_among_the_objects(archive, key):
    overwrite(archive, key, b"hello")
    assert found(archive) == [("I2", key)]


def test_a_lost_segment(archive):
    delete(archive, keys.segment_key(HOST, "r1", "a", "extract", 1))
    assert ("I2", "a.example/r1") in found(archive)


def test_a_line_that_says_another_length(archive):
    line = crawled(URL, PAYLOAD, run="r2")
    line = replace(line, capture=replace(line.capture, length=7))
    write(archive, "extract", [archived(line, TEXT, Outcome.ARCHIVED_SAME)], run="r0")
    assert found(archive) == [("I1", RAW)]


def test_a_text_that_two_addresses_claim_to_have_archived_first(archive):
    other = crawled("http://a.example/copy.html", PAYLOAD, run="r2")
    write(archive, "extract", [archived(other, TEXT)], run="r2")
    assert found(archive) == [("I3", CLEAN)]


def test_the_same_claim_by_two_attempts_is_one(archive):
    write(archive, "extract", [archived(crawled(URL, PAYLOAD), TEXT)], attempt="b")
    assert found(archive) == []


def test_an_open_capture_nobody_settled_although_the_run_ended_well(archive):
    put_raw(archive, b"<p>open</p>")
    write(archive, "crawl", [crawled("http://a.example/open.html", b"<p>open</p>")], attempt="b")
    assert found(archive) == [("I4", "http://a.example/open.html")]


def test_an_open_capture_of_a_killed_run_is_no_violation(store):
    put_raw(store, PAYLOAD)
    write(store, "crawl", [crawled(URL, PAYLOAD)])
    assert found(store) == []


def test_one_attempt_that_ended_in_two_ways(archive):
    lines = [crawled(URL, PAYLOAD, outcome=outcome) for outcome in (Outcome.TIMEOUT, Outcome.SOFT_404)]
    write(archive, "crawl", lines, attempt="b")
    assert found(archive) == [("I4", URL)]


def test_a_report_made_of_a_truncated_capture(archive):
    line = archived(crawled(URL, PAYLOAD, outcome=Outcome.TRUNCATED), TEXT)
    write(archive, "extract", [line], attempt="b")
    assert found(archive) == [("I11", URL)]


def test_a_report_that_does_not_name_what_it_rests_on(archive):
    line = replace(archived(crawled(URL, PAYLOAD), TEXT), report=None)
    write(archive, "extract", [line], attempt="b")
    assert found(archive) == [("I1", URL)]


def test_mended_bytes_stay_in_sight(archive):
    overwrite(archive, RAW, b"torn")
    put_raw(archive, PAYLOAD)
    assert found(archive) == [("I2", keys.quarantine_key(digest(b"torn")))]
