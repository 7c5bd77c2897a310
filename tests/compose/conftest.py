"""A Docker engine, the images, and the stack itself: what is missing is installed and built, and taken away again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.stack import ROOT, Stack

HERE = Path(__file__).parent
ENGINE = Path("/var/tmp/report-archive-engine")


def answers() -> bool:
    """Return whether a Docker engine answers."""
    try:
        return subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="session")
def engine() -> Iterator[None]:
    """An engine: the machine's own, with real images; or one of ours with stand-ins, where there is none."""
    if answers():
        yield
        return
    if os.geteuid() or not Path("/etc/debian_version").exists():
        told = "NO DOCKER: no engine answers, and only root on Debian can start one here; the compose stack was not run"
        pytest.fail(told, pytrace=False) if os.environ.get("CI") else pytest.skip(told)
    os.environ["DOCKER_HOST"] = f"unix://{ENGINE}/docker.sock"
    try:
        for script, *words in (("engine.sh", "install"), ("engine.sh", "start"), ("standins.sh",)):
            done = subprocess.run([HERE / script, *words], text=True, capture_output=True, check=False)
            if done.returncode:
                pytest.fail(f"NO DOCKER: {script} {' '.join(words)} failed, so the compose stack was not run:\n"
                            f"{done.stdout[-1000:]}{done.stderr[-3000:]}", pytrace=False)  # fmt: skip
        yield
    finally:
        subprocess.run(
            [HERE / "engine.sh", "stop", *([] if os.environ.get("KEEP_IMAGES") else ["--clean"])], check=True
        )


@pytest.fixture(scope="session")
def stack(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, built, up and healthy; down and gone afterwards."""
    running = Stack(tmp_path_factory.mktemp("compose"))
    running.make("secrets")
    running.compose("config", "--quiet")
    running.compose("down", "--volumes", "--remove-orphans")
    try:
        assert f"Airflow: {running.url} " in running.make("up", "VILLAGE=1", "WORKERS=2")
        yield running
    finally:
        logs = running.compose("logs", "--no-color", "--tail=400")
        (ROOT / ".demo").mkdir(exist_ok=True)
        (ROOT / ".demo/compose.log").write_text(logs, encoding="utf-8")
        running.compose("down", "--volumes", "--remove-orphans")
