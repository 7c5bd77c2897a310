"""Bytes to text: the one place that decides how a payload is spelt.

Payload and Content-Type header in, text with the encoding that produced it out. What a page says of its own
encoding settles a tie and nothing else: meta tags and headers of these sites are wrong too often. Knows
nothing of HTML.
"""

import codecs
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
TOLERATED = 0.001
"""Share of replaced characters up to which a text is still worth reading."""
STRAY = 2
"""Replaced characters that a text of any length may have: one bad byte costs up to two."""
SAMPLE = 2000
OPENINGS = (2_000, 8_000, 32_000)
WINDOW = OPENINGS[-1]
"""Characters that are looked at first: most pages show that they are healthy in the first few."""
ENOUGH_HAN = 100
LEAST_HAN = 20
"""Ideographs from which a text that was put right is believed to be one."""
HEALTHY_SHARE = 0.03
DOUBTFUL_SHARE = 0.10
"""Lists of names come down to 0.14; Big5 read as GB18030 has less than 0.05 (measured on 50 pages)."""
ENOUGH_COMMON = int(HEALTHY_SHARE * SAMPLE)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile("[\u00c0-\u00ff]+")
_UNSEEN = re.compile("<[^<>]*>|font-family[^;}\n]{0,200}")
_CUTS = re.compile(rb"([<>\"'\n])")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-z0-9_.:-]+)", re.IGNORECASE)
_META = 2000
"""Bytes of a page, characters of a header, in which a charset is looked for."""
_BIG5 = "big5hkscs"
_FAMILIES = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "gb18030", "cp936", "ms936", "x-gbk", "hz-gb-2312"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "big5hkscs", "cp950", "ms950", "x-x-big5"), _BIG5),
    "utf8": "utf-8",
}
# Windows-1252 puts letters where Latin-1 has control characters, in all but five places.
_WINDOWS = {ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}
# The commonest characters of running Chinese and of official prose, in both scripts. Real text holds 20 to 40 %
# of them; text read with the wrong table holds almost none.
_COMMON = re.compile(
    "[的一是不了在有人我他这中大来上国和地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "政府法治建设工作依执公局市县区省关信息网站教育年度报告月日第二三四五组织领导加强制推全高务管机"
    "這來國時會說對過發後裡經學現當沒動還進樣實執縣區關網設領導強製務機報組織間長]+"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was had; `replaced` counts the bytes runs that fit no character."""

    text: str
    encoding: str
    """`utf-8 via latin-1` for bytes that were UTF-8, read as Latin-1 and saved again."""
    replaced: int
    mojibake: bool


def decode(payload: bytes, declared: str = "") -> Decoded:
    """Decode by byte order mark, else strict UTF-8, else whichever of UTF-8, GB18030 and Big5 loses fewer characters.

    `declared` is the Content-Type header's value; its charset, or the page's own, only breaks a tie. Text that was
    read with the wrong table and saved again is put right where that lost nothing. Never fails: a text that could not
    be decoded sensibly comes back with `mojibake` set.
    """
    for mark, encoding in _BOMS:
        if payload.startswith(mark):
            return _attempt(payload[len(mark) :], encoding)
    try:
        found = _judged(payload.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        found = _best(payload, declared)
    return (_undone(found.text) or found) if found.mojibake else found


def _best(payload: bytes, declared: str) -> Decoded:
    named = _declared(declared) or _declared(payload[:_META].decode("latin-1"))
    offers = [_attempt(payload, encoding) for encoding in ("utf-8", "gb18030")]
    # Most bytes of Big5 mean something in GB18030 too, but not what is common.
    if named == _BIG5 or all(found.mojibake or found.replaced or _is_doubtful(found.text) for found in offers):
        offers.append(_attempt(payload, _BIG5))
    return min(
        offers, key=lambda found: (found.mojibake, _is_doubtful(found.text), found.replaced, found.encoding != named)
    )


def decode_pieces(payload: bytes) -> tuple[str, int]:
    """Decode each piece of text between tags, quotes and line ends by itself; return how many were GB18030.

    For pages put together from files of two encodings: a list whose template is UTF-8 and whose rows are not, often
    all on one line. No character of GB18030 holds a byte that pieces are cut at.
    """
    pieces = _CUTS.split(payload)
    read = [_piece(piece) for piece in pieces]
    sure = [encoding for _, encoding in read]
    usual = "gb18030" if sure.count("gb18030") > sure.count("utf-8") else "utf-8"
    text = "".join(
        piece.decode(usual) if encoding == "either" else text
        for piece, (text, encoding) in zip(pieces, read, strict=True)
    )
    return text, sure.count("gb18030")


def _piece(piece: bytes) -> tuple[str, str]:
    """Return a piece's text, and what it surely is: `utf-8`, `gb18030`, `either`; empty for ASCII and for neither."""
    if piece.isascii():
        return piece.decode("ascii"), ""
    text, other = (piece.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030"))
    if REPLACEMENT not in text:
        # Letters that UTF-8 writes in two bytes are characters of GB18030 too.
        return text, "either" if REPLACEMENT not in other and not _HAN.search(text) else "utf-8"
    # A piece of UTF-8 with a bad byte loses little; one of GB18030 loses nearly everything.
    foreign = sum(byte > 127 for byte in piece)
    if REPLACEMENT not in other and text.count(REPLACEMENT) * 5 > foreign:
        return other, "gb18030"
    return text, ""


def _attempt(payload: bytes, encoding: str) -> Decoded:
    return _judged(payload.decode(encoding, errors="replace"), encoding)


def _judged(text: str, encoding: str) -> Decoded:
    replaced = text.count(REPLACEMENT)
    mojibake = replaced > max(STRAY, TOLERATED * len(text)) or _collapsed(text)
    return Decoded(text=text, encoding=encoding, replaced=replaced, mojibake=mojibake)


def _undone(text: str) -> Decoded | None:
    """Undo one wrong reading that was saved again: as Latin-1 or its Windows cousin, or as GB18030."""
    for wrong, rights in (("latin-1", ("utf-8", "gb18030")), ("gb18030", ("utf-8",))):
        try:
            payload = (text.translate(_WINDOWS) if wrong == "latin-1" else text).encode(wrong)
        except UnicodeEncodeError:
            continue
        for right in rights:
            try:
                found = _judged(payload.decode(right), f"{right} via {wrong}")
            except UnicodeDecodeError:
                continue
            if not found.mojibake and _is_sound(found.text):
                return found
    return None


def _declared(header: str) -> str:
    match = _CHARSET.search(header[:_META])
    name = match.group(1).lower() if match else ""
    return _FAMILIES.get(name, name)


def _collapsed(text: str) -> bool:
    """Say whether the text's characters look like another encoding's bytes: rare Han, or Latin-1 for Han."""
    # An opening holds at most a sample of ideographs, or is cut to one: so many common ones there are enough of any.
    if text.isascii() or any(_common(_opening(text, size)) >= ENOUGH_COMMON for size in OPENINGS):
        return False
    han = _sample(text)
    if len(han) >= ENOUGH_HAN:
        return _is_rare(text, HEALTHY_SHARE)
    latin = sum(map(len, _LATIN.findall(text)))
    return latin >= ENOUGH_HAN and latin > len(han) * 10


def _is_doubtful(text: str) -> bool:
    return _is_rare(text, DOUBTFUL_SHARE)


def _is_rare(text: str, share: float) -> bool:
    """Say whether common characters are fewer than a share of the ideographs, and of those that readers see.

    Pages saved by a word processor name 宋体 a thousand times in their styles.
    """
    han = _sample(text)
    if len(han) < ENOUGH_HAN or _common(han) >= share * len(han):
        return False
    seen = _sample(_UNSEEN.sub("", text))
    return len(seen) < ENOUGH_HAN or _common(seen) < share * len(seen)


def _is_sound(text: str) -> bool:
    han = _sample(text)
    return len(han) >= LEAST_HAN and _common(han) >= DOUBTFUL_SHARE * len(han)


def _common(han: str) -> int:
    return len("".join(_COMMON.findall(han)))


def _sample(text: str) -> str:
    """Return the first ideographs of a text."""
    found = _opening(text, WINDOW)
    return found if len(found) == SAMPLE or len(text) <= WINDOW else _opening(text, len(text))


def _opening(text: str, size: int) -> str:
    return "".join(_HAN.findall(text[:size]))[:SAMPLE]
