"""Large catalogs, made fast: how many reports in, Delta tables in a real store out, through the catalog's own columns.

The rows look like a harvest's: as many divisions, bodies, years and runs as that many reports have. Texts are cut
from one long text, so they compress about as real ones do; every KEPT-th report has its objects in the store, too.
It knows nothing of who reads them.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
from deltalake import write_deltalake

from scrapers import divisions
from scrapers.agencies import agency_type
from scrapers.archive.payloads import put_clean, put_raw
from scrapers.archive.store import Store
from scrapers.catalog.columns import TABLES
from scrapers.catalog.coverage import due_on
from scrapers.catalog.delta import laid_out
from scrapers.catalog.reports import report_id
from scrapers.fingerprint import GENERATION, fingerprint

FIRST_YEAR, YEARS = 2012, 13
PROVINCES = ("11", "13", "22", "31", "32", "33", "35", "37", "41", "43", "44", "51", "53", "61", "62", "65")
AGENCIES = (
    "人民政府",
    "司法局",
    "教育局",
    "公安局",
    "财政局",
    "民政局",
    "农业农村局",
    "市场监督管理局",
    "卫生健康委员会",
)
START = datetime(2024, 12, 1, tzinfo=UTC)
BATCH = 1_000
KEPT = 1_000
ENDS = (*["unchanged"] * 30, *["archived_same"] * 3, "timeout", "blocked_waf", "not_a_report")
Row = dict[str, Any]


def bodies(count: int) -> list[tuple[divisions.Division, str, str]]:
    """Return issuing bodies, each with the host its column is on."""
    places = [
        found for code in sorted(divisions.codes()) if code[:2] in PROVINCES and (found := divisions.lookup(code))
    ]
    places = list({place.code: place for place in places}.values())
    named = ((place, place.official + agency) for agency in AGENCIES for place in places)
    chosen = [pair for pair, _ in zip(named, range(count), strict=False)]
    chosen.sort(key=lambda pair: pair[0].code)  # as runs write them: a province at a time
    return [(place, name, f"www.d{place.code}.gov.cn") for place, name in chosen]


def registry(folder: Any, chosen: list[tuple[divisions.Division, str, str]]) -> None:
    """Write a registry that declares every body as a source."""
    for province in sorted({place.code[:2] for place, _, _ in chosen}):
        lines = [f'title = "{province}"\nprovince = "{province}0000"\n\n[schedule]\ncron = ["30 2 * 1-4,12 *"]\n']
        for number, (place, name, host) in enumerate(chosen):
            if place.code[:2] == province:
                lines.append(
                    f'[[source]]\nid = "s{number}"\nagency = "{name}"\ndivision = "{place.code}"\n'
                    f'platform = "generic"\nurl = "http://{host}/{number}/"\nfirst_year = {FIRST_YEAR}\n'
                )
        (folder / f"{province}-bench.toml").write_text("\n".join(lines), encoding="utf-8")


def write(store: Store, options: dict[str, str], reports: int, runs: int = 12) -> None:
    """Write every table of a catalog of that many reports, harvested in that many runs of each province."""
    rng = random.Random(7)
    pool = "".join(chr(rng.randrange(0x4E00, 0x4E00 + 3000)) for _ in range(1_000_000))
    root, chosen = f"s3://{store.bucket}/catalog", bodies(max(1, reports // YEARS + 1))
    batch: list[tuple[Row, Row]] = []
    for pair in _pairs(store, chosen, reports, pool, rng):
        batch.append(pair)
        if len(batch) == BATCH:
            _append(root, options, batch)
            batch = []
    _append(root, options, batch)
    _write_runs(root, options, chosen, runs, rng)


def _relations(batch: list[tuple[Row, Row]]) -> list[Row]:
    """Return a year-on-year copy of each report of the body's next year: more than any real archive has."""
    pairs = pairwise(batch)
    return [
        {
            "relation_id": hashlib.sha256(f"{old['report_id']}{new['report_id']}".encode()).hexdigest()[:32],
            "generation": GENERATION,
            "kind": "year_on_year_copy",
            "report_id": new["report_id"],
            "other_id": old["report_id"],
            "similarity": 0.8,
            "url": new["url"],
            "other_url": old["url"],
            "content_hash": new["content_hash"],
            "other_hash": old["content_hash"],
            "found_at": new["first_seen"],
            "host": new["host"],
            "run": sighting["run"],
        }
        for (old, _), (new, sighting) in pairs
        if old["agency"] == new["agency"]
    ]


def _append(root: str, options: dict[str, str], batch: list[tuple[Row, Row]]) -> None:
    put(root, options, "reports", [report for report, _ in batch])
    put(root, options, "sightings", [sighting for _, sighting in batch])
    put(root, options, "relations", _relations(batch))
    put(root, options, "coverage", _coverage(batch))


def _coverage(batch: list[tuple[Row, Row]]) -> list[Row]:
    return [
        {
            **{name: report[name] for name in ("division", "province", "city", "county", "report_year")},
            "agency_type": agency_type(report["agency"]).value,
            "status": "found",
            "evidence": report["url"],
            "basis": "found",
            "due_on": due_on(report["report_year"]),
            "reports": 1,
        }
        for report, _ in batch
    ]


def put(root: str, options: dict[str, str], name: str, rows: list[Row]) -> None:
    """Append rows to a table; columns they lack and that may not be null are empty or zero."""
    schema = TABLES[name].schema
    plain: Row = {field.name: 0 if pa.types.is_integer(field.type) else "{}" for field in schema if not field.nullable}
    table = pa.Table.from_pylist([{**plain, **row} for row in rows], schema=schema)
    laid = laid_out(TABLES[name])
    write_deltalake(f"{root}/{name}", table, mode="append", storage_options=options, writer_properties=laid)


def _pairs(store: Store, chosen: list[Any], reports: int, pool: str, rng: random.Random) -> Iterator[tuple[Row, Row]]:
    for number in range(reports):
        index, year = number // YEARS, FIRST_YEAR + number % YEARS
        place, name, host = chosen[index]
        begin = rng.randrange(len(pool) - 4000)
        text = pool[begin : begin + 2000 + rng.randrange(2000)]
        content, payload = (hashlib.sha256(f"{kind}{number}".encode()).hexdigest() for kind in ("text", "page"))
        if number % KEPT == 0:
            content, payload = fingerprint(text).content_hash, put_raw(store, f"<p>{text}</p>".encode())
            put_clean(store, fingerprint(text), text, "benchmark")
        day = date(year + 1, 1, 5) + timedelta(days=rng.randrange(110))
        shared = {
            "generation": GENERATION,
            "content_hash": content,
            "title": f"{name}{year}年法治政府建设年度报告",
            "agency": name,
            "division": place.code,
            "province": place.province,
            "city": place.city or None,
            "county": place.county or None,
            "report_year": year,
            "published_on": day,
            "signed_on": day - timedelta(days=3),
            "source_label": name,
            "url": f"http://{host}/{index}/{year}/art_{number}.html",
            "host": host,
            "tier": "official",
            "payload_digest": payload,
            "method": "selector",
            "first_seen": START + timedelta(seconds=number),
        }
        identity = report_id(content, year, name)
        report = {**shared, "report_id": identity, "sightings": 1, "length": len(text), "text": text}
        read = dict.fromkeys((f"{fact}_provenance" for fact in ("title", "agency", "report_year")), "meta:ArticleTitle")
        sighting = {
            **shared,
            **read,
            "source_id": f"s{index}",
            "media_type": "html",
            "agreement": 0.98,
            "run": _run(place.code, 0),
        }
        yield report, sighting


def _run(code: str, turn: int) -> str:
    return f"{code[:2]}-bench.scheduled__{START + timedelta(days=turn):%Y-%m-%dT02:30:00+00:00}"


def _write_runs(root: str, options: dict[str, str], chosen: list[Any], runs: int, rng: random.Random) -> None:
    for turn in range(runs):
        captures: list[Row] = []
        for index, (place, _, host) in enumerate(chosen):
            for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
                end = rng.choice(ENDS)
                captures.append(
                    {
                        "run": _run(place.code, turn),
                        "url": f"http://{host}/{index}/{year}.html",
                        "host": host,
                        "source_id": f"s{index}",
                        "outcome": end,
                        "disposition": {"timeout": "retry", "blocked_waf": "park"}.get(end, "ok"),
                        "settled_at": START + timedelta(days=turn, seconds=index),
                    }
                )
        for run in sorted({row["run"] for row in captures}):  # each run is recorded by itself
            put(root, options, "captures", [row for row in captures if row["run"] == run])
        put(root, options, "findings", _findings(captures, rng))
        put(root, options, "runs", _counts(captures, turn))


def _findings(captures: list[Row], rng: random.Random) -> list[Row]:
    bad = [row for row in captures if row["disposition"] != "ok"]
    return [
        {
            "run": row["run"],
            "host": row["host"],
            "kind": row["outcome"],
            "disposition": row["disposition"],
            "subject": row["source_id"],
            "url": row["url"],
            "message": "no answer within 30 s",
            "found_at": row["settled_at"],
        }
        for row in rng.sample(bad, min(len(bad), 800))
    ]


def _counts(captures: list[Row], turn: int) -> list[Row]:
    rows = []
    for run in sorted({row["run"] for row in captures}):
        own = [row for row in captures if row["run"] == run]
        ends = {end: sum(row["outcome"] == end for row in own) for end in {row["outcome"] for row in own}}
        begun = START + timedelta(days=turn)
        rows.append(
            {
                "run": run,
                "started_at": begun,
                "ended_at": begun + timedelta(hours=1),
                "hosts": len({row["host"] for row in own}),
                "sources": len({row["source_id"] for row in own}),
                "addresses": len(own),
                "archived_new": len(own) // 20,
                "archived_same": ends.get("archived_same", 0),
                "unchanged": ends.get("unchanged", 0),
                "not_ok": sum(row["disposition"] != "ok" for row in own),
                "outcomes": json.dumps(ends),
                "quality": "{}",
            }
        )
    return rows
