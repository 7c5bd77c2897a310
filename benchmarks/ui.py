"""How fast the archive's pages answer on a large catalog: `python -m benchmarks.ui --reports 200000`.

A real SeaweedFS, a catalog written through its own columns, and the pages served by uvicorn in a process of their
own. Prints, for every view, the time to the first byte: the first visit of a fresh process, then the best, median and
worst of further visits to different pages, and the processor time the server took for one. A claim of
docs/performance.md rests on it; no test does.
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import requests
import uvicorn

from benchmarks import catalogs
from plugins.archive_ui.app import create_app
from scrapers.corpus import ServedCorpus
from scrapers.corpus.keeper import open_keeper
from scrapers.corpus.release.newest import ASKED_SECONDS
from scrapers.settings import Settings
from stack.ports import free_ports
from stack.store import LocalStore
from tests.conftest import ACCESS_KEY, SECRET_KEY, settings_of

GOAL_MS = 300.0
RELEASED = (
    "a release: {freeze_s:.0f} s, {freeze_cpu_s:.0f} CPU-s; the overview's first visit after it {released_ms:.0f} ms"
)


def views(settings: Settings) -> dict[str, list[str]]:
    """Return addresses of every view: several reports, searches and filters, so that none is merely remembered."""
    corpus = ServedCorpus(settings)
    snapshot = corpus.snapshot()
    kept = [
        row["report_id"]
        for row in snapshot.reports.to_dicts()
        if int(row["url"].split("_")[-1][:-5]) % catalogs.KEPT == 0
    ][:20]
    runs = snapshot.runs["run"].to_list()[:20]
    captures = [row for run in runs[:10] for row in corpus.captures(run, limit=2)]
    return {
        "overview": ["/", "/?season=2020", "/?season=2016"],
        "one province": [f"/?province={code}0000" for code in catalogs.PROVINCES],
        "sources": ["/sources", *(f"/sources?page={page}" for page in range(2, 12))],
        "sources, searched": [f"/sources?q={quote(word)}" for word in ("教育局", "blocked", "d4301", "timeout")],
        "reports": [f"/reports?page={page}" for page in (1, 2, 50, 500, 4000)],
        "reports, searched": [
            f"/reports?q={quote(word)}" for word in ("教育局 2020", "湖南省", "没有", "市场监督 法治")
        ],
        "reports, filtered": [f"/reports?division={code}0000&year=2021" for code in catalogs.PROVINCES],
        "one report": [f"/reports/{name}" for name in kept],
        "changes": [f"/reports/{one}/changes/{other}" for one, other in pairwise(kept)],
        "download": [f"/reports/{name}/raw" for name in kept],
        "findings": ["/findings", "/findings?all=1", "/findings?kind=timeout&page=3", "/findings?kind=blocked_waf"],
        "runs": [f"/runs?page={page}" for page in (1, 2, 3)],
        "one run": [f"/run?name={quote(name, safe='')}" for name in runs],
        "one capture": [f"/capture?{urlencode({'name': row['run'], 'url': row['url']})}" for row in captures],
    }


def serve(settings: Settings, port: int) -> None:
    """Serve the pages to whoever asks; only ever on loopback."""
    uvicorn.run(create_app(lambda: None, lambda: settings), host="127.0.0.1", port=port, log_level="warning")


def first_byte(session: requests.Session, address: str) -> float:
    """Return the milliseconds until an answer's first byte; raise when it is not a good one."""
    begun = time.perf_counter()
    with session.get(address, stream=True, timeout=120) as answer:
        next(answer.iter_content(1), b"")
        waited = (time.perf_counter() - begun) * 1000
        answer.raise_for_status()
    return waited


def measure(settings: Settings, *, released: bool) -> dict[str, Any]:
    """Return the times of every view, and what the serving process holds."""
    (port,) = free_ports(1)
    asked = views(settings)
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(settings, port), daemon=True)
    process.start()
    try:
        session, base = requests.Session(), f"http://127.0.0.1:{port}"
        _wait(session, base)
        memory = psutil.Process(process.pid)
        before = memory.memory_info().rss
        cold = first_byte(session, f"{base}/reports")
        froze = _freeze(session, base, settings) if released else {}
        for paths in asked.values():
            first_byte(session, base + paths[0])
        loaded = psutil.getloadavg()[0]
        times, spent = {}, {}
        for name, paths in asked.items():
            begun = sum(memory.cpu_times()[:2])
            times[name] = [first_byte(session, base + path) for path in paths * 2]
            spent[name] = (sum(memory.cpu_times()[:2]) - begun) * 1000 / len(times[name])
        return {
            "cold_ms": cold,
            **froze,
            "load": [loaded, psutil.getloadavg()[0]],
            "memory_mb": {"before": before / 1e6, "after": memory.memory_info().rss / 1e6},
            "snapshot_mb": ServedCorpus(settings).snapshot().size / 1e6,
            "views": {name: {**_spread(found), "cpu": spent[name]} for name, found in times.items()},
        }
    finally:
        process.terminate()
        process.join()


def _freeze(session: requests.Session, base: str, settings: Settings) -> dict[str, float]:
    """Freeze a release while the pages are served; return what that took, and the first visit that shows it."""
    first_byte(session, f"{base}/")
    begun, spent = time.monotonic(), time.process_time()
    open_keeper(settings).freeze("2025-04-02")
    took = {"freeze_s": time.monotonic() - begun, "freeze_cpu_s": time.process_time() - spent}
    time.sleep(ASKED_SECONDS)
    return {**took, "released_ms": first_byte(session, f"{base}/")}


def _spread(times: list[float]) -> dict[str, float]:
    return {"best": min(times), "median": statistics.median(times), "worst": max(times), "visits": len(times)}


def _wait(session: requests.Session, base: str) -> None:
    for _ in range(300):
        try:
            session.get(f"{base}/static/archive.css", timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the pages were not served within a minute")


def main() -> None:
    """Build the catalog, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=200_000)
    parser.add_argument(
        "--released", action="store_true", help="freeze the catalog between the first visit and the others"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ui-benchmark-") as scratch:
        sources = Path(scratch) / "sources"
        sources.mkdir()
        store = LocalStore(Path(scratch) / "store", access_key=ACCESS_KEY, secret_key=SECRET_KEY, bucket="reports")
        with store as server:
            settings = settings_of(server.connect(), sources=sources)
            catalogs.registry(sources, catalogs.bodies(given.reports // catalogs.YEARS + 1))
            catalogs.write(server.connect(), settings.table_options(), given.reports)
            result = {"reports": given.reports, **measure(settings, released=given.released)}
    print(json.dumps(result, indent=1) if given.json else show(result))


def show(result: dict[str, Any]) -> str:
    """Return the times as a table, each with its part of the goal."""
    memory = result["memory_mb"]
    lines = [
        f"{result['reports']:,} reports; first visit of a fresh process {result['cold_ms']:.0f} ms",
        *([RELEASED.format(**result)] if "freeze_s" in result else []),
        f"snapshot {result['snapshot_mb']:.0f} MB; process {memory['before']:.0f} MB, then {memory['after']:.0f} MB",
        f"load of the machine {result['load'][0]:.1f}, then {result['load'][1]:.1f}; cpu: the server's, a visit",
        "",
        f"{'first byte, ms':20}{'best':>8}{'median':>8}{'worst':>8}{'cpu':>8}{'visits':>8}{f'worst/{GOAL_MS:.0f}':>11}",
    ]
    for name, one in result["views"].items():
        times = "".join(f"{one[which]:8.0f}" for which in ("best", "median", "worst", "cpu", "visits"))
        lines.append(f"{name:20}{times}{one['worst'] / GOAL_MS:11.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
