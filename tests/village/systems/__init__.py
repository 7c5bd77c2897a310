"""The site systems the village speaks: one module each, all satisfying `System`; `SYSTEMS` finds them by name."""

from collections.abc import Mapping

from tests.village.systems import (
    aspnet,
    easysite,
    endless,
    epoint,
    generic,
    gkmlpt,
    jcms,
    jiangxi,
    jpaas,
    kaipu,
    loadmore,
    lonsun,
    spa,
    table,
    trs,
    ucap,
    vsb,
)  # fmt: skip
from tests.village.systems.base import System

SYSTEMS: Mapping[str, System] = {
    "trs": trs,
    "jcms": jcms,
    "ucap": ucap,
    "gkmlpt": gkmlpt,
    "table": table,
    "generic": generic,
    "jpaas": jpaas,
    "kaipu": kaipu,
    "jiangxi": jiangxi,
    "vsb": vsb,
    "lonsun": lonsun,
    "easysite": easysite,
    "epoint": epoint,
    "aspnet": aspnet,
    "spa": spa,
    "loadmore": loadmore,
    "endless": endless,
}
