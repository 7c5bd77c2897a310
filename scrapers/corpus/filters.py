"""What an analyst asks for in, polars conditions over `reports` out. None asks for nothing."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import polars as pl

from scrapers.divisions import codes, lookup
from scrapers.errors import NotInArchive

_CODE = re.compile(r"[0-9]{6}\Z")


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
    return named & _within(code for code, levels in _levels().items() if levels[0].startswith(province))


def of_division(division: str | None) -> pl.Expr | None:
    """Choose reports of a division and of all below it, by six-digit code or by its full name."""
    if not division:
        return None
    if _CODE.match(division):
        return _below(division)
    named = pl.any_horizontal(pl.col(level) == division for level in ("province", "city", "county"))
    return named & _within(code for code, levels in _levels().items() if division in levels)


def of_agency(agency: str | None) -> pl.Expr | None:
    """Choose reports of bodies whose name contains this."""
    return pl.col("agency").str.contains(agency, literal=True) if agency else None


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


def _below(code: str) -> pl.Expr:
    if lookup(code) is None:
        raise NotInArchive(f"No division has the code {code!r}. Codes are those of GB/T 2260, e.g. 430903.")
    prefix = re.sub(r"(00){1,2}\Z", "", code)
    if prefix == code:
        return pl.col("division") == code
    # Bounds, not a prefix: files tell their readers the least and the greatest code in each part of them.
    return (pl.col("division") >= prefix) & (pl.col("division") < prefix[:-1] + chr(ord(prefix[-1]) + 1))


def _within(found: Iterable[str]) -> pl.Expr:
    """Choose a superset of what a name chooses, by code: rows are sorted by code, so the rest is never read."""
    return pl.col("division").is_in(sorted(found))


@cache
def _levels() -> dict[str, tuple[str, str, str]]:
    """Return the names of province, city and county that a row with a code bears."""
    return {code: (at.province, at.city, at.county) for code in codes() if (at := lookup(code))}
