"""The sizing table of docs/deploy.md follows from the costs it states, and those from docs/performance.md."""

import re
from math import ceil
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
DEPLOY, MEASURED = ((DOCS / name).read_text(encoding="utf-8") for name in ("deploy.md", "performance.md"))
WINDOWS = {"daily": 6, "first": 24}
"""Hours in which a harvest of all hosts is to be done."""


def stated(words: str, page: str = DEPLOY) -> float:
    """Return the one number that stands in a page where `words` has its group."""
    (found,) = re.findall(words, page)
    return float(found)


def row(hosts: int) -> str:
    """Return the table's row for so many hosts."""
    delay, page, task_pair = stated(r"a delay of (\d+) s"), stated(r"\| (\d+) ms of processor"), 1.0
    requests = {"daily": stated(r"and (\d+) requests a host"), "first": stated(r"(\d+) on the first harvest")}
    cells = [f"{hosts:,}"]
    for name, window in WINDOWS.items():
        slot_hours = hosts * requests[name] * delay / 3600
        minutes = hosts * (task_pair + requests[name] * page / 1000) / 60
        cells += [
            f"{slot_hours:.1f}" if slot_hours < 1 else f"{slot_hours:,.0f}",
            f"{ceil(slot_hours / window)}",
            f"{minutes:.0f} min" if minutes < 60 else f"{minutes / 60:.1f} h",
        ]
    return f"| {' | '.join(cells)} |"


def test_each_row_is_what_the_stated_costs_come_to() -> None:
    rows = re.findall(r"^\| ([\d,]+) \|.*$", DEPLOY.partition("| hosts |")[2], re.MULTILINE)
    assert len(rows) >= 4
    for hosts in rows:
        assert row(int(hosts.replace(",", ""))) in DEPLOY


def test_a_page_costs_what_was_measured() -> None:
    assert stated(r"\| (\d+) ms of processor") == round(stated(r"(?m)^\| ours \| [\d.]+ \| ([\d.]+) \|", MEASURED))
    assert "(1 s + requests × 12 ms)" in DEPLOY
