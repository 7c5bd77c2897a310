"""The numbers Word puts before paragraphs by itself: 一、 （二） 3. (ECMA-376 part 1, 17.9).

The trees of numbering.xml and styles.xml in; a label for each paragraph, asked in their order, out. Knows nothing
of the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = W + "val"
_LEVELS = 9
_INHERITED = 20
"""Styles a style may rest on, one on another; a loop ends here."""
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST = 9999


@dataclass(frozen=True, slots=True)
class Level:
    """How one depth of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted."""

    levels: Mapping[str, Mapping[int, Level]]
    """Abstract list -> depth -> level."""
    lists: Mapping[str, tuple[str, Mapping[int, int]]]
    """List -> its abstract list, and the depths it starts anew with their first number."""
    styles: Mapping[str, tuple[str, int | None]]
    """Style -> the list its paragraphs belong to, and the depth where it says one."""
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, paragraph: etree._Element) -> str:
        """Return what stands before the next paragraph, empty when nothing does; counts it."""
        name, depth = self._place(paragraph)
        abstract, overrides = self.lists.get(name, ("", {}))
        levels = self.levels.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if name not in self._begun:
            self._begun.add(name)
            for deep, first in overrides.items():
                counts[deep] = first - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deep in range(depth + 1, _LEVELS):
            counts.pop(deep, None)
        return _label(level, levels, counts)

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        name, depth = self.styles.get(style, ("", None))
        if own is not None:
            name = _value(own.find(W + "numId")) or name
            depth = _whole(_value(own.find(W + "ilvl")), depth or 0)
        if depth is None:
            levels = self.levels.get(self.lists.get(name, ("", {}))[0], {})
            depth = next((deep for deep, level in levels.items() if level.style and level.style == style), 0)
        return name, depth


def numbering(lists: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """Return the numbering of a document whose parts are these; either may be missing."""
    found_styles = _styles(styles)
    if lists is None:
        return Numbering({}, {}, {})
    levels: dict[str, Mapping[int, Level]] = {}
    linked: dict[str, str] = {}
    for abstract in lists.findall(W + "abstractNum"):
        name = abstract.get(W + "abstractNumId") or ""
        levels[name] = {_whole(level.get(W + "ilvl") or "", 0): _level(level) for level in abstract.findall(W + "lvl")}
        if link := _value(abstract.find(W + "numStyleLink")):
            linked[name] = link
    known = {num.get(W + "numId") or "": _list(num) for num in lists.findall(W + "num")}
    for name, link in linked.items():  # a list that is another style's
        levels[name] = levels.get(known.get(found_styles.get(link, ("", None))[0], ("", {}))[0], {})
    return Numbering(levels, known, found_styles)


def _list(num: etree._Element) -> tuple[str, Mapping[int, int]]:
    starts = {
        _whole(one.get(W + "ilvl") or "", 0): _whole(_value(start), 1)
        for one in num.findall(W + "lvlOverride")
        if (start := one.find(W + "startOverride")) is not None
    }
    return _value(num.find(W + "abstractNumId")), starts


def _level(level: etree._Element) -> Level:
    return Level(
        format=_value(level.find(W + "numFmt")) or "decimal",
        text=_value(level.find(W + "lvlText")),
        start=_whole(_value(level.find(W + "start")), 1),
        legal=level.find(W + "isLgl") is not None,
        style=_value(level.find(W + "pStyle")),
    )


def _styles(styles: etree._Element | None) -> dict[str, tuple[str, int | None]]:
    if styles is None:
        return {}
    own: dict[str, tuple[str, int | None]] = {}
    based: dict[str, str] = {}
    for style in styles.findall(W + "style"):
        name = style.get(W + "styleId") or ""
        based[name] = _value(style.find(W + "basedOn"))
        numbered = style.find(f"{W}pPr/{W}numPr")
        if numbered is not None and (list_name := _value(numbered.find(W + "numId"))):
            depth = _value(numbered.find(W + "ilvl"))
            own[name] = list_name, int(depth) if depth.isdigit() else None
    found = {}
    for name in based:
        ancestor = name
        for _ in range(_INHERITED):
            if not ancestor or ancestor in own:
                break
            ancestor = based.get(ancestor, "")
        if ancestor in own:
            found[name] = own[ancestor]
    return found


def _label(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    text = level.text
    if level.format in {"bullet", "none"} or not text:
        return ""
    for deep in range(_LEVELS):
        mark = f"%{deep + 1}"
        if mark in text:
            of = levels.get(deep, Level())
            style = "decimal" if level.legal else of.format
            text = text.replace(mark, spelled(counts.get(deep, of.start), style))
    return text if text[-1] > "\x7f" else text + " "


def spelled(number: int, style: str) -> str:
    """Return a number as a list of that format prints it (17.18.59); digits for formats no report uses."""
    if not 0 < number <= _MOST:
        return str(number)
    if style in {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"}:
        words = _counted(number, _DIGITS.replace("〇", "零"), "十百千")
        return words[1:] if 10 <= number < 20 else words
    if style == "chineseLegalSimplified":
        return _counted(number, _LEGAL, "拾佰仟")
    if style in {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    return _western(number, style)


def _western(number: int, style: str) -> str:
    if style.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(0x2460 + number - 1)
    if style == "ideographTraditional" and number <= len(_STEMS):
        return _STEMS[number - 1]
    if style in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in {"lowerRoman", "upperRoman"}:
        roman = ""
        for value, digits in _ROMAN:
            roman += digits * (number // value)
            number %= value
        return roman.upper() if style == "upperRoman" else roman
    return f"{number:02d}" if style == "decimalZero" else str(number)


def _counted(number: int, digits: str, units: str) -> str:
    """Spell 1 to 9999 in words: 一百零五."""
    words = ""
    gap = False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += (digits[0] if gap else "") + digits[digit] + (units[place - 1] if place else "")
        gap = not digit and bool(words)
    return words


def _value(element: etree._Element | None) -> str:
    return (element.get(_VAL) or "") if element is not None else ""


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
