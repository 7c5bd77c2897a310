"""The site systems the village speaks: one module each, all satisfying `System`; `SYSTEMS` finds them by name."""

from collections.abc import Mapping

from tests.village.systems import generic, gkmlpt, jcms, table, trs, ucap
from tests.village.systems.base import System

SYSTEMS: Mapping[str, System] = {
    "trs": trs,
    "jcms": jcms,
    "ucap": ucap,
    "gkmlpt": gkmlpt,
    "table": table,
    "generic": generic,
}
