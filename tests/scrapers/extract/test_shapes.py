"""The five original shapes of pages, around bodies of our own, and around real ones where SEEDS names a directory."""

import os
from datetime import date
from pathlib import Path

import opencc
import pytest

from scrapers.extract import read
from scrapers.model import Reading
from scrapers.text import canonical, clean
from tests.scrapers.extract.shapes import SHAPES, Shape
from tests.scrapers.extract.test_documents import BODY, hint

SEEDS = os.environ.get("SEEDS", "")
SIGNED = {
    "001_": ["益阳市赫山区教育局", "2024年12月26日"],
    "002_": ["唐山市丰润区教育局", "2023年11月24日"],
}


def body_of(shape: Shape) -> list[str]:
    if shape.seed != "000_":
        return [*BODY, *SIGNED.get(shape.seed, [])]
    lines = ["为贯彻落实上级部署，黄石市教育局在市委市政府的领导下，扎实推进依法治教，现将有关情况总结如下：", *BODY]
    traditional = opencc.OpenCC("s2t").convert("\n".join(lines)).replace("結", "結(jié)").replace("實", "實(shí)")
    return traditional.split("\n")


def body_lines(shape: Shape) -> list[str]:
    """Return the lines of the real text of a shape, its head left out."""
    (path,) = Path(SEEDS).glob(f"{shape.seed}*.txt")
    return [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()][shape.skipped :]


def reading_of(shape: Shape, lines: list[str]) -> Reading:
    return read(
        shape.frame(lines).encode(),
        hint("html", url=shape.url, listed_title="", division="", fetched_on=date(2025, 8, 28)),
    )


def check(shape: Shape, reading: Reading) -> None:
    report = reading.report
    assert report is not None, reading.reason
    assert canonical(report.title.value) == canonical(shape.title)
    assert report.agency is not None
    assert report.agency.value == shape.agency
    assert report.division is not None
    assert report.division.value == shape.division
    assert (report.report_year, report.published_on, report.signed_on) == (shape.year, shape.published, shape.signed)
    assert report.tier == shape.tier
    assert "_GoBack" not in report.text


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.seed)
def test_each_shape_gives_its_facts_and_its_body(shape: Shape) -> None:
    lines = body_of(shape)
    reading = reading_of(shape, lines)
    check(shape, reading)
    assert reading.report is not None
    body = lines[: len(lines) - len(SIGNED.get(shape.seed, []))]
    plain = "\n".join(body).replace("(jié)", "").replace("(shí)", "")
    assert canonical(reading.report.text) == canonical(plain)
    assert reading.report.sections == ("measures", "problems", "duty", "plan")


@pytest.mark.skipif(not SEEDS, reason="SEEDS names no directory of real texts")
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.seed)
def test_real_texts_in_their_shapes_give_their_facts(shape: Shape) -> None:
    lines = body_lines(shape)
    reading = reading_of(shape, lines)
    check(shape, reading)
    assert reading.report is not None
    body = lines[: len(lines) - len(SIGNED.get(shape.seed, []))]
    assert canonical(reading.report.text) == canonical(clean("\n".join(body)))
