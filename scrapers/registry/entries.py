"""One `[[source]]` or `[[override]]` table in, a validated value out; every message names entry, field and fix.

Knows which fields there are and what may stand in them; it does not know files.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapers.errors import RegistryError
from scrapers.model import Override, Relevance, Source, Status

FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR = 2004, 2100
"""国发〔2004〕10号 introduced yearly reports on administration by law; nothing earlier can exist."""
REQUIRED = ("id", "agency", "division", "platform", "url")
OPTIONAL = tuple(f.name for f in fields(Source) if f.name not in {*REQUIRED, "host"})
_KNOWN = frozenset({*REQUIRED, *OPTIONAL})
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "allow": list,
    "first_year": int,
    "min_reports": int,
    "max_pages": int,
    "delay": (int, float),
    "notes": str,
    "status": str,
    "sitemap": str,
    "search": str,
    "browser": bool,
}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_HOST = re.compile(r"[^\s/@:]+(:\d+)?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LIMITS = {
    "first_year": (FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR),
    "min_reports": (0, 2000),
    "max_pages": (1, 200),
    "delay": (0.2, 3600),
}
_STATUSES = {str(status): status for status in Status}
_VERDICTS = {
    "accept": Relevance.REPORT,
    "reject": Relevance.RELATED,
    **{str(relevance): relevance for relevance in Relevance},
}
_OVERRIDE = ("url", "verdict", "report_year", "agency", "division", "published_on", "reason")


def is_key(stem: str) -> bool:
    """Return whether a file name, without `.toml`, can name a province everywhere: in keys, runs and DAG ids."""
    return _ID.match(stem) is not None


def source_of(where: str, number: int, entry: Any, platforms: Collection[str], divisions: Collection[str]) -> Source:
    """Return the source of one table; raise RegistryError naming file, entry, field and fix."""
    if not isinstance(entry, dict):
        raise RegistryError(f"{where}: source {number}: write sources as [[source]] tables, with double brackets.")
    where = f"{where}: source {entry.get('id') or number!r}"
    known_keys(entry, _KNOWN, where)
    for name in REQUIRED:
        if not isinstance(entry.get(name), str):
            raise wrong(where, name, f"is missing or not text. Every source needs {', '.join(REQUIRED)}.")
    if not _ID.match(entry["id"]):
        raise wrong(where, "id", f"= {entry['id']!r}: use lowercase letters, digits and single hyphens.")
    if entry["platform"] not in platforms:
        raise wrong(where, "platform", f"= {entry['platform']!r} is unknown. Known: {', '.join(sorted(platforms))}.")
    if entry["division"] not in divisions:
        raise wrong(where, "division", f"= {entry['division']!r} is no GB/T 2260 code, in force or former.")
    source = Source(host=host_of(entry["url"], where), **_values(entry, where))
    _check_ways(source, where)
    return source


def _check_ways(source: Source, where: str) -> None:
    """Raise RegistryError for a sitemap or search on no host of the source, or a search without its words."""
    for name, url in (("sitemap", source.sitemap), ("search", source.search)):
        if url and (host := host_of(url, where, name)) not in {source.host, *source.allow}:
            raise wrong(where, name, f"= {url!r} is on {host}. Add that host to `allow`, or leave the line out.")
    if source.search and "{words}" not in source.search:
        raise wrong(where, "search", f"= {source.search!r}: write {{words}} where the words go: …/search?q={{words}}.")


def _values(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return a source's fields but its host, each of the type and within the limits it must have."""
    _check_types(entry, where)
    values = dict(entry)
    if "allow" in values:
        values["allow"] = tuple(_allowed(name, where) for name in values["allow"])
    if "status" in values:
        if values["status"] not in _STATUSES:
            raise wrong(where, "status", f"= {values['status']!r} is unknown. Known: {', '.join(_STATUSES)}.")
        values["status"] = _STATUSES[values["status"]]
    return values


def override_of(where: str, number: int, entry: Any, divisions: Collection[str]) -> Override:
    """Return the override of one table; raise RegistryError naming file, entry, field and fix."""
    if not isinstance(entry, dict):
        raise RegistryError(f"{where}: override {number}: write overrides as [[override]] tables, double brackets.")
    where = f"{where}: override {entry.get('url') or number!r}"
    known_keys(entry, _OVERRIDE, where)
    for name in ("url", "reason"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise wrong(where, name, "is missing. Every override needs the page's url and the reason for it.")
    host_of(entry["url"], where)
    if not any(name in entry for name in _OVERRIDE[1:-1]):
        raise RegistryError(f"{where}: changes nothing. Give one of {', '.join(_OVERRIDE[1:-1])}.")
    verdict = entry.get("verdict")
    if verdict is not None and verdict not in _VERDICTS:
        raise wrong(where, "verdict", f"= {verdict!r} is unknown. Known: {', '.join(_VERDICTS)}.")
    return Override(
        url=entry["url"],
        relevance=_VERDICTS[verdict] if verdict is not None else None,
        report_year=_year(entry.get("report_year"), where),
        agency=_text(entry, "agency", where),
        division=_code(entry, where, divisions),
        published_on=_day(entry.get("published_on"), where),
        reason=entry["reason"],
    )


def _year(value: object, where: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not FIRST_PLAUSIBLE_YEAR <= value <= LAST_PLAUSIBLE_YEAR:
        raise wrong(where, "report_year", f"= {value!r}: write a year from {FIRST_PLAUSIBLE_YEAR} on.")
    return value


def _day(value: object, where: str) -> date | None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise wrong(where, "published_on", f"= {value!r}: write a date without quotes: 2025-01-24.")
    return value


def _text(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise wrong(where, name, f"= {value!r} is not text.")
    return value


def _code(entry: Mapping[str, Any], where: str, divisions: Collection[str]) -> str:
    value = _text(entry, "division", where)
    if value and value not in divisions:
        raise wrong(where, "division", f"= {value!r} is no GB/T 2260 code, in force or former.")
    return value


def known_keys(entry: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Raise RegistryError for a key that no table of its kind has."""
    for name in entry:
        if name not in known:
            raise wrong(where, name, f"is unknown. Known: {', '.join(sorted(known))}.")


def _check_types(entry: Mapping[str, Any], where: str) -> None:
    for name, kind in _TYPES.items():
        if name in entry and (not isinstance(entry[name], kind) or isinstance(entry[name], bool) != (kind is bool)):
            raise wrong(where, name, f"= {entry[name]!r} has the wrong type.")
    for name, (low, high) in _LIMITS.items():
        if name in entry and not low <= entry[name] <= high:
            raise wrong(where, name, f"= {entry[name]} is out of range; write {low} to {high}.")


def _allowed(name: object, where: str) -> str:
    if not isinstance(name, str) or not _HOST.fullmatch(name):
        raise wrong(where, "allow", f"names {name!r}. Write hosts alone: files.example.gov.cn, or host:8080.")
    return name.lower()


def host_of(url: str, where: str, name: str = "url") -> str:
    """Return an address's host as queues are named; raise RegistryError for what is no plain http(s) address."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise wrong(where, name, f"= {url!r} is not a plain http(s) address.")
    if port is not None and port == _DEFAULT_PORTS[parts.scheme]:
        raise wrong(where, name, f"= {url!r}: leave out port {port}, or the host would get two queues.")
    return host if port is None else f"{host}:{port}"


def wrong(where: str, name: str, problem: str) -> RegistryError:
    """Return the error about one field of one entry."""
    return RegistryError(f"{where}: field {name!r} {problem}")
