"""What a host gave before is what it is held to: a rebuilt site, a vanished report, a quiet second run."""

from collections.abc import Callable

import msgspec
import pytest

from scrapers.archive.keys import raw_key
from scrapers.corpus import open_corpus
from scrapers.harvest import Recheck, Selection
from tests.stack.conftest import Site
from tests.village.streets import Streets

pytestmark = pytest.mark.stack
ONE = "demo-trs-heshan"
PLAIN = "demo-trs-suichuan"
"""A site without a clock: its servers name validators."""


def rows(site: Site, table: str, run: str) -> list[dict[str, object]]:
    found = site.works.catalog.table(table)
    assert found is not None
    return [row for row in found.to_pyarrow_table().to_pylist() if row["run"] == run]


def contents(site: Site) -> list[str]:
    return sorted(key for prefix in ("raw/", "clean/") for key in site.works.store.list(prefix))


def hosts_of(site: Site, names: set[str]) -> set[str]:
    return {one.host for one in site.village.sites if one.name in names}


def is_list(site: Site, host: str, path: str) -> bool:
    """Say whether a request was for a list's page: a listing of the village, or data for a list's script."""
    place = next(one for one in site.village.sites if one.host == host)
    found = Streets(place).find(path)
    return path != "/robots.txt" and (found is None or found.kind == "listing")


def test_an_unchanged_second_harvest_asks_only_whether_and_stores_nothing(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    first = site.harvest("first")
    kept = contents(site)
    assert first.new_reports
    assert first.conditional == 0
    site.village.forget()
    second = site.harvest("second")
    assert contents(site) == kept
    assert second.new_reports == 0
    clocked = {one.name for one in site.village.sites if one.clocked}  # their pages carry no validator
    lists = [r for r in site.village.requests if r.method == "GET" and is_list(site, r.host, r.path)]
    assert len(lists) > 20
    whole = [(r.host, r.path, r.status) for r in lists if not r.conditional and r.host not in hosts_of(site, clocked)]
    assert not whole, whole
    assert {r.status for r in lists if r.conditional} == {304}
    assert not any(r.conditional for r in lists if r.host in hosts_of(site, clocked))
    assert second.list_pages_conditional == second.list_pages_unchanged == sum(r.conditional for r in lists)
    assert second.list_pages > second.list_pages_conditional  # forms, and pages with a clock, are had whole
    for field in ("complete", "why", "pages", "expected_total", "offered", "years", "template"):
        ways = [{r["source_id"]: r[field] for r in rows(site, "walks", run)} for run in ("first", "second")]
        assert ways[0] == ways[1], field
    archived = {e.attachment_url or e.url for e in site.village.manifest() if e.outcome == "archived"}
    archived -= {e.url for e in site.village.manifest() if e.site in clocked}
    asked = [r for r in site.village.requests if f"http://{r.host}:{site.village.port}{r.path}" in archived]
    assert len(asked) > 10
    assert all(request.conditional for request in asked)
    assert second.conditional >= len({request.path for request in asked})
    assert second.silent == first.silent


def test_a_list_page_that_is_not_in_the_archive_any_more_is_had_again(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    chosen = Selection(sources=(PLAIN,))
    first = site.harvest("first", chosen)
    (walk,) = rows(site, "walks", "first")
    assert walk["unchanged"] == 0
    lost = [page["payload_digest"] for page in msgspec.json.decode(str(walk["list_pages"]))]
    assert len(lost) == walk["pages"]
    for digest in lost[1:]:
        site.works.store._client.delete_object(Bucket=site.works.store.bucket, Key=raw_key(digest))
    kept = contents(site)
    second = site.harvest("second", chosen)
    (again,) = rows(site, "walks", "second")
    assert again["why"] == walk["why"]
    assert len(msgspec.json.decode(str(again["list_pages"]))) == len(lost) - 1
    assert second.list_pages == first.list_pages + len(lost) - 1
    assert len(contents(site)) == len(kept) + len(lost) - 1
    assert site.harvest("third", chosen).list_pages_unchanged == first.list_pages


def test_a_list_that_grew_is_had_whole_and_its_new_report_is_found(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    chosen = Selection(sources=(PLAIN,))
    suichuan = site.village.site("trs-suichuan")
    newest = next(d.number for c in suichuan.columns for d in c.documents if c.source == PLAIN and d.kind == "report")
    suichuan.missing = frozenset({newest})
    first = site.harvest("first", chosen)
    suichuan.restore()
    second = site.harvest("second", chosen)
    assert (first.new_reports, second.new_reports) == (5, 1)
    assert second.list_pages_conditional > second.list_pages_unchanged


@pytest.mark.parametrize("fashion", ["cards", "script"])
def test_a_rebuilt_site_fails_loudly_and_heals_alone(archive: Callable[..., Site], fashion: str) -> None:
    site = archive(clock="frozen")
    (source,) = [column.source for column in site.village.site("trs-heshan").columns]
    chosen = Selection(sources=(source, "demo-generic-yongchuan"))
    site.harvest("first", chosen)
    rebuilt = site.village.site("trs-heshan")
    rebuilt.rebuilt = fashion
    second = site.harvest("second", chosen)
    host = f"{rebuilt.host}:{site.village.port}"
    assert list(second.silent) == [host]
    kinds = {(row["subject"], row["kind"]) for row in rows(site, "findings", "second")}
    assert (source, "layout_changed") in kinds
    if fashion == "cards":
        assert "the site was rebuilt" in second.silent[host]
    before = open_corpus(site.settings).reports().collect()
    rebuilt.restore()
    third = site.harvest("third", chosen)
    assert third.silent == {}
    assert not [row for row in rows(site, "findings", "third") if row["subject"] == source]
    assert open_corpus(site.settings).reports().collect().equals(before)


def test_a_report_that_vanished_is_gone_after_two_runs_and_keeps_its_capture(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    chosen = Selection(sources=(ONE,))
    site.harvest("first", chosen)
    page = next(e for e in site.village.manifest() if e.source == ONE and e.outcome == "archived")
    heshan = site.village.site("trs-heshan")
    number = next(d.number for c in heshan.columns for d in c.documents if d.title == page.title)
    before = open_corpus(site.settings).reports().collect().sort("report_id")
    heshan.removed.add(number)
    told = []
    for run in ("second", "third", "fourth"):
        site.harvest(run, chosen)
        told.append([row["outcome"] for row in rows(site, "captures", run) if row["url"] == page.url])
    assert told == [["not_found"], ["gone"], []]
    (gone,) = [row for row in rows(site, "findings", "third") if row["kind"] == "gone"]
    assert gone["url"] == page.url
    assert open_corpus(site.settings).reports().collect().sort("report_id").equals(before)
    report = before.filter(url=page.url)["report_id"][0]
    assert open_corpus(site.settings).raw(report)
    heshan.restore()
    site.harvest("fifth", chosen)
    assert [row["outcome"] for row in rows(site, "captures", "fifth") if row["url"] == page.url] == ["unchanged"]


def test_lists_are_read_only_as_far_as_they_are_known_once_they_were_read_whole(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    chosen = Selection(sources=(ONE,), recheck=Recheck.DUE)
    site.harvest("first", chosen)
    (first,) = rows(site, "walks", "first")
    assert (first["complete"], first["early"]) == ("yes", None)
    assert (first["reports"], first["template"]) == (6, "ul.news_list createPageHTML index_N.shtml")
    covered = open_corpus(site.settings).coverage().collect().drop("looked_at")
    site.village.forget()
    second = site.harvest("second", chosen)
    assert open_corpus(site.settings).coverage().collect().drop("looked_at").equals(covered)
    (walk,) = rows(site, "walks", "second")
    assert walk["early"] == "early"
    assert walk["pages"] < first["pages"]
    assert (second.early, second.fetched, second.silent) == (1, 0, {})
    assert not rows(site, "findings", "second")
