"""Every attachment kind: exact text out of files that real tools, or writers of their own, have written."""

import os
from collections.abc import Callable

import pytest

from scrapers.extract import Reader, read
from scrapers.extract.docx import read_docx
from scrapers.extract.formats import read_lines
from scrapers.extract.office import read_office
from scrapers.extract.rooms import MEMORY, PREFIX
from scrapers.extract.unreadable import BadDocument
from scrapers.sniff import sniff
from scrapers.text import canonical
from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, WORDS, hint, pdf
from tests.scrapers.extract.writers import by_office, flat_odt, need, ofd, ole, xls, xlsx, zipped

TABLE = (
    ("项目", "数量"),
    ("行政许可", "1024"),
    ("行政处罚（含不予处罚的、依法减轻处罚的、当场处罚的各类案件）", "36"),
)
BLOCKS = (TITLE, *BODY[:4], TABLE, *BODY[4:], "鄠邑区、淏、𠮷野家；A/B：“引号”—……《规定》〔2024〕3号", *SIGNED)
LINES = [line for block in BLOCKS for line in ([block] if isinstance(block, str) else [" ".join(row) for row in block])]


def written(kind: str) -> bytes:
    return by_office(flat_odt(BLOCKS), "fodt", kind)


@pytest.mark.parametrize("kind", ["doc", "docx", "rtf"])
def test_what_libreoffice_writes_is_read_exactly(kind: str) -> None:
    payload = written(kind)
    assert sniff(payload) == kind
    if kind == "doc":
        need("antiword", "antiword")
    assert read_lines(kind, payload) == LINES


def test_a_pdf_of_libreoffice_is_read_exactly() -> None:
    payload = written("pdf")
    assert sniff(payload) == "pdf"
    assert canonical("".join(read_lines("pdf", payload))) == canonical("".join(LINES))


def test_a_wps_file_is_a_word_file_by_its_bytes_and_libreoffice_reads_the_rest() -> None:
    payload = written("doc")
    assert sniff(payload) == "doc", "whatever its name ends with"
    assert read_lines("wps", payload) == LINES


def test_an_ofd_is_read_by_where_its_text_stands() -> None:
    pages = [[TITLE, *wrapped_at(34, BODY[:5]), "- 1 -"], [*wrapped_at(34, BODY[5:]), *SIGNED, "- 2 -"]]
    payload = ofd(pages)
    assert sniff(payload) == "ofd"
    assert read_lines("ofd", payload) == [TITLE, *BODY, *SIGNED]


def wrapped_at(width: int, lines: list[str]) -> list[str]:
    return [line[start : start + width] for line in lines for start in range(0, len(line), width)]


@pytest.mark.parametrize(("kind", "write"), [("xlsx", xlsx), ("xls", xls)])
def test_workbooks_are_read_row_by_row(kind: str, write: Callable[..., bytes]) -> None:
    payload = write((("单位", "件数"), ("区教育局", "12"), ("", ""), ("合计", "1024")))
    assert sniff(payload) == kind
    assert read_lines(kind, payload) == ["单位 件数", "区教育局 12", "合计 1024"]


def test_a_locked_office_file_says_so() -> None:
    payload = ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"})
    with pytest.raises(BadDocument, match="password"):
        read_lines(sniff(payload), payload)


def report_docx(lines: list[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return zipped({"word/document.xml": f"<w:document {WORDS}><w:body>{body}</w:body></w:document>"})


def test_of_a_zip_the_report_is_read_whatever_else_is_inside() -> None:
    name = f"附件/{TITLE}.docx".encode("gb18030").decode("cp437")
    payload = zipped(
        {
            "../../evil.docx": report_docx(["别的内容" * 200]),
            "__MACOSX/._x.docx": b"litter",
            "表.xlsx": xlsx((("甲", "1"),)),
            name: report_docx([TITLE, *BODY, *SIGNED]),
        }
    )
    assert sniff(payload) == "zip"
    reading = read(payload, hint("zip"))
    assert reading.report is not None
    assert reading.report.text == "\n".join(BODY)
    assert reading.report.method == "zip docx"


def test_a_zip_without_documents_is_named() -> None:
    reading = read(zipped({"a.txt": b"x", "b.zip": zipped({"c.docx": report_docx(BODY)})}), hint("zip"))
    assert reading.outcome == "unsupported_format"
    assert "no document" in reading.reason


def level(depth: int, style: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


NUMBERED = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "chineseCountingThousand", "%1、", '<w:start w:val="1"/>')
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "decimalEnclosedCircle", "%1", '<w:pStyle w:val="item"/>')
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
)
STYLES = """<w:style w:styleId="item"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="child"><w:basedOn w:val="item"/></w:style>"""


def numbered(text: str, *, depth: int | None = None, style: str = "", of: int = 1) -> str:
    own = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{of}"/></w:numPr>' if depth is not None else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{own}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered_docx() -> bytes:
    body = "".join(
        (
            numbered("举措", depth=0), numbered("决策", depth=1), numbered("执法", depth=1), numbered("细则", depth=2),
            numbered("再细", depth=2), numbered("不足", depth=0), numbered("原因", depth=1), numbered("正文"),
            numbered("甲", style="child"), numbered("乙", style="item"), numbered("其他", depth=0, of=3),
            numbered("末", depth=0, of=3), numbered("三", depth=0, of=3),
        )
    )  # fmt: skip
    space = f"<w:numbering {WORDS}>{NUMBERED}</w:numbering>"
    styles = f"<w:styles {WORDS}>{STYLES}</w:styles>"
    document = f"<w:document {WORDS}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": document, "word/numbering.xml": space, "word/styles.xml": styles})


def test_the_numbers_that_word_puts_before_paragraphs_are_printed() -> None:
    assert read_docx(numbered_docx()) == [
        "一、举措", "（一）决策", "（二）执法", "1. 细则", "2. 再细", "二、不足", "（一）原因", "正文", "①甲", "②乙",
        "九、其他", "十、末", "十一、三",
    ]  # fmt: skip


def test_a_doc_with_automatic_numbers_keeps_them() -> None:
    need("antiword", "antiword")
    items = ("主要举措", "存在不足")
    item = '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>{}</text:p>'
    listed = "".join(item.format(line) + "</text:list-item></text:list>" for line in items)
    style = (
        '<office:automatic-styles><text:list-style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'style:name="L"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." '
        'style:num-suffix="、"/></text:list-style></office:automatic-styles><office:body>'
    )
    source = flat_odt((TITLE, *BODY, "此处", *BODY)).replace("<office:body>", style)
    payload = by_office(source.replace("<text:p>此处</text:p>", listed), "fodt", "doc")
    assert [line for line in read_lines("doc", payload) if line.endswith(items)] == ["一、主要举措", "二、存在不足"]


def test_tools_see_no_network_no_other_files_and_leave_nothing() -> None:
    leak = rb'{\rtf1\ansi {\field{\*\fldinst INCLUDETEXT "/etc/passwd"}{\fldrslt before}}\par after}'
    assert "root:" not in "".join(read_office(leak, "rtf"))
    assert not list(MEMORY.glob(f"{PREFIX}{os.getpid()}-*"))


def test_documents_are_read_the_same_in_the_limited_child() -> None:
    need("antiword", "antiword")
    with Reader() as reader:
        for kind in ("doc", "rtf", "docx", "pdf"):
            limited, free = reader.read(written(kind), hint(kind)), read(written(kind), hint(kind))
            assert limited == free
            assert limited.outcome is None
        for kind, payload in (("pdf", pdf([TITLE, *BODY, *SIGNED])), ("ofd", ofd([[TITLE, *wrapped_at(34, BODY)]]))):
            assert reader.read(payload, hint(kind)).outcome is None
