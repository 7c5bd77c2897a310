"""The village as a whole: builds the sites, listens, and tells the truth about them.

A context manager. Everything it serves is a function of `extra_reports` and, with a frozen clock, of nothing else.
"""

import contextlib
import errno
import threading
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Literal, Self

from tests.village.cast import sites, traps
from tests.village.model import Column, Document, Expected, Logged, Site
from tests.village.server import Door, Listener, Pulse
from tests.village.streets import attachment_path
from tests.village.systems import SYSTEMS
from tests.village.systems.base import address

LOG_LENGTH = 200_000
PORT_TRIES = 20
_OUTCOMES = {
    "soft404": "soft_404",
    "home": "soft_404",
    "waf": "blocked_waf",
    "challenge": "blocked_challenge",
    "robots": "robots_disallowed",
    "elsewhere": "off_scope_redirect",
    "cut": "truncated",
}


class PortInUse(OSError):
    """Raised when the asked port is taken on one of the village's addresses; the message names both and the fix."""


class Village:
    """Two dozen sites on loopback; `with Village() as village: ...` listens, leaving the block closes every port.

    `port` 0 picks one that is free on every address. `clock` "frozen" makes every byte equal over fetches,
    instances and processes (but for the port in absolute addresses). `extra_reports` adds load, and `furnished`
    gives article pages the weight of real ones. `files` names sites whose attachments another one serves. A `trapped`
    village has lists without end in its sites' places.
    With a `domain` the sites listen together, on every address of the machine, each under its name in that domain: for
    a container whose network knows those names. `heard` is told of every request.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        clock: Literal["running", "frozen"] = "running",
        extra_reports: int = 0,
        furnished: bool = False,
        trapped: bool = False,
        files: Mapping[str, str] | None = None,
        domain: str = "",
        heard: Callable[[Logged], None] | None = None,
    ) -> None:
        self.port = port
        self.sites: tuple[Site, ...] = traps() if trapped else sites(extra_reports)
        self.domain = domain
        for site in self.sites:
            site.furnished = furnished
        for site in self.sites if domain else ():
            site.host = f"{site.name}.{domain}"
        for name, keeper in (files or {}).items():
            self.site(name).files = self.site(keeper).host
        self._heard = heard
        self._pulse = Pulse(running=clock == "running")
        self._log: deque[Logged] = deque(maxlen=LOG_LENGTH)
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on every address; raise PortInUse when the port is taken on one, OSError when one is missing."""
        wanted = self.port
        for _ in range(1 if wanted else PORT_TRIES):
            with contextlib.suppress(_Taken):
                self._bind(wanted)
                break
        else:
            raise PortInUse(
                f"Port {wanted} is in use on one of {self.sites[0].host} to {self.sites[-1].host}. Stop what listens "
                "there (another village?) or choose another port with --port."
            )
        for listener in self._listeners:
            listener.lodgers = [other.streets for other in self._listeners if other.site.files == listener.site.host]
            listener.start()

    def stop(self) -> None:
        """Close every port and connection. Calling it twice is harmless."""
        stoppers = [threading.Thread(target=listener.stop) for listener in self._listeners]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()
        self._listeners.clear()

    def site(self, name: str) -> Site:
        """Return a site by name, to read it or to throw its switches; KeyError lists the names there are."""
        for site in self.sites:
            if site.name == name:
                return site
        raise KeyError(f"no site {name!r}; there are {', '.join(site.name for site in self.sites)}")

    @property
    def requests(self) -> tuple[Logged, ...]:
        """Every request answered so far, oldest first."""
        with self._lock:
            return tuple(self._log)

    def forget(self) -> None:
        """Empty the log of requests."""
        with self._lock:
            self._log.clear()

    def manifest(self) -> tuple[Expected, ...]:
        """Return the truth about every listed address, site by site, in the order of the listings."""
        return tuple(
            _expected(site, column, document, self.port)
            for site in self.sites
            for column in site.columns
            for document in column.documents
        )

    def registry(self) -> str:
        """Return the TOML of the registry file that names every column of the village."""
        head = ["# Written by `python -m tests.village --registry`; the village's sites, for the demo and the tests."]
        head += ['title = "Demo: the village"', 'province = "000000"', "", "[schedule]", "cron = []", ""]
        return "\n".join(head) + "\n".join(
            _source(site, column, self.port) for site in self.sites for column in site.columns
        )

    def _bind(self, port: int) -> None:
        try:
            if self.domain:
                self._listeners.append(Door(self.sites, port, self._pulse, self._note))
            for site in () if self.domain else self.sites:
                listener = Listener(site, port, self._pulse, self._note)
                self._listeners.append(listener)
                port = listener.server_port
        except OSError as error:
            for listener in self._listeners:
                listener.server_close()
            self._listeners.clear()
            if error.errno == errno.EADDRINUSE:
                raise _Taken from None
            raise OSError(
                error.errno,
                f"Cannot listen on {site.host}:{port}: {error.strerror}. The village needs every address of "
                "127.0.0.0/8, which Linux has from the start, and a port above 1023.",
            ) from None
        self.port = self._listeners[-1].server_port

    def _note(self, entry: Logged) -> None:
        with self._lock:
            self._log.append(entry)
        if self._heard:
            self._heard(entry)


class _Taken(Exception):
    """Raised when an address of the village cannot be had on a port."""


def _expected(site: Site, column: Column, document: Document, port: int) -> Expected:
    system, origin = SYSTEMS[site.system], f"http://{site.host}:{port}"
    is_report = document.kind == "report"
    outcome = {"report": "archived", "negative": "not_a_report"}.get(document.kind) or _OUTCOMES[document.feature]
    attached = attachment_path(system, column, document)
    return Expected(
        url=origin + address(system, column, document),
        site=site.name,
        source=column.source,
        title=document.title,
        kind=document.kind,
        outcome=outcome,
        agency=document.agency,
        division=document.division,
        report_year=document.year if document.kind != "negative" else None,
        published_on=document.published,
        signed_on=document.signed,
        body=document.body if is_report else "",
        text_id=document.text_id if is_report else "",
        copy_of=document.copy_of,
        attachment_url=(f"http://{site.files}:{port}" if site.files else origin) + attached if attached else "",
        also=("not_a_report",) if document.feature == "home" else (),
        feature=document.feature,
    )


def _source(site: Site, column: Column, port: int) -> str:
    path = SYSTEMS[site.system].listing_path(column, 1)
    allow = f'\nallow = ["{site.files}:{port}"]' if site.files else ""
    return f"""
[[source]]
id = "{column.source}"
agency = "{column.agency}"
division = "{column.division}"
platform = "{site.platform}"
url = "http://{site.host}:{port}{path}"
first_year = 2019{allow}
min_reports = {max(1, column.reports // 2)}
delay = 0.5
"""
