"""The order of effects on the wire, seen by a proxy during a real harvest, is the order the model explored."""

import pytest

from scrapers.archive import ORDER, keys
from scrapers.archive.ledger import chains, read_lines
from scrapers.archive.store import Store
from scrapers.archive.verify import REPORTS
from scrapers.model import Line, Outcome, decode
from tests.conftest import ACCESS_KEY, SECRET_KEY
from tests.faults.s3_proxy import S3Proxy
from tests.stack.conftest import archive_of
from tests.village import Village

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def seen(store_server, tmp_path_factory):
    """Return the keys that a harvest of the village put, in the order in which the puts arrived, and the store."""
    directory = tmp_path_factory.mktemp("order")
    store = store_server.connect("order")
    with S3Proxy(store_server.endpoint) as proxy, Village() as village:
        watched = Store.connect(
            endpoint=proxy.endpoint, bucket=store.bucket, access_key=ACCESS_KEY, secret_key=SECRET_KEY
        )
        archive_of(village, watched, directory / "sources").harvest("order")
        puts = [one.path.split("?")[0].removeprefix(f"/{store.bucket}/") for one in proxy.seen if one.method != "GET"]
    return [key for key in puts if not key.startswith("probe/")], store


def place(puts, key):
    assert key in puts, f"{key} was never put"
    return puts.index(key)


def test_every_report_is_archived_in_the_declared_order(seen):
    puts, store = seen
    catalog = next(n for n, key in enumerate(puts) if key.startswith("catalog/"))
    reports = 0
    for chain in chains(store, run="order").values():
        for key in chain.segments.values():
            for line in segment_lines(store, key):
                if line.outcome not in REPORTS:
                    continue
                reports += 1
                effects = {
                    "raw": place(puts, keys.raw_key(line.payload_digest)),
                    "clean": place(puts, keys.clean_key(line.generation, line.content_hash)),
                    "segment": place(puts, key),
                    "catalog": catalog,
                }
                order = sorted(effects, key=effects.get)
                if line.outcome is Outcome.ARCHIVED_SAME:  # its text may have come with another address, long before
                    assert order[2:] == list(ORDER[2:]), line.url
                else:
                    assert order == list(ORDER), line.url
    assert reports > 20


def test_no_line_names_bytes_that_came_after_it(seen):
    puts, store = seen
    for chain in chains(store, run="order").values():
        for key in chain.segments.values():
            for line in segment_lines(store, key):
                if line.payload_digest:
                    assert place(puts, keys.raw_key(line.payload_digest)) < place(puts, key), line.url


def test_the_catalog_comes_after_the_last_line(seen):
    puts, store = seen
    segments = [n for n, key in enumerate(puts) if key.startswith("ledger/")]
    catalog = [n for n, key in enumerate(puts) if key.startswith("catalog/")]
    assert max(segments) < min(catalog)
    assert len(list(read_lines(store, run="order"))) > 50


def segment_lines(store, key):
    return [decode(text, Line) for text in store.get(key, must=True).splitlines()]
