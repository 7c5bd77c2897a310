"""An address is asked "has it changed?" only about bytes that today's reader has read to the end."""

from dataclasses import replace

import pytest

from scrapers.catalog.rows import captures_rows
from scrapers.catalog.validators import validators_of
from scrapers.fingerprint import GENERATION
from scrapers.model import Line, Outcome, Validators
from tests.scrapers.catalog.ledgers import HOSTS, TEXTS, archived, crawled, fetched, offer, settled, sha

URL = f"http://{HOSTS[0]}/1.html"
READ = sha(f"<html>{TEXTS[0]}")


def tagged(lines: list[Line], etag: str) -> list[Line]:
    return [
        replace(line, capture=replace(line.capture, headers=(("ETag", etag),), redirects=())) if line.capture else line
        for line in lines
    ]


def answer(run: str, minute: int, outcome: Outcome, digest: str = "", etag: str = "") -> list[Line]:
    capture = replace(fetched(URL, minute, "", outcome, etag), payload_digest=digest, redirects=())
    return [Line(run, HOSTS[0], "crawl", capture.fetched_at, URL, offer(URL), capture, outcome, payload_digest=digest)]


def asked(*groups: list[Line], generation: str = GENERATION) -> Validators | None:
    lines = [line for group in groups for line in group]
    return validators_of(captures_rows(lines), generation).get(URL)


ARCHIVED = tagged(archived("r1", URL, 0, TEXTS[0]), '"1"')


def test_an_archived_page_is_asked_about_its_bytes() -> None:
    assert asked(ARCHIVED) == Validators(READ, '"1"', "")


def test_a_page_read_and_found_no_report_is_too() -> None:
    line = crawled("r1", HOSTS[0], URL, 0, "list")
    assert asked([line, settled(line, Outcome.NOT_A_REPORT)]) == Validators(sha("list"))


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.NOT_FOUND, Outcome.BLOCKED_WAF, Outcome.SOFT_404])
def test_a_failed_fetch_in_between_changes_nothing(outcome: Outcome) -> None:
    assert asked(ARCHIVED, answer("r2", 9, outcome, sha("evidence"))) == Validators(READ, '"1"')
    assert asked(answer("r2", 9, outcome, sha("evidence"))) is None


def test_unchanged_vouches_for_bytes_that_were_read() -> None:
    assert asked(ARCHIVED, answer("r2", 9, Outcome.UNCHANGED, READ, '"2"')) == Validators(READ, '"2"')
    assert asked(ARCHIVED, answer("r2", 9, Outcome.UNCHANGED, READ)) == Validators(READ, '"1"')
    assert asked(answer("r2", 9, Outcome.UNCHANGED, READ, '"2"')) is None


def test_a_changed_page_is_asked_about_its_newest_bytes() -> None:
    newer = tagged(archived("r2", URL, 9, TEXTS[1]), '"9"')
    assert asked(newer, ARCHIVED) == Validators(sha(f"<html>{TEXTS[1]}"), '"9"')
    back = answer("r3", 20, Outcome.UNCHANGED, READ)
    assert asked(newer, ARCHIVED, back) == Validators(READ, '"1"')


def test_another_generation_reads_everything_again() -> None:
    unchanged = answer("r2", 9, Outcome.UNCHANGED, READ, '"2"')
    assert asked(ARCHIVED, unchanged, generation="g2") is None


def test_open_captures_and_unread_titles_have_none() -> None:
    assert asked([crawled("r1", HOSTS[0], URL, 0, "open")]) is None
    unread = Line("r1", HOSTS[0], "crawl", ARCHIVED[0].at, URL, offer(URL), None, Outcome.NOT_A_REPORT)
    assert asked([unread]) is None
    assert asked([crawled("r1", HOSTS[0], URL, 0, "listing", Outcome.NOT_A_REPORT)]) is None


def test_what_a_redirect_led_to_lends_it_no_validators() -> None:
    line, end = archived("r1", URL, 0, TEXTS[0])
    moved = replace(line.capture, headers=(("ETag", '"theirs"'),))
    assert moved.redirects
    assert asked([replace(line, capture=moved), replace(end, capture=moved)]) == Validators(READ)


@pytest.mark.parametrize("outcome", [Outcome.PARSER_LIMIT, Outcome.NEEDS_OCR, Outcome.LAYOUT_CHANGED])
def test_a_page_whose_document_could_not_be_read_is_read_again(outcome: Outcome) -> None:
    """Answered with 304, the page would never lead to its document again."""
    page = crawled("r1", HOSTS[0], URL, 0, "cover")
    document = replace(crawled("r1", HOSTS[0], URL + ".pdf", 1, "%PDF"), parent_url=URL)
    cover = [page, settled(page, Outcome.NOT_A_REPORT), document]
    assert asked(cover, [settled(document, outcome)]) is None
    assert asked(cover) is None
    assert asked(cover, [settled(document, Outcome.ARCHIVED_NEW, TEXTS[0])]) == Validators(sha("cover"))
    assert asked(ARCHIVED, [replace(document, outcome=Outcome.NOT_FOUND)]) == Validators(READ, '"1"')
