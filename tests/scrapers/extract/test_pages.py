"""Every page in tests/pages/articles is read as its `.expected.json` says: add a pair to add a case."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrapers.charset import decode
from scrapers.extract import Hint, read
from scrapers.fingerprint import fingerprint
from scrapers.model import Fact, Reading

PAGES = sorted(Path(__file__).parents[2].joinpath("pages", "articles").glob("*.html"))


def read_case(page: Path) -> tuple[Reading, dict[str, Any]]:
    case = json.loads(page.with_suffix(".expected.json").read_text())
    hint = case["hint"] | {"declared_type": "text/html", "media_type": "html", "report_year": None}
    if hint["listed_on"]:
        hint["listed_on"] = date.fromisoformat(hint["listed_on"])
    return read(page.read_bytes(), Hint(**hint)), case["expected"]


def plain(value: object) -> object:
    if isinstance(value, Fact):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def test_there_are_pages():
    assert len(PAGES) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_read_as_expected(page):
    reading, expected = read_case(page)
    outcome = expected.pop("outcome")
    assert plain(reading.outcome) == outcome, reading.reason
    if outcome is not None:
        assert reading.report is None
        assert reading.reason
        return
    assert reading.report is not None
    assert reading.attachment == expected.pop("attachment", "")
    found = {name: plain(getattr(reading.report, name)) for name in expected}
    assert found == expected
    if reading.report.text:
        assert reading.fingerprint == fingerprint(reading.report.text)
        assert reading.report.title.provenance
        assert reading.report.published_on_provenance


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_encoding_does_not_change_what_is_read(page):
    case = json.loads(page.with_suffix(".expected.json").read_text())
    hint = Hint(**(case["hint"] | {"declared_type": "", "media_type": "html", "report_year": None, "listed_on": None}))
    text = decode(page.read_bytes()).text
    readings = [read(text.encode(encoding), hint) for encoding in ("utf-8", "gb18030", "utf-8-sig", "utf-16")]
    assert len({(reading.outcome, reading.fingerprint, reading.attachment) for reading in readings}) == 1
