"""Releases on a real bucket: frozen whole, never changed, validated by the formats' own validators."""

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import frictionless
import polars as pl
import pytest

from scrapers.archive.keys import RELEASE_PREFIX, release_key
from scrapers.archive.payloads import get_clean
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.cli import main
from scrapers.corpus import Corpus, open_corpus, open_folder
from scrapers.corpus.release.compare import changes, counts
from scrapers.corpus.release.files import _together, data_files
from scrapers.corpus.release.freeze import freeze, is_due
from scrapers.corpus.release.released import release_names
from scrapers.errors import FixityError, NotInArchive, UserError
from scrapers.model import Line, Outcome
from scrapers.settings import PREFIX
from tests.conftest import ACCESS_KEY, SECRET_KEY, settings_of
from tests.scrapers.catalog.ledgers import HOSTS, report
from tests.scrapers.corpus.test_corpus import TEXT, kept

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TODAY = date(2026, 3, 1)
FORMULA = "=cmd|' /C calc'!A0"


def record(store: Store, run: str, lines: list[Line]) -> Catalog:
    catalog = Catalog(f"s3://{store.bucket}/catalog", settings_of(store).table_options())
    mine = [Line(**{**{name: getattr(line, name) for name in line.__slots__}, "run": run}) for line in lines]
    catalog.record(run, mine, lambda generation, content: get_clean(store, generation, content))
    return catalog


@pytest.fixture
def catalog(store: Store) -> Catalog:
    return record(
        store,
        "r1",
        [
            *kept(store, HOSTS[0], "one", 0, TEXT, report("赫山区司法局", 2024, date(2025, 2, 1))),
            *kept(store, HOSTS[0], "two", 1, "2023年的工作。" * 9, report(FORMULA, 2023)),
            *kept(store, HOSTS[1], "three", 2, "不知道哪一年。" * 9, report("资阳区司法局", None)),
        ],
    )


@pytest.fixture
def corpus(store: Store, catalog: Catalog) -> Corpus:
    return open_corpus(settings_of(store))


def files(store: Store, name: str) -> dict[str, bytes]:
    prefix = f"{RELEASE_PREFIX}{name}/"
    return {key.removeprefix(prefix): store.get(key, must=True) or b"" for key in store.list(prefix)}


def test_a_release_holds_what_the_catalog_did(store: Store, catalog: Catalog, corpus: Corpus) -> None:
    made = freeze(store, catalog, today=TODAY)
    assert (made.name, made.reports, made.fresh) == ("2026-03-01", 3, True)
    assert made.changes == {"new": 3, "revised": 0, "corrected": 0, "withdrawn": 0}
    release = corpus.release()
    frozen = release.reports().sort("report_id").collect()
    assert frozen.equals(corpus.reports().select(frozen.columns).sort("report_id").collect())
    assert release.reports(year=2024, division="430903").collect()["text"].to_list() == [TEXT]
    assert {"reports-2023.parquet", "reports-2024.parquet", "reports-unknown.parquet", "reports.csv"} <= set(
        release.sums
    )
    rows = [json.loads(line) for line in gzip.decompress(release.read("reports-2024.jsonl.gz")).splitlines()]
    assert [(row["text"], row["published_on"]) for row in rows] == [(TEXT, "2025-02-01")]
    assert "3 reports" in release.read("citation.txt").decode()


def test_years_are_read_together_and_written_as_if_alone(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"reports": pl.scan_delta(catalog.uri("reports"), storage_options=catalog.options)}
    together = list(data_files(tables))
    assert list(_together(tables["reports"])) == [[2023, 2024, None]]
    monkeypatch.setattr("scrapers.corpus.release.files.TEXT_AT_ONCE", 1)
    assert list(_together(tables["reports"])) == [[2023], [2024], [None]]
    assert [(file.name, file.body) for file in data_files(tables)] == [(file.name, file.body) for file in together]


def test_sums_are_those_of_every_other_file(store: Store, catalog: Catalog) -> None:
    freeze(store, catalog, today=TODAY)
    found = files(store, "2026-03-01")
    sums = found.pop("SHA256SUMS").decode().splitlines()
    assert sorted(sums) == sorted(f"{hashlib.sha256(body).hexdigest()}  {name}" for name, body in found.items())


def test_a_spreadsheet_runs_nothing_of_it(store: Store, catalog: Catalog, corpus: Corpus) -> None:
    freeze(store, catalog, today=TODAY)
    text = corpus.release().read("reports.csv").decode("utf-8-sig")
    assert f"'{FORMULA}" in text
    assert f",{FORMULA}" not in text
    assert TEXT not in text


def test_the_validators_of_both_formats_pass(store: Store, catalog: Catalog, corpus: Corpus, tmp_path: Path) -> None:
    freeze(store, catalog, today=TODAY)
    corpus.release().save(tmp_path / "it")
    seen = frictionless.validate(str(tmp_path / "it/datapackage.json"))
    assert seen.valid, seen.flatten(["type", "message"])[:5]
    assert sum(task.stats["rows"] or 0 for task in seen.tasks if task.type == "table") == 3 + 3
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(tmp_path / "it/croissant.json"))
    assert dataset.metadata.ctx.issues.errors == set()
    (only,) = dataset.records("reports-2024")
    assert only["reports-2024/text"].decode() == TEXT


def test_a_changed_cell_is_found_by_the_validator(
    store: Store, catalog: Catalog, corpus: Corpus, tmp_path: Path
) -> None:
    freeze(store, catalog, today=TODAY)
    corpus.release().save(tmp_path / "it")
    path = tmp_path / "it/reports.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("2025-02-01", "soon"), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "it/datapackage.json")).valid
    assert [words.split(":")[1].split()[0] for words in open_folder(tmp_path / "it").verify()] == ["reports.csv"]


def test_nothing_new_makes_no_release(store: Store, catalog: Catalog, corpus: Corpus) -> None:
    first = freeze(store, catalog, today=TODAY)
    before = files(store, first.name)
    again = freeze(store, catalog, today=date(2026, 3, 2))
    assert (again.name, again.fresh) == (first.name, False)
    assert corpus.releases() == [first.name]
    assert files(store, first.name) == before


@pytest.mark.parametrize("stop", [1, 4, 9])
def test_a_killed_freezing_is_nobodys_release_and_goes_on(
    store: Store, catalog: Catalog, corpus: Corpus, stop: int
) -> None:
    heard: list[str] = []

    def told(file: str) -> None:
        heard.append(file)
        if len(heard) == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        freeze(store, catalog, today=TODAY, told=told)
    assert corpus.releases() == []
    with pytest.raises(NotInArchive, match="not finished"):
        corpus.release("2026-03-01")
    half = files(store, "2026-03-01")
    record(store, "r2", kept(store, HOSTS[1], "late", 9, "后来的一份报告。" * 5, report("沅江市司法局", 2024)))
    made = freeze(store, catalog, today=TODAY)
    assert (made.name, made.reports) == ("2026-03-01", 3)
    assert half.items() <= files(store, "2026-03-01").items()
    assert freeze(store, catalog, today=TODAY).name == "2026-03-01.2"


def test_a_finished_release_is_never_changed(store: Store, catalog: Catalog) -> None:
    freeze(store, catalog, name="v1")
    with pytest.raises(UserError, match="never changes"):
        freeze(store, catalog, name="v1")
    with pytest.raises(UserError, match="cannot name a release"):
        freeze(store, catalog, name="../raw")


def test_a_beginning_that_does_not_say_what_was_frozen_is_refused_by_name(store: Store, catalog: Catalog) -> None:
    for name, body in (("half", b"{}"), ("odd", b"no JSON")):
        store.put_once(f"release/{name}/snapshot.json", body)
        with pytest.raises(UserError, match=f"release/{name}/snapshot.json does not say"):
            freeze(store, catalog, name=name)


def test_two_releases_tell_what_became_of_each_report(store: Store, catalog: Catalog, corpus: Corpus) -> None:
    freeze(store, catalog, today=TODAY)
    record(
        store,
        "r2",
        [
            *kept(store, HOSTS[1], "four", 20, "新的报告。" * 9, report("沅江市司法局", 2024)),
            *kept(store, HOSTS[2], "one", 21, TEXT, report("赫山区司法局", 2024, date(2025, 1, 1))),
        ],
    )
    made = freeze(store, catalog, today=date(2026, 3, 8))
    assert made.changes["new"] == 1
    older, newer = corpus.release("2026-03-01"), corpus.release()
    assert newer.since(older).equals(newer.changes())
    assert counts(older.since(newer))["withdrawn"] == 1
    assert "## new: 1" in newer.read("changelog.md").decode()
    assert older.reports().collect().height == 3


def frame(**changed: Any) -> pl.LazyFrame:
    row = dict.fromkeys(("title", "agency", "division", "report_year", "published_on", "signed_on"), None)
    row |= {"report_id": "a", "url": "u", "tier": "official", "flags": None, "payload_digest": "p"}
    kinds = {"report_year": pl.Int64, "published_on": pl.Date, "signed_on": pl.Date}
    return pl.DataFrame([row | changed], schema={name: kinds.get(name, pl.String) for name in row}).lazy()


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({}, []),
        ({"report_id": "b"}, [("revised", "b", "a", None)]),
        ({"report_id": "b", "url": "v"}, [("new", "b", None, None), ("withdrawn", "a", None, None)]),
        ({"published_on": date(2025, 1, 1)}, [("corrected", "a", None, "published_on")]),
        ({"title": "t", "tier": "repost"}, [("corrected", "a", None, "title tier")]),
    ],
)
def test_each_kind_of_change(after: dict[str, Any], found: list[tuple[str | None, ...]]) -> None:
    rows = changes(frame(), frame(**after)).select("change", "report_id", "replaces", "fields").rows()
    assert rows == found


def test_a_damaged_file_is_told_and_not_read(store: Store, catalog: Catalog, corpus: Corpus, tmp_path: Path) -> None:
    freeze(store, catalog, name="v1")
    store._client.put_object(Bucket=store.bucket, Key=release_key("v1", "citation.txt"), Body=b"somebody else's")
    release = corpus.release("v1")
    assert [words.split(":")[1].split()[0] for words in release.verify()] == ["citation.txt"]
    with pytest.raises(FixityError, match=r"citation\.txt"):
        release.read("citation.txt")
    with pytest.raises(NotInArchive, match="has no file"):
        release.read("../SHA256SUMS")
    with pytest.raises(FixityError, match=r"citation\.txt"):
        release.save(tmp_path / "v1")
    assert not (tmp_path / "v1").exists(), "half a release is nobody's"


def test_the_verbs(store: Store, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    for name, value in (
        ("ENDPOINT", store.endpoint),
        ("BUCKET", store.bucket),
        ("ACCESS_KEY", ACCESS_KEY),
        ("SECRET_KEY", SECRET_KEY),
    ):
        monkeypatch.setenv(PREFIX + name, value)
    assert main(["releases"]) == 1
    assert main(["release", "--name", "v1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["reports"] == 3
    assert main(["release"]) == 0
    assert "nothing has changed since release v1" in capsys.readouterr().out
    assert main(["download", "v1", str(tmp_path / "v1")]) == 0
    assert main(["changes", "v1", f"{tmp_path}/v1"]) == 0
    assert main(["download", "v9", str(tmp_path / "v9")]) == 2
    assert main(["download", "v1", str(tmp_path / "v1")]) == 2
    assert main(["releases"]) == 0


def test_the_newest_is_the_latest_by_day_and_number(store: Store) -> None:
    for name in ("v1", "2026-03-01.10", "2026-03-01", "paper", "2026-03-01.9", "2026-02-30"):
        store.put_once(release_key(name, "SHA256SUMS"), b"")
    assert release_names(store) == ["2026-02-30", "paper", "v1", "2026-03-01", "2026-03-01.9", "2026-03-01.10"]


def test_an_archive_without_a_report_is_a_release_of_none(store: Store) -> None:
    nothing = record(
        store,
        "r1",
        [
            replace(line, report=None, outcome=Outcome.NOT_A_REPORT, content_hash="", generation="")
            for line in kept(store, HOSTS[0], "one", 0, TEXT, report("赫山区司法局", 2024))
        ],
    )
    made = freeze(store, nothing, today=TODAY)
    assert (made.reports, made.fresh) == (0, True)
    assert freeze(store, nothing, today=TODAY).fresh is False
    assert open_corpus(settings_of(store)).release().reports(year=2024).collect().is_empty()


@pytest.mark.parametrize(
    ("names", "days", "due"),
    [
        ([], 7, True),
        (["v1"], 7, True),
        (["2026-02-22"], 7, True),
        (["2026-02-23", "2026-02-01"], 7, False),
        (["2026-03-01.2"], 0, True),
    ],
)
def test_when_the_next_release_is_due(names: list[str], days: int, due: bool) -> None:
    assert is_due(names, TODAY, days) is due
