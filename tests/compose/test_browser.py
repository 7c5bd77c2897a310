"""A worker with Chromium as compose runs it: without rights, nothing writable, and its browser in its own sandbox."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from deploy.init import make_bucket
from tests.compose.stack import ROOT, VILLAGE, Stack

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1200)]
SITE = next(site for site in VILLAGE.sites if site.name.startswith("spa-"))
WITH = {"COMPOSE_FILE": "docker-compose.yml:deploy/browser.yml"}
WITHOUT = {"COMPOSE_FILE": "docker-compose.yml", "WORKER_IMAGE": "report-archive-browser:local"}
IMAGES = ("volumes", "village", "cli")
AIRFLOW_UID = 50000


@pytest.fixture(scope="module")
def stack(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A store, the village, and the command line in the browser's image; its registry asks for a browser."""
    sources = tmp_path_factory.mktemp("browser-sources")
    registry = (ROOT / "deploy/village/village.toml").read_text(encoding="utf-8")
    (asked,) = (part for part in registry.split("[[source]]")[1:] if SITE.host in part)
    head = 'title = "Village"\nprovince = "000000"\n\n[[source]]'
    (sources / "village.toml").write_text(f"{head}{asked.rstrip()}\nbrowser = true\n", encoding="utf-8")
    sources.chmod(0o755)
    running = Stack(
        tmp_path_factory.mktemp("browser"),
        COMPOSE_PROJECT_NAME="report-archive-browser-test",
        SOURCES=str(sources),
        **WITH,
    )
    running.make("secrets")
    running.compose("down", "--volumes", "--remove-orphans")
    try:
        running.compose("build", "--quiet", *IMAGES)
        running.compose("up", "--detach", "--wait", "--wait-timeout", "300", "store", "village")
        root = boto3.client(
            "s3", endpoint_url=running.endpoint, aws_access_key_id="root", region_name="us-east-1",
            aws_secret_access_key=running.secrets["STORE_ROOT_KEY"], config=Config(s3={"addressing_style": "path"}),
        )  # fmt: skip
        make_bucket(root, "reports")
        yield running
    finally:
        running.compose("down", "--volumes", "--remove-orphans")


def renderers() -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the browser processes that hold pages: what the kernel says of each."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                lines = (folder / "status").read_text().splitlines()
                yield int(folder.name), dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def harvest(stack: Stack) -> "tuple[str, list[dict[str, str]]]":
    """Harvest through the browser; return what was told and every renderer that was seen meanwhile."""
    before, seen = {pid for pid, _ in renderers()}, {}
    command = ["compose", "--env-file", str(stack.dotenv), "run", "--rm", "-T", "cli", "harvest", "village"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(["docker", *command], cwd=ROOT, env=stack.environment(), **streams) as running:
        while running.poll() is None:
            seen |= {pid: status for pid, status in renderers() if pid not in before}
            time.sleep(0.1)
        told = running.stdout.read() if running.stdout else ""
    assert running.returncode == 0, told[-4000:]
    return told, list(seen.values())


def test_a_list_that_only_a_script_draws_is_harvested_in_a_sandboxed_browser(stack: Stack) -> None:
    _, seen = harvest(stack)
    kept = {e.text_id for e in VILLAGE.manifest() if e.site == SITE.name and e.outcome == "archived" and not e.copy_of}
    assert stack.corpus().reports().collect()["content_hash"].n_unique() == len(kept)
    assert {request.path for request in stack.heard() if request.path.endswith(".js")}, (
        "no browser asked for the script"
    )
    assert seen, "no process of Chromium that holds a page was seen"
    for status in seen:
        assert int(status["Uid"].split()[0]) == AIRFLOW_UID
        assert status["NoNewPrivs"] == "1"
        # This machine's number, the container's, and the one within Chromium's own namespace.
        assert len(status["NSpid"].split()) >= 3, status["NSpid"]


def test_without_its_profile_it_does_not_run_unprotected(stack: Stack) -> None:
    told = stack.compose("run", "--rm", "-T", "cli", "harvest", "village", fails=True, env=WITHOUT)
    assert "make up BROWSER=1" in told
    assert "Traceback" not in told
