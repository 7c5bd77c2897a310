"""A payload is what its bytes say."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.sniff import sniff


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def stored(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def ole(*streams: str) -> bytes:
    entries = b""
    for name in ("Root Entry", *streams):
        spelled = (name + "\0").encode("utf-16-le")
        entries += (spelled.ljust(64, b"\0") + len(spelled).to_bytes(2, "little")).ljust(128, b"\0")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.mark.parametrize(
    ("payload", "media_type"),
    [
        (b"<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf\r\n  <HTML>", "html"),
        ("<html><title>法治</title>".encode("gbk"), "html"),
        (b"\xff\xfe" + "<html>法治</html>".encode("utf-16-le"), "html"),
        (b"\xfe\xff" + "<html>法治</html>".encode("utf-16-be"), "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML"><html>', "html"),
        (b"<!-- a comment -->\n<div>x</div>", "html"),
        ("法治政府<br>建设".encode(), "html"),
        (b'<?xml version="1.0"?><rss><item/></rss>', "xml"),
        (b"<datastore><totalrecord>3</totalrecord></datastore>", "xml"),
        (b'{"articles": [1]}', "json"),
        (b'\n[{"a": "<p>html inside</p>"}]', "json"),
        (b"{}", "json"),
        (b"{not json}", "other"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n", "pdf"),
        (b"<html>how to read %PDF-1.4</html>", "html"),
        (ole("WordDocument", "1Table"), "doc"),
        (ole("Workbook"), "xls"),
        (ole("Book"), "xls"),
        (ole("EncryptionInfo", "EncryptedPackage"), "locked"),
        (ole("CONTENTS"), "wps"),
        (ole("WordDocuments", "xWorkbook"), "wps"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "wps"),
        (rb"{\rtf1\ansi\ansicpg936 x}", "rtf"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zipped("a.pdf", "b.doc"), "zip"),
        (stored("report.docx", zipped("word/document.xml")), "zip"),
        (zipped("x/word/document.xml"), "zip"),
        (zipped("word/document.xml")[:-30], "docx"),
        (zipped("a.txt") + b"word/document.xml", "zip"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b\x08\x00", "other"),
        (b"plain words", "other"),
        (b"User-agent: *\nDisallow: /<x>\n", "other"),
        (b"", "other"),
        (bytes(200), "other"),
    ],
)
def test_media_types(payload: bytes, media_type: str) -> None:
    assert sniff(payload) == media_type


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<", b"{"]))
def test_any_bytes_have_a_type(payload: bytes, magic: bytes) -> None:
    assert sniff(magic + payload) in {"html", "json", "xml", "pdf", "docx", "doc", "zip", "ofd", "other"}
