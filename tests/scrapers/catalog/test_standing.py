"""Who stands how: the last word on an address counts, and a host nobody knows is not forgotten."""

from datetime import UTC, datetime, timedelta

from scrapers.catalog.standing import Standing, revised, standings

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(day):
    return START + timedelta(days=day)


def word(run, url, disposition, day, host="a"):
    return {"run": run, "host": host, "url": url, "disposition": disposition, "settled_at": at(day)}


def finding(run, url, day, host="a"):
    return {"run": run, "host": host, "url": url, "found_at": at(day)}


def test_the_last_word_counts():
    rows = [word("1", "x", "retry", 1), word("2", "x", "ok", 2), word("1", "y", "ok", 1), word("2", "y", None, 2)]
    for given in (rows, rows[::-1]):
        assert standings(["a"], given, []) == {"a": Standing(frozenset({"x"}), frozenset({"y"}), troubled=False)}


def test_only_a_finding_of_the_last_run_about_the_host_is_trouble():
    good = [word("1", "x", "ok", 1)]
    assert standings(["a"], good, [finding("2", "", 2)])["a"].troubled
    assert standings(["a"], good, [finding("2", "listing", 2)])["a"].troubled
    assert not standings(["a"], [*good, word("3", "x", "ok", 3)], [finding("2", "", 2)])["a"].to_do
    assert not standings(["a"], good, [finding("1", "x", 1)])["a"].troubled


def test_a_host_nobody_knows_has_everything_to_do():
    assert standings(["a", "b"], [word("1", "x", "ok", 1)], [])["b"].to_do


def test_a_revision_is_another_text_at_an_address_seen_before():
    def seen(url, text, day, run):
        return {"url": url, "content_hash": text, "first_seen": at(day), "run": run}

    rows = [seen("x", "old", 1, "1"), seen("x", "new", 2, "2"), seen("y", "only", 2, "2"), seen("z", "old", 1, "1")]
    assert (revised("2", rows), revised("1", rows)) == (1, 0)
