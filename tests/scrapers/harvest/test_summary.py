"""A run's summary as plain values: lists and mappings, so that every reader of a task's return value sees the same."""

from dataclasses import replace

from scrapers.catalog.quality import Quality
from scrapers.harvest import RunSummary, told, untold


def test_a_summary_is_told_in_lists_and_comes_back_whole() -> None:
    summary = RunSummary("r", ("a", "b"), {"unchanged": 2}, {"b": "down"}, ("http://a/x",), 1, 0, revised=1)
    summary = replace(summary, quality=Quality(2, {"agency": 1}, {"ocr": 2}))
    assert told(summary)["hosts"] == ["a", "b"]
    assert told(summary)["unsettled"] == ["http://a/x"]
    assert told(summary)["quality"] == {"rows": 2, "filled": {"agency": 1}, "flags": {"ocr": 2}}
    assert untold(told(summary)) == summary
