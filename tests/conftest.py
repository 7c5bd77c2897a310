"""Fixtures of the whole suite: a real S3 server for the session, and a clean bucket for each test that asks."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from itertools import cycle
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from scrapers.archive.store import Store
from scrapers.settings import Settings
from stack.store import LocalStore

ACCESS_KEY = "test-access"
SECRET_KEY = "test-secret-not-in-any-log"
KEPT = ("reports", "airflow", "cli", "order", "pages", "browser", "exports", "kin", "cluster", "generations")
"""Buckets that module fixtures own, one each."""
POOL = tuple(f"test-{n}" for n in range(6))


@pytest.fixture(scope="session")
def store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    """The session's server. The KEPT buckets are never emptied."""
    directory = tmp_path_factory.mktemp("s3") / "data"
    with LocalStore(directory, access_key=ACCESS_KEY, secret_key=SECRET_KEY, bucket=",".join((*KEPT, *POOL))) as server:
        yield server
        server.kill()


@pytest.fixture(scope="session")
def _pool(store_server: LocalStore) -> Callable[[], str]:
    """Name the next bucket of the pool, emptied. A bucket takes whole volumes, so there cannot be one per test."""
    client = boto3.client(
        "s3",
        endpoint_url=store_server.endpoint,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, proxies={}, retries={"mode": "standard", "max_attempts": 8}),
    )
    names = cycle(POOL)

    def take() -> str:
        name = next(names)
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=name):
            found = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if found:
                client.delete_objects(Bucket=name, Delete={"Objects": found, "Quiet": True})
        return name

    return take


@pytest.fixture
def new_store(store_server: LocalStore, _pool: Callable[[], str]) -> Callable[[], Store]:
    """Make stores on empty buckets, for a test that needs more than one; at most six at once."""
    return lambda: store_server.connect(_pool())


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """A store on an empty bucket."""
    return new_store()


def settings_of(store: Store, **changes: Any) -> Settings:
    """Return settings for the archive in a store of ours; loopback is reachable and delays are off unless changed."""
    values: dict[str, Any] = {
        "endpoint": store.endpoint,
        "bucket": store.bucket,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "region": "us-east-1",
        "sources": Path("sources"),
        "contact": "tests@example.org",
        "private_networks": (ip_network("127.0.0.0/8"),),
        "allow_http": False,
        "delay": 0.0,
    }
    return Settings(**{**values, **changes})


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """Make a file system of so little room (`2m`) at a place; where nobody may, skip, and fail in CI."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        told = "this user may not mount a file system"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
