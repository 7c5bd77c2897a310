"""Names of public bodies as reports write them: finding them in a line, and telling whether two mean one body.

Lines and titles in, names out. Knows the shapes of names and the divisions, not what a page or a registry says.
"""

import re

from scrapers import divisions
from scrapers.text import canonical

LONGEST = 40
_TAIL = (
    "人民政府办公室|人民政府|政府办公室|政府|委员会办公室|管理委员会|委员会|管委会|办公室|办事处|研究室|服务中心|中心|总队|支队|大队|总局|分局|局"
    "|厅|部|委|办|院|署|处|会|街道|镇|乡|公司|集团|社|站|所|法院|检察院"
)
_BODY = re.compile(f"[\u3400-\u9fff（）()·]{{1,{LONGEST - 6}}}(?:{_TAIL})(?:[（(][\u3400-\u9fff]{{2,20}}[）)])?")
_LED = re.compile(r"^(?:发布机构|发文机关|来源|信息来源|单位|填报单位|报告单位|作者)\s?[:：]\s?")
_YEAR_START = re.compile(r"(?:[2２][0０][0-9０-９]{2}|二[〇○零０Ｏ0O][〇○零一二三四五六七八九０ＯO0]{2})\s{0,2}年?")
_TOPIC = re.compile(
    "法治|依法行政|法制|第一责任人|党政主要负责人|主要负责人|履行|推进|述法|普法|工作|贯彻|落实|政府信息|年度"
)
_ABOUT = re.compile(r"\s?关于(?:印发|报送|上报|呈报|公布)?")
_MINISTRY = re.compile("(?<!组织)(?<!宣传)(?<!统战)(?<!武装)(?<!工作)部$|^(?:国家|国务院|全国|中央)")
_OFFICE = re.compile("(?<=[镇乡])人民政府$|(?<=街道)办事处$")
_PARTY = re.compile("^中共(?=.{2,}党[组委]$)|(?<=[局厅委办会院署处部）)])(?:党组|党委|党工委)$")
"""A bureau's party group speaks for the bureau."""
_GENERIC = re.compile("^(?:本|我|各|该|全)")
# Lines that end like a name and say what was done: 召开全区推进会, （三）成立行政复议委员会.
_DOING = re.compile(
    "^(?:[（(]|[一二三四五六七八九十]{1,3}[）)]|(?:积极|认真|及时|依法|定期|多次|先后|分别|共同)?(?:召开|举办|举行|组织召开|组织开展|组织参加|开展"
    "|参加|参与|列席|成立|设立|组建|建立|加强|健全|完善|推进|推动|发挥|落实|明确|依托))"
)
_LEVEL = re.compile("^(?:省|市|区|县|州|旗|自治区|自治州|自治县)(?=[^\\s])")


def is_body(line: str) -> bool:
    """Say whether a whole line is one public body's name."""
    text = line.replace(" ", "")
    if not 2 < len(text) <= LONGEST or _GENERIC.match(text) or _DOING.match(text):
        return False
    return _BODY.fullmatch(text) is not None


def in_title(title: str) -> str:
    """Return the body a report's title names before its year, before 关于, or between year and topic; else empty."""
    text = title.strip().lstrip("《【[").removeprefix("关于")
    head = _YEAR_START.split(text, maxsplit=1)[0]
    for piece in (_ABOUT.split(head, maxsplit=1)[0], head, between(text), _before_topic(text)):
        name = _PARTY.sub("", piece.strip(" 　:：-—|·").replace(" ", "").replace("教育系统", "教育局"))
        if is_body(name):
            return name
    return ""


def in_label(label: str) -> str:
    """Return the body a source label names, without what it also says; empty when it is a person or a paper."""
    name = _LED.sub("", label.strip()).split(" ")[0]
    return name if is_body(name) else ""


def same(one: str, other: str) -> bool:
    """Say whether two names mean one body: equal but for leading divisions, or one abbreviates the other."""
    first, second = (_OFFICE.sub("", _core(canonical(name).replace("管委会", "管理委员会"))) for name in (one, other))
    if not first or not second or first[-1] != second[-1]:
        return first == second
    short, long = sorted((first, second), key=len)
    return long.endswith(short) or (len(short) >= 3 and _abbreviates(short, long))


def full(name: str, division: divisions.Division | None) -> str:
    """Return the official name: the division's own put before a name that lacks it.

    Districts are named with their city (益阳市赫山区教育局), counties and cities alone (裕民县教科局). A name that
    opens with a fuller path, carries the division's own further in (中共桃江县委), or another's, is left alone.
    """
    if division is None or name.startswith((division.path, division.official)):
        return name
    for known in (division.county, division.city, division.province):
        if known and name.startswith(known):
            return division.official + name[len(known) :] if known == division.name else name
    if _carries(name, division) or _MINISTRY.search(name):
        return name
    return division.official + _LEVEL.sub("", name)


def _carries(name: str, division: divisions.Division) -> bool:
    """Say whether a name already says where it is: with the division's own name or its stem, or with another's."""
    stem = division.name[:-1]
    if division.name in name or (len(stem) > 1 and name.startswith(stem)):
        return True
    return divisions.find(name, near=division.code) not in (None, division)


def between(text: str) -> str:
    """Return what a title says between its year and its topic; empty without a year."""
    pieces = _YEAR_START.split(text, maxsplit=1)
    return _before_topic(pieces[1].removeprefix("度")) if len(pieces) == 2 else ""


def _before_topic(text: str) -> str:
    return _TOPIC.split(_ABOUT.split(text, maxsplit=1)[0], maxsplit=1)[0]


def _core(name: str) -> str:
    """Return a name without the divisions and level words it opens with."""
    for length in range(min(divisions.LONGEST_NAME, len(name) - 2), 1, -1):
        head = name[:length]
        if head[-1] in "省市区县州旗盟" and divisions.is_name(head):
            return _core(name[length:])
    return _LEVEL.sub("", name)


def _abbreviates(short: str, long: str) -> bool:
    """Say whether the short name's characters stand in the long one in order: 教科局 for 教育和科学技术局."""
    rest = iter(long)
    return all(char in rest for char in short)


def before_year(title: str) -> str:
    """Return what a title says before its year, without 关于 and spaces."""
    head = _YEAR_START.split(title.strip().removeprefix("关于"), maxsplit=1)[0]
    return _ABOUT.split(head, maxsplit=1)[0].replace(" ", "").strip("《【[:：")
