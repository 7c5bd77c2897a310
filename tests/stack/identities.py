"""The identities of `deploy/store.sh`, on a store of our own: what is deployed is what is tested."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrapers.settings import Settings, load
from stack.airflow import ROOT
from stack.store import LocalStore

KEYS = {name: f"{name}-key-{'k' * 24}" for name in ("root", "writer", "auditor", "reader", "logs")}


@contextmanager
def guarded(directory: Path) -> Iterator[LocalStore]:
    """Serve a bucket `reports` whose writer, auditor and reader may do what they may in the compose stack."""
    config = _config(directory)
    with LocalStore(
        directory / "s3", access_key="root", secret_key=KEYS["root"], bucket="reports,logs", identities=config
    ) as server:
        yield server


def settings_as(name: str, endpoint: str, **given: str) -> Settings:
    """Return settings for the store as one of its identities."""
    return load({}, endpoint=endpoint, bucket="reports", access_key=name, secret_key=KEYS[name], **given)


def _config(directory: Path) -> Path:
    """Let the script write its configuration, with a server that does nothing."""
    tools, config = directory / "tools", directory / "identities.json"
    tools.mkdir()
    (tools / "weed").write_text("#!/bin/sh\necho fsync\n")
    (tools / "weed").chmod(0o755)
    keys = {f"STORE_{name.upper()}_KEY": key for name, key in KEYS.items()}
    subprocess.run(
        ["sh", ROOT / "deploy/store.sh"],
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "ARCHIVE_BUCKET": "reports",
            "LOGS_BUCKET": "logs",
            "STORE_CONFIG": str(config),
            **keys,
        },
        check=True,
        capture_output=True,
        timeout=30,
    )
    return config
