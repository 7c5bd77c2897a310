"""What operators are promised is there: a runbook entry for every cause, and a sender for every metric read."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scrapers import errors
from tests.dags.operation import ROOT, alerts, causes, declared, expressions, prometheus, read

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^#+ (\S+)$", RUNBOOK, re.MULTILINE))


def test_every_cause_has_its_entry() -> None:
    assert causes() - HEADINGS == set()


def test_every_error_has_its_line() -> None:
    tree = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert {name for name in tree if f"| `{name}` |" not in RUNBOOK} == set()


def test_every_alert_has_its_entry_and_links_to_it() -> None:
    for rule in alerts():
        assert rule["alert"] in HEADINGS
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"  # type: ignore[index]


@pytest.mark.parametrize("otel", [False, True], ids=["statsd", "opentelemetry"])
def test_every_metric_that_is_read_is_sent_and_every_one_sent_is_shown(otel: bool) -> None:
    sent = {prometheus(name, kind, otel=otel) for name, (kind, _) in declared().items()}
    assert set(read(otel=otel)) == sent


def test_what_is_grouped_by_is_a_tag_of_what_is_read() -> None:
    known = {prometheus(name, kind, otel=True): tags for name, (kind, tags) in declared().items()}
    for name, texts in read(otel=True).items():
        for text in texts:
            grouped = {word.strip() for words in re.findall(r"by \(([^)]*)\)", text) for word in words.split(",")}
            matched = set(re.findall(r'(\w+)=~?"', text)) - {"__name__", "quantile"}
            assert grouped | matched <= known[name], text


@pytest.fixture
def promtool() -> Callable[..., str]:
    """Prometheus' own judge of rules: words in, what it says out; it must be content."""
    tool = shutil.which("promtool")
    if tool is None:
        missing = "no promtool here; it is in Debian's package prometheus"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)

    def judge(*words: str) -> str:
        told = subprocess.run([str(tool), *words], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    return judge


def test_each_alert_fires_at_what_it_is_for(promtool: Callable[..., str]) -> None:
    """First failures, runs that said their word once, weekly runs off season."""
    promtool("test", "rules", str(ROOT / "tests/dags/alerts.test.yml"))


def test_prometheus_understands_every_panel(promtool: Callable[..., str], tmp_path: Path) -> None:
    asked = [text.replace("$__rate_interval", "5m") for text in expressions() if not text.startswith("label_values")]
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(asked)]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(asked)} rules found" in promtool("check", "rules", str(tmp_path / "panels.yml"))
