"""Why a document gives no text, as its reader says it."""

from enum import StrEnum


class Kind(StrEnum):
    """What stands between a document and its text."""

    BROKEN = "broken"
    LOCKED = "locked"
    """Behind a password."""
    SCAN = "scan"
    BOMB = "bomb"
    """Unfolds, repeats or takes beyond any document meant for people."""
    NO_TOOL = "no_tool"
    """A system tool that reads its format is not installed."""


class BadDocument(Exception):
    """Raised when a document cannot be read: `kind` is the cause, the message says more."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
