"""Pages that stand in for the page are told from pages that merely speak of such things."""

import time

import pytest

from scrapers.fetch.classify import Answer, classify, sends_on
from scrapers.model import Outcome

LONG = "依法行政，建设法治政府，严格规范公正文明执法。" * 60


def answer(body: str, *, status: int = 200, asked: str = "/art/1.html", final: str = "", **headers: str) -> Answer:
    return Answer(
        asked=f"http://www.gov.cn{asked}",
        final_url=f"http://www.gov.cn{final or asked}",
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        payload=body.encode(),
        media_type="html",
        redirected=bool(final),
    )


def html(title: str, text: str) -> str:
    return f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("title", "text", "outcome"),
    [
        ("安全验证", "", Outcome.BLOCKED_CHALLENGE),
        ("人机验证 - 某某网", LONG, Outcome.BLOCKED_CHALLENGE),
        ("请稍候…", "", Outcome.BLOCKED_CHALLENGE),
        ("Just a moment...", "", Outcome.BLOCKED_CHALLENGE),
        ("", "请拖动滑块完成验证", Outcome.BLOCKED_CHALLENGE),
        ("", "<script>$_ts=window['$_ts'];</script>", Outcome.BLOCKED_CHALLENGE),
        ("访问被拒绝", LONG, Outcome.BLOCKED_WAF),
        ("", "您的请求可能存在威胁，已被拦截", Outcome.BLOCKED_WAF),
        ("", "访问过于频繁，请稍后再试", Outcome.BLOCKED_WAF),
        ("某县人民政府", "抱歉，您访问的页面不存在或已删除", Outcome.SOFT_404),
        ("404 Not Found", LONG, Outcome.SOFT_404),
        ("页面不存在_某县人民政府", LONG, Outcome.SOFT_404),
        ("系统提示", "找不到您要访问的网页", Outcome.SOFT_404),
        ("用户登录", LONG, Outcome.SOFT_404),
        ("", "<input name=p type='password'>", Outcome.SOFT_404),
        ("", "<script>top.location.replace('/index.html')</script>", Outcome.SOFT_404),
        ("2024年法治政府建设年度报告", LONG, None),
        (
            "2024年法治政府建设年度报告",
            LONG + "增加滑动安全验证，您的请求可能存在威胁时访问被拦截，页面不存在",
            None,
        ),
        ("关于网络安全验证工作的报告", LONG, None),
        ("网站防火墙建设情况", LONG, None),
        ("某局2024年法治政府建设情况报告", "附件：报告.pdf", None),
        ("司法局", LONG + "<script>location.href='/x'</script><input type=password>", None),
    ],
)
def test_pages_at_200(title: str, text: str, outcome: Outcome | None) -> None:
    verdict = classify(answer(html(title, text)))
    assert (verdict and verdict[0]) == outcome


CODE = "<SCRIPT>" + "var a='b';" * 9_000 + "</SCRIPT>"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("您的请求带有不合法参数，已被网站管理员设置拦截！" + CODE, Outcome.BLOCKED_WAF),
        ("请完成滑动验证" + CODE + "<style>" + "a{b:c}" * 9_000 + "</style>", Outcome.BLOCKED_CHALLENGE),
        (CODE + "<script>var DETAIL={body:'…'}; var $_ts; location.href='/x'</script>首页", None),
        (CODE + LONG + "页面不存在", None),
        ("<li><a href='/c.html'>栏目</a></li>" * 3_000 + "页面不存在", None),
        ("页面不存在" + CODE * 12, None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_notice_among_much_code_is_found(text: str, outcome: Outcome | None, encoding: str) -> None:
    payload = html("提示信息", text).encode(encoding)
    assert len(payload) > 64 * 1024
    verdict = classify(Answer("http://a/b", "http://a/b", 200, {}, payload, "html", False))
    assert (verdict and verdict[0]) == outcome


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_words_are_found_in_either_encoding(encoding: str) -> None:
    page = Answer("http://a/", "http://a/", 200, {}, html("安全验证", "").encode(encoding), "html", False)
    assert classify(page) == (Outcome.BLOCKED_CHALLENGE, "a challenge page, titled '安全验证'")


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (404, html("", "您的请求已被阻断"), {}, Outcome.NOT_FOUND),
        (410, "", {}, Outcome.GONE_410),
        (412, "", {}, Outcome.BLOCKED_CHALLENGE),
        (403, "", {}, Outcome.BLOCKED_WAF),
        (403, html("安全验证", ""), {}, Outcome.BLOCKED_CHALLENGE),
        (405, html("", "您的访问被阻断"), {}, Outcome.BLOCKED_WAF),
        (405, html("", "Method Not Allowed"), {}, Outcome.HTTP_4XX),
        (429, "", {}, Outcome.RATE_LIMITED),
        (500, html("", "WEB应用防火墙"), {}, Outcome.BLOCKED_WAF),
        (500, html("404", ""), {}, Outcome.HTTP_5XX),
        (503, "", {}, Outcome.HTTP_5XX),
        (503, "", {"retry_after": "5"}, Outcome.RATE_LIMITED),
        (521, "", {"set_cookie": "__jsl_clearance_s=1"}, Outcome.BLOCKED_CHALLENGE),
        (521, "down", {}, Outcome.HTTP_5XX),
        (206, LONG, {}, Outcome.MALFORMED_RESPONSE),
        (302, "", {}, Outcome.MALFORMED_RESPONSE),
        (999, "", {}, Outcome.MALFORMED_RESPONSE),
        (200, "", {}, Outcome.TRUNCATED),
    ],
)
def test_statuses(status: int, body: str, headers: dict[str, str], outcome: Outcome) -> None:
    verdict = classify(answer(body, status=status, **headers))
    assert verdict is not None
    assert verdict[0] is outcome


@pytest.mark.parametrize(
    ("asked", "final", "outcome"),
    [
        ("/art/1.html", "/", Outcome.SOFT_404),
        ("/art/1.html", "/index.html", Outcome.SOFT_404),
        ("/art/1.html", "/404.html", Outcome.SOFT_404),
        ("/art/1.html", "/common/error.jsp", Outcome.SOFT_404),
        ("/art/1.html", "/art/2.html", None),
        ("/art/1.html", "/art/index.html", None),
        ("/index.html", "/", None),
        ("/", "/index.shtml", None),
        ("/404.html", "/404/x.html", None),
    ],
)
def test_being_sent_elsewhere(asked: str, final: str, outcome: Outcome | None) -> None:
    verdict = classify(answer(html("某县人民政府", LONG), asked=asked, final=final))
    assert (verdict and verdict[0]) == outcome


@pytest.mark.parametrize(
    ("body", "onward"),
    [
        ('<meta http-equiv="refresh" content="0;url=/zwgk/">', "/zwgk/"),
        ("<META HTTP-EQUIV=Refresh CONTENT='3; URL=a.html?x=1&amp;y=2'>", "a.html?x=1&y=2"),
        ('<meta http-equiv="refresh" content="300">', ""),
        (f'<meta http-equiv="refresh" content="0;url=/zwgk/"><p>{LONG}</p>', ""),
        ('<meta http-equiv="refresh" content="0;url=/a"><script>var $_ts</script>', ""),
        ("<p>nothing</p>", ""),
    ],
)
def test_meta_refresh(body: str, onward: str) -> None:
    assert sends_on(answer(body)) == onward


@pytest.mark.parametrize(
    "part", ["<", "<script", "<title", "<!--", "<head", "<meta http-equiv=refresh ", "找不到", "<input "]
)
def test_hostile_pages_cost_no_more_than_their_length(part: str) -> None:
    for size in (30_000, 1_000_000):
        page = answer("<html>" + part * (size // len(part.encode())))
        started = time.process_time()
        classify(page)
        sends_on(page)
        assert time.process_time() - started < 0.5
