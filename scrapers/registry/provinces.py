"""The registry's files: paths in, validated provinces out, and what must hold between files."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import tomli

from scrapers.errors import RegistryError
from scrapers.model import Override, Source, Status
from scrapers.registry.entries import is_key, known_keys, override_of, source_of, wrong
from scrapers.registry.schedule import is_cron

DEMO_DIVISION = "000000"
_HEAD = ("title", "province", "owner", "schedule", "source", "override")


@dataclass(frozen=True, slots=True)
class Province:
    """One registry file: who it is for, when it runs, and its sources in file order."""

    key: str
    title: str
    division: str
    cron: tuple[str, ...]
    sources: tuple[Source, ...]
    overrides: tuple[Override, ...] = ()

    def hosts(self) -> tuple[str, ...]:
        """Return the province's hosts, each once, in order of first appearance."""
        return tuple(dict.fromkeys(source.host for source in self.sources))

    @property
    def unverified(self) -> int:
        """How many sources nobody has fetched from yet."""
        return sum(source.status is not Status.ACTIVE for source in self.sources)


def load(path: Path, platforms: Iterable[str], divisions: Collection[str]) -> Province:
    """Read and validate one registry file; raise RegistryError naming file, entry, field and fix."""
    data = _read(path)
    known_keys(data, _HEAD, str(path))
    if not is_key(path.stem):
        raise RegistryError(f"{path}: rename it with lowercase letters, digits and single hyphens: 43-hunan.toml.")
    division = str(data.get("province", ""))
    if division != DEMO_DIVISION and division not in divisions:
        raise wrong(str(path), "province", f"= {division!r} is no GB/T 2260 code. Write the province's six digits.")
    if not isinstance(data.get("owner", ""), str):
        raise wrong(str(path), "owner", 'is no text. Write who looks after the DAG: owner = "hunan-team".')
    entries = data.get("source", [])
    if not isinstance(entries, list):
        raise RegistryError(f"{path}: write sources as [[source]] tables, with double brackets.")
    known = frozenset(platforms)
    sources = tuple(source_of(str(path), n, entry, known, divisions) for n, entry in enumerate(entries, 1))
    return Province(
        key=path.stem,
        title=str(data.get("title", path.stem)),
        division=division,
        cron=_cron(data.get("schedule", {}), str(path)),
        sources=sources,
        overrides=_overrides(path, data.get("override", []), sources, divisions),
    )


def _overrides(path: Path, entries: Any, sources: Iterable[Source], divisions: Collection[str]) -> tuple[Override, ...]:
    if not isinstance(entries, list):
        raise RegistryError(f"{path}: write overrides as [[override]] tables, with double brackets.")
    hosts = {host for source in sources for host in (source.host, *source.allow)}
    found: dict[str, Override] = {}
    for number, entry in enumerate(entries, 1):
        override = override_of(str(path), number, entry, divisions)
        where = f"{path}: override {override.url!r}"
        if (host := urlsplit(override.url).netloc.lower()) not in hosts:
            raise wrong(where, "url", f"names {host}, on which no source of this file lies. Correct or remove it.")
        if override.url in found:
            raise wrong(where, "url", "is overridden twice. Put both changes into one table.")
        found[override.url] = override
    return tuple(found.values())


def load_all(directory: Path, platforms: Iterable[str], divisions: Collection[str]) -> tuple[Province, ...]:
    """Read every file of the registry and check what holds between files: unique ids, a host in one file only."""
    known = tuple(platforms)
    provinces = tuple(load(path, known, divisions) for path in files(directory))
    ids: dict[str, str] = {}
    hosts: dict[str, str] = {}
    count = 0
    for province, source in ((home, source) for home in provinces for source in home.sources):
        where = f"{directory}/{province.key}.toml: source {source.id!r}"
        if (owner := ids.setdefault(source.id, province.key)) != province.key or len(ids) <= count:
            raise wrong(where, "id", f"is taken in {owner}.toml. Ids are unique over the registry; choose another.")
        count = len(ids)
        if (owner := hosts.setdefault(source.host, province.key)) != province.key:
            fix = "One host is one queue: move its sources into one file."
            raise wrong(where, "url", f"names host {source.host}, which is in {owner}.toml already. {fix}")
    return provinces


def files(directory: Path) -> list[Path]:
    """Return the registry's files in order; raise RegistryError when there is none."""
    if paths := sorted(directory.glob("*.toml")):
        return paths
    raise RegistryError(f"{directory}: no registry file (*.toml) here. Set REPORT_ARCHIVE_SOURCES to the registry.")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegistryError(
            f"{path}: no such registry file. `python -m scrapers check` lists those that exist."
        ) from None
    except OSError as error:
        raise RegistryError(f"{path}: {error.strerror}. Make it a file that this user may read.") from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: not valid TOML: {error}") from None


def _cron(schedule: object, where: str) -> tuple[str, ...]:
    given = schedule.get("cron", []) if isinstance(schedule, dict) else None
    if not is_cron(given):
        raise wrong(where, "schedule", 'is wrong. Below it write cron = ["30 2 * 1-4,12 *"]: five fields each.')
    return tuple(cast("list[str]", given))
