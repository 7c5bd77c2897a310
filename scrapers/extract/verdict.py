"""Whether a page that was read is the report it was taken for.

Titles and sizes in; None, or the outcome and the reason why there is no report here. Knows nothing of how a
body was found.
"""

import re
from collections.abc import Sequence

from scrapers.extract.likeness import RELATED, alike, within
from scrapers.model import Outcome
from scrapers.text import clean, simplified

LEAST_REPORT = 200
"""Ideographs below which a body is no report."""
_GONE = re.compile(
    "(?:页面|网页|文章|信息|内容|资源|文件|记录).{0,6}(?:不存在|未找到|找不到|已删除|被删除|已下线|不见了)|找不到.{0,8}(?:页面|网页|文件)"
    "|(?:^|\\D)404(?:\\D|$)|Not Found|出错了|您访问的"
)
_TOPIC = re.compile("法治|依法行政|法制|述法|第一责任人")
_GENRE = re.compile("报告|总结|情况|汇报|年报|白皮书|述职")
_OTHER = re.compile(
    "召开|听取|审议|解读|图解|工作要点|实施方案|实施意见|工作计划|工作安排|政府信息公开工作|培训|会议|动员|部署|通知$|办法$"
)
_QUOTED = re.compile("《[^《》]{0,100}》")


def bears(candidate: str, listed: str) -> bool:
    """Say whether a page's title may be the one its list printed, which is often cut or lengthened."""
    return alike(candidate, listed) >= RELATED or within(candidate, listed.rstrip(".…")) >= 0.8


def mismatch(titles: Sequence[str], listed: str, opening: str, is_article: bool) -> tuple[Outcome, str]:
    """Return the outcome for a page that bears another title than its list printed."""
    shown = titles[0] if titles else ""
    if _GONE.search(shown) or _GONE.search(opening):
        return Outcome.SOFT_404, f"the page says it is not there: {_short(shown or opening)}"
    if not is_article:
        return Outcome.SOFT_404, f"a page without an article, titled {_short(shown)}, for {_short(listed)}"
    return Outcome.NOT_A_REPORT, f"the page is titled {_short(shown)}, the list said {_short(listed)}"


def irrelevant(title: str) -> str:
    """Return why a title with no listing to vouch for it names no report; empty when it may."""
    plain = _QUOTED.sub("", simplified(clean(title)))
    other = _OTHER.search(plain)
    if other:
        return f"title names something else: {other.group()}"
    if not _TOPIC.search(plain):
        return "title does not speak of rule of law"
    return "" if _GENRE.search(plain) else "title does not name a report"


def is_error(title: str, opening: str) -> bool:
    """Say whether a page without an article tells that what was asked for is gone."""
    return _GONE.search(title) is not None or _GONE.search(opening) is not None


def _short(text: str) -> str:
    return "“" + (text if len(text) <= 40 else text[:39] + "…") + "”" if text else "nothing"
