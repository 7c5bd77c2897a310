"""What goes wrong while lazy rows are read from the store: polars' exceptions in, our errors out.

Lazy rows are read where somebody collects them, far from where the table was opened; whoever collects them for a
person does so inside `reading`. It knows nothing of tables.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from shutil import disk_usage

from polars.exceptions import ComputeError

from scrapers.errors import FixityError, StoreRefused, StoreUnavailable

ROOM = 1 << 20
"""Bytes of a disk with fewer of which nothing was written any more."""
STORE = "object-store error"
"""How polars begins what an object store told it; every other OSError is about a file of this machine."""
_REMEDY = "Tables are made again from the ledger: python -m scrapers rebuild. A release is restored from a second copy."


@contextmanager
def reading(what: str, into: Path | None = None) -> Iterator[None]:
    """Raise StoreRefused, FixityError or StoreUnavailable, naming `what` was read, for what polars raises inside.

    Of a file that is written meanwhile, `into` names the place: raise OSError when the disk there is full.
    """
    try:
        yield
    except ComputeError as error:
        # Its Parquet writer tells of a full disk as of a file that is no Parquet.
        if into is not None and disk_usage(into.parent).free < ROOM:
            raise OSError(ENOSPC, os.strerror(ENOSPC)) from error
        raise FixityError(f"{what} cannot be read: {_short(error)}. {_REMEDY}") from error
    except OSError as error:
        if not str(error).startswith(STORE):
            raise
        told = f"{what} cannot be read: {_short(error)}"
        if isinstance(error, FileNotFoundError):
            raise FixityError(f"{told}. {_REMEDY}") from error
        if isinstance(error, PermissionError):
            raise StoreRefused(
                f"{told}. Set REPORT_ARCHIVE_ACCESS_KEY and REPORT_ARCHIVE_SECRET_KEY to some that may read it."
            ) from error
        raise StoreUnavailable(told) from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
