"""What a person or a disk does wrong is one clear line with an exit code that means something, never a stack trace."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive.ledger import Ledger
from scrapers.archive.store import Store
from scrapers.catalog.tables import Catalog
from scrapers.cli import main
from scrapers.cli.show import Screen
from scrapers.exports.bag import write_bag
from scrapers.exports.subset import Subset, choose
from scrapers.fingerprint import GENERATION
from scrapers.settings import Settings
from tests.scrapers.cli.test_tend import catalog, environment

__all__ = ["catalog", "environment"]
Lost = Callable[[str, bytes | None], None]


@pytest.fixture
def lost(store: Store, catalog: Catalog) -> Lost:
    """Take away, or write over, the data files of a table."""

    def lose(table: str, body: bytes | None) -> None:
        for path in catalog.files(table):
            key = f"catalog/{table}/{path}"
            if body is None:
                store._client.delete_object(Bucket=store.bucket, Key=key)
            else:
                store._client.put_object(Bucket=store.bucket, Key=key, Body=body)

    return lose


@pytest.mark.parametrize("body", [None, b"no Parquet at all"])
def test_a_table_that_lost_its_files_is_named_with_the_fix(
    catalog: Catalog, lost: Lost, body: bytes | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lost("reports", body)
    for verb in ("find", "quality", "generations", f"export {tmp_path}/a.csv", f"index {tmp_path}/a"):
        assert main(verb.split()) == 1, verb
        assert "cannot be read" in (told := capsys.readouterr().err), verb
        assert "python -m scrapers rebuild" in told, verb
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("download Foo there/x", "'Foo' cannot name a release"),
        ("changes Foo Bar", "'Bar' cannot name a release"),
        ("index there/x --release ..", "cannot name a release"),
        ("export --format warc .", "names no file"),
        ("export --format wacz /", "names no file"),
        ("repair --from there/rubbish.warc", "cannot be read as a WARC file"),
        ("repair --from there/empty.warc.gz", "holds no response"),
        ("verdict there/wide.tsv", "after line 2"),
    ],
)
@pytest.mark.usefixtures("environment")
def test_a_mistake_is_named(words: str, named: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rubbish.warc").write_bytes(b"this is no WARC\r\n" * 40)
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    (tmp_path / "wide.tsv").write_text("title\nfirst\n" + "x" * (csv.field_size_limit() + 1))
    assert main(words.replace("there", str(tmp_path)).split()) == 2
    assert named in capsys.readouterr().err


def test_a_day_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", "--day", "2026-13-01"])
    assert ended.value.code == 2
    assert "--day: '2026-13-01' is no day; give it as YYYY-MM-DD" in capsys.readouterr().err


def test_a_line_of_json_may_hold_every_line_end_but_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "titles.jsonl"
    path.write_bytes('{"title": "a\u2028b\x85c"}\r\n'.encode())
    assert main(["verdict", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "a\u2028b\x85c"


@pytest.mark.usefixtures("catalog")
def test_what_was_written_is_told_to_machines_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for verb in ("rebuild", f"export {tmp_path}/a.jsonl"):
        assert main([*verb.split(), "--json"]) == 0
        assert json.loads(capsys.readouterr().out), verb


@pytest.mark.usefixtures("catalog")
def test_a_generation_to_compare_with_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", GENERATION, "--before", "nonsense"]) == 2
    assert "no generation 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize(("as_json", "shown"), [(True, '"司\\udca0法局"'), (False, "\\u53f8\\u6cd5\\u5c40")])
def test_a_terminal_without_chinese_shows_it_by_number_and_machines_get_utf_8(
    as_json: bool, shown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="ascii") as out:
        monkeypatch.setattr("sys.stdout", out)
        screen = Screen(json=as_json)
        screen.result({"agency": "司法局"}, "司法局")
    assert ("司法局" if as_json else shown) in path.read_text(encoding="utf-8")


def test_an_address_with_brackets_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(json=False)
    screen._err._force_terminal = True
    with screen.progress() as bar:
        bar.add_task("http://a.gov.cn/[/b]", total=None)
    assert "[/b]" in capsys.readouterr().err


def test_an_attempt_without_a_line_is_brought_in(
    environment: Settings, new_store: Callable[[], Store], tmp_path: Path
) -> None:
    with Ledger(there := new_store(), "a.example", "r1", "1", "extract"):
        pass  # nothing was left to do: there is a closing mark, and no segment
    write_bag(there, choose(there, Subset()), tmp_path / "bag")
    assert main(["import", str(tmp_path / "bag")]) == 0
