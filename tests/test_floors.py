"""No lock holds a release with a known weakness: the floors of what we depend on, with the reason of each."""

import re
from pathlib import Path

import pytest
from packaging.version import Version

FLOORS = {
    "aiohttp": ("3.13.3", "zip bomb in request bodies, CVE-2025-69223"),
    "apache-airflow": ("3.1.7", "configuration shown to those who may not see it, GHSA-pm44-x5x7-24c4"),
    "cryptography": ("44.0.1", "OpenSSL in the wheel, CVE-2024-12797"),
    "flask-appbuilder": ("4.6.2", "redirects wherever the Host header says, CVE-2025-32962"),
    "h11": ("0.16.0", "request smuggling by chunk endings, CVE-2025-43859"),
    "jinja2": ("3.1.6", "sandbox left through attr, CVE-2025-27516"),
    "lxml": ("6.1", "libxml2 in the wheel"),
    "pillow": ("12.3", "overflows in readers of images"),
    "protego": ("0.7.0", "robots.txt matched in exponential time"),
    "pyarrow": ("14.0.1", "code run from an IPC file, CVE-2023-47248"),
    "pyjwt": ("2.12.0", "unknown critical headers accepted"),
    "python-multipart": ("0.0.22", "path traversal in upload names, CVE-2026-24486"),
    "requests": ("2.32.4", ".netrc credentials to another host, CVE-2024-47081"),
    "setuptools": ("78.1.1", "path traversal in package_index, CVE-2025-47273"),
    "starlette": ("0.49.1", "Range header read in quadratic time, CVE-2025-62727"),
    "tornado": ("6.5", "log flooding by multipart bodies, CVE-2025-47287"),
    "trafilatura": ("2.3.1", "bounded decompression"),
    "urllib3": ("2.7.0", "decompression without bound, CVE-2025-66471 and after"),
    "werkzeug": ("3.0.6", "multipart bodies without bound, CVE-2024-49767"),
}
LOCKS = sorted(Path().glob("requirements*.txt"))


def pinned(lock: Path) -> dict[str, Version]:
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: Version(version) for name, version in found}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_nothing_is_below_its_floor(lock: Path) -> None:
    here = pinned(lock)
    assert here
    below = {name: f"{here[name]} < {floor}: {why}" for name, (floor, why) in FLOORS.items() if name in here
             and here[name] < Version(floor)}  # fmt: skip
    assert below == {}


def test_every_floor_is_about_something_we_use() -> None:
    used = {name for lock in LOCKS for name in pinned(lock)}
    assert set(FLOORS) <= used


def test_every_lock_has_hashes() -> None:
    for lock in LOCKS:
        assert lock.read_text(encoding="utf-8").count("--hash=sha256:") >= len(pinned(lock))


def test_celery_stays_below_the_release_that_breaks_its_provider() -> None:
    assert pinned(Path("requirements-image.txt"))["celery"] < Version("5.7")
