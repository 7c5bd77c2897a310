"""Which generation of texts readers see: numbered objects in, the last of them out.

Each switch is one create-only object that follows the one before without a hole, so a switch is atomic, two at once
cannot both be the next, and switching back is one more switch. Before the first switch the oldest generation that has
been recorded is in effect. It knows nothing of what a generation's texts are.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from scrapers.archive.keys import generation_key
from scrapers.archive.store import Store
from scrapers.archive.twins import put_twice
from scrapers.errors import FixityError, Taken, UserError
from scrapers.model import decode, encode


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: to which generation, when, and why, in a person's words."""

    generation: str
    at: datetime
    reason: str = ""


def switches(store: Store) -> list[Switch]:
    """Return every switch there has been, the last one last; raise FixityError for one that cannot be read."""
    found: list[Switch] = []
    while (body := store.get(generation_key(len(found) + 1))) is not None:
        try:
            found.append(decode(body, Switch))
        except msgspec.MsgspecError as error:
            raise FixityError(f"{generation_key(len(found) + 1)} is no switch: {error}; restore it") from error
    return found


def is_switch(body: bytes) -> bool:
    """Return whether bytes are those of a switch."""
    try:
        decode(body, Switch)
    except msgspec.MsgspecError:
        return False
    return True


def in_effect(store: Store, moment: datetime | None = None) -> str:
    """Return the generation that readers see, or saw at a moment; empty before the first switch."""
    made = [one for one in switches(store) if moment is None or one.at <= moment]
    return made[-1].generation if made else ""


def switch(store: Store, wanted: Switch) -> int:
    """Make a switch and return its number; raise UserError when it is no change, or another was made meanwhile."""
    made = switches(store)
    if made and made[-1].generation == wanted.generation:
        raise UserError(f"Generation {wanted.generation} is in effect already.")
    try:
        put_twice(store, generation_key(len(made) + 1), encode(wanted), "application/json")
    except Taken as error:
        raise UserError("Somebody else has just switched. Look at `generations`, then switch again.") from error
    return len(made) + 1
