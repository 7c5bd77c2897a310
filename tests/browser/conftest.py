"""A real Airflow with the plugin, a village to harvest, and a real browser that has signed in.

One of each for the whole stage; it sends its metrics by OpenTelemetry. `SCREENSHOTS=1` writes the documentation's
pictures, and beside them what each view is made of; without it, a view that is no longer what its picture shows fails.
"""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Cookie, Page, sync_playwright

from stack.airflow import ROOT, USER, LocalAirflow, archive_environment
from tests.browser.otlp import OtlpSink
from tests.plugins.archives import record_three_runs
from tests.stack.conftest import Site, archive_of
from tests.village import Village

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = ROOT / "docs" / "images" / "ui"
SHOWN = PICTURES / "shown.json"
AGAIN = "Take new ones: SCREENSHOTS=1 .venv/bin/python -m pytest tests/browser"
STRUCTURE = """html => {
  const named = "h1, h2[id]:not([id^=kind-]), th[scope=col], dt, label, nav li, svg.chart, .choices li, form";
  const own = one => [...one.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(" ");
  const said = one => own(one).trim() || (one.firstElementChild ? own(one.firstElementChild).trim() : "");
  const bare = text => text.replace(/: .*/, "").replace(/[0-9]+/g, "#").replace(/\\s+/g, " ").trim();
  const all = [...html.querySelectorAll(named)].map(one => (one.localName + " " + bare(said(one))).trim())
    .filter(text => text !== "th #");
  return [...new Set(all)];
}"""
Picture = Callable[[Page, str], None]
THEMES = ("light", "dark")
SIZE = {"width": 1200, "height": 750}
WRITES = os.environ.get("SCREENSHOTS") == "1"
HARVEST = "harvest_demo"
SITES = 3


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip this directory's tests, or fail them in CI, on a machine without Chromium."""
    if shutil.which("chromium") or os.environ.get("CI") == "true":
        return
    for item in items:
        if Path(str(item.path)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason="no chromium here; apt-get install chromium fonts-noto-cjk"))


@pytest.fixture(scope="session")
def site(store_server, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """Three of the village's sites and their archive, which holds three earlier runs with hostile pages among them.

    Three hosts show what two dozen do: how many tasks a run has is no matter of the pages.
    """
    village = Village()
    village.sites = village.sites[:SITES]
    with village:
        made = archive_of(village, store_server.connect("browser"), tmp_path_factory.mktemp("browser") / "sources")
        record_three_runs(made.works.store, made.settings)
        yield made


@pytest.fixture(scope="session")
def otlp() -> Iterator[OtlpSink]:
    """What hears of this Airflow's metrics."""
    sink = OtlpSink()
    yield sink
    sink.close()


@pytest.fixture(scope="session")
def airflow(site: Site, otlp: OtlpSink, tmp_path_factory) -> Iterator[LocalAirflow]:  # type: ignore[no-untyped-def]
    # As docs/runbook.md and docker-compose.yml have it.
    telemetry = {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{otlp.port}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
    }
    environment = archive_environment(site.settings) | telemetry
    with LocalAirflow(tmp_path_factory.mktemp("browser-airflow"), environment=environment) as running:
        yield running


@dataclass
class Visitor:
    """Somebody who has signed in, with the pages they open."""

    browser: Browser
    airflow: LocalAirflow
    cookies: list[Cookie]

    @contextmanager
    def page(self, *, theme: str = "light", language: str = "en-US") -> Iterator[Page]:
        """Open a page whose owner chose a theme in Airflow and a language in the browser."""
        context = self._context(language)
        context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
        context.close()

    def address(self, path: str) -> str:
        """Return the address of one of our pages, by itself."""
        return f"{self.airflow.url}/report-archive{path}"

    def framed(self, path: str) -> str:
        """Return the address of one of our pages as Airflow shows it."""
        return f"{self.airflow.url}/plugin/report-archive/report-archive{path}"

    def _context(self, language: str) -> BrowserContext:
        context = self.browser.new_context(viewport=SIZE, locale=language)
        context.add_cookies(self.cookies)  # type: ignore[arg-type]  # what it gave it takes again
        return context


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def visitor(browser: Browser, airflow: LocalAirflow) -> Visitor:
    """Sign in through Airflow's own form."""
    context = browser.new_context(viewport=SIZE, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(airflow.url)
    page.fill("input[name=username]", USER)
    page.fill("input[name=password]", airflow.password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{airflow.url}/")
    page.get_by_role("link", name="Report archive").first.wait_for()
    cookies = context.cookies()
    context.close()
    return Visitor(browser, airflow, cookies)


def structure(page: Page) -> list[str]:
    """Return what a view is made of, in our own words: headings, labels, columns and links to views; no data, no count.

    It stands beside the pictures: a view that has changed and still has its old picture fails.
    """
    if not page.locator("iframe").count():
        return []  # a page of Airflow's own
    said: list[str] = page.frame_locator("iframe").locator("html").evaluate(STRUCTURE)
    return said


@pytest.fixture
def picture() -> Picture:
    """Keep what a page shows as a picture, when asked to (64 colours keep it small); else hold it to the kept one."""

    def kept(page: Page, name: str) -> None:
        known: dict[str, list[str]] = json.loads(SHOWN.read_text(encoding="utf-8")) if SHOWN.exists() else {}
        view, found = name.removesuffix("-light").removesuffix("-dark"), structure(page)
        if not WRITES:
            assert known.get(view) == found, f"{view} is not what its picture shows. {AGAIN}"
            return
        shown = Image.open(io.BytesIO(page.screenshot()))
        path = (PICTURES if found else PICTURES.parent) / f"{name}.png"
        shown.convert("RGB").quantize(64).save(path, optimize=True)
        SHOWN.write_text(json.dumps(known | {view: found}, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    return kept
