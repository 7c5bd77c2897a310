"""The registry: one TOML file per province in, validated `Source` values out.

Reads files and nothing else. It knows which platforms and divisions exist; it does not know whether a site
answers. Every message names the file, the entry, the field and the fix.
"""

from scrapers.registry.entries import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR, is_key
from scrapers.registry.provinces import DEMO_DIVISION, Province, files, load, load_all
from scrapers.registry.schedule import is_cron

__all__ = [
    "DEMO_DIVISION",
    "FIRST_PLAUSIBLE_YEAR",
    "LAST_PLAUSIBLE_YEAR",
    "Province",
    "files",
    "is_cron",
    "is_key",
    "load",
    "load_all",
]
