"""WACZ 1.1.1: a WARC file in, the same with its index, page list and digests in one zip out.

The library that validates such files writes them. It knows nothing of what the records hold.
"""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

from wacz.main import main as wacz

from scrapers.errors import ArchiveError


def write_wacz(warc: Path, pages: Mapping[str, tuple[str, str]], path: Path) -> None:
    """Write a `.wacz` around a WARC; `pages` are the addresses worth a look, each with its date and title."""
    listed = path.with_name(path.name + ".pages.jsonl")
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Reports"}
    rows = ({"url": url, "ts": date, "title": title} for url, (date, title) in pages.items())
    listed.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (head, *rows)), encoding="utf-8")
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            failed = wacz(["create", "--output", str(path), "--pages", str(listed), "--copy-pages", str(warc)])
    finally:
        listed.unlink(missing_ok=True)
    if failed:
        raise ArchiveError(f"{path} could not be written: {said.getvalue().strip().splitlines()[-1]}")
