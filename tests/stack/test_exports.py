"""What other archives make of our exports: pywb replays every page, and a bag is enough for a second archive."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bagit
import pytest
import requests
from warcio.archiveiterator import ArchiveIterator

from scrapers.archive.payloads import get_raw
from scrapers.archive.store import Store
from scrapers.cli import main
from scrapers.corpus import open_corpus
from scrapers.fingerprint import digest
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from stack.ports import free_ports
from tests.conftest import settings_of
from tests.scrapers.exports.sample import validate
from tests.stack.conftest import Site, archive_of
from tests.village import Village

pytestmark = [pytest.mark.stack, pytest.mark.apart, pytest.mark.filterwarnings("ignore::ResourceWarning")]
REPLAY = ROOT / ".replay" / "bin"


@pytest.fixture(scope="module")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """An archive of two harvests of the village, so that there is something to visit again."""
    with Village(clock="frozen") as village:
        site = archive_of(village, store_server.connect("exports"), tmp_path_factory.mktemp("exports") / "sources")
        site.harvest("first")
        site.harvest("second")
        yield site


@pytest.fixture
def ask(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    environment(monkeypatch, site, site.settings.bucket)
    return None


def environment(monkeypatch: pytest.MonkeyPatch, site: Site, bucket: str) -> None:
    wanted = site.settings
    values = {
        "ENDPOINT": wanted.endpoint,
        "BUCKET": bucket,
        "ACCESS_KEY": wanted.access_key,
        "SECRET_KEY": wanted.secret_key,
        "SOURCES": str(wanted.sources),
    }
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)


@contextmanager
def pywb(place: Path, warc: Path) -> Iterator[str]:
    """Serve a WARC file with pywb; give the address of its collection."""
    if not REPLAY.exists():
        assert not os.environ.get("CI"), "make .replay/.locked builds what replays exports"
        pytest.skip("make .replay/.locked builds what replays exports")
    quiet = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([REPLAY / "wb-manager", "init", "village"], check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run([REPLAY / "wb-manager", "add", "village", warc], check=True, **quiet)  # type: ignore[call-overload]
    port = free_ports(1)[0]
    with subprocess.Popen([REPLAY / "wayback", "-b", "127.0.0.1", "-p", str(port)], **quiet) as server:  # type: ignore[call-overload]
        try:
            origin = f"http://127.0.0.1:{port}/village"
            for _ in range(120):
                try:
                    requests.get(origin, timeout=5)
                    break
                except (requests.ConnectionError, requests.Timeout):
                    time.sleep(0.5)
            yield origin
        finally:
            server.terminate()


def captured(warc: Path) -> list[tuple[str, str, str, str]]:
    """Return (type, date, address, digest) of every record with a payload."""
    with warc.open("rb") as file:
        heads = [(one.rec_type, one.rec_headers) for one in ArchiveIterator(file)]
    return [
        (kind, head["WARC-Date"], head["WARC-Target-URI"], (head["WARC-Payload-Digest"] or "").removeprefix("sha256:"))
        for kind, head in heads
        if kind in ("response", "revisit")
    ]


def test_pywb_replays_every_page_byte_for_byte(site: Site, ask: None, tmp_path: Path) -> None:
    warc = tmp_path / "village.warc.gz"
    assert main(["export", "--format", "warc", str(warc)]) == 0
    assert (tmp_path / "village.warc.gz.cdxj").read_text().count("\n") > 100
    records = captured(warc)
    assert {kind for kind, *_ in records} == {"response", "revisit"}
    with pywb(tmp_path, warc) as origin, requests.Session() as web:
        wrong = []
        for kind, date, url, name in records:
            if len(name) != 64:  # a redirect has no payload of ours; warcio gave it the digest of nothing
                continue
            stamp = "".join(c for c in date.partition(".")[0] if c.isdigit())
            answer = web.get(f"{origin}/{stamp}id_/{url}", timeout=30)
            if digest(answer.content) != name or answer.content != get_raw(site.works.store, name):
                wrong.append((kind, stamp, url, answer.status_code, answer.url))
    assert wrong == [], wrong[:3]


def test_the_wacz_is_valid_and_lists_every_report_page(site: Site, ask: None, tmp_path: Path) -> None:
    path = tmp_path / "village.wacz"
    assert main(["export", "--format", "wacz", str(path)]) == 0
    assert validate(path) == ""
    assert [one.name for one in tmp_path.iterdir()] == ["village.wacz"]
    shutil.unpack_archive(path, tmp_path / "open", "zip")
    pages = [json.loads(line) for line in (tmp_path / "open/pages/pages.jsonl").read_text().splitlines()[1:]]
    sightings = site.works.catalog.table("sightings")
    assert sightings is not None
    assert {page["url"] for page in pages} >= set(sightings.to_pyarrow_table()["url"].to_pylist())


def objects(store: Store) -> dict[str, str]:
    return {
        key: digest(store.get(key, must=True) or b"")
        for prefix in ("raw/", "clean/", "ledger/")
        for key in store.list(prefix)
    }


def test_a_bag_makes_an_equal_archive(
    site: Site, ask: None, new_store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    bag = tmp_path / "bag"
    assert main(["export", "--format", "bag", str(bag)]) == 0
    bagit.Bag(str(bag)).validate()
    other: Store = new_store()
    environment(monkeypatch, site, other.bucket)
    assert main(["import", str(bag)]) == 0
    assert objects(other) == objects(site.works.store)
    ours, theirs = (
        open_corpus(settings_of(store)).reports().sort("report_id").collect() for store in (site.works.store, other)
    )
    assert ours.equals(theirs)


def test_a_part_of_the_archive_stands_alone(
    site: Site, ask: None, new_store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    bag = tmp_path / "bag"
    assert main(["export", "--format", "bag", "--division", "430903", str(bag)]) == 0
    other: Store = new_store()
    environment(monkeypatch, site, other.bucket)
    assert main(["import", str(bag)]) == 0
    assert 0 < len(objects(other)) < len(objects(site.works.store))
    wanted = {"division": "430903"}
    ours, theirs = (open_corpus(settings_of(store)) for store in (site.works.store, other))
    assert set(theirs.reports(**wanted).collect()["report_id"]) == set(ours.reports(**wanted).collect()["report_id"])
