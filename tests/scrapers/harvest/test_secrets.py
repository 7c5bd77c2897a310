"""The secret key appears in no representation, and in no error's message or chain, whatever goes wrong."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive.payloads import put_raw
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.corpus import open_corpus
from scrapers.errors import ArchiveError
from scrapers.harvest.works import Works
from scrapers.settings import Settings
from stack.store import LocalStore

SECRET = "a-secret-nobody-may-see"
NOWHERE = "http://127.0.0.1:9"
HASTE = {"max_retries": "1", "retry_timeout": "1s"}


def settings_of(endpoint: str, access_key: str, bucket: str = "reports") -> Settings:
    return Settings(endpoint, bucket, access_key, SECRET, "us-east-1", Path("sources"), "", (), False, None)


def works_of(settings: Settings) -> Works:
    given = {"access_key": settings.access_key, "secret_key": settings.secret_key}
    store = Store.connect(endpoint=settings.endpoint, bucket=settings.bucket, attempts=1, retry_seconds=0, **given)
    options = settings.table_options() | HASTE
    return Works(settings, store, Catalog(f"s3://{settings.bucket}/catalog", options, retry_seconds=0))


CALLS: dict[str, Callable[[Works], object]] = {
    "put": lambda works: put_raw(works.store, b"x"),
    "get": lambda works: works.store.get("raw/x"),
    "list": lambda works: list(works.store.list("raw/")),
    "open a table": lambda works: works.catalog.table("reports"),
    "create a table": lambda works: works.catalog.rebuild([], lambda *_: ""),
    "validators": lambda works: works.catalog.validators("a.example"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("trouble", ["wrong secret", "unknown key", "away"])
def test_no_error_tells_it(store_server: LocalStore, name: str, trouble: str) -> None:
    endpoint = NOWHERE if trouble == "away" else store_server.endpoint
    works = works_of(settings_of(endpoint, "nobody" if trouble == "unknown key" else store_server.access_key))
    with pytest.raises(ArchiveError) as raised:
        CALLS[name](works)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_no_representation_tells_it(tmp_path: Path) -> None:
    with LocalStore(tmp_path / "s3", access_key="a-key", secret_key=SECRET, bucket="reports") as server:
        settings = settings_of(server.endpoint, "a-key")
        works, corpus = works_of(settings), open_corpus(settings)
        works.catalog.rebuild([], lambda *_: "")
        frame = corpus.reports()
        shown: list[object] = [settings, works, works.store, works.catalog, corpus, works.catalog.table("runs")]
        shown += [frame, frame.explain(), frame.collect(), corpus.captures()]
        assert SECRET not in "".join(f"{one!r} {one!s}" for one in shown)
        server.kill()
        for file in [server.log, *server.directory.rglob("*.log")]:
            assert SECRET.encode() not in file.read_bytes()
