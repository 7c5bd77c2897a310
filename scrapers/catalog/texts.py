"""The texts of one recording, each read as seldom as can be: rows in, rows with what follows from their text out.

A text is read when its report's row is written; its signature is made at the same time and kept for the table of
signatures. It knows neither where texts are stored nor what the rows mean.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from scrapers.catalog.kinds import CONVERTED
from scrapers.catalog.minhash import Shingles, jaccard, named_year, shingles, signature
from scrapers.catalog.settle import Row
from scrapers.text import simplified

TextOf = Callable[[str, str], str]
"""(generation, content hash) -> clean text."""
NEAR = 4096
"""Texts whose shingles stay in memory while pairs are confirmed: some 16 kB each."""


class Texts:
    """Answers with texts, signatures and similarities, from the store only when it must."""

    def __init__(self, text_of: TextOf) -> None:
        self._text_of = text_of
        self._signed: dict[tuple[str, str], Row] = {}
        self._shingles = lru_cache(maxsize=NEAR)(self._read)

    def with_text(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows of reports with their text and its length.

        A clean object holds the text as its first finder had it. Where that was a traditional-character copy and the
        report is not, the characters are turned back; the content hash says that nothing else differs.
        """
        for row in rows:
            text = self._text_of(row["generation"], row["content_hash"])
            self._sign(row["generation"], row["content_hash"], text)
            if CONVERTED not in (row["flags"] or "").split():
                text = simplified(text)
            yield {**row, "text": text, "length": len(text)}

    def with_signature(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows of signatures with what follows from their text."""
        for row in rows:
            name = (row["generation"], row["content_hash"])
            yield {**row, **(self._signed.get(name) or self._sign(*name, self._text_of(*name)))}

    def similarity(self, one: tuple[str, str], other: tuple[str, str]) -> float:
        """Return the exact Jaccard similarity of two texts, each named by generation and content hash."""
        return jaccard(self._shingles(one), self._shingles(other))

    def _sign(self, generation: str, content_hash: str, text: str) -> Row:
        made = {"named_year": named_year(text), "signature": signature(shingles(text))}
        self._signed[generation, content_hash] = made
        return made

    def _read(self, name: tuple[str, str]) -> Shingles:
        return shingles(self._text_of(*name))
