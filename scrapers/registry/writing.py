"""Registry files written for a person to read on: entries added and changed, comments and order kept.

A path and a source in, the file on disk out. It refuses to validate: what is written is read back by whoever checks.
"""

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from scrapers.errors import RegistryError
from scrapers.model import Source

_ALWAYS = ("id", "agency", "division", "platform", "url")
_DEFAULTS = {f.name: f.default for f in fields(Source)}


def add(path: Path, source: Source, *, title: str, province: str) -> bool:
    """Add a source to a file, made with this head when there is none; True when an entry of its url was changed."""
    document = _read(path) if path.exists() else _headed(title, province)
    entries = _entries(document, path)
    for entry in entries:
        if entry.get("url") == source.url:
            _change(entry, {**_values(source), "id": entry.get("id", source.id)})
            entry.pop("status", None)
            _write(path, document)
            return True
    table = tomlkit.table()
    for name, value in _values(source).items():
        table.add(name, value)
    if not path.exists() or not len(entries):
        document.add(tomlkit.nl())
    entries.append(table)
    _write(path, document)
    return False


def change(path: Path, changes: Mapping[str, Mapping[str, object]]) -> None:
    """Change fields of the entries with these ids; None takes a field away. Everything else stays as it is."""
    document = _read(path)
    for entry in _entries(document, path):
        _change(entry, changes.get(str(entry.get("id")), {}))
    _write(path, document)


def _change(entry: Table, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if value is None:
            entry.pop(name, None)
        elif entry.get(name) != value:
            entry[name] = value


def _values(source: Source) -> dict[str, Any]:
    """Return the fields to write: those every source needs, and those that differ from their defaults."""
    values: dict[str, Any] = {name: getattr(source, name) for name in _ALWAYS}
    for f in fields(Source):
        value = getattr(source, f.name)
        if f.name not in {*_ALWAYS, "host"} and value != _DEFAULTS[f.name]:
            values[f.name] = list(value) if isinstance(value, tuple) else value
    return values


def _read(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegistryError(f"{path}: no such registry file.") from None
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise RegistryError(f"{path}: cannot be changed: {error}") from None


def _headed(title: str, province: str) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    document.add("title", tomlkit.string(title))
    document.add("province", tomlkit.string(province))
    return document


def _entries(document: tomlkit.TOMLDocument, path: Path) -> AoT:
    if "source" not in document:
        document.append("source", tomlkit.aot())
    entries = document["source"]
    if not isinstance(entries, AoT):
        raise RegistryError(f"{path}: write sources as [[source]] tables, with double brackets.")
    return entries


def _write(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Replace the file in one step: a reader sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(tomlkit.dumps(document), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise RegistryError(f"{path}: cannot be written: {error.strerror}.") from None
