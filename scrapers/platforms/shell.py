"""Whether a page's list is drawn by script only, so that no reading of its markup can find it.

Enters: page text. Leaves: the sign that says so, for people; empty when the page shows what it has. It refuses to run
anything.
"""

import re

_ROOT = re.compile(
    r"<(?:div|main|section)[^<>]{0,200}\bid\s{0,4}=\s{0,4}[\"']?(?:app|root|__nuxt|__next|main-app)[\"']?[^<>]{0,200}>"
    r"\s{0,200}(?:<!--[^<>]{0,200}-->)?\s{0,200}</",
    re.IGNORECASE,
)
_NOSCRIPT = re.compile(r"<noscript>[^<]{0,300}(?:JavaScript|启用脚本|脚本|浏览器)", re.IGNORECASE)
_TEMPLATE = re.compile(
    r"v-for\s{0,4}=|\*ngFor|ng-repeat|\{\{\s{0,4}\w{1,40}\.(?:title|name|url)|<%=?\s{0,4}\w{1,40}\.title"
)
_BUNDLE = re.compile(
    r"<script[^<>]{0,300}src=[\"']?[^\"'<>\s]{0,300}(?:chunk|bundle|/app|/main|/index)[^\"'<>\s]{0,80}\.js",
    re.IGNORECASE,
)


def drawn_by_script(text: str) -> str:
    """Return what shows that a script draws the list: an empty root, a template, or a word to readers without one."""
    for pattern, what in (
        (_ROOT, "an empty element that a script fills"),
        (_TEMPLATE, "a template whose rows a script fills in"),
        (_NOSCRIPT, "a word to readers without scripts"),
    ):
        found = pattern.search(text)
        if found is not None:
            return f"{what}: {found[0][:60]}"
    bundle = _BUNDLE.search(text) if "<a " not in text else None
    return f"no link and an application's script: {bundle[0][:80]}" if bundle else ""
