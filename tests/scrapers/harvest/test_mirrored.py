"""A mill's page and its original, read as a harvest reads them and recorded as it records them: what they are to one
another. Around a body of our own, and around the real one where SEEDS names a directory."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import opencc
import pytest

from scrapers.catalog.kinds import COPIES
from scrapers.catalog.tables import Catalog
from scrapers.extract import read
from scrapers.model import Reading
from tests.scrapers.catalog.ledgers import archived, contents
from tests.scrapers.extract.shapes import SHAPES, paragraphs
from tests.scrapers.extract.test_documents import hint
from tests.scrapers.extract.test_shapes import SEEDS, body_lines, body_of, reading_of

MILL = next(shape for shape in SHAPES if shape.seed == "000_")
HOST = "www.huangshi.gov.cn"
CLAUSE = re.compile("[，,][^，,。；]{4,14}(?=[，,])")


def official(lines: list[str], year: int) -> Reading:
    """Read a bureau's own page of one year's report, in simplified characters."""
    title = f"黄石市教育局{year}年法治政府建设工作总结"
    page = f"""<html><head><title>{title}</title><meta name=SiteIDCode content=4202000001></head><body><h1>{title}</h1>
<div>发布时间：{year + 1}-01-08 09:12 来源：黄石市教育局 点击量：81</div>
<div class=TRS_Editor>{paragraphs(lines)}</div></body></html>"""
    url = f"http://{HOST}/jyj/t{year + 1}0108_1.html"
    return read(page.encode(), hint("html", url=url, listed_title="", division="", fetched_on=date(2025, 8, 28)))


def simple(lines: list[str]) -> list[str]:
    """Return what a mill's lines were made of: no glosses, simplified characters."""
    plain = re.sub("(?<=[\u3400-\u9fff])[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*[)）]", "", "\n".join(lines))
    return opencc.OpenCC("t2s").convert(plain).split("\n")


def edited(lines: list[str]) -> list[str]:
    """Return the lines as a bureau may have had them: one more at the end, a clause gone from every third."""
    fewer = [CLAUSE.sub("", line, count=1) if number % 3 == 0 else line for number, line in enumerate(lines)]
    return [*fewer, "五、其他需要报告的情况。全年未发生因执法不当引发的行政败诉案件。"]


def next_year(lines: list[str]) -> list[str]:
    return [re.sub("20(19|20)", lambda year: str(int(year[0]) + 1), line) for line in lines]


def recorded(place: Path, **readings: Reading) -> dict[str, list[dict[str, object]]]:
    """Record each reading as its own page of one run, the mill's first; return every table."""
    lines, texts = [], {}
    for minute, (name, reading) in enumerate(readings.items()):
        assert reading.report is not None, (name, reading.reason)
        assert reading.fingerprint is not None
        host = "nycmayorsoffice.com" if name == "mill" else HOST
        seen, settled = archived("r1", f"http://{host}/{name}.html", minute, "x", reading.report, host)
        content_hash = reading.fingerprint.content_hash
        texts[content_hash] = reading.report.text
        lines += [seen, replace(settled, content_hash=content_hash, report=replace(reading.report, text=""))]
    catalog = Catalog(str(place))
    catalog.record("r1", lines, lambda _, content_hash: texts[content_hash])
    return contents(catalog)


def check(place: Path, lines: list[str]) -> None:
    mill, original = reading_of(MILL, lines), edited(simple(lines))
    tables = recorded(place, mill=mill, original=official(original, 2020), later=official(next_year(original), 2021))
    reports = {str(row["report_id"]): row for row in tables["reports"]}
    assert sorted((row["report_year"], row["tier"]) for row in reports.values()) == [
        (2020, "official"), (2020, "repost"), (2021, "official"),
    ]  # fmt: skip
    assert {row["agency"] for row in reports.values()} == {"黄石市教育局"}
    told = {
        (str(row["kind"]), str(row["url"]).rpartition("/")[2], str(row["other_url"]).rpartition("/")[2]): row
        for row in tables["relations"]
    }
    assert ("converted_mirror", "mill.html", "original.html") in told
    across = [row for row in told.values() if row["report_year"] != row["other_year"]]
    assert {row["kind"] for row in across} == {"year_on_year_copy"}
    assert not {row["kind"] for row in across} & set(COPIES)
    assert len(told) == 1 + len(across) == 3


def test_a_mill_s_copy_is_a_mirror_of_its_original_and_of_no_other_year(tmp_path: Path) -> None:
    check(tmp_path, body_of(MILL))


def test_a_copy_of_exactly_the_original_is_one_text_with_two_sightings_and_told(tmp_path: Path) -> None:
    lines = body_of(MILL)
    tables = recorded(tmp_path, mill=reading_of(MILL, lines), original=official(simple(lines), 2020))
    (row,) = tables["relations"]
    assert (row["kind"], row["report_id"]) == ("converted_mirror", row["other_id"])
    (report,) = tables["reports"]
    assert (report["tier"], report["url"]) == ("official", f"http://{HOST}/original.html")


@pytest.mark.skipif(not SEEDS, reason="SEEDS names no directory of real texts")
def test_the_real_copy_is_a_mirror_of_its_original_and_of_no_other_year(tmp_path: Path) -> None:
    check(tmp_path, body_lines(MILL))
