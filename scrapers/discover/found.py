"""The entries a walk has found, each document once however its address is spelt.

Enters: entries of pages. Leaves: entries in the order they were first seen, each under the spelling to ask for. It
refuses to know pages and verdicts.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scrapers.discover.addresses import canonical_address, document_key, preferred
from scrapers.discover.traps import ADDRESS_CAP
from scrapers.platforms import Entry


class Found:
    """Documents by key; the first title wins, and the spelling on the source's own hosts."""

    def __init__(self, hosts: Collection[str]) -> None:
        self.hosts = hosts
        self.full = False
        """Whether an entry was turned away because there were too many."""
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def entries(self) -> Iterator[Entry]:
        """Yield the entries as they were first seen."""
        return iter(self._entries.values())

    def keep(self, entries: Iterable[Entry]) -> int:
        """Keep entries whose document is new; return how many were."""
        before = len(self._entries)
        for entry in entries:
            url, key = canonical_address(entry.url), document_key(entry.url)
            held = self._entries.get(key)
            if held is not None:
                day = held.listed_on or entry.listed_on
                self._entries[key] = replace(held, url=preferred(held.url, url, self.hosts), listed_on=day)
            elif len(self._entries) >= ADDRESS_CAP:
                self.full = True
                break
            else:
                self._entries[key] = replace(entry, url=url)
        return len(self._entries) - before
