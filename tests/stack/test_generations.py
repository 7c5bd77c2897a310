"""A changed reader goes through re-extraction, trial, switch and back, and readers never see a mixture."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrapers.archive.generations import switches
from scrapers.corpus import open_corpus
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from tests.stack.conftest import Site, archive_of
from tests.village import Village

pytestmark = pytest.mark.stack
CHANGED = """

_unchanged = read


def read(payload, hint):
    from dataclasses import replace
    from scrapers.fingerprint import fingerprint

    reading = _unchanged(payload, hint)
    if reading.report is None or reading.fingerprint is None:
        return reading
    text = reading.report.text.replace("一、", "壹、")
    return replace(reading, report=replace(reading.report, text=text), fingerprint=fingerprint(text))
"""
Rows = dict[str, str]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next version of the software: another reader, another generation, the old canonical form kept."""
    place = tmp_path_factory.mktemp("newer")
    shutil.copytree(ROOT / "scrapers", place / "scrapers")
    reading = place / "scrapers/extract/reading.py"
    reading.write_text(reading.read_text() + CHANGED)
    identity = place / "scrapers/fingerprint.py"
    text = identity.read_text()
    changed = text.replace('GENERATION = "g1"', 'GENERATION = "g2"').replace(
        "{GENERATION: canonical}", '{"g1": canonical, "g2": canonical}'
    )
    assert changed.count("g2") == 2
    identity.write_text(changed)
    return place


@pytest.fixture(scope="module")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    with Village(clock="frozen") as village:
        site = archive_of(village, store_server.connect("generations"), tmp_path_factory.mktemp("gen") / "sources")
        site.harvest("first")
        yield site


@pytest.fixture(scope="module")
def run(site: Site, newer: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a verb of the newer version."""
    wanted = site.settings
    given = {
        "ENDPOINT": wanted.endpoint,
        "BUCKET": wanted.bucket,
        "ACCESS_KEY": wanted.access_key,
        "SECRET_KEY": wanted.secret_key,
        "SOURCES": str(wanted.sources),
        "PRIVATE_NETWORKS": "127.0.0.0/8",
        "DELAY": "0",
    }
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(newer)}
    environment |= {PREFIX + name: value for name, value in given.items()}

    def start(*words: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "scrapers", *words]
        return subprocess.Popen(
            argv, cwd=newer, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return start


def finished(child: "subprocess.Popen[str]", code: int = 0) -> str:
    out, err = child.communicate(timeout=240)
    assert child.returncode == code, (out[-500:], err[-2000:])
    return out


def seen(site: Site, generation: str = "") -> Rows:
    rows = open_corpus(site.settings).reports(generation=generation).select("report_id", "text").collect()
    return dict(rows.iter_rows())


def test_a_changed_reader_is_tried_switched_to_and_back(
    site: Site, run: Callable[..., "subprocess.Popen[str]"]
) -> None:
    before = seen(site)
    assert any("一、" in text for text in before.values())
    asked = len(site.village.requests)

    killed = run("reextract", "--run", "again", "--json")
    end = time.monotonic() + 120
    while not any("/again/" in key for key in site.works.store.list("ledger/")) and time.monotonic() < end:
        time.sleep(0.2)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert seen(site) == before, "half a generation is nobody's"

    told = json.loads(finished(run("reextract", "--run", "again", "--json")))
    assert told["generation"] == "g2"
    assert len(site.village.requests) == asked, "no request left"
    assert seen(site) == before, "a whole generation is nobody's before the switch"
    assert "read everything already" in finished(run("reextract"))

    trial = json.loads(finished(run("trial", "g2", "--json")))
    numbered = sum("一、" in text for text in before.values())
    assert (trial["lost"], trial["gained"], trial["unread"], trial["fields_changed"]) == (0, 0, 0, {})
    assert trial["reports_before"] == trial["reports_after"] == len(before)
    assert trial["texts_changed"] >= numbered > 0
    assert "壹、" in trial["samples"][0]["diff"]

    finished(run("switch", "g2", "--reason", "numbers"))
    after = seen(site)
    assert sorted(after.values()) == sorted(text.replace("一、", "壹、") for text in before.values())
    assert seen(site, "g1") == before, "the old generation stays readable"

    finished(run("switch", "g2"), code=2)
    finished(run("switch", "g9"), code=2)
    finished(run("switch", "g1"))
    assert seen(site) == before
    assert [made.generation for made in switches(site.works.store)] == ["g2", "g1"]


def test_a_harvest_of_the_newer_version_asks_only_what_changed(
    site: Site, run: Callable[..., "subprocess.Popen[str]"]
) -> None:
    summary = json.loads(finished(run("harvest", "demo", "--json")).splitlines()[-1])
    assert summary["new_reports"] == 0
    assert summary["conditional"] > 0


def test_a_generation_that_has_not_read_everything_is_refused(
    site: Site, run: Callable[..., "subprocess.Popen[str]"]
) -> None:
    site.harvest("late", None)
    host = site.village.sites[0].host
    assert "no host" in run("reextract", "--host", f"{host}.example").communicate(timeout=120)[1]
