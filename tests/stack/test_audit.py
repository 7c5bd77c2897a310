"""Damage of every kind anywhere in a bucket is found in one audit, named, and mended from a bag and a WARC file."""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.archive.keys import LEDGER_PREFIX, QUARANTINE_PREFIX
from scrapers.archive.ledger import Ledger, read_lines
from scrapers.archive.payloads import put_clean, put_raw
from scrapers.archive.store import Store
from scrapers.catalog.columns import TABLES
from scrapers.exports.bag import write_bag
from scrapers.exports.copies import BagCopy, Copy, WarcCopy
from scrapers.exports.repair import damaged, repair
from scrapers.exports.subset import Subset, choose
from scrapers.exports.warc import write_warc
from scrapers.fingerprint import digest, fingerprint
from scrapers.harvest import open_works, verify
from scrapers.harvest.works import Works
from scrapers.model import Candidate, Capture, Fact, Line, Outcome, Relevance, Report, Verdict
from stack.store import LocalStore
from tests.conftest import settings_of

OBJECTS = int(os.environ.get("AUDIT_OBJECTS", "1500"))
"""Objects of the archive; `make test-audit` asks for 20,000."""
pytestmark = [pytest.mark.stack, pytest.mark.apart, pytest.mark.timeout(300 if OBJECTS < 5000 else 1800)]
HARMED = 3
"""Objects of each prefix and kind of damage."""
HOSTS = 20
AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNS = tuple(map(chr, range(0x4E00, 0x9FA5)))
"""What texts are drawn from: texts of a few words would all be alike, and every two of them be compared."""


@dataclass
class Archive:
    """The archive in its store, its texts by content hash, and its exports."""

    works: Works
    texts: dict[str, str]
    bag: Copy
    warc: Copy


def page(number: int) -> list[Line]:
    """Return the lines of one report, its page and text made from its number."""
    host = f"sfj{number % HOSTS}.example.gov.cn"
    url = f"http://{host}/{number}.html"
    payload, name = payload_of(number), fingerprint(text_of(number))
    at = AT + timedelta(seconds=number)
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    capture = Capture(url, url, at, None, "", 200, headers=headers, payload_digest=digest(payload), length=len(payload))
    offer = Candidate("sfj", url, "法治政府建设年度报告", None, Verdict(Relevance.REPORT, 2024, "title"))
    line = Line(f"r{number // HOSTS % 5}", host, "crawl", at, url, offer, capture, payload_digest=digest(payload))
    facts = Report(Fact("报告", "title"), "", None, None, 2015 + number % 10, "title", None, "", None, "")
    read = replace(line, stage="extract", outcome=Outcome.ARCHIVED_NEW, report=facts)
    return [line, replace(read, generation=name.generation, content_hash=name.content_hash)]


def text_of(number: int) -> str:
    drawn = random.Random(number)
    return f"第{number}号报告。" + "，".join("".join(drawn.choices(SIGNS, k=4)) for _ in range(60)) + "。"


def payload_of(number: int) -> bytes:
    return f"<html><body><p>{text_of(number)}</p></body></html>".encode()


def fill(store: Store, count: int) -> tuple[list[Line], dict[str, str]]:
    """Write the objects and the ledger of that many reports, ten hosts at a time."""
    texts = {fingerprint(text).content_hash: text for text in map(text_of, range(count))}
    assert len(texts) == count

    def put(number: int) -> None:
        put_raw(store, payload_of(number))
        put_clean(store, fingerprint(text_of(number)), text_of(number), "owner")

    lines = [line for number in range(count) for line in page(number)]
    chains: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        chains.setdefault((line.host, line.run, line.stage), []).append(line)

    def tell(name: tuple[str, str, str]) -> None:
        with Ledger(store, name[0], name[1], "a", name[2], flush_lines=16) as ledger:
            for line in chains[name]:
                ledger.write(line)

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(put, range(count)))
        list(hands.map(tell, chains))
    return lines, texts


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("audited")
    with LocalStore(place / "s3", access_key="a-key", secret_key="a-secret", bucket="reports") as server:
        store = server.connect(retry_seconds=0.5)
        works = replace(open_works(settings_of(store, access_key="a-key", secret_key="a-secret")), store=store)
        lines, texts = fill(store, OBJECTS // 2)
        works.catalog.rebuild(lines, lambda _, name: texts[name])
        write_bag(store, choose(store, Subset()), place / "bag")
        write_warc(store, choose(store, Subset()).lines(store), place / "a.warc.gz")
        yield Archive(works, texts, BagCopy(place / "bag"), WarcCopy(place / "a.warc.gz"))


def flip(store: Store, key: str) -> None:
    """Write an object again with one bit of it changed, as whoever knows nothing of checksums would."""
    body = bytearray(store.get(key) or b"")
    body[random.Random(key).randrange(len(body))] ^= 1
    store._client.put_object(Bucket=store.bucket, Key=key, Body=bytes(body))


def lose(store: Store, key: str) -> None:
    store._client.delete_object(Bucket=store.bucket, Key=key)


def seconds(what: str, capsys: pytest.CaptureFixture[str], work: Callable[[], list[object]]) -> list[object]:
    """Do the work, say how long it took, and return what came of it."""
    begun, cpu = time.perf_counter(), time.process_time()
    found = work()
    with capsys.disabled():
        print(f"\n{what}: {time.perf_counter() - begun:.1f} s, {time.process_time() - cpu:.1f} CPU-s")
    return found


def test_damage_anywhere_is_found_in_one_pass_and_mended(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    works, store = archive.works, archive.works.store
    assert seconds(f"one pass over {OBJECTS} sound objects", capsys, lambda: list(verify(works))) == []
    drawn = random.Random(7)
    data = [f"catalog/{name}/{path}" for name in TABLES for path in works.catalog.files(name)]
    segments = [key for key in store.list(LEDGER_PREFIX) if key.endswith(".jsonl")]
    kinds = [list(store.list("raw/")), list(store.list("clean/")), segments, data]
    harmed: dict[str, Callable[[Store, str], None]] = {}
    for keys in kinds:
        chosen = drawn.sample(keys, 2 * HARMED if keys is not data else 4)
        harmed |= {key: flip if n % 2 else lose for n, key in enumerate(chosen)}
    for key, harm in harmed.items():
        harm(store, key)
    told = seconds("one pass that finds the damage", capsys, lambda: list(verify(works)))
    words = " ".join(f"{one.key} {one.message}" for one in told)  # type: ignore[attr-defined]
    assert [key for key in harmed if key not in words] == []
    mended: set[str] = set()
    for copy in (archive.warc, archive.bag):
        wrong = damaged(store, copy, {key for key in harmed if key not in mended})
        mended |= {one.key for one in repair(store, copy, wrong) if one.done}
    assert mended == {key for key in harmed if not key.startswith("catalog/")}
    works.catalog.remove()
    works.catalog.rebuild(read_lines(store), lambda _, name: archive.texts[name])
    left = seconds("one pass over what was mended", capsys, lambda: list(verify(works)))
    assert {one.key.startswith(QUARANTINE_PREFIX) and "is mended" in one.message for one in left} <= {True}  # type: ignore[attr-defined]
    assert len(left) == sum(harm is flip for key, harm in harmed.items() if key in mended)
