"""Text as readers see it and text as the hash sees it.

A body's text in; `clean` gives what is shown and kept, `canonical` gives what is hashed. Both are pure,
idempotent and linear in the length of their input. Neither knows of pages, titles or dates. Any change of
what `canonical` yields, or of what `clean` removes, is a new `CANONICAL` version.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import opencc

CANONICAL = 1
TRADITIONAL_SHARE = 0.02
HEAD_LINES = 14
TAIL_LINES = 14
SHORT_LINE = 120
LONGEST_LABEL = 60
PASSES = 4

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
# Ideographs beyond the basic plane are assigned faster than Python's tables follow; all of these planes count
# as characters, so that two Python versions agree.
_LATE_IDEOGRAPHS = range(0x20000, 0x3FFFE)

_RESIDUE = re.compile(
    r"\[bookmark:[^\[\]\n]{0,80}\]|_GoBack"
    r'|HYPERLINK\s{1,4}(?:\\l\s{1,4})?"[^"\n]{0,300}"(?:\s?\\[a-z](?:\s?"[^"\n]{0,80}")?){0,4}'
    r'|TOC\s{1,4}\\o\s{1,4}"[^"\n]{0,12}"(?:\s?\\[a-z]){0,4}'
    r"|(?:PAGE|NUMPAGES|PAGEREF\s\w{1,40})\s{0,4}(?:\\h\s{0,4})?\\\*\s{0,4}MERGEFORMAT|\\\*\s{0,4}MERGEFORMAT"
)
_RESIDUE_MARKS = ("[bookmark:", "_GoBack", "HYPERLINK", "TOC", "MERGEFORMAT")
"""One of these is in every text that `_RESIDUE` finds something in."""
# Both begin with the bracket and look back from it: a pattern that begins by looking back is tried everywhere.
_AFTER_CJK = f"(?<=[{_CJK}][(（])"
_TONE = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_TONED_GLOSS = f"(?=[a-zü]{{0,5}}[{_TONE}])[a-zü{_TONE}]{{1,7}}[)）]"
_TONED = re.compile(f"[(（]{_AFTER_CJK}{_TONED_GLOSS}(?:[(（]{_TONED_GLOSS}){{0,3}}")
_SYLLABLE = (
    "(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v)"
)
_TONELESS_GLOSS = f"(?=[a-z]{{2}}){_SYLLABLE}[)）]"
_TONELESS = re.compile(f"[(（]{_AFTER_CJK}{_TONELESS_GLOSS}(?:[(（]{_TONELESS_GLOSS}){{0,3}}")
DENSE_GLOSSES = 8

# What pages print around a body: labels that open a line, and lines of nothing but buttons.
_LABELS = (
    r"发布时间|发布日期|发文日期|发文时间|成文日期|公开日期|更新时间|更新日期|录入时间|生成日期|信息来源|文章来源|稿件来源|来源|稿源"
    r"|作者|撰稿|供稿|编辑|责任编辑|责编|审核(?!\s?[:：∶]\s?\d)|点击量|点击数|点击|浏览量|浏览次数|浏览|阅读量|阅读次数|阅读|访问量|访问次数|字号|字体大小|字体"
    "|索引号|信息索引号|主题分类|发布机构|发文机关|公开方式|视力保护色|分享到|分享|保护视力色"
)
_CONTROLS = (
    "打印(?:本页|此页|正文|页面|文章)?|关闭(?:窗口|本页|此页|页面)?|收藏(?:本页)?|分享(?:到|至)?|返回(?:顶部|首页|列表|上一页)?"
    "|我要纠错|纠错|字号?|大|中|小|微信|微博|QQ空间|QQ"
)
_DECORATION = r"[\[\]【】()（）|丨/·•:：\s]{0,9}"
_CONTROL_LINE = rf"^{_DECORATION}(?:(?:{_CONTROLS}){_DECORATION}){{1,12}}$"
# Labels must open the line: the same words inside a sentence are the report's own.
_HEAD = re.compile(
    rf"^[\[【(（|丨·•\s]{{0,3}}(?:{_LABELS}|时间|日期)\s?[:：∶]"
    r"|^您?(?:当前|现在|所在)的?(?:所在)?位置|^您的位置|^(?:网站)?首页\s?[>＞»›/|-]"
    r"|设为首页|加入收藏|收藏本站|无障碍(?:阅读|浏览)"
    r"|^\D{0,8}\d{4}\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}\s?日?(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?\s?星期[一二三四五六日天]"
    rf"|{_CONTROL_LINE}"
)
# A pager, as a line of its own: 首页 上一页 [1] 2 3 下一页 尾页 共3页.
_PAGER = (
    r"^(?=.{0,80}[上下]一?页)"
    r"(?:[\s\d\[\]【】<>«»|…·.,，]|首页|尾页|末页|[上下前后]一?页|最后一页|第\d{0,3}页|共\d{0,3}页)+$"
)
_TAIL = re.compile(
    rf"^[\[【(（|丨·•\s]{{0,3}}(?:{_LABELS}|主办单位|承办单位|主办|承办|[上下]一[篇条]|版权所有|技术支持|网站标识码)\s?[:：∶]"
    r"|^(?:用?(?:手机|微信))?(?:扫一扫|扫码)(?:在?手机|关注|分享|查看|阅读|打开|下载|$)"
    r"|^相关(?:附件|链接|阅读|文章|新闻|稿件|信息|文档|解读)\s?(?:[:：].{0,80})?$|^版权(?:所有(?![人者])|声明)|^[上下]一[篇条]"
    r"|ICP备|公网安备|^(?:政府网站找错|网站地图|关于我们|联系我们)(?![\u3400-\u9fff])"
    rf"|{_CONTROL_LINE}|{_PAGER}"
)
_SENTENCE = re.compile("[。；！]")
# The table that catalogues of public information print above a body: a row of labels over a row of values, or labels
# and values by turns (政府信息公开目录). Three of its labels in a row, or its number's label first, are no prose.
_INDEX_LABELS = (
    "索引号 信息索引号 索取号 主题分类 体裁分类 信息分类 信息类别 组配分类 发布机构 发文机关 公开方式 公开范围"
    " 公开时限 发布时间 发布日期 发文日期 成文日期 生成日期 公开日期 有效性 时效性 是否有效 文件编号 文号 发文字号"
    " 备注 备注/文号 关键词 主题词 服务对象 信息名称 内容概述"
)
_INDEX = frozenset(_INDEX_LABELS.split())
_INDEX_FIRST = ("索引号 ", "信息索引号 ", "索取号 ")
LEAST_LABELS = 3
_EMPTY_LABEL = re.compile(r"^(?:相关)?附件(?:下载)?\s?[:：]$")
_DOCUMENT_NUMBER = re.compile(r"^[\u3400-\u9fff]{1,12}[〔\[［(（【]\s?20\d{2}\s?[〕\]］)）】]\s?第?\s?\d{1,5}\s?号$")

_TRADITIONAL = re.compile(
    "[國會對時來為個們這說學業與開關長問題間門見現發應當實際體無產經濟線統總結義務員導區縣領組織機構設計規劃強製進過還運動辦處執責監檢評"
    "價審議認識記錄報請證據質條約東車陸軍電話號廣場農幹黨歷權專項點後從將層達協調進環書觀選舉讓萬與樣決確連續維護違]"
)
_IDEOGRAPH = re.compile(f"[{_CJK}]")
# Normalising costs ten times as much where a full-width mark is in the way. These go in any case; before an ideograph,
# a digit or a line's end nothing can compose across the gap they leave.
_MARKS = re.compile(rf"[，。、：；（）！？《》“”]+(?=[{_CJK}0-9\n]|\Z)")
_NOT_CANONICAL = re.compile(r"[^\w%\U00020000-\U0003fffd]|_")


def clean(text: str) -> str:
    """Return the body for readers: NFC, one paragraph a line, page furniture and software residue removed.

    Removed: control, format, private-use and unassigned characters; Word fields and bookmarks; tone-marked
    pinyin after an ideograph (toneless only when dense); furniture lines at head and tail. Never removed:
    numbers, dates, names, tables, lists of attachments, document numbers, order.
    """
    for _ in range(PASSES):
        shorter = _once(text, "")
        if shorter == text:
            return text
        text = shorter
    # Residue nested in residue: a space instead of nothing keeps the remainder from meeting anew.
    return _once(text, " ")


def canonical(body: str) -> str:
    """Return the text the hash is taken of, version 1: NFKC, lower case, letters, digits and `%` only.

    Traditional characters become simplified where they are more than 2 % of the ideographs. Width, spacing,
    punctuation and line breaks do not count; every letter, digit and their order do.
    """
    folded = _folded(body)
    simple = simplified(folded)
    # What was not converted is folded already, but for what four passes could not end.
    return folded if simple is folded and _folded_once(folded) == folded else _folded(simple)


def simplified(text: str) -> str:
    """Return the text in simplified characters where more than 2 % of its ideographs are traditional, else as it is."""
    return _simplifier()(text) if _is_traditional(text) else text


def is_head_furniture(line: str) -> bool:
    """Say whether a line is what pages print above a body: clock, breadcrumb, date, source, counter, font size."""
    return len(line) <= SHORT_LINE and _HEAD.search(line) is not None and _SENTENCE.search(line) is None


def is_tail_furniture(line: str) -> bool:
    """Say whether a line is what pages print below a body: print, share, neighbours, credits, registrations.

    A single character never is: 大, 中 and 小 are font sizes on a page and grades in a table.
    """
    return 1 < len(line) <= SHORT_LINE and _TAIL.search(line) is not None and _SENTENCE.search(line) is None


def is_document_number(line: str) -> bool:
    """Say whether a line is the number a body gave its paper (发文字号), such as 赫司发〔2025〕3号."""
    return _DOCUMENT_NUMBER.match(line) is not None


def head_length(lines: Sequence[str]) -> int:
    """Return how many opening lines go: through the last furniture line among the first 14 short ones."""
    start = 0
    while (more := _head_once(lines, start)) > start:
        start = more
    return start


def tail_length(lines: Sequence[str]) -> int:
    """Return how many closing lines go: from the first furniture line of the short lines that end the text."""
    cut = len(lines)
    while cut and _EMPTY_LABEL.match(lines[cut - 1]):  # a template's label for attachments there are none of
        cut -= 1
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - TAIL_LINES), -1):
        if is_tail_furniture(lines[index]):
            cut = index
        elif _is_prose(lines[index]):
            break
    return len(lines) - cut


def _once(text: str, gap: str) -> str:
    # Printable text has no break, blank or unwanted character but the line's end and the space: most passes end here.
    if not text.replace("\n", "").isprintable():
        text = _BREAKS.sub("\n", text)
        text = _without_unwanted(text)
    text = unicodedata.normalize("NFC", text)
    if any(mark in text for mark in _RESIDUE_MARKS):
        text = _RESIDUE.sub(gap, text)
    text = _without_glosses(text, gap)
    if "  " in text or not text.replace("\n", "").isprintable():
        text = _BLANKS.sub(" ", text)
    return "\n".join(trimmed([line for line in (raw.strip() for raw in text.split("\n")) if line]))


def trimmed(lines: Sequence[str]) -> list[str]:
    """Return clean lines without the furniture that opens and ends them, as `clean` takes it off."""
    kept = _without_head(list(lines))
    while cut := tail_length(kept):
        del kept[len(kept) - cut :]
    return kept


def _without_head(lines: list[str]) -> list[str]:
    """Drop the head's furniture but a document number among it; one in an index table has its label before it."""
    head = head_length(lines)
    kept = (
        line
        for place, line in enumerate(lines[:head])
        if is_document_number(line) and not (place and lines[place - 1].rstrip(":： ").endswith("号"))
    )
    return [*kept, *lines[head:]] if head else lines


def _without_unwanted(text: str) -> str:
    unwanted = {ord(char): None for char in set(text) if _is_unwanted(char)}
    return text.translate(unwanted) if unwanted else text


@lru_cache(maxsize=1 << 16)
def _is_unwanted(char: str) -> bool:
    return unicodedata.category(char) in _DROPPED and char not in "\n\t" and ord(char) not in _LATE_IDEOGRAPHS


def _without_glosses(text: str, gap: str) -> str:
    if "(" not in text and "（" not in text:
        return text
    text = _TONED.sub(gap, text)
    count = len(_TONELESS.findall(text))
    if count >= DENSE_GLOSSES and count * 1000 > 3 * len(text):
        text = _TONELESS.sub(gap, text)
    return text


def _index_rows(lines: Sequence[str], at: int) -> int:
    """Return how many lines an index table's row takes with the row of its values; 0 for any other line."""
    line = lines[at]
    if len(line) > SHORT_LINE or _SENTENCE.search(line):
        return 0
    cells = [cell.rstrip(":：") for cell in line.split(" ")]
    labels = sum(cell in _INDEX for cell in cells)
    if labels >= LEAST_LABELS and labels == len(cells):
        return 2 if at + 1 < len(lines) and not _is_prose(lines[at + 1]) else 1
    return int(labels >= LEAST_LABELS or line.startswith(_INDEX_FIRST))


def _is_prose(line: str) -> bool:
    """Say whether a line is a body's own: it has a sentence's end, or is too long for a label or a title."""
    return len(line) > LONGEST_LABEL or _SENTENCE.search(line) is not None


def _head_once(lines: Sequence[str], start: int) -> int:
    end = start
    for index, line in enumerate(lines[start : start + HEAD_LINES], start):
        if is_head_furniture(line):
            end = index + 1
        elif rows := _index_rows(lines, index):
            end = index + rows
        elif _is_prose(line):
            break
    return end


def _folded(text: str) -> str:
    # Dropping a mark can let two Hangul letters meet and compose, so fold until nothing changes.
    text = _MARKS.sub("", text)
    kept = False
    for _ in range(PASSES):
        folded = _folded_once(text)
        if kept and folded == text:
            break
        text, kept = _NOT_CANONICAL.sub("", folded), True
    return text


def _folded_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _is_traditional(text: str) -> bool:
    found = len(_TRADITIONAL.findall(text))
    return found > 0 and found > TRADITIONAL_SHARE * len(_IDEOGRAPH.findall(text))


@cache
def _simplifier() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
