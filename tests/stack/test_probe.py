"""A site that is in no registry, brought in by three commands on real pages; and what a probe refuses."""

import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from scrapers import divisions, platforms, registry
from scrapers.fetch import Fetcher, Policy
from scrapers.harvest.fixture import expected, replay
from scrapers.harvest.probe import probe
from scrapers.model import Status
from tests.conftest import settings_of
from tests.stack.conftest import Site
from tests.stack.test_cli import Run, runner
from tests.village import Village

pytestmark = pytest.mark.stack
KEPT = """# Kept: the comment of a person.
title = "Jiangxi"
province = "360000"

[[source]]
id = "jiangxi-elsewhere"   # kept too
agency = ""
division = "360732"
platform = "trs"
url = "http://www.elsewhere.gov.cn/fzzf/"
status = "unverified"
"""


@pytest.fixture
def site(store, tmp_path: Path) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """An archive whose registry knows none of the village's sites."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "36-jiangxi.toml").write_text(KEPT, "utf-8")
    with Village() as village:
        settings = settings_of(store, sources=tmp_path / "sources")
        yield Site(village, None, settings)  # type: ignore[arg-type]


@pytest.fixture
def run(site: Site) -> Run:
    return runner(site)


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    with Village() as opened:
        yield opened


def address(site: Site, name: str, path: str = "/") -> str:
    return f"http://{site.village.site(name).host}:{site.village.port}{path}"


def load(site: Site, key: str) -> registry.Province:
    return registry.load(site.settings.sources / f"{key}.toml", platforms.PLATFORMS, divisions.codes())


def test_a_new_site_is_harvested_after_three_commands(run: Run, site: Site, tmp_path: Path) -> None:
    home = address(site, "trs-suichuan")
    said = run("probe", home, "--write", "--fixtures", str(tmp_path / "probed"), "--json").stdout.splitlines()
    seen, written = json.loads(said[0]), json.loads(said[1])
    assert seen["system"].startswith("trs: score ")
    assert seen["paging"].startswith("createPageHTML")
    assert seen["robots"] == "allows this address"
    run("check")
    run("harvest", written["province"], "--source", written["source"])
    found = [json.loads(line) for line in run("find", "--json").stdout.splitlines()]
    truth = {e.title for e in site.village.manifest() if e.site == "trs-suichuan" and e.outcome == "archived"}
    assert len(found) == len(truth)
    text = (site.settings.sources / "36-jiangxi.toml").read_text("utf-8")
    assert text.startswith("# Kept: the comment of a person.")
    assert "# kept too" in text
    kept = Path(written["fixture"])
    assert replay(kept) == expected(kept)
    assert run("probe", home, "--write", "--fixtures", str(tmp_path / "probed")).stdout.count("changed") == 1
    assert len(load(site, "36-jiangxi").sources) == 2


@pytest.mark.parametrize("start", ["home", "list", "article"])
@pytest.mark.parametrize(
    "name",
    [
        *("trs-heshan", "jcms-longquan", "ucap-qingshui", "gkmlpt-shunde", "table-fengrun", "generic-yongchuan"),
        *("jpaas-donghai", "kaipu-nanxian", "vsb-huachi", "lonsun-laian", "epoint-changge", "loadmore-heshan"),
    ],
)
def test_any_page_of_a_site_leads_to_its_list(village: Village, name: str, start: str) -> None:
    site = village.site(name)
    column = site.columns[0]
    known = next(e for e in village.manifest() if e.source == column.source and e.outcome == "archived")
    listed = next(part for part in village.registry().split("[[source]]") if f'"{column.source}"' in part)
    listing = next(line for line in listed.splitlines() if line.startswith("url")).split('"')[1]
    host = f"{site.host}:{village.port}"
    policy = Policy(allow=frozenset({host}), private_networks=(ip_network("127.0.0.0/8"),), contact="", delay=0.0)
    with Fetcher(policy) as fetcher:
        seen = probe({"home": f"http://{host}/", "list": listing, "article": known.url}[start], fetcher)
    assert seen.source is not None
    assert seen.source.url == listing
    assert (seen.source.agency, seen.source.division) == (column.agency, column.division)
    assert seen.reports >= column.reports
    assert seen.reading is not None
    assert seen.reading.report is not None


def test_every_waiting_entry_of_a_file_is_settled(run: Run, site: Site) -> None:
    path = site.settings.sources / "43-hunan.toml"
    entries = [
        f'[[source]]\nid = "{name}"\nagency = ""\ndivision = "430903"\nplatform = "generic"\nurl = "{url}"\n'
        'notes = "Invented."\nstatus = "unverified"\n'
        for name, url in (("good", address(site, "trs-heshan")), ("gone", "http://127.0.0.9:9/"))
    ]
    path.write_text('# why\nprovince = "430000"\n' + "\n".join(entries), "utf-8")
    assert "nothing harvested" in run("harvest", "43-hunan").stdout
    rows = [json.loads(line) for line in run("probe", "--verify", "43-hunan", "--json").stdout.splitlines()]
    assert [row["status"] for row in rows] == ["active", "parked"]
    good, gone = load(site, "43-hunan").sources
    assert (good.status, good.platform) == (Status.ACTIVE, "trs")
    assert good.url.endswith("/zwgk/fzzfjs/")
    assert gone.status is Status.PARKED
    assert "conn_refused" in gone.notes
    assert path.read_text("utf-8").startswith("# why")
    assert run("probe", "--verify", "43-hunan", "--json").stdout == ""


def test_a_blocked_site_says_so_and_is_left_alone(run: Run, site: Site) -> None:
    wall = next(e for e in site.village.manifest() if e.outcome == "blocked_waf")
    site.village.forget()
    told = run("probe", wall.url, code=1).stderr.replace("\n", " ")
    assert "is blocked (blocked_waf)" in told
    assert len([r for r in site.village.requests if not r.path.endswith("robots.txt")]) == 1


@pytest.mark.parametrize(
    ("url", "changed", "code", "told"),
    [
        ("http://10.1.2.3/zwgk/", {"PRIVATE_NETWORKS": "", "DELAY": ""}, 1, "Private addresses are never fetched"),
        ("http://www.copies-of-reports.example.com/zwgk/", {}, 2, "say so with --anyway"),
        ("ftp://www.a.gov.cn/", {}, 2, "is no http(s) address"),
        ("http://[::1", {}, 2, "is no http(s) address"),
        ("", {}, 2, "probe needs an address"),
    ],
)
def test_a_private_and_an_off_list_address_are_refused(
    run: Run, url: str, changed: dict[str, str], code: int, told: str
) -> None:
    assert told in run("probe", url, code=code, **changed).stderr.replace("\n", " ")


def test_a_site_without_a_list_says_what_to_give(run: Run, site: Site) -> None:
    site.village.site("trs-heshan").empty = True
    told = run("probe", address(site, "trs-heshan"), code=1).stderr.replace("\n", " ")
    assert "no list of reports was found from here" in told
