"""The registry refuses what cannot work, and says where and how to fix it."""

from pathlib import Path

import pytest

from scrapers import divisions, platforms
from scrapers.discover import hints
from scrapers.errors import RegistryError
from scrapers.model import Relevance, Status
from scrapers.registry import is_cron, load, load_all

PLATFORMS = ("generic", "trs")
DIVISIONS = {"430000", "430903"}
ENTRY = """
[[source]]
id = "{id}"
agency = "益阳市赫山区教育局"
division = "430903"
platform = "trs"
url = "http://{host}/list/"
"""


def write(directory: Path, name: str, *entries: str, head: str = 'province = "430000"') -> Path:
    path = directory / f"{name}.toml"
    path.write_text(head + "\n" + "".join(entries), encoding="utf-8")
    return path


def entry(id: str = "a", host: str = "www.a.gov.cn") -> str:  # noqa: A002 - the field's own name
    return ENTRY.format(id=id, host=host)


def test_a_source_gets_its_host_and_defaults(tmp_path: Path) -> None:
    write(tmp_path, "43-hunan", entry(host="WWW.A.gov.cn:8080"), head='title = "湖南"\nprovince = "430000"')
    province = load(tmp_path / "43-hunan.toml", PLATFORMS, DIVISIONS)
    assert (province.key, province.title, province.hosts()) == ("43-hunan", "湖南", ("www.a.gov.cn:8080",))
    assert province.sources[0].delay == 2.0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("platform = ", "platfrom = "), "'platfrom' is unknown. Known:"),
        (('"trs"', '"tsr"'), "field 'platform' = 'tsr' is unknown. Known: generic, trs"),
        (('"430903"', '"999999"'), "field 'division' = '999999'"),
        (('agency = "益阳市赫山区教育局"', ""), "field 'agency' is missing"),
        (('agency = "益阳市赫山区教育局"', "agency = 3"), "field 'agency' is missing or not text"),
        (("platform", 'search = "http://www.a.gov.cn/so?q="\nplatform'), "write {words} where the words go"),
        (
            ("platform", 'sitemap = "http://b.gov.cn/map.xml"\nplatform'),
            "field 'sitemap' = 'http://b.gov.cn/map.xml' is on",
        ),
        (("platform", 'browser = "yes"\nplatform'), "field 'browser' = 'yes' has the wrong type"),
        (('id = "a"', 'id = "A B"'), "field 'id' = 'A B'"),
        (("http://", "ftp://"), "field 'url' = 'ftp://www.a.gov.cn/list/'"),
        (("http://", "http://user@"), "is not a plain http(s) address"),
        (("/list/", '/list/"\nfirst_year = 1950\nnotes = "'), "field 'first_year' = 1950"),
        (("/list/", '/list/"\ndelay = "1'), "field 'delay' = '1' has the wrong type"),
        (("/list/", '/list/"\nmax_pages = 9999\nnotes = "'), "field 'max_pages' = 9999 is out of range"),
        (("[[source]]", "[source]"), "[[source]]"),
        (("/list/", '/list/"\nallow = ["http://b.gov.cn/"]\nnotes = "'), "field 'allow' names 'http://b.gov.cn/'"),
        (("/list/", '/list/"\nallow = [3]\nnotes = "'), "field 'allow' names 3"),
        (("/list/", '/list/"\ndelay = 1\nnotes = 3 # "'), "field 'notes' = 3 has the wrong type"),
        (("gov.cn/", "gov.cn:80/"), "leave out port 80"),
        (
            ("/list/", '/list/"\nstatus = "maybe'),
            "field 'status' = 'maybe' is unknown. Known: active, unverified, parked",
        ),
        (("/list/", '/list/"\nstatus = 1 # "'), "field 'status' = 1 has the wrong type"),
        (("[[source]]", 'schedule = "daily"\n[[source]]'), "field 'schedule' is wrong"),
        (("[[source]]", "owner = 3\n[[source]]"), "field 'owner' is no text"),
        (("[[source]]", '[schedule]\ncron = "30 2 * * *"\n[[source]]'), "field 'schedule' is wrong"),
        (("[[source]]", '[schedule]\ncron = ["61 2 * * *"]\n[[source]]'), "field 'schedule' is wrong"),
    ],
)
def test_a_wrong_entry_is_named_with_its_field(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = write(tmp_path, "43-hunan", entry().replace(*change))
    with pytest.raises(RegistryError) as refused:
        load(path, PLATFORMS, DIVISIONS)
    assert "43-hunan.toml" in str(refused.value)
    assert told in str(refused.value)


def test_broken_toml_and_a_missing_file_are_named(tmp_path: Path) -> None:
    broken = write(tmp_path, "43-hunan", "[[source")
    with pytest.raises(RegistryError, match=r"43-hunan\.toml: not valid TOML"):
        load(broken, PLATFORMS, DIVISIONS)
    with pytest.raises(RegistryError, match="no such registry file"):
        load(tmp_path / "none.toml", PLATFORMS, DIVISIONS)


def test_ids_are_unique_and_a_host_has_one_file(tmp_path: Path) -> None:
    write(tmp_path, "43-a", entry("a", "www.a.gov.cn"))
    write(tmp_path, "43-b", entry("a", "www.b.gov.cn"))
    with pytest.raises(RegistryError, match=r"43-b\.toml: source 'a': field 'id' is taken in 43-a\.toml"):
        load_all(tmp_path, PLATFORMS, DIVISIONS)
    write(tmp_path, "43-b", entry("b", "www.a.gov.cn"))
    with pytest.raises(RegistryError, match="One host is one queue"):
        load_all(tmp_path, PLATFORMS, DIVISIONS)
    write(tmp_path, "43-b", entry("b", "www.b.gov.cn"), entry("c", "www.b.gov.cn"))
    assert [province.key for province in load_all(tmp_path, PLATFORMS, DIVISIONS)] == ["43-a", "43-b"]


def test_an_empty_registry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="REPORT_ARCHIVE_SOURCES"):
        load_all(tmp_path, PLATFORMS, DIVISIONS)


@pytest.mark.parametrize("given", ["30 2 * 1-4,12 *", "*/10 0-23/2 1,15 * 7"])
def test_cron_in_numbers_is_read(given: str) -> None:
    assert is_cron([given])


@pytest.mark.parametrize("given", [None, "30 2 * * *", ["daily"], ["30 2 * *"], ["0 24 * * *"], ["0 5-2 * * *"], [3]])
def test_other_cron_is_refused(given: object) -> None:
    assert not is_cron(given)


def test_a_file_whose_name_cannot_name_a_province_and_one_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"43 Hunan\.toml: rename it"):
        load(write(tmp_path, "43 Hunan"), PLATFORMS, DIVISIONS)
    (tmp_path / "44-guangdong.toml").mkdir()
    with pytest.raises(RegistryError, match=r"44-guangdong\.toml: Is a directory"):
        load(tmp_path / "44-guangdong.toml", PLATFORMS, DIVISIONS)


OVERRIDE = """
[[override]]
url = "http://www.a.gov.cn/list/1.html"
verdict = "accept"
report_year = 2023
published_on = 2024-03-01
reason = "the title lacks the subject"
"""


def test_a_source_is_active_unless_it_says_otherwise(tmp_path: Path) -> None:
    path = write(tmp_path, "43-hunan", entry("a"), entry("b").replace("/list/", '/list/"\nstatus = "unverified'))
    province = load(path, PLATFORMS, DIVISIONS)
    assert [source.status for source in province.sources] == [Status.ACTIVE, Status.UNVERIFIED]
    assert province.unverified == 1


def test_an_override_says_what_a_person_decided(tmp_path: Path) -> None:
    (override,) = load(write(tmp_path, "43-hunan", entry(), OVERRIDE), PLATFORMS, DIVISIONS).overrides
    assert (override.relevance, override.report_year) == (Relevance.REPORT, 2023)
    assert str(override.published_on) == "2024-03-01"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("www.a.gov.cn", "www.b.gov.cn"), "names www.b.gov.cn, on which no source of this file lies"),
        (('"accept"', '"maybe"'), "field 'verdict' = 'maybe' is unknown. Known: accept, reject, report"),
        (("2023", "1999"), "field 'report_year' = 1999"),
        (("2024-03-01", '"soon"'), "field 'published_on' = 'soon': write a date without quotes"),
        (("2024-03-01", "2024-03-01T00:00:00"), "write a date without quotes"),
        (("reason", "why"), "field 'why' is unknown"),
        (('reason = "the title lacks the subject"', ""), "field 'reason' is missing"),
        (('verdict = "accept"\nreport_year = 2023\npublished_on = 2024-03-01', ""), "changes nothing. Give one of"),
        (('verdict = "accept"', 'division = "999999"'), "field 'division' = '999999'"),
        (('verdict = "accept"', "agency = 3"), "field 'agency' = 3 is not text"),
        (("[[override]]", "[override]"), "with double brackets"),
        (("http://", ""), "is not a plain http(s) address"),
        (("[[override]]", OVERRIDE + "[[override]]"), "is overridden twice"),
    ],
)
def test_a_wrong_override_is_named_with_its_field(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(RegistryError) as refused:
        load(write(tmp_path, "43-hunan", entry(), OVERRIDE.replace(*change)), PLATFORMS, DIVISIONS)
    assert "43-hunan.toml" in str(refused.value)
    assert told in str(refused.value)


def test_an_id_taken_in_the_same_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "43-a", entry("a", "www.a.gov.cn"), entry("a", "www.a.gov.cn"))
    with pytest.raises(RegistryError, match=r"field 'id' is taken in 43-a\.toml"):
        load_all(tmp_path, PLATFORMS, DIVISIONS)


def test_the_real_registry_is_whole_and_waits_to_be_verified() -> None:
    provinces = load_all(Path(__file__).parents[2] / "sources", platforms.PLATFORMS, divisions.codes())
    real = [(province, source) for province in provinces if province.key != "demo" for source in province.sources]
    waiting = [pair for pair in real if pair[1].status is Status.UNVERIFIED]
    assert len(real) >= 70
    assert len({province.division for province, _ in real}) >= 20
    for province, source in real:
        assert province.key.startswith(province.division[:2] + "-")
        assert source.division[:2] == province.division[:2], source.id
        assert source.notes, f"{source.id} gives no evidence"
        spelled = hints.host_division(source.url)
        assert not spelled or spelled[:2] == source.division[:2], source.id
    assert len(waiting) == sum(province.unverified for province in provinces)
