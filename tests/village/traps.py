"""What hostile addresses answer: walls, challenges, vanished pages, cut pages; data in the village's own words.

A feature's name in, a `Reply` out, or None for an address that behaves. It refuses to know sockets.
"""

from dataclasses import dataclass

from tests.village.model import Document, Site

HEALS_AFTER = 2
"""How many times the page that heals answers 503 first."""
STRANGER = "www.parked-domain.example"
"""A host on no allow-list, under a top-level domain reserved by RFC 2606: it can never resolve."""

_SOFT404 = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>页面不存在</title></head>
<body><div class="err"><h1>抱歉，您访问的页面不存在</h1><p>页面可能已被删除、更名或暂时不可用。</p>
<p>系统将在5秒后返回<a href="/">网站首页</a></p></div></body></html>"""
_WAF = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>访问拦截</title></head>
<body><div class="block"><h2>您的请求可能存在威胁，已被拦截！</h2>
<p>如果您是网站管理员，请登录云防护查看详情。事件编号：4d1f0a77</p></div></body></html>"""
_CHALLENGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta content="kQ2vY7" id="guard">
<script>window.$_ts={cd:"qGmW1",nsd:20341};document.cookie="guard=1;path=/";location.reload();</script></head>
<body></body></html>"""
_BUSY = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>"
NOT_FOUND = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, its headers and a text; `cut` promises the whole text and sends half of it."""

    status: int
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


def spring(site: Site, document: Document, page: str) -> Reply | None:
    """Return the trap's answer for a document's address, or None when the page is to be served as it is."""
    if document.feature == "heals":
        tries = site.tries[document.title] = site.tries.get(document.title, 0) + 1
        return Reply(503, _BUSY, (("Retry-After", "0"),)) if tries <= HEALS_AFTER else None
    if document.feature == "cut":
        return Reply(200, page, cut=True)
    if document.feature == "elsewhere":
        return Reply(302, "", (("Location", f"http://{STRANGER}/moved/{document.number}.html"),))
    cookie = (("Set-Cookie", "guard_clearance=2b8e; path=/; HttpOnly"),)
    return {
        "soft404": Reply(200, _SOFT404),
        "waf": Reply(200, _WAF),
        "challenge": Reply(412, _CHALLENGE, cookie),
    }.get(document.feature)
