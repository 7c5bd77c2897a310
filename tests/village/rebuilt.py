"""How a list looks after its site was rebuilt: the same address, another template, and less than before.

A site, a column and the new fashion in, a page out. `cards` shows the newest two entries and no way to the others;
`script` leaves everything to a script that no crawler runs.
"""

from html import escape

from tests.village import furniture
from tests.village.model import Column, Site
from tests.village.systems.base import System, address, stock

CARDS = 2


def listing(site: Site, system: System, column: Column) -> str:
    """Return the list's page in the site's new fashion."""
    if site.rebuilt == "script":
        inside = '<div id="app"></div><script src="/static/js/app.9f2c41.js"></script>'
    else:
        inside = '<div class="portal-cards">' + "".join(
            f'<div class="portal-card"><h3><a href="{address(system, column, doc)}">{escape(doc.title)}</a></h3>'
            f'<span class="day">{doc.published.isoformat()}</span></div>'
            for doc in stock(site, column)[:CARDS]
        )
        inside += "</div>"
    charset = "gb2312" if system.ENCODING == "gb18030" else "utf-8"
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{escape(column.name)}</title>{furniture.site_meta(site, column)}</head>
<body><div class="portal-top">{escape(site.title)}</div>{inside}
<div class="portal-foot">{furniture.footer(site)}</div></body></html>"""
