import io
import zipfile

import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from scrapers.extract import Hint, read
from scrapers.extract.docx import MEMBER, read_docx
from scrapers.extract.pdf import read_pdf
from scrapers.extract.unreadable import BadDocument
from scrapers.model import Fact, Outcome, Report
from scrapers.text import canonical

WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TITLE = "赫山区教育局2024年法治政府建设年度报告"
BODY = [
    "2024年，我局坚持以习近平法治思想为指导，认真落实法治政府建设各项任务，依法行政能力和水平稳步提高。现将有关情况报告如下。",
    "一、主要举措和成效",
    "（一）健全依法决策机制。全年召开党组会12次，集体学法4次，审查规范性文件15件，合同审查率达到100%。",
    "（二）规范行政执法。开展执法案卷评查2次，抽查案卷36宗，优秀率91.7%，无一宗被撤销或者变更。",
    "二、存在的不足和原因",
    "一是部分干部运用法治思维解决问题的能力有待加强；二是基层执法力量还有差距，专业人员流动较大。",
    "三、下一年度的安排",
    "继续压实主要负责人推进法治建设第一责任人职责，抓好年度述法，完善监督机制，让群众感受到公平正义。",
]
SIGNED = ["益阳市赫山区教育局", "2024年12月26日"]


def hint(kind: str, **known: object) -> Hint:
    given = {"url": "http://x.gov.cn/a", "declared_type": "", "media_type": kind, "platform": "", "listed_title": TITLE}
    rest = {"listed_on": None, "report_year": None, "agency": "", "division": "430903"}
    return Hint(**(given | rest | known))


def paragraph(text: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{char}</w:t></w:r>" for char in text) + "</w:p>"


def docx(inner: str, *, member: str = MEMBER, head: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            member, f"<?xml version='1.0'?>{head}<w:document {WORDS}><w:body>{inner}</w:body></w:document>"
        )
    return buffer.getvalue()


def pdf(
    lines: list[str], *, width: int = 34, encrypt: pdfencrypt.StandardEncryption | None = None, number: bool = True
) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=encrypt)
    wrapped = [line[start : start + width] for line in lines for start in range(0, len(line), width)]
    for page, first in enumerate(range(0, len(wrapped), 10), 1):
        canvas.setFont("STSong-Light", 12)
        for place, line in enumerate(wrapped[first : first + 10]):
            canvas.drawString(60, 780 - place * 24, line)
        if number:
            canvas.drawString(290, 40, f"- {page} -")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_docx_paragraphs_and_tables_in_order():
    table = "<w:tbl>" + "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in (("项目", "数量"), ("许可", "1"))
    )
    assert read_docx(docx(paragraph("一") + table + "</w:tbl>" + paragraph("二"))) == [
        "一",
        "项目 数量",
        "许可 1",
        "二",
    ]


def test_docx_leaves_out_what_a_reader_of_the_document_does_not_see():
    inner = (
        "<w:p><w:r><w:t>正</w:t><w:tab/><w:t>文</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins></w:p>"
    )
    assert read_docx(docx(inner)) == ["正 文增"]


def test_docx_keeps_hyphens_that_do_not_break():
    inner = "<w:p><w:r><w:t>2021</w:t><w:noBreakHyphen/><w:t>2025年</w:t></w:r></w:p>"
    assert read_docx(docx(inner)) == ["2021-2025年"]


def test_docx_is_a_report():
    reading = read(docx("".join(map(paragraph, [TITLE, *BODY, *SIGNED]))), hint("docx"))
    assert reading.outcome is None
    assert reading.report is not None
    assert reading.report.text == "\n".join(BODY)
    assert reading.report.agency == Fact("益阳市赫山区教育局", "sign-off")
    assert str(reading.report.signed_on) == "2024-12-26"
    assert reading.report.method == "docx"


def test_pdf_lines_become_paragraphs_and_page_numbers_go():
    found = read_pdf(pdf([TITLE, *BODY, *SIGNED]))
    assert canonical("".join(found)) == canonical("".join([TITLE, *BODY, *SIGNED]))
    assert found == [TITLE, *BODY, *SIGNED]


def test_pdf_is_a_report_with_its_parents_facts():
    parent = Report(
        Fact(TITLE, "heading"), "", Fact("益阳市赫山区教育局", "title"), Fact("430903", "registry"), 2024, "title",
        None, "", None, "", source_label="区教育局",
    )  # fmt: skip
    reading = read(
        pdf(["赫山区教育局", "2024年度法治政府建设工作总结", *BODY, *SIGNED]),
        hint("pdf", parent=parent, listed_title=""),
    )
    assert reading.outcome is None
    assert reading.report is not None
    assert reading.report.title == parent.title
    assert reading.report.source_label == "区教育局"
    assert reading.report.text == "\n".join(BODY)
    assert reading.report.report_year == 2024


def test_an_encrypted_pdf_is_named():
    locked = pdf(BODY, encrypt=pdfencrypt.StandardEncryption("secret", "owner"))
    reading = read(locked, hint("pdf"))
    assert reading.outcome is Outcome.UNSUPPORTED_FORMAT
    assert "assword" in reading.reason


def test_a_scan_needs_ocr():
    assert read(pdf(["图"], number=False), hint("pdf")).outcome is Outcome.NEEDS_OCR


@pytest.mark.parametrize("payload", [b"", b"%PDF-1.7\nbroken", b"PK\x03\x04broken", b"\x00" * 100])
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_broken_documents_are_outcomes(payload, kind):
    reading = read(payload, hint(kind))
    assert reading.outcome is Outcome.UNSUPPORTED_FORMAT
    assert reading.reason


@pytest.mark.parametrize("kind", ["other", "json", "xml", "tar"])
def test_formats_without_a_reader_are_named(kind):
    reading = read(b"x", hint(kind))
    assert reading.outcome is Outcome.UNSUPPORTED_FORMAT
    assert kind in reading.reason


def test_a_docx_bomb_is_stopped_while_reading():
    bomb = docx("<w:p><w:r><w:t>" + "0" * 70_000_000 + "</w:t></w:r></w:p>")
    assert len(bomb) < 100_000
    reading = read(bomb, hint("docx"))
    assert reading.outcome is Outcome.PARSER_LIMIT
    assert "unfolds" in reading.reason


def test_entities_are_refused():
    head = '<!DOCTYPE x [<!ENTITY a "法治"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(BadDocument, match="document type"):
        read_docx(docx("<w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p>", head=head))


def test_a_zip_without_a_document_is_refused():
    with pytest.raises(BadDocument, match="no word/document"):
        read_docx(docx("", member="other.xml"))


def test_a_short_document_is_no_report():
    assert read(docx(paragraph(TITLE) + paragraph("略。")), hint("docx")).outcome is Outcome.LAYOUT_CHANGED
