"""Reports in, one file out: JSON lines, Parquet, or CSV that a spreadsheet may open.

Parquet and JSON lines hold every value exactly. In CSV, a cell a spreadsheet would take for a formula gets an
apostrophe before it (OWASP, CSV injection). It knows nothing of where reports come from.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import polars.selectors as cs

from scrapers.corpus.unread import reading
from scrapers.errors import UserError

FORMULA = r"\A[=+\-@\t\r\n＝＋－＠]"
"""What makes Excel, LibreOffice or WPS read a cell as a formula, in either width, or look past its beginning."""


def write(reports: pl.LazyFrame, kind: str, path: Path) -> int:
    """Write reports as `jsonl`, `parquet` or `csv`; return how many. The file appears whole or not at all.

    Raise UserError when the kind is unknown or the file cannot be written there.
    """
    if kind not in _WRITERS:
        raise UserError(f"No export format {kind!r}. Known: {', '.join(_WRITERS)}.")
    if not path.name:
        raise UserError(f"Cannot write {str(path)!r}: it names no file. Name a file in a directory you may write.")
    part = path.with_name(path.name + ".part")
    try:
        with reading("The catalog", into=part):
            _WRITERS[kind](reports, part)
        part.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error}. Name a file in a directory you may write.") from error
    finally:
        part.unlink(missing_ok=True)
    return int(reports.select(pl.len()).collect().item())


def spreadsheet_safe(reports: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with an apostrophe before every text that a spreadsheet would take for a formula."""
    cell = cs.string()
    return reports.with_columns(pl.when(cell.str.contains(FORMULA)).then("'" + cell).otherwise(cell).name.keep())


def _write_csv(reports: pl.LazyFrame, path: Path) -> None:
    # The byte order mark tells spreadsheets that the file is UTF-8.
    spreadsheet_safe(reports).sink_csv(path, include_bom=True)


def _write_jsonl(reports: pl.LazyFrame, path: Path) -> None:
    reports.sink_ndjson(path)


def _write_parquet(reports: pl.LazyFrame, path: Path) -> None:
    reports.sink_parquet(path)


_WRITERS: dict[str, Callable[[pl.LazyFrame, Path], None]] = {
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
    "csv": _write_csv,
}
