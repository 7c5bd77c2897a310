"""What a host's name and a short place name say about whose report it is, before the page is opened.

Enters: a host, a title. Leaves: a division's code or a body's bare name, and nothing where two would fit. Hosts spell
places in pinyin, whole or by initials, often with the province or city before: `gddongyuan`, `cqszx`, `hhpb`. It
refuses to decide: what a title says in full comes first.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from scrapers import divisions
from scrapers.discover.hosts import host_of

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜"
    "|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春"
    "|赫哲|门巴|珞巴|基诺"
)
_LEVEL = re.compile(
    f"(?:各族|(?:(?:{_PEOPLES})族?)+)?自治[县州旗区]$|(?:特别行政区|特区|林区|矿区|地区|[省市区县旗州盟])$"
)
_SHORT = re.compile("[\u4e00-\u9fff]{2,4}?[县州旗]")
_BEFORE = re.compile("^(?:china|chn|zhongguo|zg|cn|sx(?=[a-z]{5,}))(?=[a-z]{2,})")
_AFTER = re.compile("(?<=[a-z]{2})(?:gov|rmzf|zf|info|net|china)$")
_SURE = 2
"""Ranks above this are whole names, not initials."""
_READINGS = 4
"""Readings tried for a name with characters of several readings (长 is chang and zhang)."""
# fmt: off
_PROVINCES = {
    "bj": "11", "beijing": "11", "tj": "12", "hebei": "13", "shanxi": "14", "nmg": "15", "nm": "15", "ln": "21",
    "jl": "22", "hlj": "23", "hl": "23", "sh": "31", "js": "32", "zj": "33", "ah": "34", "fujian": "35",
    "jiangxi": "36", "jx": "36", "shandong": "37", "sd": "37", "henan": "41", "hubei": "42", "hunan": "43",
    "gd": "44", "gx": "45", "hainan": "46", "cq": "50", "sc": "51", "guizhou": "52", "yn": "53", "xz": "54",
    "xzdw": "54", "shaanxi": "61", "sn": "61", "gansu": "62", "gs": "62", "qh": "63", "nx": "64", "xj": "65",
}
"""Labels that provinces' own hosts bear, where pinyin leaves several places possible."""
_CITIES = {"gz": "440100", "sz": "440300", "km": "530100", "nj": "320100", "wh": "420100", "dg": "441900"}
_BUREAUS = {
    "sfj": "司法局", "sft": "司法厅", "jyj": "教育局", "jyt": "教育厅", "mzj": "民政局", "mzt": "民政厅",
    "gaj": "公安局", "gat": "公安厅", "czj": "财政局", "czt": "财政厅", "sthjj": "生态环境局",
    "sthjt": "生态环境厅", "sthj": "生态环境局", "hbj": "生态环境局", "rsj": "人力资源和社会保障局",
    "rst": "人力资源和社会保障厅", "hrss": "人力资源和社会保障局", "rsjz": "人力资源和社会保障局",
    "jtj": "交通运输局", "jtysj": "交通运输局", "jtt": "交通运输厅", "jtyst": "交通运输厅",
    "wjw": "卫生健康委员会", "wsjkw": "卫生健康委员会", "yjj": "应急管理局", "yjglj": "应急管理局",
    "yjt": "应急管理厅", "nyncj": "农业农村局", "nynct": "农业农村厅", "slj": "水利局", "slt": "水利厅",
    "sjj": "审计局", "sjt": "审计厅", "tjj": "统计局", "kjj": "科学技术局", "kjt": "科学技术厅",
    "whly": "文化和旅游局", "wlj": "文化和旅游局", "wlt": "文化和旅游厅", "scjgj": "市场监督管理局",
    "amr": "市场监督管理局", "fgw": "发展和改革委员会", "zjj": "住房和城乡建设局", "zjt": "住房和城乡建设厅",
    "zrzyj": "自然资源局", "zrzyt": "自然资源厅", "lyj": "林业局", "gzw": "国有资产监督管理委员会",
    "tyjrj": "退役军人事务局", "csgl": "城市管理局", "cgj": "城市管理局", "mzw": "民族宗教事务委员会",
    "ybj": "医疗保障局", "swj": "商务局", "swt": "商务厅", "xfj": "信访局", "zwfwj": "政务服务局",
    "xzspj": "行政审批局", "gxj": "工业和信息化局", "gxt": "工业和信息化厅", "tyjrswj": "退役军人事务局",
    "zjw": "住房和城乡建设委员会", "jgswj": "机关事务管理局", "fgj": "发展和改革局", "nyj": "农业农村局",
}
# fmt: on
"""Labels of bureaus' own hosts; their full names vary from place to place."""
_DEPARTMENTS = re.compile(
    "(教育|科学技术|工业和信息化|公安|民政|司法|财政|人力资源和社会保障|自然资源|生态环境|住房和城乡建设|交通运输|水利|农业农村"
    "|商务|文化和旅游|审计|退役军人事务|应急管理)[局厅]"
)
"""What departments (组成部门) of governments do. In provinces and autonomous regions they are 厅, elsewhere, in the
municipalities too, 局; offices directly under a government (直属机构: 统计局, 医疗保障局) are 局 everywhere."""
_MUNICIPALITIES = ("11", "12", "31", "50")


def host_division(url: str) -> str:
    """Return the code of the one division that a government host's name spells; empty when none or several do."""
    host = host_of(url)
    if not host.endswith(".gov.cn"):
        return ""
    label = host.removesuffix(".gov.cn").rpartition(".")[2]
    if label in _PROVINCES:
        return _PROVINCES[label] + "0000"
    bare = _AFTER.sub("", label)
    for spelled in dict.fromkeys((label, bare, _BEFORE.sub("", bare))):
        code = _CITIES.get(spelled) or _spelled(spelled)
        if code:
            return code
    return ""


def host_agency(url: str) -> str:
    """Return the bare name of the body whose own host this is; empty for a government's host.

    The same label is a 厅 on a province's host and a 局 on a city's: whly.ln.gov.cn, whly.dl.gov.cn.
    """
    host = host_of(url)
    labels = host.removesuffix(".gov.cn").split(".") if host.endswith(".gov.cn") else []
    at, name = next(((at, _BUREAUS[label]) for at, label in enumerate(labels[:-1]) if label in _BUREAUS), (0, ""))
    department = _DEPARTMENTS.fullmatch(name)
    code = host_division(url) if len(labels) == at + 2 else ""  # sfj.gz.gd is a city's, and gd alone would not say so
    if not (department and code):
        return name
    provincial = code.endswith("0000") and not code.startswith(_MUNICIPALITIES)
    return department[1] + ("厅" if provincial else "局")


def short_division(text: str, near: str = "") -> str:
    """Return the code of a division that a text names in short (楚雄州, 石柱县); empty when it names none or two."""
    codes = {code for start in range(len(text)) for code in _at(text, start)}
    if len(codes) > 1 and near:
        codes = {code for code in codes if code[:4] == near[:4]} or {code for code in codes if code[:2] == near[:2]}
    return codes.pop() if len(codes) == 1 else ""


def stem(name: str) -> str:
    """Return a division's name without its level and peoples: 石柱 of 石柱土家族自治县; one character is no stem."""
    short = _LEVEL.sub("", name)
    return short if len(short) >= 2 else name


def spelled(name: str) -> str:
    """Return a division's name in pinyin, without its level: guangdong of 广东省, shaanxi of 陕西省."""
    return {"陕西省": "shaanxi"}.get(name) or "".join(_readings(stem(name))[0])


def _at(text: str, start: int) -> tuple[str, ...]:
    found = _SHORT.match(text, start)
    return _shorts().get(found[0], ()) if found else ()


@cache
def _shorts() -> dict[str, tuple[str, ...]]:
    short: dict[str, list[str]] = defaultdict(list)
    for division in divisions.every():
        if "自治" in division.name:
            short[stem(division.name) + division.name[-1]].append(division.code)
    return {name: tuple(codes) for name, codes in short.items()}


def _spelled(label: str) -> str:
    """Return the division a label spells best; a prefecture bears its seat's name before a county that sounds alike."""
    offers = _spellings().get(label, frozenset())
    best = max((rank for rank, _ in offers), default=0)
    codes = {code for rank, code in offers if rank == best}
    upper = {code for code in codes if code.endswith("00") and best > _SURE}
    chosen = upper if len(upper) == 1 else codes
    return chosen.pop() if len(chosen) == 1 else ""


@cache
def _spellings() -> dict[str, frozenset[tuple[int, str]]]:
    """Return every spelling with the codes it may mean, each with a rank: whole names before initials."""
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for division in divisions.every():
        for spelled, rank in _ways(division):
            found[spelled].add((rank, division.code))
    return {spelled: frozenset(offers) for spelled, offers in found.items()}


def _ways(division: divisions.Division) -> Iterator[tuple[str, int]]:
    level = _readings(division.name[-1])[0][0]
    usual, *others = _readings(stem(division.name))
    whole, initials = "".join(usual), "".join(sound[0] for sound in usual)
    befores = tuple(_outer(division))
    for tail in ("", level[0], level):
        yield whole + tail, 4
        yield from (("".join(sounds) + tail, 3) for sounds in others)
        yield from ((before + whole + tail, 5) for before in befores)
        yield from ((before + initials + tail, 2) for before in befores)
        if len(initials + tail) > 2:  # two letters mean anything
            yield initials + tail, 1


def _outer(division: divisions.Division) -> Iterator[str]:
    """Yield how a host spells what a division lies in: gd, guangdong, hy, heyuan, gdhy."""
    names = [division.province, division.city if division.county else ""]
    sounds = [_readings(stem(name))[0] for name in names if name and name != division.name]
    for one in sounds:
        yield "".join(sound[0] for sound in one)
        yield "".join(one)
    if len(sounds) > 1:
        yield "".join(sound[0] for one in sounds for sound in one)


@cache
def _readings(text: str) -> tuple[tuple[str, ...], ...]:
    from pypinyin import Style, lazy_pinyin, pinyin  # a tenth of a second that only hosts in doubt cost

    usual = tuple(lazy_pinyin(text))
    others = islice(product(*pinyin(text, style=Style.NORMAL, heteronym=True)), _READINGS)
    return tuple(dict.fromkeys((usual, *others)))
