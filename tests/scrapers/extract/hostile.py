"""Documents that mean harm: a name, what they are sent as, their bytes, and the words that may settle them.

`None` among the words stands for a report: macros, scripts and links do not keep a text from being read.
"""
# ruff: noqa: E501  one row a file

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib import pdfencrypt

from tests.scrapers.extract.test_documents import BODY, SIGNED, TITLE, WORDS, docx, paragraph, pdf
from tests.scrapers.extract.writers import ofd, ole, xlsx, zipped

BROKEN, LIMIT, SHORT, SCAN = "unsupported_format", "parser_limit", "layout_changed", "needs_ocr"
MB = 1 << 20
GOOD = "".join(map(paragraph, [TITLE, *BODY, *SIGNED]))


@dataclass(frozen=True)
class Hostile:
    """One document, made when asked for."""

    name: str
    kind: str
    make: Callable[[], bytes]
    words: frozenset[str | None]


def pdf_of(*objects: bytes, root: int = 1, more: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1, with a cross-reference table that is right."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\n" % (len(objects) + 1, root, more.replace(b"@START", b"%d" % start))
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def stream(content: bytes, *, filters: int = 1, more: bytes = b"") -> bytes:
    for _ in range(filters):
        content = zlib.compress(content, 9)
    names = b"/FlateDecode " * filters
    return b"<</Length %d/Filter[%s]%s>>stream\n%s\nendstream" % (len(content), names, more, content)


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page_of(content: bytes, font: bytes = FONT, *more: bytes) -> bytes:
    return pdf_of(CATALOG, PAGES, PAGE, content, font, *more)


def picture_bomb() -> bytes:
    image = stream(bytes(4 * MB), filters=2, more=b"/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
                   b"/ColorSpace/DeviceGray")  # fmt: skip
    page = PAGE.replace(b"/Font<</F 5 0 R>>", b"/XObject<</I 5 0 R>>")
    return pdf_of(CATALOG, PAGES, page, stream(b"q 500 0 0 500 0 0 cm /I Do Q"), image)


def with_actions() -> bytes:
    plain = pdf([TITLE, *BODY, *SIGNED])
    harm = b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://evil.test'\\))>>/AA<</O<</S/Launch/F(/bin/sh)>>>>"
    return plain.replace(b"/Type /Catalog", b"/Type /Catalog" + harm)


def lying_docx(claims: int) -> bytes:
    """Return a Word file whose headers claim another size than the member has."""
    payload = bytearray(docx("<w:p><w:r><w:t>" + "法" * 20 * MB + "</w:t></w:r></w:p>"))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = payload.rfind(mark)
        payload[place + at : place + at + 4] = struct.pack("<I", claims)
    return bytes(payload)


def overlapping(copies: int) -> bytes:
    """Return a zip whose directory names one compressed member many times over."""
    name = b"word/document.xml"
    content = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = content.compress(b" " * 40 * MB) + content.flush()
    crc = zlib.crc32(b" " * 40 * MB)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, crc, len(packed), 40 * MB, len(name), 0) + name
    entries = b""
    for number in range(copies):
        entry = name if not number else b"a%06d.docx" % number
        entries += struct.pack(
            "<IHHHHHHIIIHHHHHII",
            0x02014B50,
            20,
            20,
            0,
            8,
            0,
            0,
            crc,
            len(packed),
            40 * MB,
            len(entry),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        entries += entry
    head = local + packed
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies % 65536, copies % 65536, len(entries), len(head), 0)
    return head + entries + end


def nested(depth: int) -> bytes:
    content = zipped({"report.docx": b"x" * MB})
    for number in range(depth):
        content = zipped({f"{number}.zip": content})
    return content


def with_links() -> bytes:
    target = "http://169.254.169.254/latest/meta-data"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )
    return zipped(
        {
            "word/document.xml": f"<w:document {WORDS}><w:body>{GOOD}</w:body></w:document>",
            "word/_rels/document.xml.rels": links,
            "word/vbaProject.bin": ole({"VBA": b"Sub AutoOpen()"}),
        }
    )


def locked_zip() -> bytes:
    payload = bytearray(docx(GOOD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = payload.rfind(mark)
        payload[place + at] |= 1
    return bytes(payload)


def linked_member() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("report.docx")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../../tmp/escaped.docx", docx(GOOD))
    return buffer.getvalue()


def ofd_with(content: str, *, location: str = "Pages/Page_0/Content.xml", pages: int = 1) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    page = f'<ofd:Page ID="1" BaseLoc="{location}"/>'
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {space}>{root}</ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{page * pages}</ofd:Pages></ofd:Document>",
            "Doc_0/Pages/Page_0/Content.xml": content,
        }
    )


def far_cell() -> bytes:
    plain = zipfile.ZipFile(io.BytesIO(xlsx((("甲", "1"),))))
    members = {name: plain.read(name) for name in plain.namelist()}
    sheet = members["xl/sheet1.xml"]
    members["xl/sheet1.xml"] = sheet.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    return zipped(members)


def looped_ole(stream: str) -> bytes:
    payload = bytearray(ole({stream: bytes(8192), "1Table": bytes(8192)}))
    payload[512 + 8 : 512 + 12] = struct.pack("<I", 2)  # the stream's first sector follows itself
    return bytes(payload)


def laughs(kind: str) -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE {kind} [<!ENTITY l0 "法治">{levels}]>'


def html(inner: str) -> bytes:
    return f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{inner}</body></html>".encode()


ARTICLE = "".join(f"<p>{line}</p>" for line in BODY)
READ: str | None = None


def _list(*files: tuple[str, str, Callable[[], bytes], tuple[str | None, ...]]) -> tuple[Hostile, ...]:
    return tuple(Hostile(name, kind, make, frozenset(words)) for name, kind, make, words in files)


HOSTILE = _list(
    ("pdf: page tree in a circle", "pdf", lambda: pdf_of(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), (BROKEN, SCAN)),
    ("pdf: 100,000 pages", "pdf", lambda: pdf_of(CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>", PAGE, stream(b""), FONT), (LIMIT,)),
    ("pdf: claims two billion pages", "pdf", lambda: pdf_of(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", PAGE, stream(b""), FONT), (LIMIT, SCAN, BROKEN)),
    ("pdf: a stream that unfolds to 400 MB", "pdf", lambda: page_of(stream(b" " * 400 * MB)), (LIMIT, SCAN, BROKEN)),
    ("pdf: streams folded three times", "pdf", lambda: page_of(stream(b"BT /F 12 Tf (x) Tj ET " * 10 * MB, filters=3)), (LIMIT, SCAN, BROKEN)),
    ("pdf: ten million characters", "pdf", lambda: page_of(stream(b"BT /F 1 Tf " + b"(aaaaaaaaaa) Tj " * 500_000 + b"ET")), (LIMIT, SCAN)),
    ("pdf: behind a password", "pdf", lambda: pdf(BODY, encrypt=pdfencrypt.StandardEncryption("u", "o")), (BROKEN,)),
    ("pdf: a table of references that follows itself", "pdf", lambda: pdf_of(CATALOG, PAGES, PAGE, stream(b""), FONT, more=b"/Prev @START"), (SCAN, BROKEN)),
    ("pdf: scripts and launch actions", "pdf", with_actions, (READ,)),
    ("pdf: cut in the middle", "pdf", lambda: pdf([TITLE, *BODY])[:900], (BROKEN, SCAN)),
    ("pdf: a font whose map is a path", "pdf", lambda: page_of(stream(b"BT /F 12 Tf (x) Tj ET"), b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/../../../../etc/passwd/DescendantFonts[6 0 R]>>", b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X>>"), (SCAN, BROKEN)),
    ("pdf: arrays in arrays, 100,000 deep", "pdf", lambda: page_of(stream(b""), b"[" * 100_000 + b"]" * 100_000), (SCAN, BROKEN, LIMIT)),
    ("pdf: a picture of 3.6 billion points", "pdf", picture_bomb, (SCAN, BROKEN, LIMIT)),
    ("pdf: nothing but its mark", "pdf", lambda: b"%PDF-1.7\n" + bytes(5000), (BROKEN,)),
    ("docx: a member that unfolds a thousandfold", "docx", lambda: docx("<w:p><w:r><w:t>" + "0" * 70 * MB + "</w:t></w:r></w:p>"), (LIMIT,)),
    ("docx: claims to be small", "docx", lambda: lying_docx(100), (LIMIT, BROKEN)),
    ("docx: claims to be 4 GB", "docx", lambda: lying_docx(0xFFFFFFF0), (LIMIT, BROKEN)),
    ("docx: 100,000 members", "docx", lambda: zipped({**{f"m/{n}": b"" for n in range(100_000)}, "word/document.xml": b"x"}), (LIMIT,)),
    ("docx: members that lie over one another", "docx", lambda: overlapping(1000), (LIMIT, BROKEN)),
    ("docx: entities that laugh", "docx", lambda: docx("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", head=laughs("x")), (BROKEN,)),
    ("docx: an entity that is a file", "docx", lambda: docx(GOOD, head='<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'), (BROKEN,)),
    ("docx: a document type in UTF-16", "docx", lambda: zipped({"word/document.xml": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>').encode("utf-16")}), (BROKEN,)),
    ("docx: links to the world, and macros", "docx", with_links, (READ,)),
    ("docx: a million elements", "docx", lambda: docx("<w:p/>" * 1_000_000), (LIMIT, SHORT)),
    ("docx: 20,000 deep", "docx", lambda: docx("<w:p>" * 20_000 + "</w:p>" * 20_000), (LIMIT, BROKEN)),
    ("docx: an attribute of 11 MB", "docx", lambda: docx(f'<w:p w:x="{"a" * 11 * MB}"/>' + GOOD), (LIMIT, BROKEN)),
    ("docx: behind a password", "docx", locked_zip, (BROKEN,)),
    ("docx: cut in the middle", "docx", lambda: docx(GOOD)[:700], (BROKEN,)),
    ("docx: styles that rest on one another in a circle", "docx", lambda: zipped({"word/document.xml": f"<w:document {WORDS}><w:body>{GOOD}</w:body></w:document>", "word/numbering.xml": f"<w:numbering {WORDS}/>", "word/styles.xml": f'<w:styles {WORDS}><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'}), (READ,)),
    ("ofd: 600 times one page", "ofd", lambda: ofd_with("<x/>", pages=600), (LIMIT,)),
    ("ofd: a page outside of it", "ofd", lambda: ofd_with("<x/>", location="../../../../etc/passwd"), (SCAN, BROKEN)),
    ("ofd: entities", "ofd", lambda: ofd_with(laughs("x") + "<x>&l11;</x>"), (BROKEN,)),
    ("ofd: a billion steps", "ofd", lambda: ofd_with('<x><TextObject Boundary="0 0 1 1" Size="1"><TextCode X="0" Y="0" DeltaX="g 999999999 1">法</TextCode></TextObject></x>'), (SCAN,)),
    ("ofd: numbers that are none", "ofd", lambda: ofd([["x"]]).replace(b"PK\x01\x02", b"PK\x01\x03"), (BROKEN,)),
    ("xlsx: one cell at the far corner", "xlsx", far_cell, (LIMIT, SHORT, BROKEN)),
    ("xlsx: a sheet that unfolds", "xlsx", lambda: zipped({"xl/workbook.xml": b"x", "xl/a.xml": b" " * 70 * MB}), (LIMIT,)),
    ("xlsx: broken inside", "xlsx", lambda: zipped({"xl/workbook.xml": b"<x>"}), (BROKEN,)),
    ("xls: sectors in a circle", "xls", lambda: looped_ole("Workbook"), (BROKEN, LIMIT, SHORT)),
    ("doc: sectors in a circle", "doc", lambda: looped_ole("WordDocument"), (BROKEN, LIMIT, SHORT)),
    ("doc: noise", "doc", lambda: ole({"WordDocument": bytes(range(256)) * 64}), (BROKEN, LIMIT, SHORT)),
    ("wps: cut after its mark", "wps", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), (BROKEN, LIMIT, SHORT)),
    ("wps: noise", "wps", lambda: ole({"CONTENTS": bytes(range(256)) * 64}), (BROKEN, LIMIT, SHORT)),
    ("rtf: groups 200,000 deep", "rtf", lambda: rb"{\rtf1" + b"{" * 200_000, (BROKEN, LIMIT, SHORT)),
    ("rtf: claims two gigabytes of bytes", "rtf", lambda: rb"{\rtf1\bin2147483647 x}", (BROKEN, LIMIT, SHORT)),
    ("rtf: fields that run programs", "rtf", lambda: rb'{\rtf1{\field{\*\fldinst DDEAUTO sh "-c id" x}{\fldrslt a}}{\field{\*\fldinst INCLUDETEXT "/etc/passwd"}{\fldrslt b}}}', (BROKEN, LIMIT, SHORT)),
    ("zip: zips in zips", "zip", lambda: nested(20), (BROKEN,)),
    ("zip: names that climb, a member that is a link", "zip", linked_member, (READ,)),
    ("zip: every member unfolds", "zip", lambda: zipped({f"{n}.pdf": b"%PDF-1.7" + b" " * 30 * MB for n in range(10)}), (LIMIT,)),
    ("zip: an end without a beginning", "zip", lambda: b"PK\x05\x06" + bytes(18), (BROKEN,)),
    ("locked: an Office file behind a password", "locked", lambda: ole({"EncryptedPackage": b"x"}), (BROKEN,)),
    ("html: 20,000 deep", "html", lambda: html("<div>" * 20_000 + ARTICLE), (READ, LIMIT, SHORT)),
    ("html: a million elements", "html", lambda: html("<b></b>" * 1_000_000 + ARTICLE), (READ, LIMIT, SHORT)),
    ("html: 200,000 attributes", "html", lambda: html("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">" + ARTICLE), (READ, LIMIT, SHORT)),
    ("html: an attribute of 11 MB", "html", lambda: html(f'<p title="{"a" * 11 * MB}">' + ARTICLE), (READ, LIMIT, SHORT)),
    ("html: a text of 11 MB", "html", lambda: html(ARTICLE + "<p>" + "字" * 4 * MB), (READ, LIMIT, SHORT)),
    ("html: entities", "html", lambda: (laughs("html") + "<html>").encode() + html(ARTICLE + "<p>&l11;"), (READ, LIMIT, SHORT)),
)  # fmt: skip
