"""Writes the reports that exist only as attachments: DOCX by python-docx, PDF by reportlab, OFD and ZIP by hand.

Same input, same bytes.

A document's title, blocks and sign-off go in, in order, tables included. It refuses to know pages and addresses.
The writers are imported when first needed: a site without attachments costs nothing.
"""

import io
import zipfile
from functools import cache
from html import escape

from tests.village.markup import signature_date
from tests.village.model import Document

EPOCH = (2024, 1, 1, 0, 0, 0)
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "ofd": "application/octet-stream",
    "zip": "application/zip",
}
_FONT = "STSong-Light"
_SIZE, _LEADING, _MARGIN, _LINE = 12, 20, 72, 36
_PAGE_LINES = 35


def write(document: Document) -> bytes:
    """Return the attachment's bytes, in the format the document's feature names."""
    return {"docx": docx, "pdf": pdf, "ofd": ofd, "zip": zipped}[document.feature](document)


@cache
def docx(document: Document) -> bytes:
    """Return a Word file: title, paragraphs, tables where they stand, sign-off."""
    import docx as word_files
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    word = word_files.Document()
    word.core_properties.author = "village"
    word.add_paragraph(document.title).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in document.blocks:
        if not block.rows:
            paragraph = word.add_paragraph()
            for run in (block.text[:5], block.text[5:6], block.text[6:]):
                paragraph.add_run(run)
            continue
        table = word.add_table(rows=0, cols=len(block.rows[0]))
        for row in block.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if document.signed:
        for line in (document.agency, signature_date(document)):
            word.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    stream = io.BytesIO()
    word.save(stream)
    return _undated(stream.getvalue())


def _undated(archive: bytes) -> bytes:
    """Return the same zip with every entry dated alike, so that the bytes depend on the text only."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, before.read(name))
    return stream.getvalue()


@cache
def pdf(document: Document) -> bytes:
    """Return a PDF with a text layer: title, lines of 36 characters, sign-off; as many pages as it takes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont(_FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    canvas.setTitle("village")
    top = A4[1] - _MARGIN
    height = top
    canvas.setFont(_FONT, _SIZE)
    for line in _lines(document):
        if height < _MARGIN:
            canvas.showPage()
            canvas.setFont(_FONT, _SIZE)
            height = top
        canvas.drawString(_MARGIN, height, line)
        height -= _LEADING
    canvas.save()
    return stream.getvalue()


@cache
def ofd(document: Document) -> bytes:
    """Return an OFD (GB/T 33190): a text object a line of 36 characters, 35 lines a page."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    lines = _lines(document)
    pages = [lines[start : start + _PAGE_LINES] for start in range(0, len(lines), _PAGE_LINES)]
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    members = {
        "OFD.xml": f"<ofd:OFD {space}>{root}</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for n, page in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject ID="{n}{place:02}" Boundary="20 {20 + 7 * place} 170 5" Size="4">'
            f'<ofd:TextCode X="0" Y="4" DeltaX="g {len(line) - 1} 4">{escape(line)}</ofd:TextCode></ofd:TextObject>'
            for place, line in enumerate(page)
        )
        members[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return _packed({name: content.encode() for name, content in members.items()})


@cache
def zipped(document: Document) -> bytes:
    """Return a zip as Windows packs one: the Word file under a name in GBK, beside a note."""
    name = f"{document.title}.docx".encode("gbk").decode("cp437")
    return _packed({"说明.txt".encode("gbk").decode("cp437"): b"", name: docx(document)})


def _packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def _lines(document: Document) -> list[str]:
    texts = [document.title, *(line for block in document.blocks for line in block.lines())]
    if document.signed:
        texts += [document.agency, signature_date(document)]
    return [text[start : start + _LINE] for text in texts for start in range(0, len(text), _LINE)]
