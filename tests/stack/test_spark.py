"""The cookbook's Spark recipe on a real release: an environment and a virtual machine of its own, and no network."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scrapers.archive.payloads import get_clean
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.corpus.keeper import open_keeper
from stack.airflow import ROOT
from tests.conftest import settings_of
from tests.scrapers.catalog.ledgers import HOSTS, report
from tests.scrapers.corpus.test_corpus import kept
from tests.stack.test_cookbook import recipes

pytestmark = pytest.mark.stack
PYTHON = ROOT / ".spark/bin/python"


@pytest.fixture
def release(store: Store, tmp_path: Path) -> Path:
    """Three reports of 湖南省 in a folder: two years, and one without a year."""
    lines = [
        line
        for minute, year in enumerate((2022, 2023, 2023, None))
        for line in kept(
            store, HOSTS[0], f"p{minute}", minute, f"{year}年的第{minute}份报告。" * 9, report("赫山区司法局", year)
        )
    ]
    settings = settings_of(store)
    catalog = Catalog(f"s3://{store.bucket}/catalog", settings.table_options())
    catalog.record("r1", lines, lambda *named: get_clean(store, *named))
    keeper = open_keeper(settings)
    keeper.freeze("v1")
    keeper.release("v1").save(tmp_path / "release")
    return tmp_path


def test_spark_reads_a_release_s_parquet(release: Path) -> None:
    lacking = [
        name for name, there in (("make .spark/.locked", PYTHON.exists()), ("a JRE", shutil.which("java"))) if not there
    ]
    if lacking:
        assert not os.environ.get("CI"), f"not here: {lacking}"
        pytest.skip(f"`make test-spark` brings what is not here: {', '.join(lacking)}")
    done = subprocess.run(
        [PYTHON, "-c", recipes()["Spark"]],
        cwd=release,
        env={"PATH": os.environ["PATH"], "HOME": str(release), "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.split() == ["2022", "1", "2023", "2"]
