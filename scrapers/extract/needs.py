"""What a machine needs to read every kind of document, what of it is there, and how to get the rest."""

from dataclasses import dataclass

from scrapers.extract import ocr, tools


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that reads some kinds of documents."""

    name: str
    reads: str
    found: str
    """Where it is; empty when it is missing."""
    fix: str


def needs() -> list[Need]:
    """Return every tool there is a use for; documents that miss theirs end as `unsupported_format`, with this fix."""
    found = [Need(tool.program, tool.reads, tools.where(tool), tool.install) for tool in tools.TOOLS]
    return [*found, Need("rapidocr", "scans, opt-in", "installed" if ocr.is_installed() else "", ocr.INSTALL)]
