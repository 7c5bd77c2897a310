"""What a command prints: values in, a table for people or JSON lines for machines out.

Text from the web is only ever text here: markup is escaped and control characters are dropped, for a terminal
obeys both.
"""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import TextIOWrapper

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class _Output(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would exit with 1, which means something here


class Screen:
    """Standard output for results, standard error for progress and trouble."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a terminal of another encoding shows what it lacks by number
                stream.reconfigure(encoding="utf-8" if json else None, errors="backslashreplace")
        self._out = _Output(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def rows(self, title: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
        """Print rows: a table of the named columns, or every field as one JSON object a line."""
        if self.json:
            for row in rows:
                self.value(row)
            return
        table = Table(title=title)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(plain(row.get(column))) for column in columns))
        _Output(highlight=False).print(table)

    def value(self, value: object) -> None:
        """Print one JSON value on a line of its own."""
        sys.stdout.write(msgspec.json.encode(value, enc_hook=str).decode() + "\n")

    def result(self, value: Mapping[str, object], text: str) -> None:
        """Print what came of a command: a JSON value for machines, a line for people."""
        self.value(value) if self.json else self.say(text)

    def say(self, text: str) -> None:
        """Print a line for people; machines are spared it."""
        if not self.json:
            self._out.print(Text(plain(text)))

    def fail(self, text: str) -> None:
        """Print what went wrong to standard error."""
        if self.json:
            sys.stderr.write(msgspec.json.encode({"error": text}).decode() + "\n")
        else:
            self._err.print(Text(plain(text), style="red"))

    def progress(self) -> Progress:
        """Return a progress bar on standard error; invisible when nobody watches."""
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),  # an address may hold brackets
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._err,
            disable=self.json or not self._err.is_terminal,
        )


def plain(value: object) -> str:
    """Return a value as text that no terminal obeys."""
    return _CONTROL.sub("", "" if value is None else str(value))
