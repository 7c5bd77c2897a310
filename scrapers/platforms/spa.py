"""Single-page applications: a shell without links, its list a static JSON file or an interface beside it.

Marks: an empty `#app` or `#root`, `__INITIAL_STATE__`, `__NUXT__`, bundles named by hash, ids in the query
(`details?id=…`) or snowflake numbers as names.
Hosts seen: www.geermu.gov.cn (`details?id=<32hex>`), kgxc.xixianxinqu.gov.cn (`<snowflake>.html`).

Enters: the shell, or the answer behind it. Leaves: listings. The shell's text names its interface, which is preferred
to a browser; where it does not, `shell` says that only a script can draw the list.
"""

from scrapers.platforms import generic, records
from scrapers.platforms.contract import Listing, Mark, Structured
from scrapers.platforms.script import value_after
from scrapers.platforms.tree import plain

NAME = "spa"
MARKS: tuple[Mark, ...] = (
    Mark(r"<div[^<>]{0,80}\bid=[\"']?(?:app|root|__nuxt|__next)[\"']?[^<>]{0,80}>\s{0,80}</div>", 3),
    Mark(r"__INITIAL_STATE__|__NUXT__|__NEXT_DATA__", 3),
    Mark(r"(?:app|main|index|chunk-vendors)[.-][0-9a-f]{6,20}\.js", 2, of_address=True),
    Mark(r"\bv-for=|ng-repeat=", 2),
)
BODY_SELECTORS: tuple[str, ...] = (".article-content", "#content", ".detail-content")
BODY_MARKERS: tuple[tuple[str, str], ...] = ()
_STATES = ("window.__INITIAL_STATE__", "window.__NUXT__", "__INITIAL_STATE__", "__NUXT__")


def read_listing(text: str, url: str) -> Listing:
    """Read an answer, the state a shell carries, or the shell's interfaces."""
    return generic.read_listing(text, url)


def read_article(text: str) -> Structured | None:
    """Return the article a shell carries as its state: an object with a title and a body in markup, or None."""
    for name in _STATES:
        value = value_after(text, name) if name in text else None
        for inside in (value, *(value.values() if isinstance(value, dict) else ())):
            if isinstance(inside, dict) and isinstance(inside.get("title"), str):
                body = inside.get("content") or inside.get("contentHtml")
                if isinstance(body, str) and "<" in body:
                    return Structured(
                        plain(inside["title"]), body, records.day_of(inside), plain(str(inside.get("source") or ""))
                    )
    return None
