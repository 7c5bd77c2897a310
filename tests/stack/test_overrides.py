"""What a person decides about one address holds on every run, also for what was archived before."""

from collections.abc import Callable
from datetime import date

import pytest

from scrapers.corpus import open_corpus
from scrapers.harvest import Recheck, Selection
from tests.stack.conftest import Site
from tests.village import Expected

pytestmark = pytest.mark.stack
ONE = Selection(sources=("demo-trs-heshan",))
ALL = Selection()


def decide(site: Site, *decisions: str) -> None:
    path = site.settings.sources / "demo.toml"
    path.write_text(site.village.registry() + "".join(f"\n[[override]]\n{one}\n" for one in decisions), "utf-8")


def corrected(mistaken: Expected, misdated: Expected) -> tuple[str, str]:
    """Return the decisions that one page is no report, and that another has a year, a date and a division."""
    changes = 'report_year = 2011\npublished_on = 2012-03-04\ndivision = "430900"\nreason = "typo"'
    return f'url = "{mistaken.url}"\nverdict = "reject"\nreason = "a draft"', f'url = "{misdated.url}"\n{changes}'


def pages(site: Site, kind: str) -> list[Expected]:
    own = [e for e in site.village.manifest() if e.source == "demo-trs-heshan" and e.kind == kind]
    return [e for e in own if kind == "negative" or (e.outcome == "archived" and not e.attachment_url)]


def reports(site: Site) -> dict[str, dict[str, object]]:
    return {row["url"]: row for row in open_corpus(site.settings).reports().collect().iter_rows(named=True)}


def findings(site: Site) -> list[dict[str, object]]:
    return open_corpus(site.settings).findings().collect().to_dicts()


def test_decisions_are_replayed_and_the_ledger_says_so(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    site.harvest("first", ONE)
    mistaken, misdated, *_ = pages(site, "report")
    before = reports(site)
    assert mistaken.url in before
    unknown = misdated.url.rpartition("/")[0] + "/nowhere.html"
    decide(
        site,
        *corrected(mistaken, misdated),
        f'url = "{unknown}"\nverdict = "accept"\nreason = "never there"',
    )
    site.harvest("second", ALL)
    after = reports(site)
    assert mistaken.url not in after
    dated = after[misdated.url]
    assert (dated["report_year"], dated["published_on"], dated["division"]) == (2011, date(2012, 3, 4), "430900")
    assert "override" in str(dated["flags"])
    rows = open_corpus(site.settings).captures().collect().to_dicts()
    captures = {row["url"]: row for row in rows if row["run"] == "second"}
    assert captures[mistaken.url]["reason"] == "override: a draft"
    assert [row["url"] for row in findings(site) if row["kind"] == "unknown_override"] == [unknown]
    site.harvest("third", ONE)
    assert reports(site)[misdated.url]["report_year"] == 2011
    assert mistaken.url not in reports(site)
    site.works.catalog.rebuild(lines(site), site.works.text_of)
    assert reports(site)[misdated.url]["report_year"] == 2011
    assert mistaken.url not in reports(site)


def lines(site: Site):  # type: ignore[no-untyped-def]
    from scrapers.archive.ledger import read_lines

    return list(read_lines(site.works.store))


def test_a_title_that_is_no_report_can_be_accepted(archive: Callable[..., Site]) -> None:
    site = archive(clock="frozen")
    refused = pages(site, "negative")[0]
    decide(site, f'url = "{refused.url}"\nverdict = "accept"\nreport_year = 2020\nreason = "the title is cut"')
    site.harvest("first", ONE)
    captures = {row["url"]: row for row in open_corpus(site.settings).captures().collect().to_dicts()}
    assert captures[refused.url]["relevance"] == "report"
    assert captures[refused.url]["verdict_reason"] == "override: the title is cut"
    assert captures[refused.url]["fetched_at"] is not None


@pytest.mark.parametrize("recheck", [Recheck.ALL, Recheck.DUE])
def test_what_a_decision_set_is_taken_back_with_it(archive: Callable[..., Site], recheck: Recheck) -> None:
    site = archive(clock="frozen")
    chosen = Selection(sources=("demo-trs-suichuan",), recheck=recheck)
    own = [e for e in site.village.manifest() if e.source == "demo-trs-suichuan"]
    refused = next(e for e in own if e.kind == "negative")
    mistaken, misdated, *_ = [e for e in own if e.outcome == "archived" and not e.attachment_url and not e.feature]
    site.harvest("first", chosen)
    before = reports(site)
    decide(
        site,
        *corrected(mistaken, misdated),
        f'url = "{refused.url}"\nverdict = "accept"\nreport_year = 2020\nreason = "the title is cut"',
    )
    site.harvest("second", chosen)
    decided = reports(site)
    assert mistaken.url not in decided
    assert decided[misdated.url]["report_year"] == 2011
    decide(site)
    site.harvest("third", chosen)
    columns = ("title", "agency", "division", "report_year", "published_on", "signed_on")
    assert {url: [row[name] for name in columns] for url, row in reports(site).items()} == {
        url: [row[name] for name in columns] for url, row in before.items()
    }
    site.village.forget()
    site.harvest("fourth", chosen)
    assert all(request.conditional for request in site.village.requests if misdated.url.endswith(request.path))
