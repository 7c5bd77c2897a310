"""What is wrong is refused at once with the fix: at the door of a DAG's `plan`, which is also the command line's."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrapers import harvest as river
from scrapers.archive import doctor
from scrapers.archive.store import Store
from scrapers.errors import RegistryError, StoreIncapable, StoreRefused, UserError
from scrapers.settings import PREFIX
from stack import demo
from stack.airflow import LocalAirflow
from tests.conftest import settings_of, small_disk
from tests.dags.operation import ROOT
from tests.plugins.archives import fill

REGISTRY = """
province = "000000"
[[source]]
id = "a"
agency = "益阳市人民政府"
division = "430900"
platform = "generic"
url = "http://127.0.0.1/fz/"
"""
ASKED = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
from archive_dags.base import works

found = []
for connection in json.loads(sys.argv[1]):
    if connection is not None:
        os.environ["AIRFLOW_CONN_REPORT_ARCHIVE"] = json.dumps(connection)
    try:
        found.append(repr(works().settings))
    except Exception as error:
        found.append(f"{type(error).__name__}: {error}")
print("RESULT", json.dumps(found))
"""
Opened = Callable[..., river.Works]


@pytest.fixture
def opened(store: Store, tmp_path: Path) -> Opened:
    """Open an archive whose one registry file says what it is given."""

    def make(registry: str = REGISTRY, **changed: str) -> river.Works:
        (tmp_path / "demo.toml").write_text(registry, encoding="utf-8")
        return river.open_works(settings_of(store, sources=tmp_path, **changed))

    return make


def test_a_connection_that_is_missing_or_says_too_little_is_told_with_its_fields(tmp_path: Path) -> None:
    whole = {"conn_type": "aws", "login": "key", "password": "secret-of-the-store"}
    extra = {"endpoint_url": "http://127.0.0.1:8333", "bucket": "reports"}
    cases = [None, {**whole, "extra": {"bucket": "reports"}}, {**whole, "extra": extra}]
    done = subprocess.run(
        [sys.executable, "-c", ASKED, json.dumps(cases)],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}",
            "AIRFLOW_HOME": str(tmp_path),
            PREFIX + "SOURCES": str(ROOT / "sources"),
        },
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    missing, incomplete, good = json.loads(done.stdout.partition("RESULT ")[2])
    assert missing.startswith("SettingsError: Airflow has no connection 'report_archive'. Add it (Amazon Web Services)")
    assert incomplete.startswith("SettingsError: REPORT_ARCHIVE_ENDPOINT is not set")
    assert "bucket='reports'" in good
    assert "secret-of-the-store" not in done.stdout


@pytest.mark.parametrize(
    ("registry", "told"),
    [
        ("title = ", "demo.toml: not valid TOML"),
        (REGISTRY.replace('platform = "generic"', 'platform = "geocities"'), "field 'platform'"),
        (REGISTRY.replace("[[source]]", 'colour = "red"\n[[source]]'), "colour"),
        ('province = "000000"\n', "has no source to crawl. Give it at least one"),
    ],
)
def test_a_registry_that_does_not_lint_names_file_field_and_fix(opened: Opened, registry: str, told: str) -> None:
    with pytest.raises(RegistryError) as error:
        river.prepare(opened(registry), "demo", river.Selection())
    assert told in str(error.value)
    assert "demo.toml" in str(error.value)


def test_a_store_that_cannot_keep_our_promises_is_refused_before_anything_is_fetched(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = opened()
    monkeypatch.setattr(doctor, "RACERS", 3)
    works.store._client.meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: params.pop("IfNoneMatch", None) and None
    )
    with pytest.raises(StoreIncapable, match=r"If-None-Match is ignored.*SeaweedFS"):
        river.prepare(works, "demo", river.Selection())


def test_wrong_keys_are_told_by_the_name_of_what_to_change(opened: Opened) -> None:
    with pytest.raises(StoreRefused, match="REPORT_ARCHIVE_SECRET_KEY") as error:
        river.prepare(opened(secret_key="wrong-secret-nobody-may-read"), "demo", river.Selection())
    assert "wrong-secret" not in str(error.value)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for nothing."""
    with small_disk(tmp_path / "full", "4k") as place:
        yield place


def test_a_full_disk_is_told_on_the_command_line(store: Store, tmp_path: Path, full_disk: Path) -> None:
    (tmp_path / "sources").mkdir()
    given = fill(store, tmp_path / "sources")
    names = {"ENDPOINT": given.endpoint, "BUCKET": given.bucket, "SOURCES": str(given.sources)}
    keys = {"ACCESS_KEY": given.access_key, "SECRET_KEY": given.secret_key}
    done = subprocess.run(
        [sys.executable, "-m", "scrapers", "export", str(full_disk / "reports.jsonl")],
        env={"PATH": os.environ["PATH"], **{PREFIX + name: value for name, value in (names | keys).items()}},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(full_disk.iterdir()) == [], "half an export"


def test_a_full_disk_is_told_by_the_demo_before_anything_starts(
    full_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "HOME", full_disk)
    monkeypatch.setattr(demo.signal, "signal", lambda *_: None)
    assert demo.main() == 2
    told = " ".join(capsys.readouterr().out.split())
    assert "0 MiB left and the demo needs 512 MiB. Make room: `make clean`" in told
    assert list(full_disk.iterdir()) == []


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UserError, match=r"port \d+ .* is in use.*AIRFLOW_PORT"):
            LocalAirflow(tmp_path, port=taken.getsockname()[1], environment={}).start()
    assert list(tmp_path.iterdir()) == []
