"""Dresses a document's text as HTML, the ways editors and word processors do it.

Blocks in, the inside of a body container out. The text that a browser shows is the text that went in, to the
character: a lone character in its own span is still a character. It refuses to know the page around the body.
"""

from datetime import date
from html import escape
from random import Random

from tests.village.model import Block, Document

_CJK_DIGITS = "〇一二三四五六七八九"
_GAPS = {"plain": "", "word": "", "spaced": "&nbsp;&nbsp;&nbsp;&nbsp;", "breaks": "　　"}
_SPAN_STYLES = (
    "font-family:仿宋_GB2312;font-size:21px",
    "font-family:宋体;letter-spacing:0px;font-size:16pt",
    "font-size:21px;color:rgb(0,0,0)",
)


def signature_date(document: Document) -> str:
    """Return the sign-off's date as printed: digits, or Chinese numerals in the dress that old editors wear."""
    day = document.signed
    if day is None:
        return ""
    if document.dress != "breaks":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{''.join(_CJK_DIGITS[int(c)] for c in str(day.year))}年{_numeral(day.month)}月{_numeral(day.day)}日"


def published(day: date, style: str) -> str:
    """Return a publication date in a site's style: dash, long (年月日), slash or time (with a clock time)."""
    if style == "long":
        return f"{day.year}年{day.month:02}月{day.day:02}日"
    if style == "slash":
        return f"{day.year}/{day.month}/{day.day}"
    if style == "time":
        return f"{day.isoformat()} {8 + day.day % 9:02}:{day.day * 7 % 60:02}"
    return day.isoformat()


def body(document: Document) -> str:
    """Return the HTML inside the body container: title again on some, blocks, sign-off on most."""
    rng = Random(f"markup:{document.number}:{document.dress}")
    blocks = (_table(block) if block.rows else _paragraph(block, document.dress, rng) for block in document.blocks)
    return "\n".join((*_heading(document), *blocks, *(_signature(document) if document.signed else ())))


def _heading(document: Document) -> tuple[str, ...]:
    if not document.heads_body:
        return ()
    agency, rest = document.agency, document.title.removeprefix(document.agency)
    lines = (agency, rest) if rest and rest != document.title else (document.title,)
    if document.dress == "breaks":
        return tuple(f"<center><b>{escape(line)}</b></center>" for line in lines)
    return tuple(f'<p style="text-align:center"><strong>{escape(line)}</strong></p>' for line in lines)


def _paragraph(block: Block, dress: str, rng: Random) -> str:
    gap = _GAPS[dress]
    if dress == "word":
        runs = "".join(
            f'<span style="{rng.choice(_SPAN_STYLES)}">{escape(run)}</span>' for run in _runs(block.text, rng)
        )
        bookmark = '<a name="_GoBack"></a>' if block.level and rng.random() < 0.1 else ""
        return f'<p class="MsoNormal" style="text-indent:42px;line-height:37px">{bookmark}{runs}<o:p></o:p></p>'
    if dress == "breaks":
        return f"{gap}{escape(block.text)}<br>"
    text = escape(block.text)
    if block.level:
        text = f"<strong>{text}</strong>"
    style = ' style="text-indent:2em;"' if dress == "plain" else ""
    return f"<p{style}>{gap}{text}</p>"


def _runs(text: str, rng: Random) -> list[str]:
    """Cut a paragraph into runs as a word processor does, single characters among them."""
    runs, start = [], 0
    while start < len(text):
        length = 1 if rng.random() < 0.4 else rng.randint(3, 26)
        runs.append(text[start : start + length])
        start += length
    return runs


def _table(block: Block) -> str:
    rows = "".join("<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in row) + "</tr>" for row in block.rows)
    return f'<table border="1" cellspacing="0" align="center"><tbody>{rows}</tbody></table>'


def _signature(document: Document) -> tuple[str, ...]:
    lines = (document.agency, signature_date(document))
    if document.dress == "breaks":
        return tuple("　" * 20 + f"{line}<br>" for line in lines)
    if document.dress == "spaced":
        return tuple(f"<p>{'&ensp;' * 30}{line}</p>" for line in lines)
    return tuple(f'<p style="text-align:right;">{line}</p>' for line in lines)


def _numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    digits = " 一二三四五六七八九"
    text = ("十" if tens == 1 else digits[tens] + "十") if tens else ""
    return text + (digits[units] if units else "")
