"""What a run tells Airflow's metrics and its task log: lines and summaries in, counters and structured words out.

Sent wherever Airflow's own settings send metrics (`[metrics] statsd_on` or `otel_on`), under Airflow's prefix.
The dashboard and the alert rules in `deploy/` read these names and no others.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from airflow.sdk.observability import stats

if TYPE_CHECKING:
    from scrapers.harvest import RunSummary
    from scrapers.model import Line

PREFIX = "report_archive."
FETCHES = PREFIX + "fetches"
BYTES = PREFIX + "bytes"
DELAY_HELD = PREFIX + "delay_held"
EXTRACT = PREFIX + "extract"
ADDRESSES = PREFIX + "addresses"
REPORTS = PREFIX + "reports"
FINDINGS = PREFIX + "findings_open"
HOSTS = PREFIX + "hosts"
SILENT = PREFIX + "hosts_silent"
RUNS = PREFIX + "runs"
METRICS = {
    FETCHES: ("counter", "province outcome", "addresses asked; `captured` is a whole page that is yet to be read"),
    BYTES: ("counter", "province", "bytes of the payloads they gave"),
    DELAY_HELD: ("timer", "province", "time a host's crawl spent waiting for its turn"),
    EXTRACT: ("timer", "province", "time the reading of one page or document took"),
    ADDRESSES: ("counter", "province outcome", "addresses of a recorded run by the word that settled them"),
    REPORTS: ("counter", "province kind", "addresses of a recorded run: new, duplicate, unchanged or revised text"),
    FINDINGS: ("gauge", "province", "things a person should look at, as the last run left them"),
    HOSTS: ("gauge", "province", "hosts of the last run"),
    SILENT: ("gauge", "province", "hosts of the last run that gave nothing"),
    RUNS: ("counter", "province state", "runs that ended: success or failed"),
}
"""Name -> its kind, its tags and its meaning; `docs/dags.md` shows them."""
KINDS = {"archived_new": "new", "archived_same": "duplicate", "unchanged": "unchanged"}
LONGEST = 300
"""Characters of page text that one field of a log line may hold."""


class Observer:
    """Hears what the river does in one task, and says it."""

    def __init__(self, province: str) -> None:
        self._tags = {"province": province}
        self._log = structlog.get_logger("report_archive")

    def heard(self, line: "Line") -> None:
        """Log one ledger line and count it; page text is cut, and the log's encoder escapes it."""
        about = {"run": line.run, "host": line.host, "address": line.url[:LONGEST]}
        if line.url:
            word = line.outcome.value if line.outcome else "captured"
            self._log.info(word, **about, reason=line.reason[:LONGEST], stage=line.stage)
        elif line.finding:
            told = {"subject": line.finding.subject[:LONGEST], "message": line.finding.message[:LONGEST]}
            self._log.warning(line.finding.kind.value, **about, **told)
        if line.stage == "crawl" and line.capture:
            outcome = line.outcome.value if line.outcome else "captured"
            stats.incr(FETCHES, tags={**self._tags, "outcome": outcome})
            stats.incr(BYTES, line.capture.length, tags=self._tags)

    def measured(self, name: str, seconds: float) -> None:
        """Send one measurement of the river."""
        stats.timing(PREFIX + name, timedelta(seconds=seconds), tags=self._tags)

    def recorded(self, summary: "RunSummary") -> None:
        """Count what a recorded run did, and log how well the corpus's reports are known after it."""
        for outcome, count in summary.outcomes.items():
            stats.incr(ADDRESSES, count, tags={**self._tags, "outcome": outcome})
            if outcome in KINDS:
                stats.incr(REPORTS, count, tags={**self._tags, "kind": KINDS[outcome]})
        stats.incr(REPORTS, summary.revised, tags={**self._tags, "kind": "revised"})
        stats.gauge(FINDINGS, summary.findings, tags=self._tags)
        stats.gauge(HOSTS, len(summary.hosts), tags=self._tags)
        stats.gauge(SILENT, len(summary.silent), tags=self._tags)
        if known := summary.quality:
            self._log.info("quality", run=summary.run, reports=known.rows, known=known.filled, flags=known.flags)


def ended(province: str, state: str) -> None:
    """Count a run that ended."""
    stats.incr(RUNS, tags={"province": province, "state": state})
