"""The few site systems behind the many sites: page text in, values out.

Adding a system is one module that satisfies `Platform` and one line below.
"""

from collections.abc import Mapping
from types import MappingProxyType

from scrapers.platforms import (
    aspnet,
    easysite,
    epoint,
    generic,
    gkmlpt,
    jcms,
    jpaas,
    lonsun,
    spa,
    trs,
    ucap,
    vsb,
)  # fmt: skip
from scrapers.platforms.contract import Entry, Listing, Mark, Platform, Structured

_ALL: tuple[Platform, ...] = (
    generic, trs, jcms, jpaas, ucap, gkmlpt, vsb, lonsun, easysite, epoint, aspnet, spa,
)  # fmt: skip
PLATFORMS: Mapping[str, Platform] = MappingProxyType({platform.NAME: platform for platform in _ALL})

__all__ = ["PLATFORMS", "Entry", "Listing", "Mark", "Platform", "Structured"]
