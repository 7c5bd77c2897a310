"""Makes documents: an office and a year in, a titled, dated, dressed document out; seeded, so always the same.

Knows how reports and the pages beside them are titled. It refuses to know sites, addresses and markup.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.village.grammar import notice, report
from tests.village.model import Document
from tests.village.trades import TRADES

DRESSES = ("plain", "word", "spaced", "breaks")
MIGRATION = date(2022, 11, 5)
LAST_YEAR = 2024

REPORT_TITLES = (
    "{full}{year}年法治政府建设年度报告",
    "{full}{year}年度法治政府建设情况报告",
    "{full}关于{year}年度法治政府建设工作情况的报告",
    "{short}{year}年度法治政府建设工作总结",
    "{full}{cjk}年度法治政府建设情况的报告",
    "{short}{year}年法治政府建设年度报告",
)
LEGACY_TITLES = ("{full}{year}年依法行政工作总结", "{short}{year}年度法治建设工作总结")
DUTY_TITLE = "{full}主要负责人{year}年度履行推进法治建设第一责任人职责情况报告"
YEARLESS_TITLE = "{full}法治政府建设年度报告"

NEGATIVE_TITLES = (
    "《{full}{year}年法治政府建设年度报告》政策解读",
    "{full}{year}年法治政府建设工作要点",
    "关于印发《{full}{year}年法治政府建设年度报告》的通知",
    "{full}{year}年政府信息公开工作年度报告",
    "{short}召开{year}年度法治政府建设工作推进会",
    "{full}{year}年上半年法治政府建设工作总结",
    "{place}法治政府建设实施方案（2021-2025年）",
    "{place}扎实推进法治政府建设示范创建",
    "{short}党组专题听取{year}年法治政府建设情况汇报",
    "图解：{short}{year}年法治政府建设情况报告",
    "{full}{year}年度行政复议和行政应诉情况报告",
    "{full}{year}年法治政府建设工作计划",
    "{short}{year}年第三季度依法行政工作情况报告",
    "{full}关于做好{year}年法治政府建设年度报告编制工作的通知",
    "{full}网站工作年度报表（{year}年度）",
    "{place}{year}年法治政府建设第三方评估报告",
    "{full}{year}年重大行政决策事项目录",
)


@dataclass(frozen=True, slots=True)
class Office:
    """A body that reports: where it sits, what it is, and its names."""

    place: str
    """The division's name as a title gives it, e.g. 赫山区."""
    above: str
    """What the full name puts before it, e.g. 益阳市; may be empty."""
    division: str
    trade: str
    office: str = ""
    """Overrides the trade's usual office name."""

    @property
    def short(self) -> str:
        """The name without the city, as the office's own site prints it."""
        return self.place + (self.office or TRADES[self.trade].office)

    @property
    def full(self) -> str:
        """The full official name, as a sign-off prints it."""
        return self.above + self.short

    def name(self, pattern: str, year: int) -> str:
        """Fill a title pattern."""
        cjk = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
        return pattern.format(full=self.full, short=self.short, place=self.place, year=year, cjk=cjk)


def annual(
    office: Office, year: int, number: int, pattern: str, *, dress: str = "", seed: str = "", unsigned: bool = False
) -> Document:
    """Make one year's report of an office, published some time after the year's end and signed shortly before."""
    rng = Random(f"annual:{office.full}:{year}:{number}:{seed}")
    published = date(year + 1, 1, 8) + timedelta(days=rng.randint(0, 80))
    if rng.random() < 0.15:
        published = date(year, 12, rng.randint(12, 31))
    signed = None if unsigned else published - timedelta(days=rng.randint(1, 11))
    return Document(
        number=number,
        title=office.name(pattern, year),
        kind="report",
        agency=office.full,
        division=office.division,
        published=published,
        blocks=report(f"{office.full}:{pattern}:{seed}", office.trade, year, table=rng.random() < 0.4),
        year=year,
        signed=signed,
        trade=office.trade,
        dress=dress or rng.choice(DRESSES),
        heads_body=rng.random() < 0.4,
        text_id=f"{office.division}-{office.trade}-{office.office or 'x'}-{year}-{number}",
    )


def beside(office: Office, year: int, number: int, pattern: str) -> Document:
    """Make a page of the same column that is no report, though its title may read almost like one."""
    rng = Random(f"beside:{office.full}:{year}:{number}")
    return Document(
        number=number,
        title=office.name(pattern, year),
        kind="negative",
        agency=office.full,
        division=office.division,
        published=min(date(year, 3, 1) + timedelta(days=rng.randint(0, 380)), date(2025, 6, 30)),
        blocks=notice(f"{office.full}:{pattern}", office.trade, year),
        year=year,
        trade=office.trade,
        dress=rng.choice(DRESSES),
    )


def hostile(office: Office, year: int, number: int, feature: str, published: date) -> Document:
    """Make a listed address that gives something else than the report its title promises."""
    return Document(
        number=number,
        title=office.name(REPORT_TITLES[number % 3], year),
        kind="hostile",
        agency=office.full,
        division=office.division,
        published=published,
        blocks=report(f"{office.full}:{feature}", office.trade, year),
        year=year,
        trade=office.trade,
        feature=feature,
    )


def shelf(
    office: Office, first: int, *, years: range = range(2019, LAST_YEAR + 1), negatives: int = 7, turn: int = 0
) -> list[Document]:
    """Make a column's ordinary stock: a report a year (the oldest under a legacy title) and pages beside them.

    `first` is the number of the first document; `turn` rotates the choice of titles from site to site.
    """
    stock = []
    for index, year in enumerate(years):
        pattern = REPORT_TITLES[(index + turn) % len(REPORT_TITLES)]
        if year == 2019:
            pattern = LEGACY_TITLES[turn % 2]
        stock.append(annual(office, year, first + index, pattern, unsigned=(index + turn) % 4 == 3))
    for index in range(negatives):
        pattern = NEGATIVE_TITLES[(index + turn * 5) % len(NEGATIVE_TITLES)]
        year = years[(index * 2 + turn) % len(years)]
        stock.append(beside(office, year, first + 100 + index, pattern))
    return stock
