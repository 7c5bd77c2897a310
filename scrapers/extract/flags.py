"""What is amiss with a text: words for people and filters, each a count of nothing but the text and how it was had.

A clean body and how it was read in, flags out. Knows nothing of pages and dates.
"""

import re

from scrapers.model import Report

MOJIBAKE, GARBLED, TRUNCATED, TOO_SHORT = "mojibake", "garbled", "truncated", "too_short"
PLACEHOLDER, ATTACHMENT, OCR, DISAGREE = "placeholder", "attachment_only", "ocr", "low_agreement"
UNSURE, PERSONAL = "ocr_unsure", "personal_data"
QUALITY = (MOJIBAKE, GARBLED, TRUNCATED, TOO_SHORT, PLACEHOLDER, ATTACHMENT, OCR, UNSURE, DISAGREE, PERSONAL)
SHORT = 500
"""Ideographs of the shortest reports that say anything; a third of the shortest seen."""
AGREEMENT = 0.85
SURE = 0.9
LAST_LINE = 20
GARBLED_SHARE = 0.001
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LOST = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
# Bytes read one off give these beside ideographs; so do fonts that a page brings along.
_ODD = re.compile(
    "[\u3105-\u312f\u2500-\u257f\ue000-\uf8ff\uff66-\uff9f]|(?<=[\u4e00-\u9fff])[?]{2,}(?=[\u4e00-\u9fff])|[À-ÿ]{2,}"
)
_BLANK = re.compile(
    r"某某|某(?:省|市|区|县|州|镇|乡|街道|局|单位)(?=[^\d]{0,12}(?:法治|依法|我|坚持|认真|全面))"
    r"|[×XＸx*＊]{2,4}(?:省|市|区|县|州|镇|乡|局|单位|年|月|人|件)|20[_＿xX×]{2}年|_{3,}"
)
_CLOSED = re.compile("[。！？；：”’）)】》…—\\-.!?;:]$")
_CUT = re.compile("(?:[，、,]|\\.{3}|…{1,2})$")
_IDENTITY = re.compile(r"(?<!\d)[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def flags(report: Report, *, attached: bool) -> tuple[str, ...]:
    """Return the flags of a report; `attached` says that the text stood in a document a page named."""
    text = report.text
    size = len(_HAN.findall(text))
    raised = {
        MOJIBAKE: _LOST.search(text) is not None or any(flag.startswith("replaced") for flag in report.flags),
        GARBLED: len(_ODD.findall(text)) > GARBLED_SHARE * size,
        TRUNCATED: _is_cut(text, signed=report.signed_on is not None),
        TOO_SHORT: size < SHORT,
        PLACEHOLDER: _BLANK.search(text) is not None or _BLANK.search(report.title.value) is not None,
        ATTACHMENT: attached,
        OCR: report.ocr_confidence is not None,
        UNSURE: report.ocr_confidence is not None and report.ocr_confidence < SURE,
        DISAGREE: report.agreement is not None and report.agreement < AGREEMENT,
        PERSONAL: _IDENTITY.search(text) is not None or _MOBILE.search(text) is not None,
    }
    return tuple(name for name in QUALITY if raised[name])


def _is_cut(text: str, *, signed: bool) -> bool:
    """Say whether a text ends in the middle: on a comma or dots, or on a long line without an end and no signature."""
    last = text.rpartition("\n")[2]
    if _CUT.search(last):
        return True
    return not signed and len(last) > LAST_LINE and _CLOSED.search(last) is None
