"""Who may look, how, and what is said to everybody else: every route refuses, only GET answers, faults are one page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from plugins.archive_ui.app import create_app
from scrapers.archive.store import Store
from scrapers.errors import SettingsError
from scrapers.settings import Settings
from stack.ports import free_ports
from tests.conftest import settings_of
from tests.plugins.archives import RUNS
from tests.plugins.conftest import welcome

UNKNOWN = "0" * 32


def deny() -> None:
    raise HTTPException(401)


def routes(app: FastAPI) -> list[str]:
    """Return an address for every route of the application, whatever kind it is."""
    found = []
    for route in app.routes:
        assert isinstance(route, APIRoute), f"{route} bypasses the application's authentication"
        found.append(route.path.replace("{name}", UNKNOWN).replace("{other}", UNKNOWN))
    return found


def client(settings: Settings) -> TestClient:
    return TestClient(create_app(welcome, lambda: settings), raise_server_exceptions=False)


def test_no_route_answers_a_visitor_who_is_refused(pages_settings: Settings) -> None:
    app = create_app(deny, lambda: pages_settings)
    asked = routes(app)
    assert len(asked) == 14
    with TestClient(app) as visitor:
        for address in [*asked, "/static/archive.css", "/static/archive.js"]:
            answer = visitor.get(address)
            assert answer.status_code == 401, address
            assert "Please sign in" in answer.text


def test_only_get_answers(visitor: TestClient) -> None:
    for address in routes(visitor.app):  # type: ignore[arg-type]
        for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            answer = visitor.request(method, address)
            assert answer.status_code == 405, (method, address)
            assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("address", ["/", "/nowhere", "/static/archive.css", "/reports?year=x"])
def test_every_answer_lets_the_browser_run_nothing_but_ours(visitor: TestClient, address: str) -> None:
    headers = visitor.get(address).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/reports?year=next", "year: a number from 2004"),
        ("/reports?year=99999999999999999999", "year: a number"),
        ("/reports?page=-1", "page: a number from 1"),
        ("/reports?division=湖南", "division: six digits"),
        ("/reports?q=" + "x" * 201, "q: at most 200 characters"),
        ("/sources?state=sad", "state: bad, low, unseen, ok"),
        ("/findings?all=yes", "all: 1"),
        ("/?province=43", "province: six digits"),
        ("/?season=0", "season: a number"),
        ("/capture?name=x&url=" + "x" * 2001, "url: at most 2000 characters"),
    ],
)
def test_a_silly_query_is_refused_by_name(visitor: TestClient, address: str, names: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert names in answer.text


@pytest.mark.parametrize(
    "page", ["/reports/{}", "/reports/{}/text", "/reports/{}/raw", f"/reports/{UNKNOWN}/changes/{{}}"]
)
@pytest.mark.parametrize("name", [UNKNOWN, "short", "..%2f..%2fraw", "ledger", "A" * 32, "%00" * 32])
def test_an_id_that_names_nothing_is_not_found(visitor: TestClient, page: str, name: str) -> None:
    answer = visitor.get(page.format(name))
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("page", ["/capture", "/capture/raw"])
@pytest.mark.parametrize("url", ["", "raw/sha256/00/00/0", "http://www.heshan.gov.cn/a.html' or 1=1", "../../lease"])
def test_a_capture_that_no_row_names_is_not_found(visitor: TestClient, page: str, url: str) -> None:
    answer = visitor.get(page, params={"name": RUNS[0], "url": url})
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["archive.html", "..%2fapp.py", "%2e%2e/app.py"])
def test_only_our_three_files_are_static(visitor: TestClient, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404


def test_a_missing_connection_is_named_with_the_fix() -> None:
    def settings() -> Settings:
        raise SettingsError("Airflow has no connection 'report_archive'. Add it.")

    with TestClient(create_app(welcome, settings)) as visitor:
        answer = visitor.get("/reports")
    assert answer.status_code == 503
    assert "Airflow has no connection &#39;report_archive&#39;. Add it." in answer.text


def test_an_empty_bucket_says_how_to_fill_it(store: Store) -> None:
    with client(settings_of(store)) as visitor:
        answer = visitor.get("/")
    assert answer.status_code == 404
    assert "has no catalog yet" in answer.text


def test_a_store_that_is_away_is_said_so(store: Store) -> None:
    away = settings_of(store, endpoint=f"http://127.0.0.1:{free_ports(1)[0]}")
    with client(away) as visitor:
        answer = visitor.get("/findings")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "cannot be read" in answer.text
    assert "Traceback" not in answer.text


def test_wrong_keys_are_said_so_without_telling_them(store: Store) -> None:
    with client(settings_of(store, secret_key="wrong-secret-nobody-may-read")) as visitor:
        answer = visitor.get("/runs")
    assert answer.status_code == 503
    assert "REPORT_ARCHIVE_SECRET_KEY" in answer.text
    assert "wrong-secret" not in answer.text


@pytest.fixture
def broken_registry(pages_settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "demo.toml").write_text('title = "Demo"\nprovince = "430000"\n[[source]]\nid = "a"\n')
    changed = {name: getattr(pages_settings, name) for name in pages_settings.__slots__} | {"sources": tmp_path}
    with client(Settings(**changed)) as visitor:
        yield visitor


@pytest.mark.parametrize("address", ["/", "/sources"])
def test_a_registry_that_does_not_lint_is_shown_beside_the_rest(broken_registry: TestClient, address: str) -> None:
    answer = broken_registry.get(address)
    assert answer.status_code == 200
    assert "field &#39;agency&#39; is missing" in answer.text


def test_our_own_fault_shows_no_trace() -> None:
    def settings() -> Settings:
        raise ZeroDivisionError("secret inside")

    with TestClient(create_app(welcome, settings), raise_server_exceptions=False) as visitor:
        answer = visitor.get("/")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "The fault is ours" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
