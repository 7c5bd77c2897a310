"""The few site systems behind the many sites: page text in, values out."""

from scrapers.platforms.contract import Entry, Listing, Platform, Structured

__all__ = ["Entry", "Listing", "Platform", "Structured"]
