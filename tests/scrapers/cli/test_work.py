"""What a harvest prints at its end: every finding in words, as many as a screen holds."""

from datetime import UTC, datetime

import pytest

from scrapers.cli.show import Screen
from scrapers.cli.work import _ended
from scrapers.harvest import RunSummary
from scrapers.model import Finding, Line, Outcome


def test_a_harvest_names_its_findings_once_and_says_how_many_more_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Finding(Outcome.DAMAGED_LISTING, f"source-{n}", "a record is cut off", "") for n in (1, 1, *range(2, 26))]
    lines = [Line("run", "host", "crawl", datetime.now(UTC), finding=one) for one in found]
    summary = RunSummary("run", ("host",), {}, {}, (), findings=25, new_reports=0)
    assert _ended(summary, lines, Screen(json=False)) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "source-1: damaged_listing: a record is cut off"
    assert (len(told), told[-1]) == (21, "and 5 more; the Findings page has them all")
    assert _ended(summary, lines, Screen(json=True)) == 0
    assert capsys.readouterr().err == ""
