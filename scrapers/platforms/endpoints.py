"""The interfaces that a page's script asks for its list, as far as its text names them.

Enters: page text and its address. Leaves: requests. It refuses to run scripts: addresses and parameters are read where
they are written out, and a parameter that is computed is left out. What a page hands to its script directly is read by
`state`.
"""

import json
import re
from itertools import islice
from urllib.parse import urlencode, urlsplit

from scrapers.model import PageRequest
from scrapers.platforms import records
from scrapers.platforms.script import value_after
from scrapers.platforms.tree import absolute

LIMIT = 3
"""Interfaces asked at most for one page."""
_TRIES = 60
_NEAR = 600
"""Characters after an address in which its parameters stand."""
_CALL = re.compile(
    r"(?:(?P<call>fetch|axios(?:\.(?:get|post|request))?|(?:\$|jQuery)\.(?:getJSON|get|post)|(?:http|request)\.(?:get|post))"
    r"\s{0,4}\(\s{0,9}|\burl\s{0,4}:\s{0,4}|(?:data-(?:url|api|src|source|json)|listurl)\s{0,4}=\s{0,4}"
    r"|\b\w{0,30}(?:api|url|json)\w{0,20}[\"']?\s{0,4}[=:]\s{0,4})(?P<quote>[\"'`])(?P<address>[^\"'`<>\s]{3,500})(?P=quote)",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"\.json\b|/api/|/rest/|/common/search/|/front/|getinfo|/(?:query|list|page|get|select|find|search)\w{0,40}(?:\.do|\.action|\.jspx?"
    r"|\.ashx|\.php)?(?:\?|$)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\.(?:js|css|s?html?|png|jpe?g|gif|svg|ico|xml|txt|woff2?)(?:\?|$)|login|count|click|visit|stat|weather|upload|"
    r"jquery|suggest|captcha|dict|config|menu|nav",
    re.IGNORECASE,
)
_POST = re.compile(r"(?:type|method)\s{0,4}:\s{0,4}[\"']post", re.IGNORECASE)
_JSON = re.compile(r"JSON\.stringify|application/json", re.IGNORECASE)
_SLOT = re.compile(r"\$\{[^{}]{0,80}\}|\{\{?[\w.]{1,40}\}?\}")
_STATES = (
    "window.__INITIAL_STATE__",
    "window.__NUXT__",
    "__INITIAL_STATE__",
    "__NUXT__",
    "__NEXT_DATA__",
    "articleList",
    "listData",
    "dataList",
    "pageData",
    "initData",
)


def named(text: str, url: str) -> tuple[PageRequest, ...]:
    """Return the requests for the interfaces a page's script names, likeliest first, three at most."""
    found: dict[PageRequest, None] = {}
    for match in islice(_CALL.finditer(text), _TRIES):
        written = match["address"].replace("\\/", "/")
        if _LIKELY.search(written) and not _NEVER.search(written.partition("?")[0]):
            request = _request(text, match, written, url)
            if request is not None:
                found.setdefault(request)
        if len(found) >= LIMIT:
            break
    return tuple(found)


def state(text: str, url: str) -> records.Records:
    """Return the rows that a page hands to its own script, `window.__INITIAL_STATE__ = {…}`; without a name if none."""
    for name in _STATES:
        if name in text and (value := value_after(text, name)) is not None:
            found = records.read(value, url)
            if found.entries:
                return found
    return records.Records()


def _request(text: str, match: re.Match[str], written: str, url: str) -> PageRequest | None:
    address = absolute(_SLOT.sub("1", written), url)
    if not address:
        return None
    near = text[match.end() : match.end() + _NEAR]
    fields = _parameters(near)
    if not (_POST.search(near) or (match["call"] or "").lower().endswith("post")):
        given = urlsplit(address).query
        lacking = {name: value for name, value in fields.items() if f"{name}=" not in given}
        query = "&".join(part for part in (given, urlencode(lacking)) if part)
        return PageRequest(urlsplit(address)._replace(query=query).geturl())
    if _JSON.search(near) or (match["call"] or "").lower().startswith(("axios", "http", "request")):
        return PageRequest(address, json=json.dumps(fields, separators=(",", ":"), ensure_ascii=False))
    return PageRequest(address, tuple((name, str(value)) for name, value in fields.items()) or (("page", "1"),))


def _parameters(near: str) -> dict[str, object]:
    """Read the parameters written out beside an address; what is computed reads as None and is left out."""
    for pattern in ("params", "data", "body"):
        spot = re.search(rf"\b{pattern}\s{{0,4}}:\s{{0,4}}(?:JSON\.stringify\()?\s{{0,4}}(?={{)", near)
        value = value_after(f"it={near[spot.end() :]}", "it") if spot else None
        if isinstance(value, dict):
            return {str(key): one for key, one in value.items() if isinstance(one, str | int | dict | list)}
    bare = re.match(r"\s{0,9},\s{0,9}(?={)", near)
    value = value_after(f"it={near[bare.end() :]}", "it") if bare else None
    if isinstance(value, dict) and not {"method", "headers", "params", "type"} & value.keys():
        return {str(key): one for key, one in value.items() if isinstance(one, str | int)}
    return {}
