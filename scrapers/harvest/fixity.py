"""The objects that are derived from the ledger held to what their writers vouched for: catalog, releases, switches.

Their keys name no hash, so the checksum that the server took with each of them is what they are held to, and a list
of what must be there: the tables' own logs, and the sums of each finished release. It changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from scrapers.archive.abreast import abreast
from scrapers.archive.keys import CATALOG_PREFIX, GENERATION_PREFIX, RELEASE_PREFIX, SUMS, TWIN_PREFIX, release_name
from scrapers.archive.objects import Listed
from scrapers.archive.store import Store
from scrapers.archive.verify import FRESH, Due, Violation
from scrapers.archive.vouched import vouched
from scrapers.catalog.columns import TABLES
from scrapers.errors import FixityError
from scrapers.fingerprint import digest
from scrapers.harvest.logged import logged
from scrapers.harvest.works import Works


def derived(works: Works, due: Due) -> Iterator[Violation]:
    """Yield each derived object that is gone, and each that is due whose bytes are not those its writer sent."""
    prefixes = (CATALOG_PREFIX, RELEASE_PREFIX, GENERATION_PREFIX, TWIN_PREFIX)
    listed = [one for prefix in prefixes for one in works.store.listed(prefix)]
    there = {one.key for one in listed}
    yield from _unfinished(listed)
    needed = set(_summed(works.store, there))
    for name in TABLES:
        place, created = f"{CATALOG_PREFIX}{name}/", None
        try:
            needed |= {f"{place}{path}" for path in works.catalog.files(name)}
            created = works.catalog.created(name)
        except FixityError as error:
            yield Violation("I15", place.rstrip("/"), str(error))
        needed |= set(logged(works.store, place, there, created))
    for key in sorted(needed - there):
        if works.store.head(key) is None:  # a listing may lag
            yield Violation("I15", key, f"it should be there and is not; {_fix(key)}")
    keys = [one.key for one in listed if due(_by_key(one))]
    for key, whole in zip(keys, abreast(partial(vouched, works.store), keys), strict=True):
        if whole is False:
            yield Violation("I15", key, f"its bytes are not those its writer sent; {_fix(key)}")
        elif whole is None:
            yield Violation("I15", key, f"its bytes are not our writer's: nobody vouches for them; {_fix(key)}")


def _unfinished(listed: list[Listed]) -> Iterator[Violation]:
    """Yield the sums of each release that nobody is writing any more: it was never finished, or they are gone."""
    newest: dict[str, datetime] = {}
    for one in listed:
        if one.key.startswith(RELEASE_PREFIX):
            folder = one.key.rpartition("/")[0]
            newest[folder] = max(one.modified, newest.get(folder, one.modified))
    finished = {one.key.rpartition("/")[0].removeprefix(TWIN_PREFIX) for one in listed if one.key.endswith(SUMS)}
    for folder in newest.keys() - finished:
        if datetime.now(UTC) - newest[folder] >= FRESH:
            name = folder.removeprefix(RELEASE_PREFIX)
            words = f"the release was never finished, or this is lost; restore it, or run `release --name {name}`"
            yield Violation("I15", f"{folder}/{SUMS}", words)


def _by_key(one: Listed) -> Listed:
    """Return an object under a name with a hash, by which its turn comes."""
    return replace(one, key=f"sha256/{digest(one.key.encode())}")


def _summed(store: Store, there: Iterable[str]) -> Iterator[str]:
    """Yield the files that the sums of each finished release name; their twins tell of a release that is gone whole."""
    for key in there:
        name = release_name(key.removeprefix(TWIN_PREFIX))
        if name is not None and name[1] == SUMS:
            lines = (store.get(key) or b"").decode(errors="replace").splitlines()
            yield from (f"{RELEASE_PREFIX}{name[0]}/{line[66:]}" for line in lines)


def _fix(key: str) -> str:
    if key.startswith(CATALOG_PREFIX):
        return "run `rebuild --anew`"
    return "run `repair`" if key.startswith(TWIN_PREFIX) else "run `repair` with a second copy"
