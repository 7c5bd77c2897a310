"""The trigger form of a harvest: what Airflow checks before a run exists, and what a run makes of it."""

from typing import TYPE_CHECKING

from airflow.sdk import Param, get_current_context

from scrapers.registry import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR

if TYPE_CHECKING:
    from scrapers.harvest import Selection

PARAMS = {
    "years": Param(
        [],
        type="array",
        items={"type": "integer", "minimum": FIRST_PLAUSIBLE_YEAR, "maximum": LAST_PLAUSIBLE_YEAR},
        title="Report years",
        description=f"Fetch only reports of these years ({FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}), one a line; "
        "empty means all. "
        "To backfill, name the years here: what is archived already is asked again as Recheck says, never doubled.",
        section="What",
    ),
    "sources": Param(
        [],
        type="array",
        items={"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        title="Sources",
        description="Walk only these source ids of the registry file, one a line; empty means the whole province.",
        section="What",
    ),
    "unverified": Param(
        False,
        type="boolean",
        title="Unverified sources",
        description="Also walk sources nobody has fetched from yet; those named under Sources are walked anyway.",
        section="What",
    ),
    "only_failed": Param(
        False,
        type="boolean",
        title="Only what failed",
        description="Go only to hosts whose last run left something unsettled, and leave alone there what ended well.",
        section="What",
    ),
    "recheck": Param(
        "due",
        enum=["due", "all", "none"],
        title="Recheck",
        description="Which archived pages to ask whether they changed. due: those of this and last year daily, older "
        "ones monthly, and ever more rarely while they stay the same. all: every one. none: only pages never archived "
        "are fetched.",
        section="How",
    ),
    "limit": Param(
        0,
        type="integer",
        minimum=0,
        maximum=1_000_000,
        title="Limit",
        description="At most so many fetches a source; 0 means all.",
        section="How",
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Walk the listings and log what would be fetched; nothing is archived.",
        section="How",
    ),
}


def selection() -> "Selection":
    """Return what the params form asked for."""
    from scrapers.harvest import Recheck, Selection

    params = get_current_context()["params"]
    return Selection(
        years=tuple(params["years"]),
        sources=tuple(params["sources"]),
        unverified=params["unverified"],
        recheck=Recheck(params["recheck"]),
        failed=params["only_failed"],
        limit=params["limit"],
        dry_run=params["dry_run"],
    )
