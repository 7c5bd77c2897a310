"""The village's texts: distinct, dressed without loss, true to their attachments. No network."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from itertools import combinations

import pypdfium2
import pytest
from lxml import etree, html

from scrapers.model import Outcome
from tests.village import Expected, Village
from tests.village.documents import docx, ofd, pdf, zipped
from tests.village.markup import body as dressed
from tests.village.markup import signature_date
from tests.village.mirror import glossed, traditional
from tests.village.model import Document

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def village() -> Village:
    return Village(9999)


@pytest.fixture(scope="module")
def reports(village: Village) -> list[Expected]:
    return [expected for expected in village.manifest() if expected.kind == "report"]


@pytest.fixture(scope="module")
def documents(village: Village) -> list[Document]:
    return [document for site in village.sites for column in site.columns for document in column.documents]


def canonical(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum() or char == "%")


def grams(text: str) -> set[str]:
    key = canonical(text)
    return {key[start : start + 4] for start in range(len(key) - 3)}


def test_every_report_has_a_full_text(reports: list[Expected]) -> None:
    assert {expected.title for expected in reports if len(canonical(expected.body)) < 800} == set()


def test_unrelated_reports_do_not_look_alike(reports: list[Expected]) -> None:
    texts = {expected.text_id: grams(expected.body) for expected in reports}
    closest = max(len(a & b) / len(a | b) for a, b in combinations(texts.values(), 2))
    assert closest < 0.3


def test_equal_texts_have_equal_ids_and_only_those(reports: list[Expected]) -> None:
    by_text: dict[str, set[str]] = {}
    for expected in reports:
        by_text.setdefault(canonical(expected.body), set()).add(expected.text_id)
    assert {len(ids) for ids in by_text.values()} == {1}
    assert len(by_text) == len({expected.text_id for expected in reports})
    assert sum(expected.text_id == "heshan-education-2023" for expected in reports) == 2


def test_the_population_is_what_the_demo_needs(village: Village) -> None:
    manifest = village.manifest()
    assert len({site.system for site in village.sites}) == 16
    assert {expected.outcome for expected in manifest} - {"archived"} <= {outcome.value for outcome in Outcome}
    for site in village.sites:
        mine = [expected for expected in manifest if expected.site == site.name]
        assert any(expected.kind == "negative" for expected in mine)
        assert site.name == "mirror" or 5 <= sum(expected.kind == "report" for expected in mine) <= 15
    features = {expected.feature for expected in manifest} - {""}
    assert features == {
        *("docx", "pdf", "ofd", "zip", "twice", "mirror", "heals", "pages"),
        *("soft404", "waf", "challenge", "robots", "elsewhere", "cut", "home"),
    }
    assert len({expected.url for expected in manifest if expected.feature != "home"}) == len(manifest) - 1


def test_dates_are_plausible(reports: list[Expected]) -> None:
    for expected in reports:
        assert expected.report_year is not None
        assert date(expected.report_year, 12, 1) <= expected.published_on < date(2026, 1, 1)
        assert expected.signed_on is None or expected.signed_on < expected.published_on
    assert any(expected.signed_on is None for expected in reports)
    assert any(expected.published_on.year == expected.report_year for expected in reports)


def test_no_dress_loses_a_character(documents: list[Document]) -> None:
    lone = 0
    for document in documents:
        bare = replace(document, heads_body=False, signed=None)
        for dress in ("plain", "word", "spaced", "breaks"):
            tree = html.fragment_fromstring(dressed(replace(bare, dress=dress)), create_parent="div")
            assert canonical(tree.text_content()) == canonical(bare.body)
            lone += sum(len(span.text_content()) == 1 for span in tree.iter("span"))
    assert lone > 1000


@pytest.mark.parametrize(
    ("dress", "printed"), [("plain", "2025年1月15日"), ("breaks", "二〇二五年一月十五日"), ("word", "2025年1月15日")]
)
def test_the_sign_off_names_its_day(documents: list[Document], dress: str, printed: str) -> None:
    document = replace(documents[0], dress=dress, signed=date(2025, 1, 15))
    assert signature_date(document) == printed
    text = html.fragment_fromstring(dressed(document), create_parent="div").text_content()
    assert text.strip().endswith(printed)
    assert text.index(document.agency) > 0


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2024, 10, 10), "二〇二四年十月十日"),
        (date(2024, 12, 31), "二〇二四年十二月三十一日"),
        (date(2024, 3, 20), "二〇二四年三月二十日"),
    ],
)
def test_chinese_numerals(documents: list[Document], day: date, printed: str) -> None:
    assert signature_date(replace(documents[0], dress="breaks", signed=day)) == printed


def featured(documents: list[Document], feature: str) -> Document:
    return next(document for document in documents if document.feature == feature)


def whole(document: Document) -> str:
    """Return what the attachment should say: title, body, sign-off."""
    return canonical(
        document.title + document.body + (document.agency + signature_date(document)) * bool(document.signed)
    )


def test_the_pdf_says_what_the_manifest_says(documents: list[Document]) -> None:
    document = featured(documents, "pdf")
    with pypdfium2.PdfDocument(pdf(document)) as file:
        text = ""
        for page in file:
            layer = page.get_textpage()
            text += layer.get_text_range()
            layer.close()
            page.close()
    assert canonical(text) == whole(document)
    assert "".join(text.split()).find("".join(document.body.split())) > 0


def test_the_word_file_says_what_the_manifest_says_in_order(documents: list[Document]) -> None:
    document = replace(featured(documents, "docx"))
    assert any(block.rows for block in document.blocks), "the village's DOCX carries a table"
    with zipfile.ZipFile(io.BytesIO(docx(document))) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    assert canonical("".join(node.text or "" for node in tree.iter(WORD + "t"))) == whole(document)


def test_attachments_are_the_same_bytes_every_time(documents: list[Document]) -> None:
    for feature, write in (("pdf", pdf), ("docx", docx), ("ofd", ofd), ("zip", zipped)):
        document = featured(documents, feature)
        assert write.__wrapped__(document) == write.__wrapped__(document)


def test_the_copy_is_traditional_glossed_and_near(reports: list[Expected], documents: list[Document]) -> None:
    copy = next(expected for expected in reports if expected.copy_of)
    original = next(expected for expected in reports if expected.text_id == copy.copy_of)
    assert copy.body == traditional(original.body)
    assert canonical(copy.body) != canonical(original.body)
    page = glossed(copy.body, "body")
    assert len(re.findall(r"\([a-zǎàáāěèéēǐìíīǒòóōǔùúū]+\)", page)) > 20
    assert re.sub(r"\([^()]{1,6}\)", "", page) == copy.body


def test_extra_reports_are_added_and_true() -> None:
    plain, more = Village(9999), Village(9999, extra_reports=50)
    before, after = ({expected.url for expected in village.manifest()} for village in (plain, more))
    assert before < after
    assert len(after - before) == 50
    added = [expected for expected in more.manifest() if expected.url in after - before]
    assert len({canonical(expected.body) for expected in added}) == 50
    assert all(expected.agency in expected.title and expected.kind == "report" for expected in added)
    assert len({expected.site for expected in added}) == 9


def test_the_registry_is_valid_toml_and_covers_every_source() -> None:
    import tomllib

    village = Village(8600, extra_reports=20)
    data = tomllib.loads(village.registry())
    ids = [source["id"] for source in data["source"]]
    assert len(ids) == len(set(ids))
    assert set(ids) == {expected.source for expected in village.manifest()}
    for source in data["source"]:
        assert source["url"].startswith("http://127.0.0.")
        assert len(source["division"]) == 6
        if source["agency"]:
            mine = {expected.agency for expected in village.manifest() if expected.source == source["id"]}
            assert mine == {source["agency"]}
