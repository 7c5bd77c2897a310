"""The verb `verdict`: a file of titles in, what each is, JSON lines or a measure against labels out."""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import msgspec

from scrapers.agencies import agency_type
from scrapers.cli.show import Screen
from scrapers.discover import hints
from scrapers.errors import UserError
from scrapers.extract.names import same
from scrapers.harvest.guess import Guess, guess
from scrapers.model import Relevance

Row = Mapping[str, str]
_YES = frozenset({"report", "report_legacy", "yes", "true", "1"})
_REPORTS = frozenset({Relevance.REPORT, Relevance.REPORT_LEGACY})
_YEAR, _AGENCY, _DIVISION = ("report_year", "year"), ("agency",), ("division", "gbt2260")
_GOVERNMENT = "人民政府"
_WORD = 2
"""Characters of a Chinese word: 司法 of 司法局."""
_LISTED = 200
"""Misses shown at most; with --json all are."""


@dataclass(slots=True)
class Measure:
    """Counts of one measured file."""

    found: int = 0
    missed: int = 0
    false: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("year", "agency", "division"), 0))
    given: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("year", "agency", "division"), 0))
    posted: int = 0
    """Labels of a bureau where the title names the government itself: who posted the page, not whose report it is."""
    untold: int = 0
    """Labels of a body that neither title, column, breadcrumb nor host names: they rest on the page."""
    misses: list[dict[str, object]] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Return precision, recall and the accuracies of what the labels give, as ratios with their counts."""
        told: dict[str, object] = {
            "precision": _ratio(self.found, self.found + self.false),
            "recall": _ratio(self.found, self.found + self.missed),
        }
        for name, given in self.given.items():
            told["agency, every label" if name == "agency" else name] = _ratio(self.right[name], given)
        named = self.given["agency"] - self.posted - self.untold
        told["agency, labels whose body the row names"] = _ratio(self.right["agency"], named)
        return told


def verdict(asked: argparse.Namespace, screen: Screen) -> int:
    """Judge every title of a file; with `--truth` measure the verdicts against a labelled column."""
    rows = _rows(asked.file)
    if not asked.truth:
        for row in rows:
            screen.value(_told(row, _guessed(row)))
        return 0
    measure, untitled = Measure(), 0
    for row in rows:
        if asked.truth not in row:
            raise UserError(f"{asked.file} has no column {asked.truth!r}. It has: {', '.join(row)}.")
        if row["title"].strip():
            _compare(measure, row, row[asked.truth])
        else:
            untitled += 1
    _show(measure, untitled, screen)
    return 0


def _guessed(row: Row) -> Guess:
    given = {name: row.get(name) or "" for name in ("url", "column", "breadcrumb")}
    return guess(row["title"], url=given["url"], column=given["column"], breadcrumb=given["breadcrumb"])


def _told(row: Row, guessed: Guess) -> dict[str, object]:
    judged = guessed.verdict
    return {
        "title": row["title"],
        **({"url": row["url"]} if row.get("url") else {}),
        "class": judged.relevance,
        "year": judged.report_year,
        "agency": guessed.agency or None,
        "division": guessed.division or None,
        "reason": judged.reason,
    }


def _compare(measure: Measure, row: Row, label: str) -> None:
    guessed = _guessed(row)
    told = _told(row, guessed)
    wanted, got = label.strip().lower() in _YES, guessed.verdict.relevance in _REPORTS
    if wanted != got:
        measure.missed, measure.false = measure.missed + wanted, measure.false + got
        measure.misses.append({"wrong": "missed" if wanted else "false", "label": label, **told})
    elif wanted:
        measure.found += 1
    if wanted:
        for name, want in _truths(row).items():
            measure.given[name] += 1
            if _agrees(name, told[name], want):
                measure.right[name] += 1
            else:
                wrong = _unnamed(measure, row, guessed, want) if name == "agency" else name
                measure.misses.append({"wrong": wrong, "label": want, **told})


def _truths(row: Row) -> dict[str, str]:
    named = {"year": _YEAR, "agency": _AGENCY, "division": _DIVISION}
    values = {name: next((row[key] for key in keys if row.get(key)), "") for name, keys in named.items()}
    values["division"] = values["division"].split(" ")[0]
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _agrees(name: str, got: object, want: str) -> bool:
    if name != "agency":
        return str(got or "") == want
    bare = want.partition("(")[0].partition("（")[0]
    # A government's office files the government's own report.
    office = str(got or "").endswith(_GOVERNMENT) and bare.startswith(_GOVERNMENT)
    return office or (bool(got) and (same(str(got), want) or same(str(got), bare)))


def _unnamed(measure: Measure, row: Row, guessed: Guess, want: str) -> str:
    """Count a label that the row does not give, and say how an agency is wrong."""
    if _names(row, guessed, want):
        return "agency"
    if guessed.named and guessed.agency.endswith(_GOVERNMENT):
        measure.posted += 1
        return "agency: the title names the government, the label another body"
    measure.untold += 1
    return "agency: the row names no body"


def _names(row: Row, guessed: Guess, want: str) -> bool:
    """Say whether a row names a wanted body: its strings the body's first word, or its host a body of that kind.

    A host speaks only where the title names nobody: bureaus post their government's report, and what the title says
    comes first.
    """
    words = "".join(row.get(name) or "" for name in ("title", "column", "breadcrumb"))
    office = "" if guessed.named else hints.host_agency(row.get("url") or "")
    return want[:_WORD] in words or bool(office and agency_type(office) is agency_type(want))


def _show(measure: Measure, untitled: int, screen: Screen) -> None:
    figures = measure.figures()
    if screen.json:
        counted = {"posted": measure.posted, "untold": measure.untold, "untitled": untitled}
        screen.value({**figures, **counted, "misses": measure.misses})
        return
    screen.rows("measured", ("what", "figure"), [{"what": what, "figure": told} for what, told in figures.items()])
    if left := measure.posted + measure.untold:
        screen.say(
            f"{left} labels name a body that the row does not: in {measure.posted} the title names the government"
            f" itself, in {measure.untold} nothing names a body"
        )
    screen.say(f"{len(measure.misses)} misses")
    for miss in measure.misses[:_LISTED]:
        read = ", ".join(str(miss[name]) for name in ("class", "year", "agency", "division") if miss[name])
        screen.say(f"  {miss['wrong']}: labelled {miss['label']}, read {read}: {miss['title']} {miss.get('url', '')}")
    screen.say(f"{untitled} rows without a title were passed over" if untitled else "every row has a title")


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part} of {whole})" if whole else "not given"


def _rows(path: Path) -> Iterator[Row]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8. Save it so, tab-separated or with one JSON object a line.") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}. Name a file of titles, or - for standard input.") from None
    reader = _json_lines if text.lstrip().startswith("{") else _tab_separated
    return reader(text, path)


def _json_lines(text: str, path: Path) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):  # a title may hold other line ends
        if line.strip():
            try:
                row = msgspec.json.decode(line, type=dict[str, str | int | float | bool | None])
            except msgspec.MsgspecError as error:
                raise UserError(f"{path} line {number} is no JSON object of plain values: {error}") from None
            yield _titled({name: "" if value is None else str(value) for name, value in row.items()}, path, number)


def _tab_separated(text: str, path: Path) -> Iterator[Row]:
    reader, number = csv.DictReader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), 1
    try:
        for number, row in enumerate(reader, 2):
            yield _titled({name: value or "" for name, value in row.items() if isinstance(name, str)}, path, number)
    except csv.Error as error:
        raise UserError(f"{path}, after line {number}: no tab-separated row can be read: {error}.") from None


def _titled(row: Row, path: Path, number: int) -> Row:
    if "title" not in row:
        raise UserError(f"{path} line {number} has no field 'title'. Name one so; url, column, breadcrumb may follow.")
    return row
