"""What operators read of the metrics, and what the DAGs say they send: names in the dashboard, the alerts and the code.

Prometheus has a counter, a gauge and a timer by other names behind StatsD than behind OpenTelemetry.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from scrapers.harvest.works import concern
from scrapers.model import Candidate, Outcome, Relevance, Verdict

ROOT = Path(__file__).resolve().parents[2]
DECLARED = """
import json
from archive_dags.metrics import METRICS
print("RESULT", json.dumps(METRICS))
"""


@cache
def declared() -> dict[str, tuple[str, set[str]]]:
    """Return every metric the DAGs declare, as Airflow names it: its kind and its tags."""
    place = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'dags'}"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DECLARED], env=place, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.partition("RESULT ")[2])
    return {f"airflow.{name}": (kind, set(tags.split())) for name, (kind, tags, _) in found.items()}


def causes() -> set[str]:
    """Return the kinds of every finding there can be: how an address may end, and what is found of lists and runs."""
    candidate = Candidate("a", "http://a/", "", None, Verdict(Relevance.REPORT, None, ""))
    of_addresses = {word.value for word in Outcome if concern(word, candidate, "http://a/", "")}
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "scrapers").rglob("*.py"))
    made = {name for text in texts for name in re.findall(r"Finding\(\s*(?:kind=)?Outcome\.(\w+)", text)}
    return of_addresses | {Outcome[name].value for name in made}


def alerts() -> list[dict[str, str]]:
    """Return the alert rules."""
    (group,) = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, str]] = group["rules"]
    return rules


def expressions() -> Iterator[str]:
    """Yield every expression of the alerts and of the dashboard."""
    yield from (rule["expr"] for rule in alerts())
    board = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])
    yield from (one["query"] for one in board["templating"]["list"] if one["type"] == "query")


def read(*, otel: bool) -> dict[str, list[str]]:
    """Return the series that are read behind one of the two, by name, each with the expressions that read it.

    A timer of StatsD is a summary, whose series has a `quantile`; OpenTelemetry's is a histogram named by its unit.
    """
    found: dict[str, list[str]] = {}
    for text in expressions():
        for name, total, labels in re.findall(r'(airflow_report_archive_[a-z_]+)(\(_total\)\?")?(\{[^}]*\})?', text):
            if name.endswith("_milliseconds") != otel and (name.endswith("_milliseconds") or "quantile=" in labels):
                continue
            found.setdefault(name + "_total" if total and otel else name, []).append(text)
    return found


def prometheus(name: str, kind: str, *, otel: bool) -> str:
    """Return the name a metric has in Prometheus: OpenTelemetry's rules add what a counter and a unit are."""
    ends = {"counter": "_total", "timer": "_milliseconds", "gauge": ""}
    return name.replace(".", "_") + (ends[kind] if otel else "")
