"""The pages over a real bucket, for a visitor whom the authentication lets in."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from plugins.archive_ui.app import create_app
from scrapers.settings import Settings
from stack.store import LocalStore
from tests.plugins.archives import fill


def welcome() -> None:
    """Let everybody in."""


@pytest.fixture(scope="session")
def pages_settings(store_server: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(store_server.connect("pages"), tmp_path_factory.mktemp("pages-sources"))


@pytest.fixture(scope="session")
def visitor(pages_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(welcome, lambda: pages_settings)) as client:
        yield client
