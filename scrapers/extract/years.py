"""Which year a report is about.

Title, listed title, the registry's hint and the body in; a year and where it was read out. The day of
publication is never asked: reports appear in December of their year, or a year late.
"""

import re
from collections import Counter

from scrapers.dates import title_year

OPENING = 400
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s?年(?!\s?\d{1,2}\s?月)")


def report_year(title: str, listed_title: str, listed_year: int | None, body: str) -> tuple[int | None, str]:
    """Return the report's year and its provenance; (None, "") when neither title nor body names one."""
    for year, provenance in (
        (title_year(title), "title"),
        (title_year(listed_title), "listed title"),
        (listed_year, "listed title"),
    ):
        if year is not None:
            return year, provenance
    counts = Counter(int(year) for year in _YEAR.findall(body[:OPENING]))
    if not counts:
        return None, ""
    return max(counts, key=lambda year: counts[year]), "most frequent year of the opening"
