"""Two reports' facts in, the kind of their relation out: the guards on year, body and division.

Pure. That their texts are nearly the same is known already. Nothing is merged on a doubt: a pair is a copy only when
the years agree and the bodies do not contradict each other.
"""

import re
from enum import StrEnum

from scrapers.catalog.settle import Row
from scrapers.text import canonical

CONVERTED = "converted"
"""The flag of a text in traditional characters."""
_LEVELS = re.compile(r"(00){1,2}\Z")


class Kind(StrEnum):
    """What a report is to the one that stands before it."""

    REPUBLICATION = "republication"
    CONVERTED_MIRROR = "converted_mirror"
    REVISION = "revision"
    YEAR_ON_YEAR_COPY = "year_on_year_copy"
    TEMPLATE = "template"


COPIES = (Kind.REPUBLICATION, Kind.CONVERTED_MIRROR, Kind.REVISION)
"""The kinds that make two reports copies of one."""


def kind_of(one: Row, other: Row) -> Kind:
    """Return the kind of two reports of nearly the same text at different addresses."""
    year, body = same_year(one, other), same_body(one, other)
    if year and body:
        return Kind.CONVERTED_MIRROR if _is_converted(one) != _is_converted(other) else Kind.REPUBLICATION
    # That a body copied its last report is said of it in public, so its name and both years must be known.
    named = one["agency"] and other["agency"] and one["report_year"] and other["report_year"]
    return Kind.YEAR_ON_YEAR_COPY if body and named and not year else Kind.TEMPLATE


def same_year(one: Row, other: Row) -> bool:
    """Say whether two reports are known to be of one year: their own, or else the one their texts name most."""
    first, second = _years(one, other)
    return first is not None and first == second


def same_body(one: Row, other: Row) -> bool:
    """Say whether two reports may be of one body.

    Names agree when one ends with the other (教育局 is 益阳市赫山区教育局) and neither's division contradicts. A report
    without a body is another's only where it may stand for it: on the same host, or when one of them is a repost.
    """
    if not _compatible(one["division"] or "", other["division"] or ""):
        return False
    if not one["agency"] or not other["agency"]:
        return one["host"] == other["host"] or "repost" in (one["tier"], other["tier"])
    first, second = canonical(one["agency"]), canonical(other["agency"])
    return first.endswith(second) or second.endswith(first)


def _years(one: Row, other: Row) -> tuple[int | None, int | None]:
    """Return two years that can be compared: of like texts, those named most differ just when the years do."""
    column = "named_year" if None in (one["report_year"], other["report_year"]) else "report_year"
    return one[column], other[column]


def _compatible(one: str, other: str) -> bool:
    """Say whether two divisions are the same, or one lies in the other, or one is unknown."""
    short, long = sorted((_LEVELS.sub("", one), _LEVELS.sub("", other)), key=len)
    return long.startswith(short)


def _is_converted(report: Row) -> bool:
    return CONVERTED in (report["flags"] or "").split()
