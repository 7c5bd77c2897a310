"""A corpus of twenty thousand reports whose answers are known: tables in a real store out, and the truth about them.

County governments of sixteen provinces publish a report a year from 2012 to 2024. Into it are planted years that were
never published, late ones, texts copied from the year before, texts changed after they were published, and terms that
come and go. Texts are the village's, so they read and compress as reports do. Rows are written as a run would leave
them, coverage by the catalog's own rule. What is planted is counted here in plain Python, and never read back.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from benchmarks.catalogs import FIRST_YEAR, PROVINCES, YEARS, Row, put
from scrapers import divisions
from scrapers.catalog.coverage import coverage_rows
from scrapers.catalog.reports import report_id
from scrapers.divisions import Division
from scrapers.fingerprint import GENERATION
from tests.village.grammar import report as written

COUNTIES = 1_580
"""So many have a little over 20,000 reports."""
TERMS = ("数字政府", "权力清单", "行政复议", "双随机")
SAID = {
    "数字政府": "加快数字政府建设，推进政务服务一网通办。",
    "权力清单": "公布部门权力清单，逐项明确责任。",
    "双随机": "全面推行“双随机、一公开”监管。",
}
ADDED = "存在的问题：宣传的深度还不够，下一步将加以改进。"
LOOKED = datetime(2025, 6, 1, tzinfo=UTC)
BATCH = 2_000
_Key = tuple[str, int]
"""(division, report year)."""


@dataclass(slots=True)
class Truth:
    """What is so, by division and report year."""

    found: dict[_Key, date] = field(default_factory=dict)
    """When each report was published."""
    missing: set[_Key] = field(default_factory=set)
    copied: set[_Key] = field(default_factory=set)
    """Whose text is that of the year before but for the year."""
    changed: set[_Key] = field(default_factory=set)
    """Whose text got a sentence more at the same address: ADDED."""
    said: Counter[tuple[str, int]] = field(default_factory=Counter)
    """In how many reports of a year each term occurs, in their last version, by (term, year)."""


def plant(root: str, options: dict[str, str], counties: int = COUNTIES, without: Container[str] = ()) -> Truth:
    """Write the reports of so many county governments, none of them in the divisions named; return the truth."""
    rng, truth = random.Random(11), Truth()
    places = list(islice((place for place in _counties() if place.code not in without), counties))
    batch: list[Row] = []
    for number, place in enumerate(places):
        batch += _county(number, place, truth, rng)
        if len(batch) >= BATCH or number == len(places) - 1:
            _write(root, options, batch)
            batch = []
    return truth


def _counties() -> Iterator[Division]:
    for code in sorted(divisions.codes()):
        place = divisions.lookup(code)
        if place and place.code == code and place.county and code[:2] in PROVINCES:
            yield place


def _county(number: int, place: Division, truth: Truth, rng: random.Random) -> Iterator[Row]:
    """Yield the reports of one county, each with what it is to others under names that begin with `_`."""
    before: Row | None = None
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        key, fate = (place.code, year), rng.random()
        if fate < 0.04:
            truth.missing.add(key)
            before = None
            continue
        late = rng.randrange(1, 60) if rng.random() < 0.07 else -rng.randrange(6, 85)
        text = _text(place, year, rng)
        if copied := before is not None and fate > 0.96:
            text = before["text"].replace(str(year - 1), str(year)) if before else text
        row = _report(number, place, year, date(year + 1, 4, 1) + timedelta(days=late), text)
        if copied and before:
            row["_of"], row["_kind"] = before, "year_on_year_copy"
            truth.copied.add(key)
        truth.found[key] = row["published_on"]
        yield from (made := [row, *_changed(row, key, truth, rng)])
        before = made[-1]
        truth.said.update((term, year) for term in TERMS if term in before["text"])


def _changed(row: Row, key: _Key, truth: Truth, rng: random.Random) -> list[Row]:
    """Return the later version of a report, for one in fifty."""
    if rng.random() >= 0.02:
        return []
    truth.changed.add(key)
    later = _named({**row, "text": f"{row['text']}\n{ADDED}", "first_seen": row["first_seen"] + timedelta(days=40)})
    return [{**later, "_of": row, "_kind": "revision"}]


def _text(place: Division, year: int, rng: random.Random) -> str:
    chance = {"数字政府": (year - 2014) / 12, "权力清单": (2022 - year) / 12, "双随机": 0.5 if year > 2015 else 0.0}
    lines = [line for block in written(place.official, "government", year) for line in block.lines()]
    lines += [said for term, said in SAID.items() if rng.random() < chance[term]]
    return "\n".join(lines)


def _report(number: int, place: Division, year: int, published: date, text: str) -> Row:
    agency = place.official + "人民政府"
    return _named(
        {
            "generation": GENERATION,
            "text": text,
            "title": f"{agency}{year}年法治政府建设年度报告",
            "agency": agency,
            "agency_type": "government",
            "division": place.code,
            "province": place.province,
            "city": place.city or None,
            "county": place.county,
            "report_year": year,
            "published_on": published,
            "signed_on": published - timedelta(days=3),
            "url": f"http://www.d{place.code}.gov.cn/{number}/{year}.html",
            "host": f"www.d{place.code}.gov.cn",
            "source_id": f"s{place.code}",
            "tier": "official",
            "method": "selector",
            "media_type": "html",
            "first_seen": datetime(year + 1, 6, 1, 2, 30, tzinfo=UTC),
            "run": f"{place.code[:2]}-planted.scheduled__{year + 1}-06-01",
            "sightings": 1,
        }
    )


def _named(row: Row) -> Row:
    text = row["text"]
    content = hashlib.sha256(text.encode()).hexdigest()
    payload = hashlib.sha256(f"<p>{text}".encode()).hexdigest()
    identity = report_id(content, row["report_year"], row["agency"])
    return {**row, "content_hash": content, "payload_digest": payload, "report_id": identity, "length": len(text)}


def _write(root: str, options: dict[str, str], batch: list[Row]) -> None:
    walks = {row["division"]: _walk(row) for row in batch}
    rows = [{name: value for name, value in row.items() if name[0] != "_"} for row in batch]
    put(root, options, "reports", rows)
    put(root, options, "sightings", rows)
    put(root, options, "relations", [_relation(row, row["_of"]) for row in batch if "_of" in row])
    put(root, options, "walks", list(walks.values()))
    put(root, options, "coverage", coverage_rows(rows, walks.values(), ()))


def _relation(row: Row, other: Row) -> Row:
    pair = f"{row['report_id']}{other['report_id']}"
    shared = ("generation", "report_id", "agency", "division", "report_year", "url", "content_hash", "host", "run")
    return {
        **{name: row[name] for name in shared},
        "relation_id": hashlib.sha256(pair.encode()).hexdigest()[:32],
        "kind": row["_kind"],
        "other_id": other["report_id"],
        "other_agency": other["agency"],
        "other_year": other["report_year"],
        "other_url": other["url"],
        "other_hash": other["content_hash"],
        "similarity": 0.97,
        "found_at": row["first_seen"],
    }


def _walk(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("host", "source_id", "agency", "division")},
        "run": f"{row['division'][:2]}-planted.scheduled__2025-06-01",
        "url": f"http://{row['host']}/",
        "first_year": FIRST_YEAR,
        "complete": "yes",
        "why": "page 2 is the last the listing names",
        "years": None,
        "trouble": None,
        "ended_at": LOOKED,
    }
