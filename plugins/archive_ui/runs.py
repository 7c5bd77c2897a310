"""Runs: the list of them, and one with its outcomes by host and its addresses; also the tab on Airflow's run page."""

import re
from collections import defaultdict
from typing import Any

import polars as pl
from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.capture import reports_of
from plugins.archive_ui.pages import page
from scrapers.corpus.served import Row

SIZE = 50
CAPTURES = 200
HOSTS = 500
LONGEST = 300
_DAG = re.compile(r"harvest_([a-z0-9-]+)")
router = APIRouter()


@router.get("/runs")
def runs(request: Request) -> Response:
    """Show the runs, newest first."""
    number = asked.number(request, "page", 1, 1_000_000)
    every = request.app.state.archive().snapshot().runs
    shown, pages = asked.bounded(number, every.height, SIZE)
    rows = every.slice((shown - 1) * SIZE, SIZE).to_dicts()
    return page(request, "runs.html", view="runs", rows=rows, total=every.height, number=shown, pages=pages)


@router.get("/run")
def run(request: Request) -> Response:
    """Show one run, by our name for it (`name`) or by Airflow's (`dag` and `run`); of a mapped task its host alone."""
    name, of_task = _name(request), _host_of_task(request)
    host = of_task or asked.words(request, "host")
    corpus = request.app.state.archive()
    snapshot = corpus.snapshot()
    known = snapshot.runs.filter(pl.col("run") == name)
    if known.is_empty():
        return page(request, "run_unknown.html", view="runs", name=name, harvest=bool(name))
    captures = corpus.captures(name, host=host, limit=CAPTURES)
    found = (pl.col("run") == name) & (pl.col("host") == host if host else pl.lit(True))
    return page(
        request,
        "run.html",
        view="runs",
        run=known.row(0, named=True),
        name=name,
        hosts=[row for row in by_host(corpus.counts(name)) if not of_task or row["host"] == host][:HOSTS],
        host=host,
        captures=captures,
        limit=CAPTURES,
        reports=reports_of(snapshot.reports, captures),
        findings=snapshot.findings.filter(found).head(CAPTURES).to_dicts(),
    )


def by_host(counts: list[Row]) -> list[dict[str, Any]]:
    """Return a run's outcomes by host, those that ask for something first."""
    hosts: dict[str, dict[str, Any]] = {}
    for row in counts:
        found = hosts.setdefault(
            row["host"], {"host": row["host"], "total": 0, "not_ok": 0, "outcomes": defaultdict(int)}
        )
        found["total"] += row["addresses"]
        found["not_ok"] += row["addresses"] if row["disposition"] != "ok" else 0
        found["outcomes"][row["outcome"] or "unsettled", row["disposition"] or "alarm"] += row["addresses"]
    for found in hosts.values():
        found["outcomes"] = sorted(found["outcomes"].items(), key=lambda item: (item[0][1] == "ok", -item[1]))
    return sorted(hosts.values(), key=lambda found: (-found["not_ok"], found["host"]))


def _name(request: Request) -> str:
    """Return our name of the run that was asked for; nothing when Airflow's DAG harvests no province."""
    if given := asked.words(request, "name", LONGEST):
        return given
    dag, airflow_run = asked.words(request, "dag", LONGEST), asked.words(request, "run", LONGEST)
    found = _DAG.fullmatch(dag)
    return f"{found[1]}.{airflow_run}" if found and airflow_run else ""


def _host_of_task(request: Request) -> str:
    """Return the host of the mapped task that Airflow's tab names by `index`; nothing for any other task."""
    index = asked.words(request, "index")
    if not re.fullmatch(r"[0-9]{1,6}", index):
        return ""  # -1 is a task that is not mapped, and Airflow leaves its placeholder where it has no number
    given = (asked.words(request, "dag", LONGEST), asked.words(request, "run", LONGEST))
    return str(request.app.state.host_of(*given, int(index)))
