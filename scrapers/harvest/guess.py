"""What a listed title, its address and its column say before the page is opened: a verdict, whose it is, and where.

Enters: strings as a list or a person gives them. Leaves: a `Guess`. It refuses to fetch. The title's own words come
first, then what the list's names say, then what the host's name spells.
"""

from dataclasses import dataclass

from scrapers import divisions
from scrapers.discover import bare_title, hints, judge
from scrapers.extract import agency, names
from scrapers.model import Verdict


@dataclass(frozen=True, slots=True)
class Guess:
    """A verdict with hints; `agency` and `division` are empty when nothing says."""

    verdict: Verdict
    agency: str
    division: str
    named: bool
    """The title itself names the body, or the division whose government it is."""


def guess(title: str, *, url: str = "", column: str = "", breadcrumb: str = "") -> Guess:
    """Judge a title and guess its body's official name and its division's code."""
    bare = bare_title(title)
    near = _near(url, f"{breadcrumb} {column}")
    name, division = agency.whose(agency.Words(bare, (), (), "", "", near, near))
    code = division.value if division else ""
    whole = name.value if name else ""
    if near and (outer := _elsewhere(code, near, bare)):
        # A bare 西城区 on the host of 格尔木 is no district of Beijing, however alone its name is among districts.
        code, whole = near, _part(whole.removeprefix(outer), near)
    elif not name or code == near:
        short = divisions.lookup(hints.short_division(bare, near))
        if short is not None:
            code, whole = short.code, _in_full(whole, names.before_year(bare), short)
    if not whole and (office := hints.host_agency(url)):
        whole = names.full(office, divisions.lookup(code))
    return Guess(judge(title, column=column, breadcrumb=breadcrumb, url=url), whole, code, name is not None)


def _near(url: str, column: str) -> str:
    spelled = hints.host_division(url)
    named = divisions.find(column, near=spelled)
    return named.code if named else spelled


def _in_full(name: str, head: str, place: divisions.Division) -> str:
    """Return the name with its division's in full: 石柱县司法局 is 石柱土家族自治县司法局, 石柱县 its government."""
    short = hints.stem(place.name) + place.name[-1]
    if name.startswith(short):
        return place.official + name.removeprefix(short)
    return name or (place.official + agency.GOVERNMENT if head == short else "")


def _part(name: str, near: str) -> str:
    """Return the name of what governs a part of a county: below a county only towns and streets have governments."""
    place = divisions.lookup(near)
    if place is None or not place.county or not name.endswith("区" + agency.GOVERNMENT):
        return name
    return place.official + name.removesuffix(agency.GOVERNMENT) + agency.COMMITTEE


def _elsewhere(code: str, near: str, title: str) -> str:
    """Return what a county lies in, when that is in another province than the host and the title does not name it."""
    found = divisions.lookup(code)
    if found is None or not found.county or code[:2] == near[:2]:
        return ""
    outer = found.city or found.province
    return "" if outer in title or found.province in title else outer
