"""`python -m scrapers verdict`: files of titles, good and bad, and the measure against labels."""

import json
from pathlib import Path

import pytest

from scrapers.cli import main

ROWS = (
    "title\turl\tlabel\treport_year\tagency\tgbt2260\n"
    "远安县司法局2023年度法治政府建设情况报告\t\treport\t2023\t司法局\t420525 (county)\n"
    "远安县2024年法治政府建设工作要点\t\tplan\t2024\t\t\n"
    "远安县教育局2023年度法治政府建设情况报告\thttp://copy.example.com/1\tmirror\t2023\t教育局\t\n"
    "远安县2022年法治政府建设情况\t\treport\t2021\t司法局\t420526\n"
    "2020年度法治政府建设情况报告\t\treport\t2020\t审计局\t\n"
    "\t\treport\t\t\t\n"
)


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["verdict", *words]) == code
    out, err = capsys.readouterr()
    return err if code else out


def test_each_title_is_a_json_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "titles.jsonl"
    path.write_text(
        '{"title": "远安县2024年度报告", "column": "法治政府建设"}\n\n{"title": "", "url": null}\n', "utf-8"
    )
    first, second = [json.loads(line) for line in told(capsys, str(path)).splitlines()]
    assert (first["class"], first["year"], first["division"]) == ("report", 2024, "420525")
    assert (second["class"], second["reason"]) == ("irrelevant", "the title is empty")


def test_the_measure_prints_figures_and_misses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "titles.tsv"
    path.write_text("\ufeff" + ROWS, "utf-8")
    measured = json.loads(told(capsys, str(path), "--truth", "label", "--json"))
    assert measured["precision"] == "1.000 (3 of 3)"
    assert measured["recall"] == "1.000 (3 of 3)"
    assert measured["year"] == "0.667 (2 of 3)"
    assert measured["agency, every label"] == "0.333 (1 of 3)"
    assert measured["agency, labels whose body the row names"] == "1.000 (1 of 1)"
    assert (measured["posted"], measured["untold"]) == (1, 1)
    assert measured["division"] == "0.500 (1 of 2)"
    assert measured["untitled"] == 1
    assert [miss["wrong"] for miss in measured["misses"]] == [
        "year",
        "agency: the title names the government, the label another body",
        "division",
        "agency: the row names no body",
    ]
    shown = told(capsys, str(path), "--truth", "label")
    assert "0.333 (1 of 3)" in shown
    assert "in 1 the title names the government itself, in 1 nothing names a body" in shown
    assert "labelled 420526, read report, 2022, 远安县人民政府, 420525: 远安县2022年法治政府建设情况" in shown


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        (b"name\nx\n", (), "line 2 has no field 'title'"),
        (b'{"title": "a"}\n{"title"', (), "line 2 is no JSON object"),
        (b'{"title": ["a"]}\n', (), "line 1 is no JSON object"),
        ("title\n报告\n".encode("gb18030"), (), "is not UTF-8"),
        ("title\n报告\n".encode(), ("--truth", "class"), "has no column 'class'. It has: title"),
        (None, (), "Name a file of titles"),
    ],
)
def test_a_wrong_file_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: tuple[str, ...], message: str
) -> None:
    path = tmp_path / "titles"
    if content is not None:
        path.write_bytes(content)
    assert message in told(capsys, str(path), *words, code=2).replace("\n", " ")
