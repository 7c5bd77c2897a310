"""What a visitor asked for: the query of a request in, checked values out. Anything else is refused by name."""

import re
from datetime import date

from fastapi import Request
from starlette.exceptions import HTTPException

LONGEST = 200
_CODE = re.compile(r"[0-9]{6}")
_REPORT = re.compile(r"[0-9a-f]{32}")


class WrongQuery(HTTPException):
    """Raised when a query parameter is not what it should be; the message names it and what it may be."""

    def __init__(self, name: str, may_be: str) -> None:
        super().__init__(400, f"{name}: {may_be}")


def words(request: Request, name: str, longest: int = LONGEST) -> str:
    """Return a text, without space around it."""
    given = request.query_params.get(name, "").strip()
    if len(given) > longest:
        raise WrongQuery(name, f"at most {longest} characters")
    return given


def number(request: Request, name: str, low: int, high: int) -> int | None:
    """Return a whole number between two bounds, or None when it was left empty."""
    given = words(request, name)
    if not given:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", given) or not low <= int(given) <= high:
        raise WrongQuery(name, f"a number from {low} to {high}")
    return int(given)


def year(request: Request, name: str = "year") -> int | None:
    """Return a report year."""
    return number(request, name, 2004, date.today().year + 1)


def code(request: Request, name: str) -> str:
    """Return a GB/T 2260 code, or nothing."""
    given = words(request, name)
    if given and not _CODE.fullmatch(given):
        raise WrongQuery(name, "six digits of GB/T 2260, e.g. 430000")
    return given


def one_of(request: Request, name: str, known: tuple[str, ...]) -> str:
    """Return one of the known words, or nothing."""
    given = words(request, name)
    if given and given not in known:
        raise WrongQuery(name, ", ".join(known))
    return given


def report_id(given: str) -> str:
    """Return a report's id when it looks like one; refuse anything else as not found."""
    if not _REPORT.fullmatch(given):
        raise HTTPException(404)
    return given


def bounded(page: int | None, rows: int, size: int) -> tuple[int, int]:
    """Return the page to show, counted from 1, and how many there are."""
    pages = max(1, -(-rows // size))
    return min(page or 1, pages), pages
