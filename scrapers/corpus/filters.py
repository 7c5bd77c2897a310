"""What an analyst asks for in, polars conditions over `reports` out. None asks for nothing."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypedDict, Unpack

import polars as pl

from scrapers.agencies import AgencyType
from scrapers.catalog.reports import TIERS
from scrapers.divisions import codes, lookup
from scrapers.errors import NotInArchive, UserError

_CODE = re.compile(r"[0-9]{6}\Z")


class Conditions(TypedDict, total=False):
    """What may be asked of reports, all of it at once; None and empty ask for nothing."""

    year: int | Iterable[int] | None
    """A report year, or several."""
    province: str | None
    """Six-digit GB/T 2260 code, or the beginning of its name."""
    division: str | None
    """Code or full name; a division stands for all below it."""
    agency: str | None
    """A part of the body's name."""
    agency_type: str | None
    """What the body does, such as `justice`."""
    tier: str | None
    """`official`, `affiliate` or `repost`."""
    flag: str | None
    """A word that must be among the flags."""
    flagged: bool | None
    """Whether there is any flag."""
    query: str | None
    """Words that must each occur in title, body's name or text, in any case or width."""


def matching(**asked: Unpack[Conditions]) -> list[pl.Expr]:
    """Return a condition for each thing asked for. Raise TypeError for what cannot be asked, UserError for no value."""
    made = []
    for name, value in asked.items():
        if name not in _ASKED:
            raise TypeError(f"reports cannot be asked for {name!r}, only for {', '.join(_ASKED)}")
        made.append(_ASKED[name](value))
    return [condition for condition in made if condition is not None]


def generation_of(reports: pl.LazyFrame, in_effect: str) -> str:
    """Return the generation that readers see: the one switched to, before any switch the oldest that has reports."""
    if in_effect:
        return in_effect
    recorded: list[str] = reports.select(pl.col("generation").unique()).collect()["generation"].to_list()
    return min(recorded, key=lambda generation: (len(generation), generation), default="")


def of_year(year: int | Iterable[int] | None) -> pl.Expr | None:
    """Choose reports about a year, or about any of several."""
    if year is None:
        return None
    return pl.col("report_year").is_in([year] if isinstance(year, int) else sorted(set(year)))


def of_province(province: str | None) -> pl.Expr | None:
    """Choose reports of a province, by six-digit code or by the beginning of its name (湖南 and 湖南省)."""
    if not province:
        return None
    if _CODE.match(province):
        return _below(province[:2] + "0000")
    named = pl.col("province").str.starts_with(province)
    return named & _within(province, (code for code, at in _levels().items() if at[0].startswith(province)))


def of_division(division: str | None) -> pl.Expr | None:
    """Choose reports of a division and of all below it, by six-digit code or by its full name."""
    if not division:
        return None
    if _CODE.match(division):
        return _below(division)
    named = pl.any_horizontal(pl.col(level) == division for level in ("province", "city", "county"))
    return named & _within(division, (code for code, at in _levels().items() if division in at))


def of_agency(agency: str | None) -> pl.Expr | None:
    """Choose reports of bodies whose name contains this."""
    return pl.col("agency").str.contains(agency, literal=True) if agency else None


def of_agency_type(kind: str | None) -> pl.Expr | None:
    """Choose what bodies of a type publish."""
    return _one_of("agency_type", kind, [kind.value for kind in AgencyType])


def of_tier(tier: str | None) -> pl.Expr | None:
    """Choose reports by whose site they are on."""
    return _one_of("tier", tier, TIERS)


def of_flag(flag: str | None) -> pl.Expr | None:
    """Choose reports that bear a flag."""
    return pl.col("flags").str.split(" ").list.contains(flag) if flag else None


def of_flagged(flagged: bool | None) -> pl.Expr | None:
    """Choose reports that bear any flag, or none."""
    return None if flagged is None else pl.col("flags").is_not_null() == flagged


def of_query(query: str | None, columns: Iterable[str] = ("title", "agency", "text")) -> pl.Expr | None:
    """Choose reports whose columns, together, contain every word, whatever the case or width of letters."""
    return of_words(query, searched(columns))


def searched(columns: Iterable[str] = ("title", "agency", "text")) -> pl.Expr:
    """Return what is searched for words: the columns, one a line, in one width (NFKC) and in lower case."""
    return pl.concat_str(*columns, separator="\n", ignore_nulls=True).str.normalize("NFKC").str.to_lowercase()


def of_words(query: str | None, lowered: pl.Expr) -> pl.Expr | None:
    """Choose rows whose text, as `searched` gives it, contains every word."""
    words = unicodedata.normalize("NFKC", query or "").lower().split()
    return pl.all_horizontal(lowered.str.contains(word, literal=True) for word in words) if words else None


def _one_of(column: str, value: str | None, known: Iterable[str]) -> pl.Expr | None:
    if value and value not in known:
        raise UserError(f"There is no {column} {value!r}. Known: {', '.join(known)}.")
    return pl.col(column) == value if value else None


def _below(code: str) -> pl.Expr:
    if lookup(code) is None:
        raise NotInArchive(f"No division has the code {code!r}. Codes are those of GB/T 2260, e.g. 430903.")
    prefix = re.sub(r"(00){1,2}\Z", "", code)
    if prefix == code:
        return pl.col("division") == code
    # Bounds, not a prefix: files tell their readers the least and the greatest code in each part of them.
    return (pl.col("division") >= prefix) & (pl.col("division") < prefix[:-1] + chr(ord(prefix[-1]) + 1))


def _within(name: str, found: Iterable[str]) -> pl.Expr:
    """Choose a superset of what a name chooses, by code: rows are sorted by code, so the rest is never read."""
    if inside := sorted(found):
        return pl.col("division").is_in(inside)
    raise NotInArchive(f"No division is called {name!r}. Give its full name, or its six-digit code of GB/T 2260.")


@cache
def _levels() -> dict[str, tuple[str, str, str]]:
    """Return the names of province, city and county that a row with a code bears."""
    return {code: (at.province, at.city, at.county) for code in codes() if (at := lookup(code))}


_ASKED: dict[str, Callable[[Any], pl.Expr | None]] = {
    "year": of_year,
    "province": of_province,
    "division": of_division,
    "agency": of_agency,
    "agency_type": of_agency_type,
    "tier": of_tier,
    "flag": of_flag,
    "flagged": of_flagged,
    "query": of_query,
}
