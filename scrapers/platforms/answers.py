"""An interface's answer as a list: JSON with rows, or JSON that holds markup.

Enters: the text of an answer and its address. Leaves: a listing, with the requests for further pages where the address
says how they are asked for. What stands around the JSON (a warning, a callback) is stepped over and told. It refuses to
know systems.
"""

import re

from scrapers.model import PageRequest
from scrapers.platforms import numbered, records, turning
from scrapers.platforms.contract import Listing
from scrapers.platforms.script import load_json, rows_after

_OPENING = re.compile(r"[{\[]")
_CALLBACK = re.compile(r"\s{0,99}[\w$.]{1,80}\s{0,9}\(\s{0,9}(?=[{\[])")
_PAGE = re.compile(r"<(?:!doctype|html|head|body|script)", re.IGNORECASE)
_INSIDE = re.compile(r"[{\[]\s{0,20}[\"{\[]")
_ROWS = ("results", "articles", "records", "rows", "list", "data", "articleList", "infodata", "items", "content")
_BROKEN = "the answer is no valid JSON: rows were read as far as they go"


def is_answer(text: str) -> bool:
    """Say whether a text is an interface's answer rather than a page: JSON, or JSON in a callback."""
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") or _CALLBACK.match(text) is not None:
        return True
    # A server's warning before the answer is markup, a page is more of it.
    return (
        text.rstrip()[-1:] in ("}", "]")
        and _PAGE.search(text[:4000]) is None
        and _INSIDE.search(text[:4000]) is not None
    )


def load(text: str) -> tuple[object, bool]:
    """Return an answer's value, and whether it was broken: something stood before it or its rows had to be saved."""
    text = text.lstrip("\ufeff")
    callback = _CALLBACK.match(text)
    if callback is not None:
        text = text[callback.end() :].rstrip("; \t\r\n").removesuffix(")")
    value = load_json(text)
    if value is not None:
        return value, False
    opening = _OPENING.search(text[:20_000])
    if opening is not None and opening.start():
        value = load_json(text[opening.start() :])
        if isinstance(value, dict | list):
            return value, True
    for name in _ROWS:
        saved = rows_after(text, name)
        if saved is not None and saved[0]:
            return {name: saved[0]}, True
    return None, True


def read(text: str, url: str) -> Listing:
    """Read an answer; one without any list of titled rows has no container."""
    value, broken = load(text)
    found = records.read(value, url)
    if not found.name:
        return Listing((), None, None, (), damage=(_BROKEN,) if broken else ())
    total = found.total if found.total is None or found.total >= len(found.entries) else None
    following = turning.after(PageRequest(url), found.rows, total, found.pages)
    if not following and found.rows:
        following = numbered.series(url, found.pages or -(-(total or 0) // found.rows))
    pages = len(following) + 1 if found.pages is None and total is not None and following else found.pages
    damage: tuple[str, ...] = (_BROKEN,) if broken else ()
    damage += found.damage
    paging = numbered.describe(following) if following else ""
    return Listing(found.entries, total, pages, following, found.name, paging, damage, interface=True)
