"""What a payload is, by its bytes.

Bytes in, one of `html json xml pdf doc docx wps rtf ofd xls xlsx locked zip other` out. Declarations and file names
are not asked: these sites send PDFs as text/html and pages as .doc. `doc` is a Word 97 file whatever it is called
(Kingsoft's WPS writes them), `wps` any other OLE2 document, `locked` an Office file behind a password.
"""

import codecs
import re

TEXT = frozenset({"html", "json", "xml"})
HEAD = 4096

_PDF_WITHIN = 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_MEMBERS = {b"word/document.xml": "docx", b"OFD.xml": "ofd", b"xl/workbook.xml": "xlsx", b"xl/workbook.bin": "xlsx"}
_STREAMS = {"EncryptedPackage": "locked", "WordDocument": "doc", "Workbook": "xls", "Book": "xls"}
"""Stream names of OLE2 files ([MS-CFB] 2.6.1: UTF-16, 64 bytes, then the name's length with its end)."""
_NAME_BYTES = 64
_ENTRY, _END, _END_LENGTH = b"PK\x01\x02", b"PK\x05\x06", 22
_HTML = re.compile(
    rb"<!doctype\s+html|<(?:html|head|body|title|meta|script|style|table|div|frameset|iframe|form|center"
    rb"|span|p|br|ul|ol|li|a|h[1-6]|img|font|link)\b",
    re.IGNORECASE,
)
_XML_ROOT = re.compile(rb"<[A-Za-z_][\w:.-]*[\s/>]")
_JSON = re.compile(rb"[\[{]\s*(?:[\"\[{\]}\d-]|true|false|null)")


def sniff(payload: bytes) -> str:
    """Return the media type the first bytes show; text that is neither HTML, JSON nor XML is `other`."""
    if payload.startswith(_ZIP):
        return _zip_kind(payload)
    if payload.startswith(_OLE2):
        return _ole_kind(payload)
    if payload.startswith(_RTF):
        return "rtf"
    if b"%PDF-" in payload[:_PDF_WITHIN] and payload.lstrip()[:1] != b"<":
        return "pdf"
    return _text_kind(_head(payload))


def _text_kind(head: bytes) -> str:
    if b"\x00" in head[:64]:
        return "other"
    if head[:5].lower() == b"<?xml":
        return "html" if _has_html_root(head) else "xml"
    if _JSON.match(head):
        return "json"
    if _HTML.search(head):
        return "html"
    return "xml" if _XML_ROOT.match(head) else "other"


def _has_html_root(head: bytes) -> bool:
    """Say whether an XML declaration opens an XHTML page, as these sites' older templates do."""
    lowered = head[:1024].lower()
    return b"<html" in lowered or b"<!doctype html" in lowered


def _head(payload: bytes) -> bytes:
    """Return the first bytes without byte order mark and leading white space, UTF-16 narrowed to one byte each."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if payload.startswith(mark):
            return payload[2:HEAD].decode(encoding, "replace").encode("utf-8").lstrip()
    return payload[:HEAD].removeprefix(codecs.BOM_UTF8).lstrip()


def _ole_kind(payload: bytes) -> str:
    return next((kind for stream, kind in _STREAMS.items() if _has_stream(payload, stream)), "wps")


def _has_stream(payload: bytes, stream: str) -> bool:
    name = (stream + "\0").encode("utf-16-le")
    entry = name.ljust(_NAME_BYTES, b"\0") + len(name).to_bytes(2, "little")
    at = payload.find(entry)
    while at >= 0:
        if at % 128 == 0:  # directory entries are that long, sectors a multiple of it
            return True
        at = payload.find(entry, at + 1)
    return False


def _zip_kind(payload: bytes) -> str:
    """Return what a zip holds, by the member names in its headers; a directory of a million entries is not built."""
    where, header, length, name = _directory(payload)
    return next((kind for member, kind in _MEMBERS.items() if _has_member(where, member, header, length, name)), "zip")


def _directory(payload: bytes) -> tuple[bytes, bytes, int, int]:
    """Return where the names stand, how an entry begins, and where its name's length and name are (APPNOTE 4.3).

    That is the central directory, for a member may itself be a zip, stored as it is; a zip cut short has only the
    headers before its members.
    """
    end = payload.rfind(_END)
    if end >= 0 and len(payload) >= end + _END_LENGTH:
        size, start = (int.from_bytes(payload[end + at : end + at + 4], "little") for at in (12, 16))
        if payload[start : start + 4] == _ENTRY and start + size <= end:
            return payload[start : start + size], _ENTRY, 28, 46
    return payload, _ZIP[0], 26, 30


def _has_member(where: bytes, member: bytes, header: bytes, length: int, name: int) -> bool:
    at = where.find(member)
    while at >= 0:
        entry = where[max(at - name, 0) : at]
        if entry.startswith(header) and int.from_bytes(entry[length : length + 2], "little") == len(member):
            return True
        at = where.find(member, at + 1)
    return False
