"""Relations, versions, differences and coverage as an analyst asks for them, over a real bucket."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from benchmarks.lookalikes import Made, lookalikes
from scrapers.archive.payloads import get_clean, put_clean
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.corpus import Corpus, open_corpus
from scrapers.errors import NotInArchive
from scrapers.fingerprint import fingerprint
from scrapers.model import Complete, Line, Source, Walk
from stack.store import LocalStore
from tests.conftest import settings_of
from tests.scrapers.catalog.test_recording import lines_of
from tests.village.mirror import traditional

FIRST = replace(next(made for made, _ in lookalikes(1, seed=4)), year=2023, place="益阳市赫山区", division="430903")
REVISED = replace(FIRST, text=FIRST.text + "\n另附一项补充说明。", minute=600)
NEXT = replace(FIRST, number=7, url="http://n7.gov.cn/1.html", year=2024, minute=700, text=FIRST.text + "\n下一年度。")
MIRROR = replace(
    FIRST, number=8, url="http://www.example.com/8", official=False, text=traditional(FIRST.text), minute=20
)
REPOST = replace(REVISED, number=9, url="http://www.example.com/9", official=False, text=REVISED.text + "转载声明。")
MADE = (FIRST, REVISED, NEXT, MIRROR, REPOST)
LOOKED = datetime(2024, 6, 1, tzinfo=UTC)


def walk(source: str, made: Made) -> Line:
    walked = Walk(
        source, made.url, (), 1, 1, Complete.YES, "read", agency="益阳市赫山区人民政府", division=made.division,
        first_year=2022, years=(2023,),
    )  # fmt: skip
    return Line("r1", "n0.gov.cn", "crawl", LOOKED, walk=walked)


@pytest.fixture(scope="module")
def corpus(store_server: LocalStore) -> Corpus:
    store: Store = store_server.connect("kin")
    lines = [walk("heshan", FIRST)]
    for made in MADE:
        put_clean(store, fingerprint(made.text), made.text, made.url)
        lines += lines_of(made, "r1")
    wanted = settings_of(store)
    catalog = Catalog(f"s3://{store.bucket}/catalog", wanted.table_options())
    catalog.record("r1", lines, lambda generation, name: get_clean(store, generation, name))
    return open_corpus(wanted)


def the(corpus: Corpus, made: Made) -> str:
    rows = corpus.reports().filter(content_hash=fingerprint(made.text).content_hash).collect()
    return str(rows.filter(report_year=made.year)["report_id"].item())


def test_relations_of_all_of_one_and_of_a_kind(corpus: Corpus) -> None:
    kinds = set(corpus.relations().collect()["kind"])
    assert kinds == {"revision", "converted_mirror", "year_on_year_copy", "republication"}
    own = corpus.relations(the(corpus, NEXT)).collect()
    assert set(own["kind"]) == {"year_on_year_copy"}
    assert corpus.relations(kind="revision").collect().height == 1


def test_versions_and_what_changed_between_them(corpus: Corpus) -> None:
    first, revised = the(corpus, FIRST), the(corpus, REVISED)
    for asked in (first, revised):
        assert corpus.versions(asked)["report_id"].to_list() == [first, revised]
    changed = [
        line for line in corpus.diff(revised).splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == ["+另附一项补充说明。"]
    assert corpus.diff(first) == ""
    assert "-另附一项补充说明。" in corpus.diff(first, revised).splitlines()
    assert corpus.versions(the(corpus, NEXT)).height == 1


def test_without_copies_one_report_stands_for_all(corpus: Corpus) -> None:
    assert set(corpus.reports(copies=False).collect()["report_id"]) == {the(corpus, REVISED), the(corpus, NEXT)}
    assert corpus.reports().collect().height == 4


def test_copied_years_and_changed_texts_are_findings(corpus: Corpus) -> None:
    found = corpus.findings().collect()
    copied = found.filter(kind="year_on_year_copy", subject=the(corpus, NEXT))
    assert set(copied["disposition"]) == {"ok"}
    assert any("is that of 2023: report " + the(corpus, REVISED)[:12] in message for message in copied["message"])
    (changed,) = found.filter(kind="revision")["message"]
    assert the(corpus, FIRST)[:12] in changed


def test_coverage_asks_every_government_and_every_declared_body(corpus: Corpus) -> None:
    today = date(2025, 3, 1)
    own = corpus.coverage(division="430903", agency_type="government", today=today).collect()
    said = dict(own.select("report_year", "status").iter_rows())
    assert said == {
        **dict.fromkeys(range(2015, 2022), "unknown"),
        2022: "not_published",
        2023: "unknown",
        2024: "not_due",
    }
    assert dict(own.select("report_year", "basis").iter_rows())[2021] == "division table"
    source = Source("sfj", "益阳市赫山区审计局", "430903", "trs", "http://x/", "x", first_year=2023)
    declared = corpus.coverage(division="430903", agency_type="audit", today=today, sources=[source]).collect()
    assert declared["report_year"].to_list() == [2023, 2024]
    assert declared["evidence"].unique().to_list() == ["source sfj was never walked"]


def test_coverage_of_a_year_counts_each_division_once(corpus: Corpus) -> None:
    rows = corpus.coverage(year=2020, agency_type="government", today=date(2025, 3, 1)).collect()
    assert rows["division"].n_unique() == rows.height > 3000
    assert corpus.coverage(status="found", today=date(2025, 3, 1)).collect()["reports"].min() >= 1


def test_what_was_not_due_at_the_last_look_is_unknown_later(corpus: Corpus) -> None:
    stored = pl.LazyFrame(corpus.coverage(division="430903", year=2024, today=date(2025, 3, 1)).collect())
    assert "not_due" in stored.collect()["status"]
    later = corpus.coverage(division="430903", year=2024, today=date(2025, 4, 1)).collect()
    assert set(later["status"]) <= {"unknown", "found"}


def test_a_catalog_without_the_table_says_so(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    real = corpus._catalog.table
    monkeypatch.setattr(corpus._catalog, "table", lambda name: None if name == "relations" else real(name))
    with pytest.raises(NotInArchive, match=r"without a table 'relations'.*rebuild"):
        corpus.relations()
