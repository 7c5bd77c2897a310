"""The tables of a workbook, XLS or XLSX: bytes in, a line a row out, cells separated by a space.

Values as they are stored, whole numbers without a point; formulas are not worked out and macros are not looked at.
"""

import io
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from scrapers.extract.archives import Archive
from scrapers.extract.unreadable import BadDocument, Kind
from scrapers.extract.wrapped import MOST_TEXT

MOST_CELLS = 2_000_000
Cell = int | float | str | bool | date | datetime | time | timedelta


def read_sheet(payload: bytes) -> list[str]:
    """Return the non-empty rows of every sheet that shows; raises BadDocument for what is locked, broken or a bomb."""
    if payload.startswith(b"PK"):
        with Archive(payload) as archive:
            archive.weigh()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(payload)) as book:
            return _rows(book)
    except PasswordError:
        raise BadDocument(Kind.LOCKED, "the workbook needs a password") from None
    except (CalamineError, OSError, ValueError) as error:
        raise BadDocument(Kind.BROKEN, f"unreadable workbook: {str(error)[:200]}") from None


def _rows(book: CalamineWorkbook) -> list[str]:
    lines: list[str] = []
    total = 0
    for about in book.sheets_metadata:
        if about.typ is not SheetTypeEnum.WorkSheet or about.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise BadDocument(Kind.BOMB, f"more than {MOST_CELLS:,} cells")
        for row in sheet.iter_rows():
            line = " ".join(" ".join(_spelled(cell) for cell in row).split())
            total += len(line)
            if total > MOST_TEXT:
                raise BadDocument(Kind.BOMB, f"more than {MOST_TEXT:,} characters")
            if line:
                lines.append(line)
    return lines


def _spelled(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
