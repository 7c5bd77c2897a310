"""Whose report it is, and of which division.

What the title, the by-line, the sign-off, the source label and the registry say goes in; one official name and
one code come out, each with the reading that gave it. The decisions:

1. The report's own word beats the registry's: portals carry bureaus' reports. Own words are, in order, the
   title's, the sign-off's, the by-line's.
2. The registry's agency is taken when the report's own word means the same body (教育局 is 益阳市赫山区教育局),
   because it is the full official name, and when the report has no word of its own.
3. Among a report's own words that mean one body the sign-off's wins when it is the fuller.
4. A name without its division gets the division's official name put before it, districts with their city:
   赫山区教育局 becomes 益阳市赫山区教育局, 教科局 becomes 裕民县教科局. Nothing is put before a fuller name.
5. A title that names only a division (赫山区2024年…, 2024年桃江县法治政府建设…) is its government's.
6. A name that says no division, on a site that says none, gets the one the text's opening puts before it.
7. The registry's division goes with the registry's agency; else the division the agency's name bears wins; then the
   registry's, the site code's, the one the breadcrumb names, and the one the host's name spells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers import divisions
from scrapers.extract import names
from scrapers.model import Fact
from scrapers.text import clean, simplified

GOVERNMENT = "人民政府"
_OFFICES = {"镇": GOVERNMENT, "乡": GOVERNMENT, "道": "办事处"}
"""A township or street that a report names without its office."""
COMMITTEE = "管理委员会"
_ZONES = ("开发区", "经开区", "高新区", "保税区", "保税港区", "管理区", "工业园区", "产业园区", "度假区", "风景名胜区")
"""Zones are no divisions; a committee governs them."""
OPENING = 400
BRANCH = "分局"
"""A branch bears its head office's division in its name and belongs to another."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that may say whose report it is."""

    title: str
    byline: Sequence[str]
    signed: Sequence[str]
    source: str
    registered: str
    """The registry's agency, empty when the column carries several bodies' reports."""
    division: str
    """The registry's division code."""
    site: str
    """The division code the site states of itself."""
    crumb: str = ""
    """The line that says where on the site the page stands."""
    opening: str = ""
    """How the body begins: 黄石市教育局在市委领导下…"""
    host: str = ""
    """The code of the division that the host's name spells."""


def whose(words: Words) -> tuple[Fact | None, Fact | None]:
    """Return the issuing body's full official name and its division's code, each None when nothing says.

    Names in traditional characters come back simplified: they name the same body.
    """
    words = replace(words, title=simplified(clean(words.title)), byline=_all(words.byline), signed=_all(words.signed))
    name, provenance = _name(words)
    if name and not (words.registered or words.division or divisions.find(name)):
        fuller = _in_opening(name, simplified(words.opening[:OPENING]))
        name, provenance = (fuller, f"{provenance}, fuller in the opening") if fuller else (name, provenance)
    division = _division(name, provenance, words)
    if not name:
        return None, division
    where = divisions.lookup(division.value) if division else None
    whole = names.full(name, where)
    if whole != name:
        provenance += ", division put before"
    return Fact(whole, provenance), division


def _all(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(simplified(line) for line in lines)


def _name(words: Words) -> tuple[str, str]:
    own, provenance = _own(words)
    if not own:
        return (words.registered, "registry") if words.registered else _outside(words)
    if not words.registered or not names.same(own, words.registered):
        return own, provenance
    if own.endswith(words.registered):
        return own, f"{provenance}, fuller than the registry"
    return words.registered, f"registry, agrees with {provenance}"


def _own(words: Words) -> tuple[str, str]:
    """Return the body the report itself names: title, then sign-off, then by-line; the fuller of equal ones."""
    offers = [(names.in_title(words.title), "title")]
    offers += [(_bare(name), "sign-off") for line in reversed(words.signed) for name in _each(line)]
    offers += [(_bare(name), "by-line") for line in words.byline for name in _each(line)]
    offers = [(name, provenance) for name, provenance in offers if name]
    if not offers:
        return _government(words)
    first, provenance = offers[0]
    for name, where in offers[1:]:
        if names.same(name, first) and len(name) > len(first):
            return name, where
    return first + _OFFICES.get(first[-1], ""), provenance


def _in_opening(name: str, opening: str) -> str:
    """Return the name with the division that the text's opening puts right before it; empty when it puts none."""
    at = opening.find(name)
    while at > 0:
        for length in range(min(divisions.LONGEST_NAME, at), divisions.SHORTEST_NAME - 1, -1):
            if divisions.is_name(opening[at - length : at]):
                return opening[at - length : at] + name
        at = opening.find(name, at + 1)
    return ""


def _each(line: str) -> Sequence[str]:
    """Return the names of a line on which several bodies sign side by side, else the line as it is."""
    pieces = line.split()
    several = len(pieces) > 1 and all(divisions.find(piece) and names.is_body(piece) for piece in pieces)
    return pieces if several else (line,)


def _bare(line: str) -> str:
    """Return a line's body name, without the date that may follow it."""
    text = line.strip("（）()【】 ").replace(" ", "")
    cut = next((at for at, char in enumerate(text) if char.isdigit() or char == "二"), len(text))
    return next((name for name in (text, text[:cut].rstrip("（(")) if names.is_body(name)), "")


def _government(words: Words) -> tuple[str, str]:
    head = names.before_year(words.title)
    if not head and _is_place(inner := names.between(words.title)):
        head = inner
    zone = head or names.between(words.title)
    if zone.endswith(_ZONES):
        return zone + COMMITTEE, "zone named in title"
    if not divisions.is_name(head) and divisions.find(head, near=words.division or words.site) is None:
        return "", ""
    if not head.endswith(("省", "市", "区", "县", "旗", "州", "盟")):
        return "", ""
    return head + GOVERNMENT, "division named in title"


def _is_place(text: str) -> bool:
    """Say whether a text is a division's name alone, or with those of what it lies in."""
    found = None if divisions.is_name(text) else divisions.find(text)
    return divisions.is_name(text) or (found is not None and text in (found.path, found.official))


def _outside(words: Words) -> tuple[str, str]:
    label = names.in_label(words.source)
    return (label, "source label") if label else ("", "")


def _division(name: str, provenance: str, words: Words) -> Fact | None:
    registered = Fact(words.division, "registry") if divisions.lookup(words.division) else None
    if registered and (not name or provenance.startswith("registry")):
        return registered
    found = divisions.find(name, near=words.division or words.site or words.host) if name else None
    if found is not None and not (registered and BRANCH in name and _covers(found.code, words.division)):
        return Fact(found.code, "agency's name")
    if registered:
        return registered
    if divisions.lookup(words.site):
        return Fact(words.site, "site code")
    if (crumb := divisions.find(words.crumb)) is not None:
        return Fact(crumb.code, "breadcrumb")
    return Fact(words.host, "host") if divisions.lookup(words.host) else None


def _covers(outer: str, inner: str) -> bool:
    """Say whether one division contains another: 430900 contains 430903."""
    return inner.startswith(outer[:2] if outer.endswith("0000") else outer[:4] if outer.endswith("00") else outer)
