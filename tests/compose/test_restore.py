"""The copy of docs/backup.md, restored: without the catalog, into an empty bucket, by the commands the page gives."""

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from scrapers.corpus import open_corpus
from scrapers.settings import PREFIX, Settings
from tests.compose.stack import ROOT
from tests.conftest import settings_of
from tests.stack.conftest import archive_of
from tests.village import Village

pytestmark = pytest.mark.stack
PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
LEFT_OUT = re.findall(r"--exclude '([^']+)'", PAGE)
COMMANDS = [line.split() for line in re.findall(r"docker compose run --rm cli (.+)", PAGE)]
SITES = 2


def copied(old: Store, new: Store) -> None:
    """Copy what the page says as its tool does: bytes and metadata, no checksum of the server's; the ledger last."""
    keys = [key for key in old.list("") if not any(fnmatch.fnmatch(key, pattern) for pattern in LEFT_OUT)]
    for key in sorted(keys, key=lambda key: (key.startswith("ledger/"), key)):
        head, body = old.head(key), old.get(key, must=True) or b""
        assert head is not None
        new._client.put_object(Bucket=new.bucket, Key=key, Body=body, Metadata=dict(head.metadata))


def run(settings: Settings, *words: str) -> str:
    names = {"ENDPOINT": settings.endpoint, "BUCKET": settings.bucket, "SOURCES": str(settings.sources)}
    keys = {"ACCESS_KEY": settings.access_key, "SECRET_KEY": settings.secret_key}
    place = {"PRIVATE_NETWORKS": "127.0.0.0/8", "DELAY": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "scrapers", *words],
        env={"PATH": os.environ["PATH"], **{PREFIX + name: value for name, value in (names | keys | place).items()}},
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (words, done.stdout[-1500:], done.stderr[-1500:])
    return done.stdout


def test_a_bucket_that_is_gone_comes_back_from_its_copy(new_store: Callable[[], Store], tmp_path: Path) -> None:
    assert LEFT_OUT == ["catalog/**", "lease/**"]
    assert "--metadata" in PAGE
    assert ["rebuild"] in COMMANDS
    assert ["doctor", "--verify"] in COMMANDS
    village = Village()
    village.sites = village.sites[:SITES]
    with village:
        site = archive_of(village, new_store(), tmp_path / "sources")
        site.harvest()
        before = open_corpus(site.settings).reports().collect().sort("report_id")
        assert before.height > SITES
        backup = new_store()
        copied(site.works.store, backup)
        restored = settings_of(backup, sources=site.settings.sources)
        run(restored, "rebuild")
        assert "every invariant" in run(restored, "doctor", "--verify")
        assert open_corpus(restored).reports().collect().sort("report_id").equals(before)
        run(restored, "harvest", "demo", "--json")
        assert open_corpus(restored).reports().collect().sort("report_id").equals(before)
