"""Calendar dates and report years as Chinese pages write them.

Enters: text of any length, hostile or not. Leaves: `datetime.date`s and years from 2000 to 2099. It refuses to
know which of several dates matters, or what a page is: callers choose. Every pattern is bounded, so the time is
linear in the text.
"""

import re
from datetime import date

TITLE_LIMIT = 600
"""Characters of a title that are read; no title is longer."""

_DIGIT = "[0-9０-９]"
_SPACE = "[ \u00a0\u3000]{0,2}"
_YEAR_WORD = "二[零〇○Ｏ0O][零〇○Ｏ0O一二三四五六七八九]{2}"
_DAY_WORD = "[一二三四五六七八九十廿卅]{1,3}"


def _numeric(separator: str) -> str:
    number = f"({_DIGIT}{{1,2}})"
    gap = f"{_SPACE}{separator}{_SPACE}"
    return f"(?<!{_DIGIT})({_DIGIT}{{4}}){gap}{number}{gap}{number}(?!{_DIGIT})"


_DATE = re.compile(
    "|".join(
        (
            _numeric("[-－–—]{1,2}"),
            _numeric("[/／]"),
            _numeric("[.．]"),
            f"(?<!{_DIGIT})({_DIGIT}{{4}}){_SPACE}年{_SPACE}({_DIGIT}{{1,2}}){_SPACE}月{_SPACE}({_DIGIT}{{1,2}})(?!{_DIGIT})",
            f"({_YEAR_WORD}){_SPACE}年{_SPACE}({_DAY_WORD}){_SPACE}月{_SPACE}({_DAY_WORD})(?={_SPACE}[日号])",
        )
    )
)
_UNITS = dict.fromkeys("零〇○ＯO", 0) | {word: n for n, word in enumerate("一二三四五六七八九", 1)}
_TENS = {"十": 1, "廿": 2, "卅": 3}

# A count ("2024件") is no year; 年 and 年度 may be missing after one.
_YEAR = re.compile(
    f"(?<!{_DIGIT})([2２][0０]{_DIGIT}{{2}})(?!{_DIGIT})(?!{_SPACE}[号人次件家名项个万亿元%％])"
    f"|({_YEAR_WORD})(?={_SPACE}年)"
)
_TO = f"{_SPACE}年?度?{_SPACE}(?:[-－–—~～]{{1,2}}|至|到){_SPACE}"
_RANGE = re.compile(
    f"(?<!{_DIGIT}){_DIGIT}{{4}}{_TO}(?:{_DIGIT}{{4}}|{_DIGIT}{{2}}(?={_SPACE}年))(?!{_DIGIT})"
    f"|{_YEAR_WORD}{_TO}{_YEAR_WORD}"
)
_DOCUMENT_NUMBER = re.compile(
    f"[〔﹝]{_SPACE}{_DIGIT}{{4}}{_SPACE}[〕﹞]"
    f"|[\\[［【(（]{_SPACE}{_DIGIT}{{4}}{_SPACE}[\\]］】)）](?={_SPACE}第?{_DIGIT}{{1,6}}{_SPACE}号)"
)
_SUBJECT = re.compile("法治|依法行政|述法")
_WHOLE_YEAR = re.compile(f"{_SPACE}年?度")


def find_dates(text: str) -> tuple[date, ...]:
    """Return every plausible date of 2000 to 2099 in order of appearance; impossible ones (31 June) are skipped."""
    found = []
    for match in _DATE.finditer(text):
        day = _date(*(group for group in match.groups() if group))
        if day is not None:
            found.append(day)
    return tuple(found)


def find_date(text: str) -> date | None:
    """Return the first plausible date of 2000 to 2099 in the text, or None."""
    for match in _DATE.finditer(text):
        day = _date(*(group for group in match.groups() if group))
        if day is not None:
            return day
    return None


def impossible_date(text: str) -> str:
    """Return the first thing spelt like a date of a year from 1900 on that is none (2026-13-45), or an empty string."""
    for match in _DATE.finditer(text):
        parts = [group for group in match.groups() if group]
        if _date(*parts) is None and parts[0][:2] in ("19", "20", "２０"):
            return match[0]
    return ""


def title_year(title: str) -> int | None:
    """Return the one report year a title names, or None when it names none, a range, or several.

    Document numbers 〔2024〕, complete dates and ranges do not count. Of several years the subject's wins: the one
    standing before 法治 or 依法行政, or the only one called 年度.
    """
    masked = title[:TITLE_LIMIT]
    for noise in (_DOCUMENT_NUMBER, _DATE, _RANGE):
        masked = noise.sub(_blank, masked)
    named = [(match.end(), _year(match[0])) for match in _YEAR.finditer(masked)]
    subject = _SUBJECT.search(masked)
    before = [(end, year) for end, year in named if subject and end <= subject.start()]
    whole = [(end, year) for end, year in before or named if _WHOLE_YEAR.match(masked, end)]
    for years in ({year for _, year in group} for group in (named, before, whole)):
        if len(years) == 1:
            return years.pop()
    return None


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match[0])


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(_year(year), _number(month), _number(day))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2099 else None


def _year(text: str) -> int:
    if text[0] != "二":
        return int(text)
    return int("".join(str(_UNITS.get(mark, mark)) if mark != "二" else "2" for mark in text))


def _number(text: str) -> int:
    """Read 1 to 39 in digits or words; 0 for words that name no number, which no date accepts."""
    if text[0] in "0123456789０１２３４５６７８９":
        return int(text)
    ten = next((place for place, mark in enumerate(text) if mark in _TENS), None)
    if ten is None:
        return _UNITS[text] if len(text) == 1 else 0
    lead, rest = text[:ten], text[ten + 1 :]
    if any(mark in _TENS for mark in rest) or len(rest) > 1 or (lead and text[ten] != "十"):
        return 0
    return _TENS[text[ten]] * (_UNITS[lead] if lead else 1) * 10 + (_UNITS[rest] if rest else 0)
