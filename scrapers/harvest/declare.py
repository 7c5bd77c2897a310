"""How a probed list would be declared: a walk and a report read from it in, a `Source` out.

It knows what names hosts, titles and pages give; it refuses to write files.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

from scrapers import divisions
from scrapers.discover import hints
from scrapers.extract.names import same
from scrapers.harvest.guess import guess
from scrapers.harvest.works import wanted
from scrapers.model import Reading, Source, Walk

_SITE_CODE = re.compile(
    r"SiteIDCode[\"']?\s{0,4}content\s{0,2}=\s{0,2}[\"']?(\d{6})\d{4}|标识码\s?[:：]?\s?(\d{6})\d{4}", re.IGNORECASE
)
_NUMBER = re.compile(r"(\d{1,3}\.){3}\d{1,3}")
_TOO_LITTLE = re.compile("[^a-z0-9]+")


def declared(url: str, platform: str, page: str, walk: Walk, reading: Reading) -> Source:
    """Return the source a list would be: whose and where by what most of its reports say, floors by what it holds."""
    reports = [candidate for candidate in walk.candidates if wanted(candidate.verdict)]
    guesses = [guess(candidate.title, url=url) for candidate in reports]
    division = _division(page, url, reading, [one.division for one in guesses])
    agency = _agency(reading, [one.agency for one in guesses])
    years = [candidate.verdict.report_year for candidate in reports if candidate.verdict.report_year]
    host = urlsplit(url).netloc.lower()
    return Source(
        id=name_of(url, division),
        agency=agency,
        division=division,
        platform=platform,
        url=url,
        host=host,
        first_year=min(years, default=2015),
        min_reports=max(1, len(reports) // 2),
    )


def name_of(url: str, division: str) -> str:
    """Return an id: province, then the host's own labels, then the column's last one; `demo` for a network address."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removesuffix(".gov.cn")
    province = divisions.lookup(division[:2] + "0000")
    column = [part for part in urlsplit(url).path.split("/") if part and "." not in part and not part.isdigit()]
    labels = ["demo", host.rpartition(".")[2]] if _NUMBER.fullmatch(host) else host.split(".")[::-1]
    first = hints.spelled(province.name) if province and not _NUMBER.fullmatch(host) else ""
    words = [first, *labels, column[-1] if column else ""]
    return "-".join(word for word in (_TOO_LITTLE.sub("-", part.lower()).strip("-") for part in words) if word)[:60]


def _division(page: str, url: str, reading: Reading, guesses: list[str]) -> str:
    """Return the code the site states, else the one the report read says, else what most titles say."""
    match = _SITE_CODE.search(page)
    stated = next((code for code in match.groups() if code), "") if match else ""
    read = reading.report.division.value if reading.report and reading.report.division else ""
    most = Counter(code for code in guesses if code).most_common(1)
    offers = (stated, read, most[0][0] if most else "", hints.host_division(url))
    return next((code for code in offers if divisions.lookup(code)), "")


def _agency(reading: Reading, guesses: list[str]) -> str:
    """Return the one body all reports are of, by its fullest name; empty for a column of several bodies."""
    read = reading.report.agency.value if reading.report and reading.report.agency else ""
    named = [name for name in (*guesses, read) if name]
    fullest = max(named, key=len, default="")
    return fullest if all(same(name, fullest) for name in named) else ""
