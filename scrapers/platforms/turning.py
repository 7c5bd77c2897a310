"""The next pages of an interface: the same request with another number in it.

Enters: the request that was answered, and how many rows and how many in all the answer held. Leaves: the requests for
the pages after it. The names of page numbers are data below. It refuses to know what the rows are.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.model import PageRequest
from scrapers.platforms.paging import MAX_PAGES
from scrapers.platforms.script import load_json

PAGE_NAMES = frozenset(
    {"page", "pageno", "page_no", "pagenum", "page_num", "pageindex", "page_index", "pagenumber"}
    | {"currpage", "curpage", "cur_page", "currentpage", "current_page", "current", "p", "paged"}
)
"""Names, in lower case, under which systems count pages from 0 or 1."""
_LAST_RESORT = frozenset(["pageid"])
"""Names that count pages in some systems and number the column in others: the page only where nothing else is."""
START_NAMES = frozenset(["start", "offset", "startrecord", "skip", "pn"])
"""Names under which systems count entries; the step is the size of a page."""
SIZE_NAMES = frozenset(
    ["rows", "pagesize", "page_size", "_pagesize", "perpage", "per_page", "limit", "size", "rn", "length", "pagerows"]
)
_NESTED = ("paramjson", "params", "parameters", "data", "query")
"""Fields that hold the numbers as JSON in a string."""

Fields = dict[str, object]


def after(request: PageRequest, read: int, total: int | None, pages: int | None = None) -> tuple[PageRequest, ...]:
    """Return the requests for the pages after an answer with `read` rows; just the next one when no total is known.

    Empty when the request holds no page number and when the answer held no rows. The first page names all the others,
    a later one the next.
    """
    if read < 1:
        return ()
    fields = _fields(request)
    spot = _spot(fields)
    if spot is None:
        return ()
    name, number, starts = spot
    size = _size(fields) or read
    step = size if starts else 1
    if total is None and pages is None:
        return (_turned(request, fields, name, number + step),)
    here = number // step if starts else max(number - 1, 0)
    if here and pages is None and not _size(fields):
        return ()  # a later page does not tell how long a page is, and the first one named them all
    if not (here or starts) and read < min(size, total or 0):
        size = read  # fewer rows than were asked for and more to come: the server has its own size of pages
    last = min(pages if pages is not None else -(-(total or 0) // size), MAX_PAGES)
    turns = range(1, last - here)[: 1 if here else None]
    return tuple(_turned(request, fields, name, number + step * turn) for turn in turns)


def _fields(request: PageRequest) -> Fields:
    if request.json:
        value = load_json(request.json)
        return dict(value) if isinstance(value, dict) else {}
    pairs = request.form or tuple(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    return dict(pairs)


def _inner(fields: Mapping[str, object]) -> tuple[str, Fields]:
    """Return the field that holds further fields, as JSON or as an object, and those; an empty name when none does."""
    for name, value in fields.items():
        if name.lower() in _NESTED:
            inside = load_json(value) if isinstance(value, str) else value
            if isinstance(inside, dict):
                return name, dict(inside)
    return "", {}


def _spot(fields: Mapping[str, object]) -> tuple[str, int, bool] | None:
    """Return the name and number of the page and whether it counts entries: a page number wins over a start."""
    levels = (fields, _inner(fields)[1])
    kinds = ((PAGE_NAMES, False), (START_NAMES, True))
    ways = [(every, *kind) for every in levels for kind in kinds] + [(fields, _LAST_RESORT, False)]
    for every, names, starts in ways:
        for name, value in every.items():
            number = _number(value)
            if name.lower() in names and number is not None:
                return name, number, starts
    return None


def _size(fields: Mapping[str, object]) -> int:
    for every in (fields, _inner(fields)[1]):
        for name, value in every.items():
            if name.lower() in SIZE_NAMES:
                return _number(value) or 0
    return 0


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**6 else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 7 else None


def _turned(request: PageRequest, fields: Fields, name: str, number: int) -> PageRequest:
    """Return the request with the number in its field; a number keeps the kind it had, text or integer."""
    holder, inside = _inner(fields)
    if name in fields:
        changed = {**fields, name: _alike(fields[name], number)}
    else:
        inside = {**inside, name: _alike(inside[name], number)}
        whole: object = json.dumps(inside, separators=(",", ":"), ensure_ascii=False)
        changed = {**fields, holder: whole if isinstance(fields[holder], str) else inside}
    if request.json:
        return replace(request, json=json.dumps(changed, separators=(",", ":"), ensure_ascii=False))
    if request.form:
        turned = str(changed.get(name, ""))
        return replace(request, form=tuple((key, turned if key == name else value) for key, value in request.form))
    return replace(request, url=urlsplit(request.url)._replace(query=urlencode(changed)).geturl())


def _alike(old: object, number: int) -> object:
    return str(number) if isinstance(old, str) else number
