"""Whose turn a host is: one crawl's own host for as long as it lasts, any other host for one request.

A crawl holds the lease on its host throughout. Documents may lie on hosts that other crawls share, or crawl
themselves: each such host is leased before it is asked and given back after the answer, with the pause it wants.
Who waits for a host holds none, so no two crawls wait for each other. Knows nothing of what is asked.
"""

from collections.abc import Callable
from types import TracebackType

from scrapers.archive.lease import Lease


class Turns:
    """The leases of one crawl. A context manager: enter when its own host is ours, leave to give all back.

    `lease` makes the lease on a host that is named as `archive.keys.lease_key` takes it.
    """

    def __init__(self, host: str, lease: Callable[[str], Lease]) -> None:
        self._host, self._make = host, lease
        self._known: dict[str, Lease] = {}
        self._held: dict[str, Lease] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """The hosts that are ours at this moment."""
        return tuple(self._held)

    def __enter__(self) -> "Turns":
        self._held[self._host] = self._lease(self._host).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lease in self._held.values():
            lease.__exit__(kind, error, trace)
        self._held.clear()

    def hold(self, host: str) -> float:
        """Return when the host is ours: the seconds for which it is to be left alone, when it has just become so.

        Raise HostTaken when another attempt has a host that was ours, or keeps this one for longer than we wait.
        """
        for lease in self._held.values():
            lease.hold()
        if host not in self._held:
            lease = self._lease(host)
            if not lease.look():
                while self._held:
                    self._held.popitem()[1].give_back()
                lease.__enter__()
            self._held[host] = lease
        rest, self._held[host].rest = self._held[host].rest, 0.0
        return rest

    def sleep(self, seconds: float) -> None:
        """Spend some seconds without losing what is held."""
        first, *others = self._held.values()
        first.sleep(seconds, others)

    def pace(self, host: str, pace: float, rest: float) -> None:
        """Note what the next holder of a host has to know: see `Lease.pace`."""
        self._held[host].pace(pace, rest)

    def give_back(self) -> None:
        """Let others have every host but our own."""
        for host in self._held.keys() - {self._host}:
            self._held.pop(host).give_back()

    def _lease(self, host: str) -> Lease:
        if host not in self._known:
            self._known[host] = self._make(host)
        return self._known[host]
