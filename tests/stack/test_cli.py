"""The command line on a real store and real pages: exit codes that mean something, one clear line for a mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from tests.stack.conftest import Site, archive_of
from tests.village import Village

pytestmark = pytest.mark.stack
READING = ROOT / "tests/pages/reading"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def command(site: Site, *words: str, **changed: str) -> tuple[list[str], dict[str, str]]:
    settings = site.settings
    environment = {
        "PATH": os.environ["PATH"],
        PREFIX + "ENDPOINT": settings.endpoint,
        PREFIX + "BUCKET": settings.bucket,
        PREFIX + "ACCESS_KEY": settings.access_key,
        PREFIX + "SECRET_KEY": settings.secret_key,
        PREFIX + "SOURCES": str(settings.sources),
        PREFIX + "PRIVATE_NETWORKS": "127.0.0.0/8",
        PREFIX + "DELAY": "0",
        **{PREFIX + name: value for name, value in changed.items()},
    }
    return [sys.executable, "-m", "scrapers", *words], environment


@pytest.fixture(scope="module")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    with Village() as village:
        yield archive_of(village, store_server.connect("cli"), tmp_path_factory.mktemp("cli") / "sources")


def runner(site: Site) -> Run:
    """Return what runs a command on an archive, and looks at its exit code."""

    def do(*words: str, code: int = 0, **changed: str) -> subprocess.CompletedProcess[str]:
        argv, environment = command(site, *words, **changed)
        done = subprocess.run(argv, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, (done.stdout[-800:], done.stderr[-800:])
        return done

    return do


@pytest.fixture(scope="module")
def run(site: Site) -> Run:
    return runner(site)


@pytest.fixture(scope="module")
def harvested(run: Run) -> list[dict[str, object]]:
    """The reports of one harvested source, as `find --json` tells them."""
    run("harvest", "demo", "--source", "demo-trs-heshan", "--json")
    return [json.loads(line) for line in run("find", "--json").stdout.splitlines()]


def test_find_show_raw_and_export(run: Run, harvested: list[dict[str, object]], tmp_path: Path) -> None:
    assert harvested
    first = str(harvested[0]["report_id"])
    shown = json.loads(run("show", first[:10], "--json").stdout)
    assert shown["report_id"] == first
    assert len(shown["text"]) > 800
    assert shown["sightings"][0]["url"].startswith("http://127.0.0.11")
    assert [row["report_id"] for row in shown["versions"]] == [first]
    assert shown["relations"] == []
    assert "no earlier version" in run("show", first, "--diff").stdout
    assert "<html" in run("show", first, "--raw").stdout.lower()
    assert "还没有" not in run("show", first).stderr
    path = tmp_path / "reports.jsonl"
    run("export", str(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(harvested)


def test_coverage_tells_what_is_found_and_what_nobody_knows(run: Run, harvested: list[dict[str, object]]) -> None:
    words = ("coverage", "--division", "430903", "--type", "education", "--json")
    rows = [json.loads(line) for line in run(*words).stdout.splitlines()]
    found = {row["report_year"] for row in rows if row["status"] == "found"}
    assert found == {row["report_year"] for row in harvested}
    assert all(row["evidence"].startswith("sighting http") for row in rows if row["status"] == "found")
    assert "division table" in run("coverage", "--division", "110101", "--year", "2020", "--json").stdout
    run("coverage", "--division", "110101", "--status", "found", code=1)


def test_find_filters_and_says_by_its_exit_code_when_there_is_nothing(
    run: Run, harvested: list[dict[str, object]]
) -> None:
    year = harvested[0]["report_year"]
    found = [json.loads(line) for line in run("find", "--year", str(year), "--json").stdout.splitlines()]
    assert found
    assert {row["report_year"] for row in found} == {year}
    run("find", "没有这样的词组", code=1)


def test_a_second_harvest_finds_nothing_new(run: Run, harvested: object) -> None:
    again = json.loads(run("harvest", "demo", "--source", "demo-trs-heshan", "--json").stdout)
    assert again["new_reports"] == 0


def test_doctor_verifies_and_rebuild_agrees(run: Run, harvested: object) -> None:
    assert "every invariant that applies holds" in run("doctor", "--verify").stdout
    run("rebuild")
    assert "every invariant that applies holds" in run("doctor", "--verify").stdout


def test_quality_counts_facts_and_flags(run: Run, new_store: Callable[[], Store]) -> None:
    bucket = new_store().bucket  # of a source two of whose reports are in attachments alone
    told = run("harvest", "demo", "--source", "demo-jcms-jimo", BUCKET=bucket).stdout
    assert "attachment_only" in told
    told = json.loads(run("quality", "--json", BUCKET=bucket).stdout)
    assert told["rows"] == told["filled"]["agency"] == told["filled"]["sections"]
    assert told["flags"]["attachment_only"] == 2
    again = run("harvest", "demo", "--source", "demo-jcms-jimo", BUCKET=bucket).stdout
    assert "attachment_only" in again, "a run that found nothing new tells the corpus's quality all the same"


def test_doctor_names_the_tools(run: Run, harvested: object) -> None:
    assert "apt-get install" in (told := run("doctor").stdout) or "antiword" in told


def test_try_reads_one_page_and_archives_nothing(run: Run, site: Site, harvested: object) -> None:
    before = sorted(site.works.store.list("ledger/"))
    report = next(e for e in site.village.manifest() if e.outcome == "archived" and not e.attachment_url)
    negative = next(e for e in site.village.manifest() if e.kind == "negative")
    assert report.agency in run("try", report.url).stdout
    told = json.loads(run("try", negative.url, "--json", code=1).stdout)
    assert told["report"] is None
    assert told["reason"]
    assert sorted(site.works.store.list("ledger/")) == before


def test_try_reads_a_saved_page_with_and_without_its_address(run: Run, site: Site, tmp_path: Path) -> None:
    page = READING / "jcms_markers.html"
    told = json.loads(run("try", str(page), "--url", "http://www.lqsf.example/art/2023/2/14/a.html", "--json").stdout)
    assert told["report"]["published_on"] == "2022-12-21"
    assert told["report"]["text"].startswith("2022年")
    assert "龙泉市司法局" in run("try", str(page)).stdout
    listed = tmp_path / "list.html"
    listed.write_text("<html><body><ul>" + "<li><a href=/1>某某报告</a></li>" * 30 + "</ul></body></html>")
    assert "no report" in run("try", str(listed), code=1).stdout


def test_a_dry_run_lists_what_it_would_fetch(run: Run) -> None:
    done = run("harvest", "demo", "--source", "demo-trs-heshan", "--dry-run", "--json")
    offered = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["relevance"] for row in offered} >= {"report", "related"}


@pytest.mark.parametrize(
    ("words", "changed", "told"),
    [
        (("find",), {"SECRET_KEY": "wrong-secret-value"}, "REPORT_ARCHIVE_SECRET_KEY"),
        (("find",), {"ACCESS_KEY": "nobody"}, "REPORT_ARCHIVE_ACCESS_KEY"),
        (("harvest", "demo"), {"SECRET_KEY": "wrong-secret-value"}, "REPORT_ARCHIVE_SECRET_KEY"),
        (("harvest", "demo"), {"BUCKET": "no-such-bucket"}, "no-such-bucket"),
        (("doctor",), {"BUCKET": "no-such-bucket"}, "no-such-bucket"),
        (("find",), {"BUCKET": "no-such-bucket"}, "no-such-bucket"),
        (("find",), {"ENDPOINT": ""}, "REPORT_ARCHIVE_ENDPOINT is not set"),
        (("harvest", "nowhere"), {}, "nowhere.toml"),
        (("harvest", "demo", "--source", "nobody"), {}, "has no source 'nobody'. Known: demo-"),
        (("try", "http://www.example.gov.cn/a.html"), {}, "on no source's allow-list"),
        (("check",), {"SOURCES": "no/such/directory"}, "REPORT_ARCHIVE_SOURCES"),
        (("try", "http://[::1"), {}, "on no source's allow-list"),
        (("export", ""), {}, "names no file"),
        (("export", "/no/such/directory/a.jsonl"), {}, "Name a file in a directory you may write"),
        (("show", "zz"), {}, "is no report id"),
        (("show", "0123456789"), {}, "in the archive"),
    ],
)
def test_a_mistake_is_one_clear_line(
    run: Run, harvested: object, words: tuple[str, ...], changed: dict[str, str], told: str
) -> None:
    done = run(*words, code=2, **changed)
    assert told in done.stderr.replace("\n", "")
    assert "wrong-secret-value" not in done.stderr + done.stdout


def test_a_store_that_is_away_is_an_error_that_says_try_again(site: Site) -> None:
    argv, environment = command(site, "find", ENDPOINT="http://127.0.0.1:9")
    done = subprocess.run(argv, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 3, done.stderr[-500:]
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_stops_at_once_and_the_run_it_names_goes_on(site: Site, new_store: Callable[[], Store]) -> None:
    bucket = new_store().bucket
    # With ten seconds between requests a host takes longer than the minute that stopping is given.
    argv, environment = command(site, "harvest", "demo", "--run", "stopped", BUCKET=bucket, DELAY="10")
    site.village.forget()
    child = subprocess.Popen(argv, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while not site.village.requests:
        assert child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, error = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "--run stopped goes on" in error.replace("\n", " ")
    assert "Traceback" not in error
    argv, environment = command(site, "harvest", "demo", "--run", "stopped", "--json", BUCKET=bucket)
    done = subprocess.run(argv, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert json.loads(done.stdout)["run"] == "stopped"


@pytest.mark.parametrize("words", [("find", "--json"), ("find",), ("show", "REPORT"), ("show", "REPORT", "--raw")])
def test_a_reader_that_goes_away_is_no_stack_trace(
    site: Site, harvested: list[dict[str, object]], words: tuple[str, ...]
) -> None:
    report = str(harvested[0]["report_id"])
    argv, environment = command(site, *(report if word == "REPORT" else word for word in words))
    gone, ours = os.pipe()
    os.close(gone)
    done = subprocess.run(
        argv, env=environment, cwd=ROOT, stdout=ours, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(ours)
    assert done.stderr == ""
    assert done.returncode == 141


@pytest.mark.parametrize(
    "words",
    [
        ("find", "--limit", "-1"),
        ("find", "--year", "9" * 30),
        ("harvest", "demo", "--limit", "-5"),
        ("harvest", "demo", "--year", "1999"),
    ],
)
def test_a_number_out_of_range_is_named_with_its_option(run: Run, words: tuple[str, ...]) -> None:
    assert f"argument {words[-2]}: {words[-1]} is out of range" in run(*words, code=2).stderr


def test_what_is_no_number_and_no_day_is_told_with_what_would_be_one(run: Run) -> None:
    for words, told in (
        (("harvest", "demo", "--limit", "x"), "argument --limit: 'x' is no whole number; give 0 to 1000000"),
        (("audit", "--day", "2026-13-40"), "argument --day: '2026-13-40' is no day"),
    ):
        assert told in run(*words, code=2).stderr


def test_a_dry_run_of_a_source_that_gives_nothing_fails_and_says_why(run: Run, site: Site) -> None:
    site.village.sites[0].empty = True
    done = run("harvest", "demo", "--source", "demo-trs-heshan", "--dry-run", code=1)
    site.village.sites[0].restore()
    assert "demo-trs-heshan: empty_listing" in done.stderr.replace("\n", " ")
