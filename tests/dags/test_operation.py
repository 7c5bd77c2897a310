"""What operators are promised is there: a runbook entry for every cause, and a sender for every metric read."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scrapers import errors
from scrapers.model import Disposition, Outcome

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^#+ (\S+)$", RUNBOOK, re.MULTILINE))
CHECK = """
import json, sys
sys.path.insert(0, "dags")
from archive_dags import metrics
print("RESULT " + json.dumps({name: kind for name, (kind, *_) in metrics.METRICS.items()}))
"""


@pytest.fixture(scope="module")
def metrics() -> dict[str, str]:
    code = "import warnings; warnings.simplefilter('ignore')\n" + CHECK
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    found: dict[str, str] = json.loads(line.removeprefix("RESULT "))
    return found


def alerts() -> list[dict[str, str]]:
    (group,) = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"]
    rules: list[dict[str, str]] = group["rules"]
    return rules


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in alerts())
    board = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text())
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])
    yield from (one["query"] for one in board["templating"]["list"] if one["type"] == "query")


def test_every_cause_has_its_entry() -> None:
    causes = {word.value for word in Outcome if word.disposition is not Disposition.OK}
    assert causes - HEADINGS == set()


def test_every_error_has_its_line() -> None:
    tree = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert {name for name in tree if f"| `{name}` |" not in RUNBOOK} == set()


def test_every_alert_has_its_entry_and_links_to_it() -> None:
    for rule in alerts():
        assert rule["alert"] in HEADINGS
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"  # type: ignore[index]


def test_every_metric_that_is_read_is_sent_and_every_one_sent_is_shown(metrics: dict[str, str]) -> None:
    sent = {name.replace(".", "_"): kind for name, kind in metrics.items()}
    read = {name for text in expressions() for name in re.findall(r"airflow_(report_archive_[a-z_]+)", text)}
    assert read == set(sent)
    for text in expressions():
        for name in re.findall(r"airflow_(report_archive_[a-z_]+)", text):
            # A counter's name ends in _total behind OpenTelemetry, and in nothing behind StatsD.
            assert (f"{name}(_total)?" in text) == (sent[name] == "counter"), text
