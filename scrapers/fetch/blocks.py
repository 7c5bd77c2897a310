"""The words by which a page that stands in for the page gives itself away.

Patterns only, collected from what these sites' firewalls and templates say. They are matched against titles
and against the visible text of short pages, never against the body of a long one: a report may well speak of
安全验证.
"""

import re

CHALLENGE_CODE = re.compile(
    r"__jsl_clearance|acw_sc__v2|\$_ts\b|_\$rc\b|cf[-_]chl|/_guard/|slidercaptcha|aliyun_waf|WZWS|yunsuo_session",
)
CHALLENGE_TEXT = re.compile(
    r"安全验证|人机验证|访问验证|滑动验证|滑块|验证后继续|完成验证|输入验证码|进行验证|浏览器安全检查|正在检查您的浏览器"
    r"|just a moment|checking your browser|enable javascript and cookies|verify you are human",
    re.IGNORECASE,
)
CHALLENGE_TITLE = re.compile(
    r"(?:请完成|请进行)?(?:安全|人机|访问|滑动|系统|身份)验证(?:码|中心|页面|中)?"
    r"|验证码|请稍[候等].{0,3}|just a moment.{0,3}|captcha",
    re.IGNORECASE,
)
WAF_TEXT = re.compile(
    r"请求可能存在威胁|已被拦截|请求已被阻断|访问被阻断|被网站管理员设置拦截|被管理员设置拦截|您的访问被拒绝|访问被拒绝|访问过于频繁"
    r"|请求过于频繁|疑似攻击|疑似黑客|非法请求|恶意请求|WEB\s*应用防火墙|网站防火墙|云防护|安全狗|拦截提示"
    r"|request (?:has been )?blocked|access denied|web application firewall",
    re.IGNORECASE,
)
WAF_TITLE = re.compile(
    r"(?:网站|web\s*应用|云)?防火墙|(?:访问|请求)(?:被|已被)?(?:拦截|拒绝|阻断|禁止)|拦截提示|访问过于频繁"
    r"|access denied|403 forbidden|web application firewall|waf.{0,10}",
    re.IGNORECASE,
)
MISSING_TEXT = re.compile(
    r"(?:页面|网页|文章|信息|内容|栏目|文件|地址)(?:已)?(?:不存在|找不到|未找到|被删除|已删除|丢失|失效)|找不到(?:该|此|您|相关)?[^，。]{0,12}(?:页面|网页|文件)"
    r"|(?:访问|请求|查看|浏览)的[^，。]{0,10}不存在|404 not found|page not found|\b404\b",
    re.IGNORECASE,
)
MISSING_TITLE = re.compile(
    r"(?:错误|error)?[\s:：-]*404.{0,12}|(?:.{0,6}(?:页面|网页|内容|文章))(?:不存在|找不到|未找到|已删除|丢失).{0,4}|找不到.{0,4}页面?"
    r"|page not found|not found|(?:出错|错误)(?:了|页面|提示)?",
    re.IGNORECASE,
)
LOGIN_TITLE = re.compile(
    r"(?:用户|系统|统一|会员|管理员|后台)?(?:身份)?(?:登录|登陆|认证)(?:页面|系统|中心|平台)?|统一身份认证.{0,6}|log\s?in|sign\s?in",
    re.IGNORECASE,
)
PASSWORD_FIELD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
META_REFRESH = re.compile(
    r"<meta[^>]{0,100}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,100}?content\s*=\s*[\"']?\s*[\d.]*\s*[;,]?\s*url\s*=\s*"
    r"[\"']?([^\"'>\s]{1,2000})",
    re.IGNORECASE,
)
SCRIPT_MOVE = re.compile(
    r"(?:(?:window|document|top|self|parent)\s*\.\s*)?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"'\s]{1,2000})[\"']",
)
HOME = re.compile(r"/(?:(?:index|default|home|main)(?:\.[a-z]{2,5})?)?", re.IGNORECASE)
ERROR_PATH = re.compile(r"/(?:[^/]*/)*(?:404|error|notfound|err404|page404)[^/]*", re.IGNORECASE)
