"""Load on demand: further reports of further bodies, in one more column of each ordinary site."""

from collections.abc import Iterator, Sequence

from tests.village.casting import LAST_YEAR, REPORT_TITLES, Office, annual
from tests.village.model import Column, Document, Site
from tests.village.phrases import TOWNS
from tests.village.trades import TRADES

PER_PAGE = 20
_PLACES = {
    "430903": ("赫山区", "益阳市"),
    "331181": ("龙泉市", ""),
    "620521": ("清水县", ""),
    "440606": ("顺德区", "佛山市"),
    "130208": ("丰润区", "唐山市"),
    "500118": ("永川区", "重庆市"),
    "360827": ("遂川县", ""),
    "370215": ("即墨区", "青岛市"),
}
_SLUGS = {
    "trs": "zwgk/bmbg",
    "ucap": "xxgk/c109900",
    "gkmlpt": "gkmlpt/bmbg",
    "table": "xxgk/bmbg",
    "generic": "xxgk/bmbg",
}
_NUMBER = 990071


def _offices(division: str) -> Iterator[Office]:
    """Name bodies of one division without end: its bureaus first, then towns, then numbered offices."""
    place, above = _PLACES[division]
    bureaus = [trade for trade in TRADES if trade not in {"town", "government"}]
    yield from (Office(place, above, division, trade) for trade in bureaus)
    towns = [town for town in TOWNS if town.endswith("镇")]
    yield from (Office(place, above, division, "town", f"{town}人民政府") for town in towns)
    edges = "东南西北中上下前后新"
    yield from (Office(place, above, division, "town", f"{edge}{town}人民政府") for edge in edges for town in towns)


def crowd(sites: Sequence[Site], extra: int) -> None:
    """Add a column to every site, so that together they carry `extra` more reports."""
    for index, site in enumerate(sites):
        wanted = extra // len(sites) + (index < extra % len(sites))
        if not wanted:
            continue
        division = site.code[:6]
        documents: list[Document] = []
        offices = _offices(division)
        years = range(2019, LAST_YEAR + 1)
        while len(documents) < wanted:
            office = next(offices)
            for year in years[: wanted - len(documents)]:
                number = 9_000_000 + index * 100_000 + len(documents)
                pattern = REPORT_TITLES[(0, 1, 2, 4)[number % 4]]
                documents.append(annual(office, year, number, pattern, seed=f"crowd{index}"))
        documents.sort(key=lambda document: (document.published, document.number), reverse=True)
        slug = _SLUGS.get(site.system, "col")
        source = f"demo-{site.name}-crowd"
        column = Column(source, "部门和镇街报告", slug, _NUMBER, "", division, tuple(documents), PER_PAGE)
        site.columns = (*site.columns, column)
