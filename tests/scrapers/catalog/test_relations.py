"""What reports are to one another: on labelled lookalikes, and guard by guard."""

import random
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from benchmarks.lookalikes import START, Made, lookalikes
from benchmarks.relations import judged, measure
from scrapers.catalog.index import COLUMNS, Index
from scrapers.catalog.kinds import COPIES, kind_of
from scrapers.catalog.recording import signature_rows
from scrapers.catalog.relations import relation_rows
from scrapers.catalog.texts import Texts
from scrapers.text import clean
from tests.village.mirror import glossed, traditional

FIRST, SECOND = (made for made, _ in lookalikes(3, seed=2) if made.number != 1)
EDITED = replace(
    FIRST, number=1, text=FIRST.text.replace("。", "，", 3) + "另附说明三条。", url="http://b.gov.cn/1", minute=5
)


def related(*reports: Made, rng: random.Random | None = None) -> list[dict]:
    sightings = [made.sighting for made in reports]
    texts = {row["content_hash"]: made.text for row, made in zip(sightings, reports, strict=True)}
    if rng:
        rng.shuffle(sightings)
    shelf = Texts(lambda _, name: texts[name])
    types = {"named_year": pl.Int64, "signature": pl.Binary}
    signed = pl.DataFrame(list(shelf.with_signature(signature_rows(sightings))), schema_overrides=types)
    index = Index(signed.select(COLUMNS))
    return relation_rows(sightings, index.pairs(), shelf.similarity, index.years(texts))


def only(rows: list[dict]) -> dict:
    (row,) = rows
    return row


def test_five_hundred_labelled_lookalikes() -> None:
    found = measure(500)
    assert found["precision"] >= 0.99, found
    assert found["recall"] >= 0.99, found
    assert found["year_swaps"] > 40
    assert found["year_swaps_merged"] == 0


def test_the_judge_can_fail() -> None:
    wrong = judged(
        [{"content_hash": "a", "other_hash": "b", "kind": "revision"}], {(frozenset("ab"), "year_on_year_copy")}
    )
    assert (wrong["precision"], wrong["recall"], wrong["year_swaps_merged"]) == (0.0, 0.0, 1)


def test_rows_depend_on_the_set_of_sightings_alone() -> None:
    reports = [made for made, _ in lookalikes(120, seed=3)]
    assert related(*reports) == related(*reports, rng=random.Random(1))


def test_strangers_are_not_related() -> None:
    assert related(FIRST, SECOND) == []


def test_the_official_copy_stands_before_the_earlier_repost() -> None:
    repost = replace(EDITED, official=False, minute=-50, url="http://www.example.com/1")
    row = only(related(FIRST, repost))
    assert (row["kind"], row["url"], row["other_url"]) == ("republication", repost.url, FIRST.url)
    assert row["found_at"] == START + timedelta(minutes=FIRST.minute)
    assert 0.9 < row["similarity"] < 1


def test_a_repost_stands_behind_an_affiliate_s_copy_too() -> None:
    affiliate, repost = FIRST.sighting | {"tier": "affiliate"}, replace(EDITED, official=False, minute=-50).sighting
    pair = tuple(sorted((row["generation"], row["content_hash"]) for row in (affiliate, repost)))
    row = only(relation_rows([affiliate, repost], [pair], lambda *_: 0.9, {}))
    assert (row["kind"], row["url"], row["other_url"]) == ("republication", repost["url"], affiliate["url"])


def test_the_later_year_is_the_copy_whoever_is_seen_first() -> None:
    later = replace(EDITED, year=FIRST.year + 1, minute=-50)
    row = only(related(FIRST, later))
    assert (row["kind"], row["report_year"], row["other_year"]) == ("year_on_year_copy", FIRST.year + 1, FIRST.year)


def test_one_text_of_two_years_or_bodies_is_related_too() -> None:
    again = replace(FIRST, url="http://b.gov.cn/2", year=FIRST.year + 1)
    row = only(related(FIRST, again))
    assert (row["kind"], row["similarity"]) == ("year_on_year_copy", 1.0)
    assert row["content_hash"] == row["other_hash"]
    other = replace(FIRST, url="http://b.gov.cn/2", place="桃江县", division="430922")
    assert only(related(FIRST, other))["kind"] == "template"


def test_each_version_points_to_the_one_before_it() -> None:
    versions = [replace(FIRST, text=FIRST.text + "补充说明。" * n, minute=n) for n in range(3)]
    rows = sorted(related(*versions), key=lambda row: row["found_at"])
    assert [row["kind"] for row in rows] == ["revision", "revision"]
    assert rows[0]["report_id"] == rows[1]["other_id"]
    assert {row["url"] for row in rows} == {FIRST.url}


def test_another_text_altogether_at_the_same_address_is_a_revision_of_the_same_year_only() -> None:
    anew = replace(SECOND, url=FIRST.url, year=FIRST.year, minute=9)
    assert only(related(FIRST, anew))["similarity"] < 0.5
    assert related(FIRST, replace(anew, year=FIRST.year + 1)) == []


@pytest.mark.parametrize("folds", [True, False])
def test_a_converted_copy_is_a_mirror_of_its_original(folds: bool) -> None:
    text = clean(glossed(traditional(FIRST.text if folds else EDITED.text), "mill"))
    mirror = replace(FIRST, text=text, url="http://www.example.com/fanwen/6192", official=False, named=False, minute=-9)
    row = only(related(FIRST, mirror))
    assert (row["kind"], row["url"], row["other_url"]) == ("converted_mirror", mirror.url, FIRST.url)


def test_a_mirror_with_its_original_s_body_is_the_same_report_and_still_told() -> None:
    mirror = replace(FIRST, text=traditional(FIRST.text), url="http://www.example.com/6192", official=False, minute=-9)
    row = only(related(FIRST, mirror))
    assert row["kind"] == "converted_mirror"
    assert row["report_id"] == row["other_id"]


def test_a_mirror_under_another_year_is_never_a_copy() -> None:
    mirror = replace(FIRST, text=traditional(FIRST.text), url="http://www.example.com/1", official=False, named=False)
    assert only(related(FIRST, replace(mirror, year=FIRST.year + 2)))["kind"] not in COPIES


FACTS = {"agency": "益阳市赫山区司法局", "division": "430903", "report_year": 2024, "named_year": 2024, "host": "a",
         "tier": "official", "flags": None}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "republication"),
        ({"agency": "司法局"}, "republication"),
        ({"agency": "司法局", "division": "430922"}, "template"),
        ({"agency": "司法局", "division": "430900"}, "republication"),
        ({"agency": "桃江县司法局"}, "template"),
        ({"agency": None}, "republication"),
        ({"agency": None, "host": "b"}, "template"),
        ({"agency": None, "host": "b", "tier": "repost"}, "republication"),
        ({"flags": "converted"}, "converted_mirror"),
        ({"report_year": 2023}, "year_on_year_copy"),
        ({"report_year": 2023, "agency": None}, "template"),
        ({"report_year": None}, "republication"),
        ({"report_year": None, "named_year": 2023}, "template"),
        ({"report_year": None, "named_year": None}, "template"),
        ({"report_year": 2023, "flags": "converted"}, "year_on_year_copy"),
    ],
)
def test_guards(changes: dict, kind: str) -> None:
    assert kind_of(FACTS, {**FACTS, **changes}) == kind_of({**FACTS, **changes}, FACTS) == kind
