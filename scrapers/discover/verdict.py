"""What a title says an address is: a report, an older kind of report, something near it, or nothing to us.

Enters: a title as a list shows it, and what is known of where it stood. Leaves: a verdict with the report year and a
reason a person can read. It refuses to open the page. Order: unwrap the title, look for the subject, let what cannot be
a report win over what looks like one, ask for the form of a report, and believe no copy on a stranger's host. Every
pattern is bounded, and titles are cut first.
"""

import re

from scrapers.dates import title_year
from scrapers.discover.hosts import unofficial
from scrapers.model import Relevance, Verdict

_LIMIT = 300
_REPORTS = frozenset({Relevance.REPORT, Relevance.REPORT_LEGACY})
_MARKUP = re.compile(r"<[^<>]{1,200}>|&nbsp;")
_BLANK = re.compile(r"[\s\u3000\u200b\ufeff]+")
_GLOSS = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,6}\)")
_SIMPLIFIED = str.maketrans(
    "關於報告總結況設職責導讀圖評會開務實創標項規劃號質條圍黨縣區鎮鄉與產業慶",
    "关于报告总结况设职责导读图评会开务实创标项规划号质条围党县区镇乡与产业庆",
)
_NUMBER = re.compile(r"[(（]?\w{0,12}[〔\[［(（【]\s?20\d\d\s?[〕\]］)）】]\s?第?\d{1,5}\s?号[)）]?")
_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|zip)$", re.IGNORECASE)
_QUOTED = re.compile(r"《[^《》]{0,200}》")
_WRAPPED = re.compile(r"《([^《》]{1,200})》")
_COVER = re.compile(r"关于(?:报送|上报|呈报)《([^《》]{1,200})》的(?:报告|函)$")
_TAIL = re.compile(
    r"(?:[(（【\[〔][^()（）【】\[\]〔〕]{0,12}[)）】\]〕]|[一二三四五六七八九十\d]|公示|公告|公开|全文|[。.、，,:：;；\"”'’…\-—_])+$"
)
_SUBJECT = re.compile("法治政府|依法行政|述法|法治[^，。、；！？]{0,8}建设|法治化?建设|第一责任人")
_MODERN = re.compile("法治政府")
_PERSON = re.compile("(?:长|书记|主任|同志|个人|负责人|班子成员)[^，。]{0,12}述职?述?法")

_NEGATIVE = tuple(
    (re.compile("|".join(words)), what)
    for what, words in (
        (
            "a model text",
            ("范文", "模板", "样本", "推荐.{0,3}篇", r"20(?:_|x|X|×|\*){2}", "(?:某|[xX×]{2})[省市县区局镇乡]", "小编"),
        ),
        ("an interpretation", ("解读", "图解", "读懂", "问答", "图说", "长图")),
        (
            "another duty's yearly report",
            ("信息公开.{0,12}(?:年度?报告?|年报|报表)", "网站.{0,8}报表", "行政复议", "行政应诉"),
        ),
        ("not about one whole year", ("[一二三四1-4]季度", "半年", "月份", "(?<![〇○零一二三四五六七八九十])五年")),
        ("a study or an assessment", ("研究", "实证", "蓝皮书", "评估", "测评", "问卷", "满意度", "调研", "发展报告")),
        ("about a model-site campaign", ("示范[市区县乡镇点]", "示范地区", "示范项目", "创建")),
        (
            "news",
            (
                *(
                    "召开",
                    "举行",
                    "举办",
                    "听取",
                    "审议",
                    "部署",
                    "推进会",
                    "座谈会",
                    "专题会",
                    "述法会",
                    "评审会",
                    "培训",
                ),
                *("发布", "获评", "获得", "荣获", "命名", "入选", "综述", "纪实", "成绩单", "典范", "助力", "护航"),
            ),
        ),
        (
            "an administrative paper",
            (
                "考核",
                "通报",
                "征求",
                "督察反馈",
                "整改",
                "工作规则",
                "目录",
                "名单",
                "一览表",
                "清单",
                "责任书",
                "台账",
            ),
        ),
        (
            "an instruction",
            ("(?:通知|办法|指引|规定|细则|制度|条例|标准|指标|指标体系|意见|批复|倡议书)$",),
        ),
    )
)
_FORWARDS = re.compile("(?:印发|转发|下发|做好|报送|公布|公开|编制|撰写).{0,60}(?:通知|函|公告)$")
_FORM = re.compile("(?:年度报告|年报|报告|报告书|总结|汇报|白皮书|情况|情况说明)$")
_PROSPECT = re.compile("(?:要点|方案|规划|纲要|计划|安排|打算|思路|部署|任务|举措|建议)$")
_BOTH = re.compile(
    r"(?:报告|总结|情况)[^，。]{0,6}(?:及|和|与|暨|以及|、)[^，。]{0,30}(?:计划|安排|打算|思路|要点|建议)$"
)


def judge(title: str, *, column: str = "", breadcrumb: str = "", url: str = "") -> Verdict:
    """Judge a title. In a column of such reports, by its name or its breadcrumb, an 年度报告 is one.

    With a `url`, a report on a host that is no government's is only related; the harvest gives none, because there a
    person has chosen the host.
    """
    bare = bare_title(title)
    year = title_year(_joined(title))
    if not bare:
        return Verdict(Relevance.IRRELEVANT, None, "the title is empty")
    relevance, reason = _judge(bare, _joined(f"{breadcrumb}>{column}"))
    stranger = unofficial(url) if relevance in _REPORTS else ""
    return Verdict(Relevance.RELATED, year, stranger) if stranger else Verdict(relevance, year, reason)


def _judge(title: str, column: str) -> tuple[Relevance, str]:
    masked = _QUOTED.sub("《》", title)
    subject = _SUBJECT.search(masked)
    if subject is None:
        return _without_subject(title, masked, column)
    for pattern, what in _NEGATIVE:
        found = pattern.search(masked)
        if found is not None:
            return Relevance.RELATED, f"{what}: {found[0]!r}"
    if _FORWARDS.search(masked):
        return Relevance.RELATED, "a notice about a report, not the report"
    both = _BOTH.search(masked)
    if not both and _PROSPECT.search(masked):
        return Relevance.RELATED, f"about what is to be done: it ends with {_PROSPECT.findall(masked)[-1]!r}"
    form = both or _FORM.search(masked)
    if form is None or form.end() <= subject.start():
        return Relevance.RELATED, f"on the subject ({subject[0]}), but not in the form of a report"
    return _kind(masked, f"{subject[0]} … {form[0]}")


def _kind(masked: str, seen: str) -> tuple[Relevance, str]:
    """Tell the kinds of reports on the subject apart."""
    if _MODERN.search(masked):
        return Relevance.REPORT, seen
    if _PERSON.search(masked):
        return Relevance.RELATED, "a person's account of duties, not a body's report"
    return Relevance.REPORT_LEGACY, f"{seen}: the older or narrower kind"


def _without_subject(title: str, masked: str, column: str) -> tuple[Relevance, str]:
    """Judge a title that does not name the subject outside quotation marks."""
    if _SUBJECT.search(title):
        return Relevance.RELATED, "only quotes a title on the subject: it is about that paper, not the paper"
    if _MODERN.search(column) and _FORM.search(masked) and title_year(masked) is not None:
        for pattern, what in _NEGATIVE:
            found = pattern.search(masked)
            if found is not None:
                return Relevance.IRRELEVANT, f"{what}: {found[0]!r}"
        return Relevance.REPORT, f"{_FORM.findall(masked)[-1]} in the column {column.strip('>')[-40:]}"
    return Relevance.IRRELEVANT, "names neither 法治政府 nor 依法行政 nor 法治建设"


def _joined(title: str) -> str:
    """Return the title on one line, simplified, without markup, glosses and white space."""
    bare = _BLANK.sub("", _MARKUP.sub("", title[: _LIMIT * 4]))
    return _GLOSS.sub("", bare.translate(_SIMPLIFIED))[:_LIMIT]


def bare_title(title: str) -> str:
    """Return the title on one line, simplified, without document number, file ending, notes and quotes around it."""
    bare = re.sub(r"[(（]\s?[)）]", "", _NUMBER.sub("", _joined(title)))
    bare = _FILE.sub("", bare)
    inner = _COVER.search(bare) or _WRAPPED.fullmatch(bare.strip("()（）"))
    bare = inner[1] if inner else bare
    return _TAIL.sub("", bare).strip("·•*—-. ")
