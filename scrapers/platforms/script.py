"""Data that pages carry inside their scripts: strict JSON, or object literals as people write them.

Enters: text and where in it a value starts. Leaves: dicts, lists, strings, numbers, booleans and None. It refuses to
know what the data means and to run anything: what is no literal (a call, an unset variable) reads as None. One pass,
linear in the text; nesting and size are bounded.
"""

import json
import re
from itertools import islice

MAX_DEPTH = 40
MAX_TRIES = 5
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[^\s,:;{}\[\]\"'()]+")
_STRING = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL) for quote in "\"'`"}
_ROW = re.compile(r"\}\s{0,20},\s{0,20}\{")
_REST = re.compile(r"[^,}\]\n(]*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": "", "\r\n": ""}
_DECODER = json.JSONDecoder()
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None, "undefined": None}


def load_json(text: str) -> object:
    """Return the value of a JSON text, or None when it is not JSON or too deep."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def value_after(text: str, name: str) -> object:
    """Return the first object or list that follows `name` and `=` or `:`; None when there is none that can be read."""
    pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}[\"']?\s{{0,20}}[=:]\s{{0,20}}(?=[{{\[])")
    for found in islice(pattern.finditer(text), MAX_TRIES):
        try:
            return _strict(text, found.end()) or _read(text, found.end(), 0)[0]
        except _UnreadableError:
            continue
    return None


def rows_after(text: str, name: str) -> tuple[list[object], bool] | None:
    """Return the rows of the first list that follows `name` as far as they can be read, and whether any could not be.

    For lists with a mistake in them: a broken row costs itself, and one without an end the rows behind it. None when
    no list follows the name.
    """
    pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}[\"']?\s{{0,20}}[=:]\s{{0,20}}\[")
    opening = pattern.search(text)
    if opening is None:
        return None
    rows: list[object] = []
    at, broken = opening.end(), 0
    while broken < MAX_TRIES:
        start = text.find("{", at)
        closing = text.find("]", at)
        if start < 0 or 0 <= closing < start:
            return rows, broken > 0 or closing < 0
        try:
            row, at = _read(text, start, 1)
            rows.append(row)
        except _UnreadableError:
            broken += 1
            following = _ROW.search(text, start + 1)
            if following is None:
                break
            at = following.end() - 1
    return rows, True


def _strict(text: str, at: int) -> object:
    """Read a value that is JSON, at the speed of the standard reader; None when it is not."""
    try:
        value: object = _DECODER.raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return None
    return value


class _UnreadableError(Exception):
    """The literal ends too early, or is nested too deep."""


def _read(text: str, at: int, depth: int) -> tuple[object, int]:
    at = _skip(text, at)
    mark = text[at : at + 1]
    if mark in ("{", "["):
        if depth >= MAX_DEPTH:
            raise _UnreadableError
        return _read_object(text, at + 1, depth) if mark == "{" else _read_list(text, at + 1, depth)
    if mark in _STRING:
        return _read_string(text, at)
    word = _WORD.match(text, at)
    if word is None:
        raise _UnreadableError
    return _constant(word[0]), word.end()


def _read_object(text: str, at: int, depth: int) -> tuple[dict[str, object], int]:
    found: dict[str, object] = {}
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return found, at + 1
        if text[at : at + 1] == ",":
            at += 1
            continue
        key, at = _read(text, at, depth + 1) if text[at : at + 1] in ('"', "'") else _read_word(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise _UnreadableError
        found[str(key)], at = _read(text, at + 1, depth + 1)
        at = _to_separator(text, at)


def _read_list(text: str, at: int, depth: int) -> tuple[list[object], int]:
    found: list[object] = []
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return found, at + 1
        if text[at : at + 1] == ",":
            at += 1
            continue
        value, at = _read(text, at, depth + 1)
        found.append(value)
        at = _to_separator(text, at)


def _to_separator(text: str, at: int) -> int:
    """Step over what follows a value that is more than a literal: a call's arguments, `|| ""`."""
    while True:
        at = _skip(text, at)
        found = _REST.match(text, at)
        at = found.end() if found else at
        if text[at : at + 1] != "(":
            return at
        end = text.find(")", at)
        if end < 0:
            raise _UnreadableError
        at = end + 1


def _read_word(text: str, at: int) -> tuple[str, int]:
    word = _WORD.match(text, at)
    if word is None:
        raise _UnreadableError
    return word[0], word.end()


def _read_string(text: str, at: int) -> tuple[str, int]:
    body = _STRING[text[at]].match(text, at + 1)
    if body is None or text[body.end() : body.end() + 1] != text[at]:
        raise _UnreadableError
    value = _ESCAPE.sub(_unescape, body[0]) if "\\" in body[0] else body[0]
    if _SURROGATE.search(value):
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value, body.end() + 1


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 2:
        return chr(int(code[1:], 16))
    return _PLAIN.get(code, code)


def _constant(word: str) -> object:
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    try:
        return int(word) if len(word) < 20 else None
    except ValueError:
        return None


def _skip(text: str, at: int) -> int:
    """Step over white space and comments; a comment without an end ends the reading."""
    while True:
        found = _SPACE.match(text, at)
        at = found.end() if found else at
        opening = text[at : at + 2]
        if opening not in ("//", "/*"):
            return at
        closing = "\n" if opening == "//" else "*/"
        end = text.find(closing, at + 2)
        if end < 0:
            raise _UnreadableError
        at = end + len(closing)
