"""The village: two dozen county sites of sixteen systems on loopback, and the truth about every page they serve.

A fixture for tests, the demo's world and the benchmark's load. Everything it publishes is invented.

    with Village() as village:
        village.registry()      # TOML for sources/
        village.manifest()      # what a careful reader would make of every address
        village.site("trs-heshan").down = True
"""

from tests.village.model import Expected, Logged
from tests.village.village import PortInUse, Village

__all__ = ["Expected", "Logged", "PortInUse", "Village"]
