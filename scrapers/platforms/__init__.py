"""The few site systems behind the many sites: page text in, values out.

Adding a system is one module that satisfies `Platform` and one line below.
"""

from collections.abc import Mapping
from types import MappingProxyType

from scrapers.platforms import generic, gkmlpt, jcms, trs, ucap
from scrapers.platforms.contract import Entry, Listing, Platform, Structured

PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        generic.NAME: generic,
        trs.NAME: trs,
        jcms.NAME: jcms,
        ucap.NAME: ucap,
        gkmlpt.NAME: gkmlpt,
    }
)

__all__ = ["PLATFORMS", "Entry", "Listing", "Platform", "Structured"]
