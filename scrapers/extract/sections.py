"""Which of the contents that the rule asks for a report has.

A clean body in, section names out. The rule is 《法治政府建设与责任落实督察工作规定》 (厅字〔2019〕28号) article 24:
main measures and results, shortcomings and causes, how the principal leaders did their duty as the first responsible,
the next year's plan, other. Headings tell; knows nothing of agencies or years.
"""

import re
from collections.abc import Iterator

MEASURES, PROBLEMS, DUTY, PLAN, OTHER = SECTIONS = ("measures", "problems", "duty", "plan", "other")
LONGEST_HEADING = 60
_NUMBER = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[、，,．.）)]\s?|第[一二三四五六七八九十]{1,3}(?:部分|章|节)?[、，：:\s]?|[（(]?\d{1,2}[、．.）)](?!\d)\s?)"
)
_TOP = re.compile(r"^[一二三四五六七八九十]{1,3}[、，,．.]")
_END = re.compile("[。；：:]")
_DUTY = re.compile(
    "第一责任人|(?:主要负责人|党政主要负责|主要领导).{0,14}(?:履行|履职|职责|责任)|履行.{0,10}(?:主要负责人|主要领导)"
)
_PLAN = re.compile(
    "下(?:一)?步|下(?:一)?(?:年|年度|阶段)|来年|明年|(?:工作|年)(?:安排|打算|计划|思路|设想)|(?:主要|总体|初步)(?:安排|打算|计划|思路)"
    "|努力(?:的)?方向|今后(?:工作|打算|努力)|工作(?:重点|展望)|整改(?:措施|方向)|改进(?:措施|方向)"
)
_PROBLEMS = re.compile("不足|问题(?!导向)|短板|困难|差距|薄弱|欠缺")
_MEASURES = re.compile(
    "(?:主要|具体|重点)?(?:举措|做法|措施)|成效|成绩|亮点|(?:工作|建设|推进|开展|完成|落实|任务).{0,8}情况|工作(?:回顾|总结|成果)"
)
_OTHER = re.compile("其他(?:需要|事项|情况|方面|工作)|需要(?:报告|说明)的")
_RANKED = ((DUTY, _DUTY), (PROBLEMS, _PROBLEMS), (PLAN, _PLAN), (OTHER, _OTHER), (MEASURES, _MEASURES))


def sections(text: str) -> tuple[str, ...]:
    """Return the sections a body has, in the rule's order.

    A top heading that names none of them tells of what was done: 一、深入推进依法行政. The leaders' duty counts
    wherever the body names it as such, for many reports have no heading of its own for it.
    """
    found = {DUTY} if "第一责任人" in text else set[str]()
    for line in _headings(text):
        named = {name for name, words in _RANKED if words.search(line)}
        # 存在的不足和下一步打算 is two sections; 主要举措和成效 with 问题 in it is not three.
        found |= named - {MEASURES} or named
        if not named and _TOP.match(line):
            found.add(MEASURES)
    return tuple(name for name in SECTIONS if name in found)


def _headings(text: str) -> Iterator[str]:
    """Yield lines, or their openings, that stand like headings: numbered, or short and without a sentence's end."""
    for line in text.split("\n"):
        lead = _END.split(line[: LONGEST_HEADING + 1], maxsplit=1)[0]
        if len(lead) > LONGEST_HEADING:
            continue
        if _NUMBER.match(line) or (lead == line and len(line) <= LONGEST_HEADING // 2 and "，" not in line):
            yield lead
