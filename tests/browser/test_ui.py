"""The pages in a real Airflow and a real browser: closed to strangers, whole in every theme and language, inert."""

import re
from urllib.parse import urlencode

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from plugins.archive_ui.app import create_app
from scrapers.corpus import ServedCorpus
from scrapers.settings import load
from tests.browser.conftest import THEMES, Picture, Visitor
from tests.plugins.archives import HOST, HOSTILE_TITLE, RUNS, TITLE
from tests.plugins.test_guard import routes
from tests.stack.conftest import Site

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(900)]
EVIL = urlencode({"name": RUNS[2], "url": f"http://{HOST}/evil.html"})


@pytest.fixture(scope="module")
def views(site: Site) -> dict[str, str]:
    """Every view by its name, as an address."""
    reports = ServedCorpus(site.settings).snapshot().reports.sort("first_seen").to_dicts()
    old, new = (row["report_id"] for row in reports if row["title"] == TITLE)
    return {
        "overview": "/",
        "sources": "/sources",
        "reports": "/reports",
        "report": f"/reports/{new}",
        "changes": f"/reports/{old}/changes/{new}",
        "findings": "/findings",
        "runbook": "/runbook?about=blocked_waf",
        "runs": "/runs",
        "run": "/run?name=" + RUNS[1].replace("+", "%2B"),
        "capture": f"/capture?{urlencode({'name': RUNS[1], 'url': f'http://{HOST}/a.html'})}",
        "unknown": "/run?dag=harvest_demo&run=none",
        "refused": "/reports?year=never",
    }


def test_a_stranger_is_refused_on_every_route(visitor: Visitor) -> None:
    for path in routes(create_app(lambda: None, load)):
        for bearer in ({}, {"Authorization": "Bearer not-a-token"}):
            answer = requests.get(visitor.address(path), headers=bearer, timeout=30)
            assert answer.status_code in {401, 403}, (path, bearer, answer.status_code)
            assert "sign in" in answer.text or "may not look" in answer.text


def test_only_get_is_answered(visitor: Visitor) -> None:
    with visitor.page() as page:
        for path in routes(create_app(lambda: None, load)):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert page.request.fetch(visitor.address(path), method=method).status == 405, (method, path)


def test_airflow_found_nothing_wrong_with_the_plugin(visitor: Visitor) -> None:
    assert visitor.airflow.call("GET", "/api/v2/plugins/importErrors")["import_errors"] == []
    (plugin,) = [
        found
        for found in visitor.airflow.call("GET", "/api/v2/plugins")["plugins"]
        if found["name"] == "report_archive"
    ]
    assert [view["destination"] for view in plugin["external_views"]] == ["nav", "dag_run", "task_instance"]


@pytest.mark.parametrize("theme", THEMES)
def test_no_view_has_a_serious_accessibility_fault(visitor: Visitor, views: dict[str, str], theme: str) -> None:
    faults: list[str] = []
    with visitor.page(theme=theme) as page:
        for name, path in views.items():
            page.goto(visitor.address(path))
            assert page.locator("html").get_attribute("data-theme") == theme
            for violation in Axe().run(page).response["violations"]:
                if violation["impact"] in {"serious", "critical"}:
                    where = [node["html"][:200] for node in violation["nodes"][:3]]
                    faults.append(f"{name}: {violation['id']}: {violation['help']}: {where}")
    assert faults == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_view_is_whole_within_airflow(
    visitor: Visitor, views: dict[str, str], theme: str, picture: Picture
) -> None:
    with visitor.page(theme=theme) as page:
        wrong = listen(page)
        for name in ("overview", "sources", "reports", "report", "changes", "capture", "findings", "runbook", "runs"):
            page.goto(visitor.framed(views[name]))
            frame = page.frame_locator("iframe")
            frame.locator("h1").wait_for()
            assert frame.locator("html").get_attribute("data-theme") == theme
            background = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
            assert (background == "rgb(255, 255, 255)") == (theme == "light"), background
            assert frame.locator("nav a[aria-current=page]").count() == 1
            picture(page, f"{name}-{theme}")
        assert wrong == []


def test_the_language_is_airflows(visitor: Visitor, views: dict[str, str]) -> None:
    with visitor.page(language="zh-CN") as page:
        for path in views.values():
            page.goto(visitor.address(path))
            assert page.locator("html").get_attribute("lang") == "zh-CN"
            assert page.get_by_role("link", name="总览").count() >= 1
        page.evaluate("localStorage.setItem('i18nextLng', 'en')")
        page.goto(visitor.address("/sources"))
        page.get_by_role("heading", name="Sources").wait_for()


def test_a_theme_changed_in_airflow_is_followed_at_once(visitor: Visitor) -> None:
    with visitor.page(theme="light") as page:
        page.goto(visitor.framed("/"))
        frame = page.frame_locator("iframe")
        frame.locator("html[data-theme=light]").wait_for()
        page.evaluate("localStorage.setItem('theme', 'dark')")
        frame.locator("html[data-theme=dark]").wait_for()


def test_the_keyboard_reaches_the_content_first(visitor: Visitor) -> None:
    with visitor.page() as page:
        page.goto(visitor.address("/reports"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_hostile_titles_and_bodies_are_inert(visitor: Visitor, site: Site) -> None:
    reports = ServedCorpus(site.settings).snapshot().reports.to_dicts()
    (evil,) = [row["report_id"] for row in reports if row["title"] == HOSTILE_TITLE]
    asked: list[str] = []
    with visitor.page() as page:
        wrong = listen(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"a page's text opened a dialog: {dialog.message}"))
        for path in (
            f"/reports/{evil}",
            "/reports?year=2022",
            "/run?name=" + RUNS[2],
            f"/reports/{evil}/changes/{evil}",
            f"/capture?{EVIL}",
        ):
            page.goto(visitor.address(path))
            assert "alert(1)" in page.locator("main").inner_text()
            assert page.locator("main img, main script, main iframe").count() == 0
            assert "owned" not in page.title() or "<script>" in page.title()
        for path in (f"/reports/{evil}/text", f"/reports/{evil}/raw", f"/capture/raw?{EVIL}"):
            with page.expect_download() as waiting:
                page.evaluate("address => { location.href = address }", visitor.address(path))
            assert waiting.value.suggested_filename.endswith((".txt", ".bin"))
        assert wrong == []
    ours = re.compile(re.escape(visitor.airflow.url) + "/report-archive/(reports|run|capture|static)")
    assert [url for url in asked if not ours.match(url)] == []


def listen(page: Page) -> list[str]:
    """Collect what a browser complains of on our pages: a policy that was broken, a script that failed."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    return wrong
