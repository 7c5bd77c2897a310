"""The cookbook over the village and 20,000 planted reports: every answer is what the village and the planter know.

Everything is asked with the deployed reader's key, through a relay that hears whether a write is attempted.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest

from benchmarks import planted
from docs.cookbook.__main__ import SOURCE, execute
from scrapers import divisions
from scrapers import harvest as river
from scrapers.agencies import agency_type
from scrapers.corpus import open_corpus
from scrapers.corpus.keeper import open_keeper
from scrapers.settings import PREFIX, load
from stack.airflow import ROOT
from stack.counted import Counted
from tests.conftest import settings_of
from tests.stack.conftest import Site
from tests.stack.identities import KEYS, guarded
from tests.village import Expected, Village

pytestmark = [
    pytest.mark.stack,
    pytest.mark.apart,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
KEPT = os.environ.get("COOKBOOK_KEEP") == "1"
"""Whether outputs are put into the notebook instead of being compared with those in it: `make cookbook`."""
PROVINCE, YEAR = "43", 2023
RECIPES = ("polars", "pandas", "pyarrow", "DuckDB on a release", "DuckDB on the bucket")
Notebook = nbformat.NotebookNode


@dataclass(frozen=True)
class Archive:
    relay: Counted
    truth: planted.Truth
    village: tuple[Expected, ...]

    def county(self, code: str) -> str:
        found = divisions.lookup(code)
        assert found
        return found.county


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    directory = tmp_path_factory.mktemp("cookbook")
    with guarded(directory) as server, Village(clock="frozen") as village:
        sources = directory / "sources"
        sources.mkdir()
        (sources / "demo.toml").write_text(village.registry(), encoding="utf-8")
        writer = settings_of(server.connect(), sources=sources, access_key="writer", secret_key=KEYS["writer"])
        Site(village, river.open_works(writer), writer).harvest("first")
        manifest = tuple(one for one in village.manifest() if one.outcome == "archived")
        root, options = f"s3://{writer.bucket}/catalog", writer.table_options()
        truth = planted.plant(root, options, without={one.division for one in manifest})
        open_keeper(writer).freeze("2025-06-30")
        with Counted(server.endpoint) as relay:
            yield Archive(relay, truth, manifest)
            assert relay.asked, "nothing was heard"
            assert set(relay.asked) <= {"GET", "HEAD"}, f"a write was attempted: {relay.asked}"


@pytest.fixture(scope="module")
def reader(archive: Archive) -> dict[str, str]:
    """What an analyst's environment says."""
    values = {"ENDPOINT": archive.relay.endpoint, "BUCKET": "reports", "ACCESS_KEY": "reader"}
    return {PREFIX + name: value for name, value in {**values, "SECRET_KEY": KEYS["reader"]}.items()}


@pytest.fixture(scope="module")
def release(reader: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analyst") / "release"
    open_corpus(load(reader)).release("2025-06-30").save(path)
    return path


@pytest.fixture(scope="module")
def executed(reader: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Notebook, dict[str, Any]]:
    """The notebook with its outputs, and what its variables held in the end."""
    path = tmp_path_factory.mktemp("notebook") / "held.json"
    notebook = nbformat.read(SOURCE, as_version=4)
    names = ("missing", "late", "copied", "changed", "use")
    held = ", ".join(f"{name!r}: {name}.to_dicts()" for name in names)
    notebook.cells.append(
        nbformat.v4.new_code_cell(f"import json\njson.dump({{{held}}}, open({str(path)!r}, 'w'), default=str)")
    )
    with pytest.MonkeyPatch.context() as patched:
        for name, value in reader.items():
            patched.setenv(name, value)
        execute(notebook)
    notebook.cells.pop()
    return notebook, json.loads(path.read_text(encoding="utf-8"))


def test_counties_without_a_report(archive: Archive, executed: tuple[Notebook, dict[str, Any]]) -> None:
    _, held = executed
    governments = {one.division for one in archive.village if agency_type(one.agency) == "government"
                   and one.report_year == YEAR}  # fmt: skip
    every = {place.code for place in divisions.every() if place.county and place.code.startswith(PROVINCE)}
    wanted = every - governments - {code for code, year in archive.truth.found if year == YEAR}
    planted_away = {code for code, year in archive.truth.missing if year == YEAR} & every
    assert {row["division"] for row in held["missing"]} == wanted
    assert {row["division"] for row in held["missing"] if row["status"] == "not_published"} == planted_away
    assert planted_away, "the planter has something to say"
    assert governments & every, "and the village"


def test_who_published_late(archive: Archive, executed: tuple[Notebook, dict[str, Any]]) -> None:
    _, held = executed
    due = date(YEAR + 1, 4, 1)
    wanted = {
        (code, "government", (published - due).days)
        for (code, year), published in archive.truth.found.items()
        if year == YEAR and code.startswith(PROVINCE) and published > due
    } | {
        (one.division, agency_type(one.agency).value, (one.published_on - due).days)
        for one in archive.village
        if one.report_year == YEAR and one.division.startswith(PROVINCE) and one.published_on > due
    }
    assert {(row["division"], row["agency_type"], row["days_late"]) for row in held["late"]} == wanted != set()


def test_whose_text_is_last_year_s(archive: Archive, executed: tuple[Notebook, dict[str, Any]]) -> None:
    _, held = executed
    wanted = {archive.county(code) for code, year in archive.truth.copied if year == YEAR and code[:2] == PROVINCE}
    assert {row["county"] for row in held["copied"]} == wanted != set()


def test_what_changed_after_publication(archive: Archive, executed: tuple[Notebook, dict[str, Any]]) -> None:
    notebook, held = executed
    wanted = {archive.county(code) for code, year in archive.truth.changed if year == YEAR and code[:2] == PROVINCE}
    assert {row["county"] for row in held["changed"]} == wanted != set()
    told = [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]
    assert "".join(told).count(f"+{planted.ADDED}") == min(2, len(wanted)), "the diffs of the first two are shown"


def test_how_often_a_term_is_used(archive: Archive, executed: tuple[Notebook, dict[str, Any]]) -> None:
    _, held = executed
    village = {one.text_id: one for one in archive.village if not one.copy_of}.values()
    for row in held["use"]:
        year = row["report_year"]
        texts = [one.body for one in village if one.report_year == year]
        planted_here = sum(found == year for _, found in archive.truth.found)
        assert row["reports"] == planted_here + len(texts), year
        for term in planted.TERMS:
            assert row[term] == archive.truth.said[term, year] + sum(term in text for text in texts), (term, year)


def outputs(notebook: Notebook) -> list[tuple[str, str]]:
    """What a reader sees under each code cell: text, and that there is a picture."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            picture = "a picture" if "image/png" in data else ""
            found.append((cell.id, output.get("text") or picture or data.get("text/plain", "")))
    return found


def test_the_outputs_kept_are_those_of_today(executed: tuple[Notebook, dict[str, Any]]) -> None:
    notebook, _ = executed
    if KEPT:
        nbformat.write(notebook, SOURCE)
    kept = outputs(nbformat.read(SOURCE, as_version=4))
    assert outputs(notebook) == kept, "run `make cookbook`, and look at what changed"
    pictures = [output.data["image/png"] for cell in notebook.cells for output in cell.get("outputs", [])
                if "image/png" in output.get("data", {})]  # fmt: skip
    assert [base64.b64decode(picture)[:4] for picture in pictures] == [b"\x89PNG"]
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert max(source.count("\n") for source in sources) < 25, "a question is asked in one screen"
    assert max(text.count("\n") for _, text in kept) < 25, "and answered in one"


def recipes() -> dict[str, str]:
    """The recipes of the page, by their headings."""
    page = SOURCE.with_name("README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^### ([^\n]+)\n(?:(?!^###).)*?```python\n(.*?)```", page, re.DOTALL | re.MULTILINE))


def test_every_recipe_is_here() -> None:
    page = SOURCE.with_name("README.md").read_text(encoding="utf-8")
    assert len(recipes()) == page.count("```python")
    assert set(recipes()) == {*RECIPES, "Spark"}, "Spark's is in test_spark.py"


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_counts_what_was_planted(archive: Archive, name: str, reader: dict[str, str], release: Path) -> None:
    wanted = Counter(year for code, year in archive.truth.found if code[:2] == PROVINCE)
    wanted.update(year for code, year in archive.truth.changed if code[:2] == PROVINCE)
    village = {(one.text_id, one.report_year) for one in archive.village if one.division[:2] == PROVINCE}
    wanted.update(year for text, year in village if year)
    done = subprocess.run(
        [sys.executable, "-c", recipes()[name]],
        cwd=release.parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(release.parent), **reader},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert {int(year): int(count) for year, count in map(str.split, done.stdout.splitlines())} == dict(wanted)
