"""Discovery: a list walked to its end, and what each title says. Pages come from a function that is passed in."""

from scrapers.discover.addresses import canonical_address, document_key
from scrapers.discover.verdict import bare_title, judge
from scrapers.discover.walk import walk

__all__ = ["bare_title", "canonical_address", "document_key", "judge", "walk"]
