"""Who lives in the village: every site, its columns, and the special cases they play.

`sites(extra)` builds fresh sites (their switches are state); texts come from `casting`. It refuses to know markup,
addresses beyond each site's loopback host, and how anything is served.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.village.casting import (
    DUTY_TITLE,
    MIGRATION,
    REPORT_TITLES,
    YEARLESS_TITLE,
    Office,
    annual,
    beside,
    hostile,
    shelf,
)
from tests.village.crowd import crowd
from tests.village.mirror import converted
from tests.village.model import Column, Document, Site

EDUCATION = Office("赫山区", "益阳市", "430903", "education")
CIVIL = Office("赫山区", "益阳市", "430903", "civil")
CULTURE = Office("赫山区", "益阳市", "430903", "culture", "文化旅游广电体育局")
HOUSING = Office("赫山区", "益阳市", "430903", "housing")
DISTRICT = Office("赫山区", "益阳市", "430903", "government")
JUSTICE = Office("龙泉市", "", "331181", "justice")
LABOUR = Office("龙泉市", "", "331181", "labour")
FARMING = Office("清水县", "", "620521", "farming")
MARKET = Office("顺德区", "佛山市", "440606", "market")
TRANSPORT = Office("丰润区", "唐山市", "130208", "transport")
HEALTH = Office("永川区", "重庆市", "500118", "health")
LAND = Office("遂川县", "", "360827", "land")
CITY = Office("即墨区", "青岛市", "370215", "city")
WATER = Office("宁都县", "", "360730", "water")
EMERGENCY = Office("东源县", "", "441625", "emergency")

SUPPLY = Office("来安县", "滁州市", "341122", "water")
SCHOOLS = Office("辛集市", "", "130181", "education")
CARE = Office("长葛市", "", "411082", "civil")
FIELDS = Office("禹城市", "", "371482", "farming")
RELIEF = Office("华池县", "庆阳市", "621023", "emergency")
SHOPS = Office("东海县", "连云港市", "320722", "market")
ROADS = Office("南县", "益阳市", "430921", "transport")
WORK = Office("永修县", "九江市", "360425", "labour")
STAGE = Office("城东区", "西宁市", "630102", "culture", "文化旅游体育局")
HOMES = Office("鹤山市", "江门市", "440784", "housing")


def _column(
    source: str, name: str, slug: str, number: int, office: Office, documents: Iterable[Document],
    *, agency: str | None = None, per_page: int = 5,
) -> Column:  # fmt: skip
    newest_first = sorted(documents, key=lambda document: (document.published, document.number), reverse=True)
    signs = office.full if agency is None else agency
    return Column(source, name, slug, number, signs, office.division, tuple(newest_first), per_page)


def _marked(stock: list[Document], year: int, **changes: Any) -> list[Document]:
    """Return the stock with the year's report changed."""
    return [
        replace(document, **changes) if document.kind == "report" and document.year == year else document
        for document in stock
    ]


def _migrated(stock: list[Document]) -> list[Document]:
    return [replace(doc, migrated=MIGRATION) if doc.published < MIGRATION else doc for doc in stock]


def _heshan() -> tuple[Site, Site]:
    bureau = _marked(shelf(EDUCATION, 6583100, negatives=9), 2023, text_id="heshan-education-2023", dress="word")
    shared = next(doc for doc in bureau if doc.text_id == "heshan-education-2023")
    copy = replace(shared, number=7410050, published=shared.published + timedelta(days=6), dress="spaced")
    departments = [
        copy,
        *(annual(CIVIL, year, 7410060 + year, REPORT_TITLES[0]) for year in (2020, 2022, 2024)),
        *(annual(CULTURE, year, 7420060 + year, REPORT_TITLES[1]) for year in (2021, 2023)),
        *(annual(HOUSING, year, 7430060 + year, REPORT_TITLES[2]) for year in (2022, 2023, 2024)),
        *(
            beside(CIVIL, year, 7440060 + year, "关于印发《{full}{year}年法治政府建设年度报告》的通知")
            for year in (2022, 2023)
        ),
        *(
            beside(HOUSING, year, 7450060 + year, "{full}{year}年政府信息公开工作年度报告")
            for year in (2021, 2023, 2024)
        ),
    ]
    own = _marked(shelf(DISTRICT, 7460100, negatives=5, turn=1), 2022, feature="twice")
    first = Site(
        "trs-heshan", "127.0.0.11", "trs", "trs", "益阳市赫山区教育局", "4309030021",
        (_column("demo-trs-heshan", "法治政府建设", "zwgk/fzzfjs", 3301, EDUCATION, bureau),), clocked=True,
    )  # fmt: skip
    columns = (
        _column(
            "demo-ucap-heshan-departments", "部门年度报告", "hsq/c108771", 108771, DISTRICT, departments, agency=""
        ),
        _column("demo-ucap-heshan-district", "法治政府建设年度报告", "hsq/c108770", 108770, DISTRICT, own, per_page=4),
    )
    portal = Site(
        "ucap-heshan", "127.0.0.17", "ucap", "ucap", "益阳市赫山区人民政府", "4309030001", columns, clocked=True
    )
    return first, portal


def _longquan() -> Site:
    justice = shelf(JUSTICE, 2290100, negatives=8, turn=2)
    justice.append(annual(JUSTICE, 2022, 2290150, DUTY_TITLE))
    labour = shelf(LABOUR, 2310100, years=range(2020, 2025), turn=3, negatives=4)
    columns = (
        _column("demo-jcms-longquan-justice", "法治政府建设情况", "col", 1229564, JUSTICE, justice, per_page=4),
        _column("demo-jcms-longquan-labour", "法治政府建设", "col", 1229571, LABOUR, labour),
    )
    return Site("jcms-longquan", "127.0.0.12", "jcms", "jcms", "龙泉市人民政府", "3311810001", columns, clocked=True)


def _single(
    name: str, host: str, platform: str, system: str, office: Office, slug: str, number: int, stock: list[Document],
    *, clocked: bool = True, per_page: int = 5,
) -> Site:  # fmt: skip
    column = _column(f"demo-{name}", "法治政府建设年度报告", slug, number, office, stock, per_page=per_page)
    return Site(name, host, platform, system, office.full, f"{office.division}0035", (column,), clocked=clocked)


def _health() -> Site:
    stock = _marked(_marked(shelf(HEALTH, 2030300, turn=5), 2021, feature="docx"), 2023, feature="ofd")
    return _single("generic-yongchuan", "127.0.0.16", "generic", "generic", HEALTH, "xxgk/fzzfjsndbg", 55, stock)


def _transport() -> Site:
    stock = _migrated(shelf(TRANSPORT, 17500, turn=4, negatives=8))
    stock = _marked(stock, 2021, title=TRANSPORT.name(YEARLESS_TITLE, 2021))
    return _single("table-fengrun", "127.0.0.15", "generic", "table", TRANSPORT, "xxgk/fzjs", 9, stock)


def _city() -> Site:
    stock = _marked(_marked(shelf(CITY, 5310200, turn=1, negatives=6), 2022, feature="pdf"), 2020, feature="zip")
    return _single("jcms-jimo", "127.0.0.19", "jcms", "jcms", CITY, "col", 60441, stock, per_page=4)


def _mixed() -> Site:
    stock = _marked(shelf(WATER, 880100, turn=3, negatives=4), 2021, feature="heals")
    stock = _marked(stock, 2023, dress="word")
    cases = ("soft404", "robots", "elsewhere", "cut", "home")
    stock += [
        hostile(WATER, 2019 + index, 880300 + index, feature, date(2020 + index, 2, 20 - index))
        for index, feature in enumerate(cases)
    ]
    site = _single("hostile-ningdu", "127.0.0.20", "generic", "generic", WATER, "zfxxgk/fzzf", 71, stock)
    site.robots = "User-agent: *\nDisallow: /zfxxgk/fzzf/content_880301.html\n"
    return site


def _wall() -> Site:
    stock = shelf(EMERGENCY, 7350100, turn=2, years=range(2020, 2025), negatives=3)
    stock += [
        hostile(EMERGENCY, 2019, 7350301, "waf", date(2020, 1, 22)),
        hostile(EMERGENCY, 2019, 7350302, "challenge", date(2020, 1, 9)),
    ]
    return _single("wall-dongyuan", "127.0.0.22", "trs", "trs", EMERGENCY, "ajj/fzzf", 8, stock, clocked=False)


def _mill(original: Document) -> Site:
    rubbish = (
        (2022, "{year}年法治政府建设工作总结范文5篇"),
        (2023, "法治政府建设心得体会{year}"),
        (2021, "农业农村局{year}年法治工作计划"),
    )
    stock = [converted(original, 6192), *(beside(FARMING, year, 6200 + year, title) for year, title in rubbish)]
    column = _column("demo-mirror", "工作总结", "fanwen", 3, FARMING, stock, agency="")
    return Site(
        "mirror", "127.0.0.21", "generic", "generic", "好范文分享网", "", (column,),
        clocked=True, official=False, robots=None,
    )  # fmt: skip


def sites(extra_reports: int = 0) -> tuple[Site, ...]:
    """Build every site; `extra_reports` more reports are spread over the ordinary ones in columns of their own."""
    bureau, portal = _heshan()
    farming = _single(
        "ucap-qingshui", "127.0.0.13", "ucap", "ucap", FARMING, "qsxnyj/c105530", 105530,
        shelf(FARMING, 5520100, negatives=9), clocked=False,
    )  # fmt: skip
    original = next(doc for doc in farming.columns[0].documents if doc.kind == "report" and doc.year == 2022)
    market = _single(
        "gkmlpt-shunde", "127.0.0.14", "gkmlpt", "gkmlpt", MARKET, "gkmlpt/index", 5321,
        shelf(MARKET, 1854100, turn=1, negatives=7),
    )  # fmt: skip
    land = _single(
        "trs-suichuan", "127.0.0.18", "trs", "trs", LAND, "zfxxgk/fdzdgknr/fzzf", 44210,
        _marked(_migrated(shelf(LAND, 6012100, turn=4)), 2023, feature="pages"), clocked=False,
    )  # fmt: skip
    ordinary = (bureau, _longquan(), farming, market, _transport(), _health(), portal, land, _city())
    if extra_reports:
        crowd(ordinary, extra_reports)
    return (*ordinary, _mixed(), _mill(original), _wall(), *_further())


def _further() -> tuple[Site, ...]:
    """One site for each further system, at the hosts after the others'."""
    cast = (
        ("jpaas-donghai", "jpaas", "jpaas", SHOPS, "col", 301),
        ("kaipu-nanxian", "ucap", "kaipu", ROADS, "nxjtj/c104411", 104411),
        ("jiangxi-yongxiu", "ucap", "jiangxi", WORK, "yxxrsj/fzzfjs", 88231),
        ("vsb-huachi", "vsb", "vsb", RELIEF, "xxgk/fdzdgknr/fzzfjs", 1704),
        ("lonsun-laian", "lonsun", "lonsun", SUPPLY, "public", 6600681),
        ("easysite-xinji", "easysite", "easysite", SCHOOLS, "columns", 7),
        ("epoint-changge", "epoint", "epoint", CARE, "003/003004", 3004),
        ("aspnet-yucheng", "aspnet", "aspnet", FIELDS, "gov", 19),
        ("spa-chengdong", "spa", "spa", STAGE, "ztzl/fzzfjs", 31),
        ("loadmore-heshan", "generic", "loadmore", HOMES, "ztzl/fzjs", 43),
    )
    made = []
    for turn, (name, platform, system, office, slug, number) in enumerate(cast):
        first = 3_100_000 + turn * 10_000
        stock = shelf(office, first, turn=turn, negatives=5 + turn % 3)
        if system == "vsb":
            stock = _marked(_marked(stock, 2021, feature="pdf"), 2023, feature="docx")
        host = f"127.0.0.{23 + turn}"
        clocked = system != "spa" and turn % 2 == 0
        made.append(_single(name, host, platform, system, office, slug, number, stock, clocked=clocked, per_page=4))
    return tuple(made)


TRAPS = {
    "repeats": "generic",
    "past-end": "trs",
    "calendar": "generic",
    "thousands": "generic",
    "self-link": "generic",
    "cut-record": "jcms",
    "broken-json": "ucap",
    "mixed": "generic",
    "dates": "generic",
    "marked-up": "generic",
}
"""The traps that lists play, and the system each is dressed as."""


def traps() -> tuple[Site, ...]:
    """Build one site for each trap a list can be; they are no part of the village's ordinary life."""
    made = []
    for turn, (trap, platform) in enumerate(TRAPS.items()):
        office = (SUPPLY, SCHOOLS, CARE, FIELDS)[turn % 4]
        stock = shelf(office, 4_100_000 + turn * 1000, turn=turn, negatives=2)
        host = f"127.0.0.{61 + turn}"
        site = _single(
            f"trap-{trap}", host, platform, "endless", office, trap, 900 + turn, stock, clocked=False, per_page=4
        )
        made.append(site)
    return tuple(made)
