"""A template and values in, an HTML answer out, in the visitor's language and theme.

Text from the web is only ever text: everything is escaped, and characters that a reader cannot see, or that turn
the writing around, are shown by their numbers. It knows nothing of what the values mean.
"""

import hashlib
import re
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from plugins.archive_ui.words import ZH

HERE = Path(__file__).parent
STATIC = HERE / "static"
THEMES = ("light", "dark")
LANGUAGES = ("en", "zh-CN")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_RUN = re.compile(r"([a-z0-9-]+)\.(.+)", re.DOTALL)


def visible(value: object) -> object:
    """Return a text with every unseen or turning character as its number; anything else as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return "" if value is None else value
    return _UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", value)


def when(value: datetime | date | None) -> str:
    """Return an instant to the minute, in UTC, or a day."""
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value.isoformat()


def language(request: Request) -> str:
    """Return the visitor's language: what the address asks for, else the first the browser names that we have."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name = part.partition(";")[0].strip().lower()
        if name.startswith("zh"):
            return "zh-CN"
        if name.startswith("en"):
            return "en"
    return "en"


def translate(lang: str, text: str, **values: object) -> str:
    """Return our own text in a language, its {names} filled in."""
    said = ZH.get(text, text) if lang == "zh-CN" else text
    return said.format(**values) if values else said


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a rendered page."""
    lang = language(request)
    theme = request.query_params.get("theme", "")
    carried = {"lang": lang} if request.query_params.get("lang") in LANGUAGES else {}
    if theme in THEMES:
        carried["theme"] = theme
    html = _ENVIRONMENT.get_template(template).render(
        t=partial(translate, lang),
        lang=lang,
        theme=theme if theme in THEMES else "",
        carried=carried,
        link=partial(_link, request.scope.get("root_path", ""), carried),
        same=partial(_same, request, carried),
        run_link=partial(_run_link, request.app.state.airflow_root),
        task_link=partial(_task_link, request.app.state.airflow_root),
        dag_link=partial(_dag_link, request.app.state.airflow_root),
        airflow_root=request.app.state.airflow_root,
        stamp=_STAMP,
        **values,
    )
    return HTMLResponse(html, status_code=status)


def _link(root: str, carried: dict[str, str], path: str, **query: object) -> str:
    """Return an address of ours, with the language and theme that were asked for; empty values are left out."""
    asked = {name: value for name, value in query.items() if value not in ("", None)}
    query_string = urlencode({**asked, **carried})
    return f"{root}{path}" + (f"?{query_string}" if query_string else "")


def _same(request: Request, carried: dict[str, str], **changed: object) -> str:
    """Return the address of this page with some of its query changed."""
    asked: dict[str, object] = {**dict(request.query_params), **carried, **changed}
    query = urlencode({name: value for name, value in asked.items() if value not in ("", None)})
    root = request.scope.get("root_path", "")
    path = request.scope.get("path", "/")
    path = path if path.startswith(root) else root + path
    return quote(path) + (f"?{query}" if query else "")


def _run_link(root: str, run: str) -> str:
    """Return Airflow's page of a run, or nothing when the run was not Airflow's."""
    found = _RUN.fullmatch(run)
    return f"{root}/dags/harvest_{found[1]}/runs/{quote(found[2], safe='')}" if found else ""


def _task_link(root: str, run: str, host: str, task: str = "host.crawl") -> str:
    """Return Airflow's list of a run's mapped tasks, which it shows by host, narrowed to one."""
    base = _run_link(root, run)
    return f"{base}/tasks/{task}/mapped?{urlencode({'rendered_map_index': host})}" if base else ""


def _dag_link(root: str, province: str) -> str:
    return f"{root}/dags/harvest_{quote(province, safe='')}"


def _stamp() -> str:
    found = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


_STAMP = _stamp()
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    finalize=visible,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["when"] = when
_ENVIRONMENT.filters["count"] = lambda value: f"{value:,}"
