"""The administrative divisions of China, by GB/T 2260 code and by name.

Codes or text in, `Division` out. The data is the history of codes since 1981 (see data/NOTICE); only current
divisions are returned, and former ones lead to what followed them. Knows nothing of agencies or pages.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LONGEST_NAME = 15
SHORTEST_NAME = 2
SEARCHED = 300
"""Characters of a text that `find` looks at; names stand at the head of titles, labels and signatures."""
_DIRECT = "直辖"
_CURRENT = "在用"
_SUCCESSIONS = 8


@dataclass(frozen=True, slots=True)
class Division:
    """One current division; `province`, `city` and `county` are full names, empty below its own level."""

    code: str
    name: str
    province: str
    city: str
    county: str

    @property
    def path(self) -> str:
        """The full path, province first: 湖南省益阳市赫山区."""
        return self.province + self.city + self.county

    @property
    def official(self) -> str:
        """The name official bodies carry: districts with their city, since districts' names repeat, others alone."""
        if self.county.endswith("区"):
            return (self.city or self.province) + self.county
        return self.name


_Mention = tuple[tuple[str, ...], bool]
"""A name's codes, and whether the name is also a common word."""


@dataclass(frozen=True, slots=True)
class _Table:
    current: Mapping[str, Division]
    successor: Mapping[str, str]
    """Former code to the one code that followed it."""
    names: Mapping[str, tuple[str, ...]]
    """Current name to its codes."""
    former: Mapping[str, tuple[str, ...]]
    """Former name to the current codes that followed it."""


def lookup(code: str) -> Division | None:
    """Return the current division of a six-digit code; a former code gives its only successor, if it has one."""
    table = _table()
    return table.current.get(table.successor.get(code, code))


def codes() -> frozenset[str]:
    """Return every code that stands for one current division, former codes with one successor included."""
    table = _table()
    return frozenset(table.current) | frozenset(table.successor)


def every() -> Iterator[Division]:
    """Yield every current division, by code."""
    current = _table().current
    return (current[code] for code in sorted(current))


def find(text: str, *, near: str = "") -> Division | None:
    """Return the most exact division a text names, or None when it names none or leaves two possible.

    Full names only (海南区 is not 海南省). `near` is a code that settles a name borne by several divisions: the
    one under it, or in its city, or in its province. A former name gives its successor.
    """
    table = _table()
    head = text[:SEARCHED]
    return _resolve(tuple(_mentions(head, table.names)), near) or _resolve(tuple(_mentions(head, table.former)), near)


def is_name(text: str) -> bool:
    """Say whether the text is exactly some division's name, current or former, however many bear it."""
    table = _table()
    return text in table.names or text in table.former


def _mentions(text: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[_Mention]:
    """Yield every name in the text with its codes, leftmost and longest first, not overlapping."""
    start = 0
    while start < len(text):
        for length in range(min(LONGEST_NAME, len(text) - start), SHORTEST_NAME - 1, -1):
            name = text[start : start + length]
            codes = names.get(name)
            if codes:
                yield codes, _is_word(name)
                start += length - 1
                break
        start += 1


def _resolve(mentions: tuple[_Mention, ...], near: str) -> Division | None:
    sure = {codes[0] for codes, is_word in mentions if len(codes) == 1 and not is_word}
    best: str | None = None
    for codes, is_word in mentions:
        code = codes[0] if len(codes) == 1 and not is_word else _settle(codes, sure, near)
        if code is not None and (best is None or _depth(code) > _depth(best)):
            best = code
    return _table().current[best] if best else None


def _settle(codes: tuple[str, ...], sure: set[str], near: str) -> str | None:
    """Return the one of the codes that the text's other names, or `near`, point to; None when still unclear."""
    for digits in (6, 4, 2):
        inside = [code for code in codes if _shares(code, sure, digits)]
        if len(inside) == 1:
            return inside[0]
    for digits in (6, 4, 2):
        inside = [code for code in codes if near and code[:digits] == near[:digits]]
        if len(inside) == 1:
            return inside[0]
    return None


def _shares(code: str, others: set[str], digits: int) -> bool:
    return any(code != other and code[:digits] == other[:digits] for other in others)


def _is_word(name: str) -> bool:
    """Say whether a name, current or former, is also a common word (城区, 郊区, 新区) and so needs a parent."""
    return len(name) == SHORTEST_NAME and name.endswith("区")


def _depth(code: str) -> int:
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


@cache
def _table() -> _Table:
    rows = list(_rows())
    current = {row["代码"]: _division(row) for row in rows if row["状态"] == _CURRENT}
    direct = {row["代码"]: _next(row, current) for row in rows if row["状态"] != _CURRENT}
    successor: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    for row in rows:
        if row["状态"] == _CURRENT:
            continue
        code = _follow(_next(row, current), direct, current)
        if code:
            successor.setdefault(row["代码"], code)
            former.setdefault(row["名称"], set()).add(code)
    names: dict[str, list[str]] = {}
    for code, division in current.items():
        names.setdefault(division.name, []).append(code)
        successor.pop(code, None)
    return _Table(
        current=current,
        successor=successor,
        names={name: tuple(codes) for name, codes in names.items()},
        former={name: tuple(sorted(codes)) for name, codes in former.items() if name not in names},
    )


def _rows() -> Iterator[dict[str, str]]:
    source = resources.files("scrapers").joinpath("data", "areacodes.csv").read_text(encoding="utf-8-sig")
    yield from csv.DictReader(source.splitlines())


def _division(row: Mapping[str, str]) -> Division:
    level, name, city = row["级别"], row["名称"], row["二级行政区"]
    return Division(
        code=row["代码"],
        name=name,
        province=row["一级行政区"],
        city="" if city == _DIRECT else city,
        county=name if level == "县级" else "",
    )


def _next(row: Mapping[str, str], current: Mapping[str, Division]) -> str:
    """Return the one code that replaced a former division; codes with a year are parts split off earlier."""
    codes = [code for code in row["新代码"].split(";") if code and "[" not in code]
    if not codes and row["代码"] in current:
        return row["代码"]
    return codes[0] if len(codes) == 1 else ""


def _follow(code: str, direct: Mapping[str, str], current: Mapping[str, Division]) -> str:
    for _ in range(_SUCCESSIONS):
        if code in current:
            return code
        code = direct.get(code, "")
    return ""
