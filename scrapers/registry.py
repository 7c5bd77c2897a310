"""The registry: one TOML file per province in, validated `Source` values out.

Reads files and nothing else. It knows which platforms and divisions exist; it does not know whether a site
answers. Every message names the file, the entry, the field and the fix.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from scrapers.errors import RegistryError
from scrapers.model import Source

FIRST_PLAUSIBLE_YEAR = 2004
"""国发〔2004〕10号 introduced yearly reports on administration by law; nothing earlier can exist."""
DEMO_DIVISION = "000000"
_REQUIRED = ("id", "agency", "division", "platform", "url")
_OPTIONAL = {f.name for f in fields(Source)} - {*_REQUIRED, "host"}
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "allow": list,
    "first_year": int,
    "min_reports": int,
    "max_pages": int,
    "delay": (int, float),
    "notes": str,
}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_HOST = re.compile(r"[^\s/@:]+(:\d+)?")
_CRON = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/[1-9]\d?)?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LIMITS = {
    "first_year": (FIRST_PLAUSIBLE_YEAR, 2100),
    "min_reports": (0, 2000),
    "max_pages": (1, 200),
    "delay": (0.2, 3600),
}


@dataclass(frozen=True, slots=True)
class Province:
    """One registry file: who it is for, when it runs, and its sources in file order."""

    key: str
    title: str
    division: str
    cron: tuple[str, ...]
    sources: tuple[Source, ...]

    def hosts(self) -> tuple[str, ...]:
        """Return the province's hosts, each once, in order of first appearance."""
        return tuple(dict.fromkeys(source.host for source in self.sources))


def load(path: Path, platforms: Iterable[str], divisions: Collection[str]) -> Province:
    """Read and validate one registry file; raise RegistryError naming file, entry, field and fix."""
    data = _read(path)
    _known_keys(data, {"title", "province", "schedule", "source"}, str(path))
    if not is_key(path.stem):
        raise RegistryError(f"{path}: rename it with lowercase letters, digits and single hyphens: 43-hunan.toml.")
    division = str(data.get("province", ""))
    if division != DEMO_DIVISION and division not in divisions:
        raise _wrong(str(path), "province", f"= {division!r} is no GB/T 2260 code. Write the province's six digits.")
    entries = data.get("source", [])
    if not isinstance(entries, list):
        raise RegistryError(f"{path}: write sources as [[source]] tables, with double brackets.")
    sources = tuple(_source(path, n, entry, set(platforms), divisions) for n, entry in enumerate(entries, 1))
    return Province(
        key=path.stem,
        title=str(data.get("title", path.stem)),
        division=division,
        cron=_cron(data.get("schedule", {}), str(path)),
        sources=sources,
    )


def load_all(directory: Path, platforms: Iterable[str], divisions: Collection[str]) -> tuple[Province, ...]:
    """Read every file of the registry and check what holds between files: unique ids, a host in one file only."""
    known = tuple(platforms)
    provinces = tuple(load(path, known, divisions) for path in files(directory))
    ids: dict[str, str] = {}
    hosts: dict[str, str] = {}
    for province, source in ((home, source) for home in provinces for source in home.sources):
        where = f"{directory / province.key}.toml: source {source.id!r}"
        if source.id in ids:
            raise _wrong(
                where, "id", f"is taken in {ids[source.id]}.toml. Ids are unique over the registry; choose another."
            )
        ids[source.id] = province.key
        if (owner := hosts.setdefault(source.host, province.key)) != province.key:
            fix = "One host is one queue: move its sources into one file."
            raise _wrong(where, "url", f"names host {source.host}, which is in {owner}.toml already. {fix}")
    return provinces


def files(directory: Path) -> list[Path]:
    """Return the registry's files in order; raise RegistryError when there is none."""
    if paths := sorted(directory.glob("*.toml")):
        return paths
    raise RegistryError(f"{directory}: no registry file (*.toml) here. Set REPORT_ARCHIVE_SOURCES to the registry.")


def is_key(stem: str) -> bool:
    """Return whether a file name, without `.toml`, can name a province everywhere: in keys, runs and DAG ids."""
    return _ID.match(stem) is not None


def is_cron(given: object) -> bool:
    """Return whether a value is a list of five-field cron expressions, in numbers (crontab(5), without names)."""
    return isinstance(given, (list, tuple)) and all(isinstance(one, str) and _is_expression(one) for one in given)


def _is_expression(text: str) -> bool:
    words = text.split()
    return len(words) == len(_CRON) and all(
        (part := _CRON_PART.fullmatch(item)) is not None and _between(part.groups(), low, high)
        for word, (low, high) in zip(words, _CRON, strict=True)
        for item in word.split(",")
    )


def _between(ends: Iterable[str | None], low: int, high: int) -> bool:
    numbers = [int(end) for end in ends if end is not None]
    return numbers == sorted(numbers) and all(low <= number <= high for number in numbers)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegistryError(
            f"{path}: no such registry file. `python -m scrapers check` lists those that exist."
        ) from None
    except OSError as error:
        raise RegistryError(f"{path}: {error.strerror}. Make it a file that this user may read.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: not valid TOML: {error}") from None


def _source(path: Path, number: int, entry: Any, platforms: set[str], divisions: Collection[str]) -> Source:
    if not isinstance(entry, dict):
        raise RegistryError(f"{path}: source {number}: write sources as [[source]] tables, with double brackets.")
    where = f"{path}: source {entry.get('id') or number!r}"
    _known_keys(entry, {*_REQUIRED, *_OPTIONAL}, where)
    for name in _REQUIRED:
        if not isinstance(entry.get(name), str):
            raise _wrong(where, name, f"is missing or not text. Every source needs {', '.join(_REQUIRED)}.")
    _check_types(entry, where)
    if not _ID.match(entry["id"]):
        raise _wrong(where, "id", f"= {entry['id']!r}: use lowercase letters, digits and single hyphens.")
    if entry["platform"] not in platforms:
        raise _wrong(where, "platform", f"= {entry['platform']!r} is unknown. Known: {', '.join(sorted(platforms))}.")
    if entry["division"] not in divisions:
        raise _wrong(where, "division", f"= {entry['division']!r} is no GB/T 2260 code, in force or former.")
    host = _host(entry["url"], where)
    values = {name: entry[name] for name in _OPTIONAL if name in entry}
    values["allow"] = tuple(_allowed(name, where) for name in entry.get("allow", ()))
    return Source(**{name: entry[name] for name in _REQUIRED}, host=host, **values)


def _known_keys(entry: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in entry:
        if name not in known:
            raise _wrong(where, name, f"is unknown. Known: {', '.join(sorted(known))}.")


def _check_types(entry: Mapping[str, Any], where: str) -> None:
    for name, kind in _TYPES.items():
        if name in entry and (not isinstance(entry[name], kind) or isinstance(entry[name], bool)):
            raise _wrong(where, name, f"= {entry[name]!r} has the wrong type.")
    for name, (low, high) in _LIMITS.items():
        if name in entry and not low <= entry[name] <= high:
            raise _wrong(where, name, f"= {entry[name]} is out of range; write {low} to {high}.")


def _cron(schedule: object, where: str) -> tuple[str, ...]:
    given = schedule.get("cron", []) if isinstance(schedule, dict) else None
    if not is_cron(given):
        raise _wrong(where, "schedule", 'is wrong. Below it write cron = ["30 2 * 1-4,12 *"]: five fields each.')
    return tuple(cast("list[str]", given))


def _allowed(name: object, where: str) -> str:
    if not isinstance(name, str) or not _HOST.fullmatch(name):
        raise _wrong(where, "allow", f"names {name!r}. Write hosts alone: files.example.gov.cn, or host:8080.")
    return name.lower()


def _host(url: str, where: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise _wrong(where, "url", f"= {url!r} is not a plain http(s) address.")
    if port is not None and port == _DEFAULT_PORTS[parts.scheme]:
        raise _wrong(where, "url", f"= {url!r}: leave out port {port}, or the host would get two queues.")
    return host if port is None else f"{host}:{port}"


def _wrong(where: str, name: str, problem: str) -> RegistryError:
    return RegistryError(f"{where}: field {name!r} {problem}")
