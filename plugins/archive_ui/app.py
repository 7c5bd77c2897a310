"""The application: who may look and where the archive is in, a FastAPI application out.

Every route stands behind the authentication it is given, takes GET alone, and answers with headers that let the
browser run nothing but our own script. It knows nothing of Airflow.
"""

import gc
import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plugins.archive_ui import capture, findings, overview, report, reports, runs, sources
from plugins.archive_ui.asked import WrongQuery
from plugins.archive_ui.pages import STATIC, page
from scrapers.corpus import ArchiveError, NotInArchive, ServedCorpus, Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SETTINGS_SECONDS = 5.0
"""How long settings are used before they are asked for again: a connection may be changed at any time."""
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
log = logging.getLogger(__name__)


class Archive:
    """The corpus the settings name, opened once and again when they change."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._corpus: ServedCorpus | None = None
        self._asked_at = 0.0
        self._lock = Lock()

    def __call__(self) -> ServedCorpus:
        """Return the corpus; raise what the settings raise."""
        with self._lock:
            if self._corpus is None or time.monotonic() - self._asked_at > SETTINGS_SECONDS:
                wanted = self._settings()
                if self._corpus is None:
                    # What the server has loaded stays: looking for garbage in it costs a visitor 150 ms now and then.
                    gc.collect()
                    gc.freeze()
                if self._corpus is None or self._corpus.settings != wanted:
                    self._corpus = ServedCorpus(wanted)
                self._asked_at = time.monotonic()
            return self._corpus


class Guarded:
    """Adds the headers to every answer, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and set the headers of its answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        await self._app(scope, receive, guarded)


def nowhere(_dag: str, _run: str, _index: int) -> str:
    """Tell of no task which host it is for: where there is no Airflow to ask."""
    return ""


def create_app(
    authenticate: Callable[..., Any],
    settings: Callable[[], Settings],
    *,
    airflow_root: str = "",
    host_of: Callable[[str, str, int], str] = nowhere,
) -> FastAPI:
    """Return the application. `authenticate` is a FastAPI dependency that raises for whoever may not look.

    `airflow_root` is the path under which Airflow's own pages are, for links to them. `host_of` tells the host that a
    mapped task of a DAG's run is for: dag, run and index in, the host or nothing out.
    """
    app = FastAPI(
        title="Report Archive",
        dependencies=[Depends(authenticate)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.archive = Archive(settings)
    app.state.airflow_root = airflow_root
    app.state.host_of = host_of
    app.add_middleware(Guarded)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(ArchiveError, broken)
    app.add_exception_handler(Exception, unforeseen)
    for view in (overview, sources, reports, report, capture, findings, runs):
        app.include_router(view.router)
    app.add_api_route("/static/{name}", static, methods=["GET"])
    return app


def static(name: str) -> Response:
    """Return the stylesheet, the script or the icon."""
    found = next((path for path in STATIC.iterdir() if path.name == name), None)
    if found is None:
        raise HTTPException(404)
    return Response(found.read_bytes(), media_type=_type(found), headers={"Cache-Control": "private, max-age=3600"})


def _type(path: Path) -> str:
    return TYPES[path.suffix]


def refused(request: Request, error: Exception) -> Response:
    """Answer a request that cannot be met, with the reason and what to do."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    detail = str(error.detail) if isinstance(error, WrongQuery) else ""
    answer = page(request, "error.html", status=status, kind=str(status), detail=detail)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def broken(request: Request, error: Exception) -> Response:
    """Answer when the archive could not: the error's own words name the thing and the fix."""
    missing = isinstance(error, NotInArchive)
    transient = isinstance(error, ArchiveError) and error.retry
    answer = page(
        request,
        "error.html",
        status=404 if missing else 503,
        kind="missing" if missing else "archive",
        detail=str(error),
    )
    if transient:
        answer.headers["Retry-After"] = "30"
    return answer


def unforeseen(request: Request, error: Exception) -> Response:
    """Answer when the fault is ours; the trace goes to the API server's log, never to the visitor."""
    log.error("report archive page %s failed: %r", request.url.path, error)
    answer = page(request, "error.html", status=500, kind="500", detail="")
    answer.headers.update(HEADERS)  # this one is answered outside of all middleware
    return answer
