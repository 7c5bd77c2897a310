"""Writers of documents that share nothing with our readers: LibreOffice for what it writes, small ones for the rest."""

import io
import os
import shutil
import struct
import subprocess
import zipfile
from functools import cache
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

Rows = tuple[tuple[str, ...], ...]
Block = str | Rows
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


def need(program: str, package: str) -> str:
    """Return a program's path; a machine without it skips, CI fails."""
    path = shutil.which(program)
    if path is None:
        told = f"{program} is not installed: apt-get install {package}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    return path


def flat_odt(blocks: tuple[Block, ...]) -> str:
    body = "".join(
        f"<text:p>{escape(block)}</text:p>"
        if isinstance(block, str)
        else f'<table:table><table:table-column table:number-columns-repeated="{len(block[0])}"/>'
        + "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in block
        )
        + "</table:table>"
        for block in blocks
    )
    head = f'<office:document {NAMES} office:mimetype="application/vnd.oasis.opendocument.text" office:version="1.3">'
    return f'<?xml version="1.0"?>{head}<office:body><office:text>{body}</office:text></office:body></office:document>'


@cache
def by_office(content: str | bytes, source: str, wanted: str) -> bytes:
    """Return a file of one format that LibreOffice makes of another."""
    program = need("soffice", "libreoffice-writer-nogui")
    with TemporaryDirectory() as room:
        given = Path(room) / f"x.{source}"
        given.write_bytes(content.encode() if isinstance(content, str) else content)
        subprocess.run(
            [program, "--headless", f"-env:UserInstallation=file://{room}/profile", "--convert-to", wanted,
             "--outdir", f"{room}/out", str(given)],
            check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": room, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        (made,) = (Path(room) / "out").iterdir()
        return made.read_bytes()


def zipped(members: dict[str, str | bytes], **how: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def ofd(pages: list[list[str]], *, shuffled: bool = True) -> bytes:
    """Return an OFD as GB/T 33190 has it: a text object a line, some split in two, not in the order of reading."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0"?><ofd:OFD {space} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<?xml version="1.0"?><ofd:Document {space}><ofd:CommonData/><ofd:Pages>'
        + "".join(
            f'<ofd:Page ID="{n}" BaseLoc="{"/Doc_0/" if n % 2 else ""}Pages/Page_{n}/Content.xml"/>'
            for n in range(len(pages))
        )
        + "</ofd:Pages></ofd:Document>",
    }
    for n, lines in enumerate(pages):
        objects = [_text_object(place, piece, at) for place, line in enumerate(lines) for at, piece in _halves(line)]
        if shuffled:
            objects.reverse()
        members[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f'<?xml version="1.0"?><ofd:Page {space}><ofd:Content><ofd:Layer>{"".join(objects)}</ofd:Layer>'
            "</ofd:Content></ofd:Page>"
        )
    return zipped(members)


def _halves(line: str) -> list[tuple[int, str]]:
    middle = len(line) // 2 if len(line) > 10 else 0
    return [(0, line[:middle]), (middle, line[middle:])] if middle else [(0, line)]


def _text_object(place: int, text: str, at: int) -> str:
    return (
        f'<ofd:TextObject Boundary="{20 + at * 4.2:.1f} {25 + place * 8} 180 5" Font="1" Size="4.2">'
        f'<ofd:TextCode X="0" Y="4" DeltaX="g {max(1, len(text) - 1)} 4.2">{escape(text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def xlsx(rows: Rows) -> bytes:
    """Return a workbook of one sheet with its text inline (ECMA-376 part 1, 18.3)."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = "".join(
        f'<row r="{y}">' + "".join(_cell(f"{chr(64 + x)}{y}", text) for x, text in enumerate(row, 1)) + "</row>"
        for y, row in enumerate(rows, 1)
    )
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    packages = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="a" '
            f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="b" '
            f'Type="{links}/worksheet" Target="sheet1.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {space} xmlns:r="{links}"><sheets><sheet name="表" sheetId="1" r:id="b"/>'
            "</sheets></workbook>",
            "xl/sheet1.xml": f"<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>",
        }
    )


def _cell(at: str, text: str) -> str:
    if text.isdigit():
        return f'<c r="{at}"><v>{text}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def xls(rows: Rows) -> bytes:
    """Return a workbook of one sheet as BIFF8 in an OLE2 file ([MS-XLS], [MS-CFB])."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def begin(what: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0x0DBB, 0x07CC, 0, 6))

    cells = b"".join(
        record(0x0203, struct.pack("<HHHd", y, x, 0, float(text)))
        if text.isdigit()
        else record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text), 1) + text.encode("utf-16-le"))
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    )
    end = record(0x000A, b"")
    name = "表".encode("utf-16-le")
    head = begin(5) + record(0x0042, struct.pack("<H", 1200))
    at = len(head) + 4 + 8 + len(name) + len(end)
    sheet = record(0x0085, struct.pack("<IBBBB", at, 0, 0, 1, 1) + name)
    return ole({"Workbook": head + sheet + end + begin(16) + cells + end})


def ole(streams: dict[str, bytes]) -> bytes:
    """Return an OLE2 file with these streams in its root, each so long that none is a mini stream."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    entries = [("Root Entry", 5, end, 0, 1 if streams else free)]
    fat, body = [fat_mark, end], b""
    for number, (name, content) in enumerate(padded.items(), 1):
        first, count = len(fat), -(-len(content) // 512)
        fat += [*range(first + 1, first + count), end]
        body += content.ljust(count * 512, b"\0")
        entries.append((name, 2, first, len(content), number + 1 if number < len(padded) else free))
    directory = b""
    for place, (name, kind, first, size, following) in enumerate(entries):
        spelled = (name + "\0").encode("utf-16-le")
        child, right = (following, free) if place == 0 else (free, following)
        directory += spelled.ljust(64, b"\0") + struct.pack("<HBBIII", len(spelled), kind, 1, free, right, child)
        directory += bytes(36) + struct.pack("<IQ", first, size)
    assert len(directory) <= 512
    assert len(fat) <= 128
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return head + table + directory.ljust(512, b"\0") + body
