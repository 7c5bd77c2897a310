"""A harvest as its operator follows it: triggered in Airflow, seen in tabs and pages, counted by OpenTelemetry."""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import FrameLocator, Page

from scrapers.corpus import ServedCorpus
from stack.airflow import LocalAirflow
from tests.browser.conftest import HARVEST, THEMES, Picture, Visitor
from tests.browser.otlp import OtlpSink, Point
from tests.dags.operation import declared, prometheus, read
from tests.stack.conftest import Site

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(900)]
OURS = "airflow.report_archive."


@dataclass(frozen=True, slots=True)
class Watched:
    """A run that was triggered in the browser and has ended."""

    run: str
    path: str
    """Of its page in Airflow."""
    reports_before: int


@pytest.fixture(scope="module")
def watched(visitor: Visitor, site: Site) -> Watched:
    """Trigger a harvest with Airflow's own button, look at its tab meanwhile, and wait for its end."""
    airflow = visitor.airflow
    airflow.unpause(HARVEST)
    before = ServedCorpus(site.settings).snapshot().reports.height
    with visitor.page() as page:
        page.goto(f"{airflow.url}/dags/{HARVEST}")
        page.get_by_role("button", name="Trigger").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
        page.wait_for_url(re.compile(rf"/dags/{HARVEST}/runs/"))
        found = re.search(r"/runs/([^/?]+)", page.url)
        assert found is not None
        path = f"{airflow.url}/dags/{HARVEST}/runs/{found[1]}"
        page.goto(f"{path}/plugin/report-archive-run")
        page.frame_locator("iframe").get_by_text("This run is not in the catalog").wait_for()
        run = unquote(found[1])
        assert ended(airflow, run) == "success"
        wait_shown(page, visitor.address(f"/run?dag={HARVEST}&run={quote(run, safe='')}"))
    return Watched(run, path, before)


def tab(page: Page, address: str) -> FrameLocator:
    """Open one of Airflow's own pages on our tab."""
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Outcomes by host").wait_for()
    return frame


@pytest.mark.parametrize("theme", THEMES)
def test_the_tab_on_a_run_shows_every_host(
    visitor: Visitor, site: Site, watched: Watched, theme: str, picture: Picture
) -> None:
    with visitor.page(theme=theme) as page:
        frame = tab(page, f"{watched.path}/plugin/report-archive-run")
        shown = frame.locator("section[aria-labelledby=hosts] tbody th").all_inner_texts()
        assert set(shown) == {f"{found.host}:{site.village.port}" for found in site.village.sites}
        picture(page, f"run-{theme}")
    assert ServedCorpus(site.settings).snapshot().reports.height > watched.reports_before


def test_the_tab_on_a_task_shows_its_host_alone(visitor: Visitor, watched: Watched) -> None:
    tasks = [one for one in visitor.airflow.tasks(HARVEST, watched.run) if one["task_id"].startswith("host.")]
    assert len(tasks) == 6
    with visitor.page() as page:
        for task in tasks:
            place = f"tasks/{task['task_id']}/mapped/{task['map_index']}/plugin/report-archive-task"
            frame = tab(page, f"{watched.path}/{place}")
            shown = frame.locator("section[aria-labelledby=hosts] tbody th").all_inner_texts()
            assert shown == [task["rendered_map_index"]]
            addresses = frame.locator("section[aria-labelledby=addresses] tbody th").all_inner_texts()
            assert addresses
            assert all(f"//{task['rendered_map_index']}/" in address for address in addresses)
        frame = tab(page, f"{watched.path}/tasks/record/plugin/report-archive-task")
        assert frame.locator("section[aria-labelledby=hosts] tbody th").count() == len(tasks) // 2


def test_report_run_task_log_and_capture_lead_to_one_another(visitor: Visitor, watched: Watched) -> None:
    with visitor.page() as page:
        frame = tab(page, f"{watched.path}/plugin/report-archive-run")
        frame.get_by_role("link", name="Report", exact=True).first.click()
        frame.get_by_role("heading", name="Clean text").wait_for()
        frame.get_by_role("link", name="Raw capture").click()
        frame.get_by_text("Payload digest").wait_for()
        assert frame.locator("pre.source").inner_text()
        frame.get_by_role("link", name="Report", exact=True).click()
        frame.get_by_role("heading", name="Clean text").wait_for()
        frame.get_by_role("link", name="The run that found it").click()
        frame.get_by_role("heading", name="Outcomes by host").wait_for()
        frame.locator("section[aria-labelledby=addresses] tbody th a").first.click()
        frame.get_by_text("Payload digest").wait_for()
        frame.get_by_role("link", name="The run that found it").click()
        frame.get_by_role("heading", name="Outcomes by host").wait_for()
        frame.get_by_role("link", name="Task log").first.click()
        page.wait_for_url(re.compile(rf"/dags/{HARVEST}/runs/.*/tasks/host.crawl/mapped"))
        page.get_by_role("table").get_by_role("link").first.click()
        page.wait_for_url(re.compile(r"/mapped/\d+"))
        page.locator("a[href*='report-archive-task']").click()
        page.wait_for_url(re.compile("report-archive-task"))
        page.frame_locator("iframe").get_by_role("heading", name="Outcomes by host").wait_for()


def test_airflows_own_page_of_the_run_names_each_task_by_its_host(
    visitor: Visitor, site: Site, watched: Watched, picture: Picture
) -> None:
    with visitor.page() as page:
        page.goto(watched.path)
        for name in ("plan", "record", "gate"):
            page.get_by_text(name, exact=True).first.wait_for()
        for found in site.village.sites:
            page.get_by_role("link", name=f"{found.host}:{site.village.port}").first.wait_for()
        picture(page, "grid")


def test_every_metric_arrives_by_opentelemetry_with_its_tags(
    airflow: LocalAirflow, otlp: OtlpSink, watched: Watched
) -> None:
    known, end = declared(), time.monotonic() + 60
    while not otlp.of(OURS + "runs") and time.monotonic() < end:  # a task's process sends what it counted as it ends
        time.sleep(0.2)
    heard = [point for point in otlp.heard if point.name.startswith(OURS)]
    assert {point.name: point.kind for point in heard} == {name: kind for name, (kind, _) in known.items()}
    for point in heard:
        assert set(point.tags) == known[point.name][1], point
        assert point.delta == (point.kind != "gauge"), (
            "tasks are short: a sum that starts anew each time adds up as delta"
        )
        assert point.unit == ("ms" if point.kind == "timer" else "")
    assert {prometheus(point.name, point.kind, otel=True) for point in heard} == set(read(otel=True))
    assert_agrees(otlp, told(airflow, watched.run))


def told(airflow: LocalAirflow, run: str) -> dict[str, Any]:
    """Return what the run's asset event says of it."""
    events = airflow.call("GET", "/api/v2/assets/events?limit=100")["asset_events"]
    (found,) = [event["extra"] for event in events if event["source_run_id"] == run]
    return found  # type: ignore[no-any-return]


def assert_agrees(otlp: OtlpSink, extra: dict[str, Any]) -> None:
    """The values are those of the run's asset event."""

    def total(found: list[Point]) -> float:
        return sum(point.value for point in found)

    for outcome, count in extra["outcomes"].items():
        assert total(otlp.of(OURS + "addresses", outcome=outcome)) == count, outcome
    assert total(otlp.of(OURS + "reports", kind="new")) == extra["outcomes"]["archived_new"]
    assert total(otlp.of(OURS + "fetches", outcome="captured")) >= extra["outcomes"]["archived_new"]
    assert total(otlp.of(OURS + "bytes")) > 10_000
    assert total(otlp.of(OURS + "runs", state="success")) == 1
    assert otlp.of(OURS + "findings_open")[-1].value == extra["findings"]
    assert otlp.of(OURS + "hosts")[-1].value == len(extra["hosts"])
    assert otlp.of(OURS + "hosts_silent")[-1].value == len(extra["silent"])
    assert sum(point.count for point in otlp.of(OURS + "delay_held")) == len(extra["hosts"])
    assert sum(point.count for point in otlp.of(OURS + "extract")) >= extra["outcomes"]["archived_new"]


def ended(airflow: LocalAirflow, run: str) -> str:
    """Return the state a run ends in."""
    end = time.monotonic() + 420
    while (state := airflow.run_state(HARVEST, run)) not in {"success", "failed"}:
        assert time.monotonic() < end, f"the run did not end; Airflow's log is {airflow.log}"
        time.sleep(1)
    return state


def wait_shown(page: Page, address: str) -> None:
    """Wait until the pages have taken the snapshot that holds a run: until then they show the one before."""
    end = time.monotonic() + 180
    while "Outcomes by host" not in page.request.get(address).text():
        assert time.monotonic() < end, f"{address} does not show the run"
        time.sleep(0.5)
