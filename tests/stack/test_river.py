"""The whole river on real parts: the village's pages in, a corpus that equals the village's own manifest out."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrapers.agencies import agency_type, level
from scrapers.archive.store import Store
from scrapers.catalog.columns import TABLES
from scrapers.corpus import Corpus, open_corpus
from scrapers.model import Outcome
from scrapers.text import canonical, simplified
from tests.stack.conftest import Site, archive_of
from tests.village import Expected, Village

pytestmark = pytest.mark.stack


def key(text: str) -> str:
    """The village's own canonical form, not ours: NFKC, lower case, alphanumerics and % only."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum() or c == "%")


@pytest.fixture(scope="module")
def harvested(store_server, tmp_path_factory) -> Iterator[tuple[Site, Corpus]]:  # type: ignore[no-untyped-def]
    store: Store = store_server.connect("reports")
    with Village() as village:
        site = archive_of(village, store, tmp_path_factory.mktemp("river") / "sources")
        site.harvest("first")
        yield site, open_corpus(site.settings)


def rows_by_url(corpus: Corpus) -> dict[str, dict[str, object]]:
    return {row["url"]: row for row in corpus.captures().collect().iter_rows(named=True)}


def sightings(site: Site) -> list[dict[str, object]]:
    table = site.works.catalog.table("sightings")
    assert table is not None
    rows: list[dict[str, object]] = table.to_pyarrow_table().to_pylist()
    return rows


def expected_reports(site: Site) -> list[Expected]:
    return [expected for expected in site.village.manifest() if expected.outcome == "archived"]


def test_every_address_has_its_outcome_and_reason(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    captures = rows_by_url(corpus)
    wrong = []
    for expected in site.village.manifest():
        row = captures.get(expected.attachment_url or expected.url)
        if row is None or not expected.allows(str(row["outcome"])) or not row["reason"]:
            wrong.append(
                (
                    expected.url,
                    expected.feature or expected.kind,
                    expected.outcome,
                    row and (row["outcome"], row["reason"]),
                )
            )
    assert wrong == []


def text_of(expected: Expected) -> str:
    """Name a text as canonical form 1 does: a copy converted to traditional characters and back is the same text."""
    return expected.copy_of or expected.text_id


def test_every_report_is_there_once_per_distinct_text(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    reports = corpus.reports().collect()
    texts = {text_of(expected) for expected in expected_reports(site)}
    assert len(reports) == len(texts)
    assert reports["content_hash"].n_unique() == len(texts)


def test_every_fact_is_the_manifest_s(harvested: tuple[Site, Corpus]) -> None:
    site, _ = harvested
    seen = {row["url"]: row for row in sightings(site)}
    wrong = []
    for expected in expected_reports(site):
        row = seen.get(expected.attachment_url or expected.url)
        if row is None:
            wrong.append((expected.url, "not seen"))
            continue
        agency = canonical(str(row["agency"])), canonical(expected.agency)
        for name, got, want in (
            ("agency", *agency),
            ("division", row["division"], expected.division),
            ("report_year", row["report_year"], expected.report_year),
            ("published_on", row["published_on"], expected.published_on),
            ("signed_on", row["signed_on"], expected.signed_on),
            ("title", key(str(row["title"])), key(expected.title)),
            ("tier", row["tier"], "repost" if expected.feature == "mirror" else "official"),
            ("agency_level", row["agency_level"], str(level(expected.division))),
            ("sections", row["sections"] is not None, True),
            ("confidence", float(str(row["agency_confidence"])) >= 0.8, True),
        ):
            if got != want:
                wrong.append((expected.url, expected.feature, name, got, want))
    assert wrong == []


def test_no_character_of_a_body_is_lost(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    texts = {row["content_hash"]: row["text"] for row in corpus.reports().collect().iter_rows(named=True)}
    hashes = {row["url"]: row["content_hash"] for row in sightings(site)}
    wrong = []
    for expected in expected_reports(site):
        got = key(texts[hashes[expected.attachment_url or expected.url]])
        if expected.feature == "mirror":
            got, want = canonical(got), canonical(expected.body)
        else:
            want = key(expected.body)
        if got != want:
            at = next((n for n, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), min(len(got), len(want)))
            wrong.append(
                (expected.url, expected.feature, got[max(0, at - 15) : at + 15], want[max(0, at - 15) : at + 15])
            )
    assert wrong == []


def test_an_article_in_three_pages_is_one_report_and_its_pages_are_kept(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    (expected,) = [each for each in expected_reports(site) if each.feature == "pages"]
    captures = rows_by_url(corpus)
    for number in (1, 2):
        piece = captures[expected.url.replace(".shtml", f"_{number}.shtml")]
        assert (piece["outcome"], piece["parent_url"]) == ("not_a_report", expected.url)
        assert "a further page" in str(piece["reason"])
        assert site.works.payload_of(str(piece["payload_digest"]))
    (row,) = [row for row in sightings(site) if row["url"] == expected.url]
    assert "pages:3" in str(row["flags"])


def test_two_templates_of_one_text_are_one_report_with_two_sightings(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    shared = [text for text, n in Counter(map(text_of, expected_reports(site))).items() if n > 1]
    assert len(shared) == 2
    by_url = {row["url"]: row for row in sightings(site)}
    for text in shared:
        urls = [e.url for e in expected_reports(site) if text_of(e) == text]
        (content,) = {by_url[url]["content_hash"] for url in urls}
        (report,) = corpus.reports().collect().filter(content_hash=content).iter_rows(named=True)
        assert report["sightings"] == len(urls)
        assert {row["url"] for row in corpus.sightings(report["report_id"]).iter_rows(named=True)} == set(urls)


def test_a_converted_mirror_never_represents_its_original(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    (mirror,) = [expected for expected in expected_reports(site) if expected.feature == "mirror"]
    (report,) = [
        row
        for row in corpus.reports().collect().iter_rows(named=True)
        if mirror.url in corpus.sightings(row["report_id"])["url"].to_list()
    ]
    assert report["url"] != mirror.url
    assert report["report_year"] == mirror.report_year
    (relation,) = corpus.relations(kind="converted_mirror").collect().iter_rows(named=True)
    assert (relation["url"], relation["other_url"]) == (mirror.url, report["url"])
    assert report["text"] == simplified(report["text"])


def test_coverage_finds_each_report_of_the_manifest_and_claims_nothing_else(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    rows = corpus.coverage().collect()
    told = {
        tuple(key): status for *key, status in rows.select("division", "agency_type", "report_year", "status").rows()
    }
    for expected in expected_reports(site):
        if expected.agency and expected.division and expected.report_year:
            key = (expected.division, agency_type(simplified(expected.agency)).value, expected.report_year)
            assert told[key] == "found", expected.url
    walked = rows.filter(basis="registry")
    assert walked.height > 30
    assert "no source is declared" not in walked["evidence"]
    assert set(rows["status"]) <= {"found", "not_published", "blocked", "unknown", "not_due"}


def test_raw_bytes_and_clean_text_can_be_taken_back(harvested: tuple[Site, Corpus]) -> None:
    _, corpus = harvested
    for report_id in corpus.reports().collect()["report_id"].head(5):
        assert corpus.raw(report_id)
        assert corpus.text(report_id)


def test_a_second_fetch_with_other_clocks_and_counters_archives_nothing_new(harvested: tuple[Site, Corpus]) -> None:
    site, corpus = harvested
    before = corpus.reports().collect().sort("report_id")
    site.village.forget()
    summary = site.harvest("second")
    after = open_corpus(site.settings).reports().collect().sort("report_id")
    assert after.equals(before)
    assert summary.new_reports == 0
    assert Outcome.ARCHIVED_NEW not in summary.outcomes
    assert any(request.conditional and request.status == 304 for request in site.village.requests)


def test_rebuilding_from_the_ledger_gives_equal_tables(harvested: tuple[Site, Corpus]) -> None:
    from scrapers.archive.ledger import read_lines

    site, _ = harvested

    def tables() -> dict[str, list[str]]:
        found = {}
        for name in TABLES:
            table = site.works.catalog.table(name)
            assert table is not None
            found[name] = sorted(map(repr, table.to_pyarrow_table().to_pylist()))
        return found

    before = tables()
    site.works.catalog.rebuild(list(read_lines(site.works.store)), site.works.text_of)
    assert tables() == before


def test_polars_reads_the_catalog_without_our_code(harvested: tuple[Site, Corpus]) -> None:
    import polars

    site, corpus = harvested
    uri = f"s3://{site.settings.bucket}/catalog/reports"
    table = polars.read_delta(uri, storage_options=site.settings.table_options())
    assert len(table) == len(corpus.reports().collect())


def test_a_dry_run_archives_nothing(archive: Callable[..., Site]) -> None:
    from scrapers.harvest import Selection

    site = archive()
    summary = site.harvest("dry", Selection(dry_run=True))
    assert summary.dry_run
    assert [key for key in site.works.store.list("") if not key.startswith("lease/")] == []


def test_a_dead_host_and_an_empty_listing_are_named_and_cost_their_neighbours_nothing(
    archive: Callable[..., Site], tmp_path: Path
) -> None:
    site = archive()
    dead, empty = site.village.sites[0], site.village.sites[1]
    dead.down, empty.empty = True, True
    summary = site.harvest("silent")
    assert set(summary.silent) == {f"{s.host}:{site.village.port}" for s in (dead, empty)}
    found = {row["kind"] for row in open_corpus(site.settings).findings().collect().iter_rows(named=True)}
    assert "empty_listing" in found
    lost = {dead.name, empty.name}
    kept = {text_of(e) for e in expected_reports(site) if e.site not in lost}
    assert len(open_corpus(site.settings).reports().collect()) == len(kept)
