"""Whatever the order, the repetition and the accidents, the tables are those a rebuild writes."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.catalog.columns import TABLES
from scrapers.catalog.reports import report_rows
from scrapers.catalog.rows import captures_rows, finding_rows, run_rows
from scrapers.catalog.sightings import first_sightings, sightings_rows
from scrapers.catalog.tables import Catalog
from tests.scrapers.catalog.ledgers import TEXTS, archived, contents, ledgers, report, text_of

slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rebuilt(root: Path, lines: list) -> dict:
    catalog = Catalog(str(root / "rebuilt"))
    catalog.rebuild(iter(lines), text_of)
    return contents(catalog)


@given(ledgers, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_rows_depend_on_the_set_of_lines_alone(lines: list, rng: random.Random) -> None:
    again = lines + rng.sample(lines, rng.randint(0, len(lines)))
    rng.shuffle(again)
    for rows in (captures_rows, sightings_rows, finding_rows, run_rows):
        assert rows(lines) == rows(again)
    seen = sightings_rows(lines)
    assert report_rows(seen) == report_rows(rng.sample(seen, len(seen)))


@given(ledgers, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_sightings_fold_run_by_run(lines: list, rng: random.Random) -> None:
    runs = sorted({line.run for line in lines})
    rng.shuffle(runs)
    folded: list = []
    for run in runs:
        folded = first_sightings([*folded, *sightings_rows([line for line in lines if line.run == run])])
    assert folded == sightings_rows(lines)


@given(ledgers)
def test_every_row_has_exactly_the_declared_columns(lines: list) -> None:
    seen = sightings_rows(lines)
    made = {
        "captures": captures_rows(lines),
        "sightings": seen,
        "reports": [{**row, "text": "", "length": 0} for row in report_rows(seen)],
        "findings": finding_rows(lines),
        "runs": run_rows(lines),
    }
    for name, rows in made.items():
        declared = {column.name for column in TABLES[name].columns}
        assert all(row.keys() == declared for row in rows), name
        keys = [tuple(row[column] for column in TABLES[name].key) for row in rows]
        assert len(set(keys)) == len(keys), name


@given(ledgers, st.randoms(use_true_random=False))
@slow
def test_recording_in_any_order_equals_a_rebuild(lines: list, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        catalog = Catalog(str(Path(directory) / "recorded"))
        runs = sorted({line.run for line in lines})
        for run in rng.sample(runs * 2, len(runs) * 2):
            own = [line for line in lines if line.run == run]
            catalog.record(run, rng.sample(own, len(own)), text_of)
        assert contents(catalog) == rebuilt(Path(directory), lines)


@given(ledgers, st.randoms(use_true_random=False))
@slow
def test_a_run_that_grew_is_recorded_again(lines: list, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        catalog = Catalog(str(Path(directory) / "recorded"))
        for run in sorted({line.run for line in lines}):
            own = [line for line in lines if line.run == run]
            catalog.record(run, own[: rng.randint(1, len(own))], text_of)
            catalog.record(run, own, text_of)
        assert contents(catalog) == rebuilt(Path(directory), lines)


@pytest.mark.parametrize("survived", range(5))
def test_a_kill_between_two_tables_is_healed_by_the_next_recording(tmp_path: Path, survived: int) -> None:
    first = archived("r1", "http://www.heshan.gov.cn/1", 0, TEXTS[0]) + archived(
        "r1", "http://www.heshan.gov.cn/2", 1, TEXTS[1]
    )
    second = archived("r2", "http://sfj.yiyang.gov.cn/1", 2, TEXTS[0])
    catalog = Catalog(str(tmp_path / "recorded"))
    for step in catalog.steps("r1", first, text_of)[:survived]:
        step()
    assert catalog.table("runs") is None
    catalog.record("r2", second, text_of)
    catalog.record("r1", first, text_of)
    assert contents(catalog) == rebuilt(tmp_path, first + second)


@pytest.mark.parametrize("survived", [0, 3, 7])
def test_a_report_that_leaves_a_division_leaves_its_coverage(tmp_path: Path, survived: int) -> None:
    url = "http://www.heshan.gov.cn/1"
    later = archived("r1", url, 5, TEXTS[0], report("赫山区司法局", 2024, None))
    catalog = Catalog(str(tmp_path / "recorded"))
    catalog.record("r1", later, text_of)
    assert [row["division"] for row in contents(catalog)["coverage"]] == ["430903"]
    grown = later + archived("r1", url, 0, TEXTS[0], report(None, 2024, None))
    for step in catalog.steps("r1", grown, text_of)[:survived]:
        step()
    catalog = Catalog(catalog.root)
    catalog.record("r1", grown, text_of)
    assert contents(catalog)["coverage"] == []
    assert contents(catalog) == rebuilt(tmp_path, grown)


def test_recording_what_is_recorded_commits_nothing(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    lines = archived("r1", "http://www.heshan.gov.cn/1", 0, TEXTS[0])
    catalog.record("r1", lines, text_of)
    versions = {name: catalog.table(name).version() for name in TABLES}
    catalog.record("r1", lines, text_of)
    assert {name: catalog.table(name).version() for name in TABLES} == versions


def test_a_run_recorded_during_a_rebuild_is_not_lost(tmp_path: Path) -> None:
    from scrapers.errors import CatalogConflict

    catalog = Catalog(str(tmp_path))
    first = archived("r1", "http://www.heshan.gov.cn/1", 0, TEXTS[0])
    second = archived("r2", "http://www.heshan.gov.cn/2", 5, TEXTS[1])
    catalog.record("r1", first, text_of)

    def meanwhile():
        yield from first
        Catalog(str(tmp_path)).record("r2", second, text_of)

    with pytest.raises(CatalogConflict, match="Rebuild again"):
        catalog.rebuild(meanwhile(), text_of)
    assert {row["run"] for row in contents(catalog)["runs"]} == {"r1", "r2"}


def test_lines_of_another_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="r2"):
        Catalog(str(tmp_path)).record("r1", archived("r2", "http://www.heshan.gov.cn/1", 0, TEXTS[0]), text_of)


def test_no_lines_no_tables(tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path))
    catalog.record("r1", [], text_of)
    assert all(catalog.table(name) is None for name in TABLES)
    assert catalog.validators("www.heshan.gov.cn") == {}
