"""Relations and coverage run by run: in any order what a rebuild writes, and nothing old is read for what is new."""

import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from benchmarks.lookalikes import START, Made, lookalikes
from scrapers.catalog import candidates, delta
from scrapers.catalog.agreement import disagreements, wrong_texts
from scrapers.catalog.columns import TABLES
from scrapers.catalog.delta import read_all
from scrapers.catalog.derive import derive, relate
from scrapers.catalog.settle import Row
from scrapers.catalog.shape import Table
from scrapers.catalog.tables import Catalog
from scrapers.catalog.texts import Texts
from scrapers.errors import StoreUnavailable, UserError
from scrapers.fingerprint import fingerprint
from scrapers.model import Complete, Line, Outcome, Walk
from tests.scrapers.catalog.ledgers import contents, crawled, report, settled

MADE = [made for made, _ in lookalikes(68, seed=11)]
TEXTS = {fingerprint(made.text).content_hash: made.text for made in reversed(MADE)}


def text_of(_generation: str, content_hash: str) -> str:
    return TEXTS[content_hash]


def lines_of(made: Made, run: str) -> list[Line]:
    """What a harvest writes of one report, with the walk of its source."""
    row = made.sighting
    line = crawled(run, row["host"], made.url, made.minute, f"<html>{made.number}")
    facts = report(row["agency"], row["report_year"], row["published_on"])
    if facts.division:
        facts = replace(facts, division=replace(facts.division, value=row["division"]))
    facts = replace(facts, flags=tuple((row["flags"] or "").split()))
    done = replace(settled(line, Outcome.ARCHIVED_NEW, "x", facts), content_hash=row["content_hash"])
    walk = Walk(
        f"s{made.number}", made.url, (), 1, 1, Complete.YES, "read", agency=row["agency"] or "",
        division=made.division, first_year=2015, years=(made.year,),
    )  # fmt: skip
    return [line, done, Line(run, row["host"], "crawl", START, walk=walk)]


def runs(seed: int) -> dict[str, list[Line]]:
    drawn = random.Random(seed)
    found: dict[str, list[Line]] = {}
    for made in MADE:
        run = f"r{drawn.randrange(3)}"
        found.setdefault(run, []).extend(lines_of(made, run))
    return found


@pytest.mark.parametrize(("hubs", "seed"), [(1, 1), (64, 2)])
def test_runs_in_any_order_end_in_what_a_rebuild_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hubs: int, seed: int
) -> None:
    monkeypatch.setattr(candidates, "HUBS", hubs)
    parts = runs(seed)
    catalog = Catalog(str(tmp_path / "recorded"))
    for run in random.Random(seed).sample(sorted(parts), len(parts)):
        catalog.record(run, parts[run], text_of)
    recorded = contents(catalog)
    whole = Catalog(str(tmp_path / "rebuilt"))
    whole.rebuild([line for lines in parts.values() for line in lines], text_of)
    assert recorded == contents(whole)
    assert len({row["kind"] for row in recorded["relations"]}) == 5
    assert {row["status"] for row in recorded["coverage"]} > {"found", "not_due"}


def test_only_new_texts_and_those_they_resemble_are_read(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", [line for made in MADE[:40] for line in lines_of(made, "r1")], text_of)
    asked: list[str] = []

    def counted(generation: str, content_hash: str) -> str:
        asked.append(content_hash)
        return text_of(generation, content_hash)

    new = MADE[40:44]
    catalog.record("r2", [line for made in new for line in lines_of(made, "r2")], counted)
    fresh = {fingerprint(made.text).content_hash for made in new}
    assert set(asked) == fresh
    assert len(asked) <= 2 * len(fresh)
    asked.clear()
    catalog.record("r2", [line for made in new for line in lines_of(made, "r2")], counted)
    assert asked == []


def test_a_text_first_seen_in_traditional_characters_is_shown_in_its_report_s_own(tmp_path: Path) -> None:
    from tests.village.mirror import traditional

    original = MADE[0]
    mirror = replace(original, text=traditional(original.text), url="http://www.example.com/1", official=False)
    assert fingerprint(mirror.text) == fingerprint(original.text)
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", [*lines_of(mirror, "r1"), *lines_of(original, "r1")], lambda *_: mirror.text)
    (row,) = contents(catalog)["reports"]
    assert row["text"] == original.text
    (relation,) = contents(catalog)["relations"]
    assert (relation["kind"], relation["url"]) == ("converted_mirror", mirror.url)


def test_a_catalog_of_a_version_without_a_table_asks_for_a_rebuild(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    lines = lines_of(MADE[0], "r1")
    catalog.record("r1", lines, text_of)
    (tmp_path / "relations").rename(tmp_path / "gone")
    catalog = Catalog(str(tmp_path))
    with pytest.raises(UserError, match=r"without a table 'relations'.*rebuild"):
        catalog.record("r1", lines, text_of)
    catalog.rebuild(iter(lines), text_of)
    assert all(catalog.table(name) for name in TABLES)


def test_the_first_two_runs_of_all_may_be_recorded_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = lines_of(MADE[0], "r1"), lines_of(MADE[1], "r2")
    catalog, other = Catalog(str(tmp_path / "beside")), Catalog(str(tmp_path / "beside"))
    looked, look = list[str](), catalog.table

    def table(name: str) -> DeltaTable | None:
        found = look(name)
        if not looked:  # nothing was there; before it looks again, the other run is recorded whole
            other.record("r1", first, text_of)
        looked.append(name)
        return found

    monkeypatch.setattr(catalog, "table", table)
    catalog.record("r2", second, text_of)
    expected = Catalog(str(tmp_path / "expected"))
    expected.rebuild(first + second, text_of)
    assert contents(Catalog(catalog.root)) == contents(expected)


@pytest.mark.parametrize(("hubs", "seed"), [(1, 1), (64, 2)])
def test_relating_a_share_of_the_texts_gives_the_rows_of_that_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hubs: int, seed: int
) -> None:
    monkeypatch.setattr(candidates, "HUBS", hubs)
    catalog = Catalog(str(tmp_path))
    lines = [line for part in runs(seed).values() for line in part]
    catalog.rebuild(lines, text_of)
    seen, index, similarity = derive(lines)["sightings"], catalog.index(), Texts(text_of).similarity
    whole, left = relate(seen, index, similarity), {row["content_hash"] for row in seen}
    assert whole
    drawn = random.Random(seed)
    while left:
        share = set(drawn.sample(sorted(left), min(7, len(left))))
        left -= share
        expected = [row for row in whole if share & {row["content_hash"], row["other_hash"]}]
        assert relate(seen, index, similarity, share) == expected


def test_what_is_wrong_with_a_text_is_found_on_the_day_of_its_share_and_on_no_other(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    lines = [line for part in runs(1).values() for line in part]
    catalog.rebuild(lines, text_of)
    relations, reports = catalog.table("relations"), catalog.table("reports")
    assert relations is not None
    assert reports is not None
    lost = read_all(relations, {}, ("relation_id", "content_hash", "other_hash")).row(0, named=True)
    relations.delete(f"relation_id = '{lost['relation_id']}'")
    changed = read_all(reports, {}, ("report_id", "content_hash")).row(0, named=True)
    reports.update({"text": "'x'"}, predicate=f"content_hash = '{changed['content_hash']}'")
    found = {"relations": set[str](), "reports": set[str]()}
    for digit in "0123456789abcdef":
        due = partial(lambda digit, _generation, name, _seen: name.startswith(digit), digit)
        for table, _, _ in [*disagreements(catalog, lines, text_of, due), *wrong_texts(catalog, due)]:
            found[table].add(digit)
    assert found == {
        "relations": {lost["content_hash"][0], lost["other_hash"][0]},
        "reports": {changed["content_hash"][0]},
    }


def test_a_table_that_was_there_and_is_not_is_waited_for_and_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    """A store that has just come back may not know all it has; rows worked out from nothing would replace the rest."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        (tmp_path / "away").rename(tmp_path / "catalog" / "sightings")

    catalog = Catalog(str(tmp_path / "catalog"), sleep=sleep)
    catalog.record("r1", lines_of(MADE[0], "r1"), text_of)
    before = contents(catalog)
    shutil.move(tmp_path / "catalog" / "sightings", tmp_path / "away")
    with pytest.raises(StoreUnavailable, match="sightings"):
        catalog.table("sightings")
    catalog.record("r1", lines_of(MADE[0], "r1"), text_of)
    assert slept
    assert contents(catalog) == before


def test_rows_that_change_and_rows_that_are_new_are_one_commit(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", [line for made in MADE[::2] for line in lines_of(made, "r1")], text_of)
    before = contents(catalog)
    versions = {name: catalog.open(name).version() for name in TABLES}
    catalog.record("r2", [line for made in MADE[1::2] for line in lines_of(made, "r2")], text_of)
    after = contents(catalog)
    assert len(after["coverage"]) > len(before["coverage"])
    assert [row for row in before["coverage"] if row not in after["coverage"]]
    assert {name: catalog.open(name).version() - versions[name] for name in TABLES} == {
        name: int(after[name] != before[name]) for name in TABLES
    }


def test_what_was_just_written_is_read_again_only_after_another_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {"r1": lines_of(MADE[0], "r1"), "r2": lines_of(replace(MADE[0], url=MADE[0].url + "?2"), "r2")}
    reads: list[str] = []
    looked, append = delta.read_rows, delta.append

    def read_rows(opened: DeltaTable, *rest: Any) -> list[Row]:
        reads.append(opened.table_uri.rstrip("/").rpartition("/")[2])
        return looked(opened, *rest)

    def beaten_after(opened: DeltaTable, table: Table, rows: Iterable[Row], run: str) -> bool:
        won = append(opened, table, rows, run)
        if (table.name, run) == ("reports", "r1"):
            Catalog(str(tmp_path / "met")).record("r2", parts["r2"], text_of)
            reads.clear()
        return won

    monkeypatch.setattr(delta, "read_rows", read_rows)
    Catalog(str(tmp_path / "alone")).record("r1", parts["r1"], text_of)
    assert reads.count("reports") == 1 + 2  # the step of `reports`, and each look of `coverage`
    monkeypatch.setattr(delta, "append", beaten_after)
    met = Catalog(str(tmp_path / "met"))
    met.record("r1", parts["r1"], text_of)
    assert reads.count("reports") == 1 + 1  # the second look of `reports`; `coverage` finds all as it should be
    whole = Catalog(str(tmp_path / "whole"))
    whole.rebuild([line for lines in parts.values() for line in lines], text_of)
    assert contents(met) == contents(whole)
