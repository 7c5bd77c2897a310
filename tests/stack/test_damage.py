"""A flipped byte and a lost object in every family of keys: the audit names it, and the documented command mends it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.archive import keys
from scrapers.archive.doctor import probe
from scrapers.archive.generations import Switch, switch
from scrapers.archive.lease import Lease
from scrapers.archive.ledger import Ledger
from scrapers.archive.payloads import get_clean, mend
from scrapers.archive.store import Store
from scrapers.cli import main
from scrapers.corpus.release.freeze import freeze
from scrapers.harvest import Works, verify
from scrapers.settings import PREFIX
from stack.airflow import ROOT
from stack.store import LocalStore
from tests.scrapers.harvest.test_proof import CRAWLED, HOST, RAW, build

pytestmark = [pytest.mark.stack, pytest.mark.apart]
FAMILIES = {value for name, value in vars(keys).items() if name.endswith("_PREFIX") and isinstance(value, str)}
Harm = Callable[[Store, str], None]


@dataclass(frozen=True)
class Archive:
    works: Works
    exports: Path


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive that holds objects of every family, and its exports."""
    with LocalStore(tmp_path / "s3", access_key="test-access", secret_key="a-secret", bucket="reports") as server:
        works = build(server.connect(), server)
        store = works.store
        monkeypatch.setattr("scrapers.archive.store.ABSENCE_SECONDS", 0.5)  # nothing that is lost here comes late
        freeze(store, works.catalog, name="r")
        list(works.catalog.tend())
        again = [replace(line, run="r2") for line in CRAWLED]
        with Ledger(store, HOST, "r2", "a", "crawl", flush_lines=2) as ledger:
            for line in again:
                ledger.write(line)
        works.catalog.record("r2", again, lambda *name: get_clean(store, *name))
        switch(store, Switch("g1", datetime.now(UTC)))
        with Lease(store, HOST, "one"):
            probe(store)
        right = store.get(RAW) or b""
        flip(store, RAW)
        mend(store, RAW, right, lambda stored: stored == right)
        values = {
            "ENDPOINT": store.endpoint,
            "BUCKET": "reports",
            "ACCESS_KEY": "test-access",
            "SECRET_KEY": "a-secret",
        }
        for name, value in values.items():
            monkeypatch.setenv(PREFIX + name, value)
        assert main(["export", "--format", "bag", str(tmp_path / "bag")]) == 0
        assert main(["download", "r", str(tmp_path / "frozen")]) == 0
        yield Archive(works, tmp_path)


def flip(store: Store, key: str) -> None:
    """Change one bit, as whoever knows nothing of checksums would."""
    body = bytearray(store.get(key) or b"?")
    body[random.Random(key).randrange(len(body))] ^= 1
    store._client.put_object(Bucket=store.bucket, Key=key, Body=bytes(body))


def lose(store: Store, key: str) -> None:
    store._client.delete_object(Bucket=store.bucket, Key=key)


def samples(works: Works) -> dict[str, list[str]]:
    """Return, by family, one key of each kind there is. A table of the catalog is harmed in one way only."""
    store = works.store
    there = {family: list(store.list(family)) for family in FAMILIES}
    of = {name: [key for key in there[keys.CATALOG_PREFIX] if f"/{name}/" in key] for name in ("captures", "sightings")}
    now = {f"catalog/sightings/{path}" for path in works.catalog.files("sightings")}
    log = "catalog/{}/_delta_log/{}".format
    ends = ("r1/a-crawl-00000.jsonl", "r1/a-extract-00001.jsonl", "r2/a-crawl-00002.closed")
    return {
        **{family: found[:1] for family, found in there.items()},
        keys.RAW_PREFIX: there[keys.RAW_PREFIX][:2],
        keys.LEDGER_PREFIX: [next(key for key in there[keys.LEDGER_PREFIX] if key.endswith(end)) for end in ends],
        keys.RELEASE_PREFIX: there[keys.RELEASE_PREFIX],
        keys.TWIN_PREFIX: [next(key for key in there[keys.TWIN_PREFIX] if key.endswith("r1/a-crawl-00002.closed"))],
        keys.CATALOG_PREFIX: [
            next(key for key in of["sightings"] if key.endswith(".parquet") and key in now),
            next(key for key in of["captures"] if key.endswith("0.json")),
            log("runs", "_last_checkpoint"),
            log("walks", f"{0:020d}.checkpoint.parquet"),
        ],
    }


UNSEEN = {(keys.PROBE_PREFIX, "flip"), (keys.PROBE_PREFIX, "lose"), (keys.QUARANTINE_PREFIX, "lose")} | {
    (keys.LEASE_PREFIX, "lose")
}
"""What nothing rests on: a lost lease is made again by whoever crawls the host next."""


@pytest.mark.parametrize("harm", [flip, lose], ids=lambda harm: harm.__name__)
def test_damage_in_every_family_is_named_in_one_pass_and_mended_as_documented(archive: Archive, harm: Harm) -> None:
    works, store = archive.works, archive.works.store
    assert {one.key for one in verify(works)} == set(store.list(keys.QUARANTINE_PREFIX)), "mended an instant ago"
    before = {key: store.get(key) for family in FAMILIES - {keys.CATALOG_PREFIX} for key in store.list(family)}
    harmed = samples(works)
    assert set(harmed) == FAMILIES
    assert all(harmed.values()), "each family has an object"
    for key in (key for found in harmed.values() for key in found):
        harm(store, key)
    told = {one.key for one in verify(works)} | {
        word.rstrip(",;:") for one in verify(works) for word in one.message.split() if "/" in word
    }
    for family, found in harmed.items():
        missed = [key for key in found if key not in told]
        assert missed == ([] if (family, harm.__name__) not in UNSEEN else found), family
    mend_all(archive)
    left = {one.key: one.message for one in verify(works)}
    evidence = {key for key in left if key.startswith(keys.QUARANTINE_PREFIX)}
    assert set(left) == evidence
    lost = harmed[keys.QUARANTINE_PREFIX][0]
    assert {key for key in evidence if "is mended" not in left[key]} == ({lost} if harm is flip else set())
    mended = {key: body for key, body in before.items() if key.startswith(tuple(MENDED))}
    assert {key: store.get(key) for key in mended} == mended


MENDED = FAMILIES - {keys.CATALOG_PREFIX, keys.PROBE_PREFIX, keys.QUARANTINE_PREFIX, keys.LEASE_PREFIX}


def mend_all(archive: Archive) -> None:
    """Do what `docs/backup.md` says, in its order."""
    main(["repair", "--from", str(archive.exports / "bag")])
    main(["repair", "--from", str(archive.exports / "frozen")])
    with Lease(archive.works.store, HOST, "two", term=0.1):
        pass
    assert main(["rebuild", "--anew"]) == 0


def test_every_family_is_in_the_page_that_says_who_mends_it() -> None:
    lines = (ROOT / "docs/backup.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| `")]
    named = {cells[1].strip("`") for cells in rows if len(cells) == 6}
    assert named == FAMILIES
