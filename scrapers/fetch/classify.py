"""What an answer is: the page asked for, or something that stands in for it.

Status, headers and bytes in, an outcome with its reason out, None for a page that extraction may settle.
Blocked, gone and down are three different things; none of them is success. Nothing is solved or followed
here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapers.charset import decode
from scrapers.fetch import blocks
from scrapers.model import Outcome

Verdict = tuple[Outcome, str] | None

EMPTY = "200 with an empty body"
SHORT_PAYLOAD = 32 * 1024
"""Longer pages are judged by their title alone, unless they are scripts and styles around a notice."""
MOST_CODE = 1024 * 1024
"""Bytes of a page up to which its scripts and styles are told from the rest."""
SHORT_TEXT = 300
"""Visible characters, white space apart, up to which a page may be a notice instead of an article."""
BARE_TEXT = 40
"""Visible characters up to which a page only sends the browser on."""

_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,600}?)</title", re.IGNORECASE | re.DOTALL)
_REFRESH = re.compile(rb"r\0?e\0?f\0?r\0?e\0?s\0?h", re.IGNORECASE)
"""The word, also in UTF-16: pages without it need not be decoded to see that they send nobody on."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"(?:\s|&nbsp;|\u3000)+")
_SITE_NAME = re.compile(r"\s*[-_|—–].*", re.DOTALL)
_STATUSES: Mapping[int, tuple[Outcome, str]] = {
    404: (Outcome.NOT_FOUND, "404 not found"),
    410: (Outcome.GONE_410, "410 gone"),
    412: (Outcome.BLOCKED_CHALLENGE, "412, a script challenge"),
    429: (Outcome.RATE_LIMITED, "429 too many requests"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the classifier looks at."""

    asked: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    """Names in lowercase."""
    payload: bytes
    media_type: str
    redirected: bool


def classify(answer: Answer) -> Verdict:
    """Return the outcome an answer settles by itself and why, None when its body may be read on."""
    if answer.status != 200:
        return _by_status(answer)
    if not answer.payload:
        return Outcome.TRUNCATED, EMPTY
    if answer.redirected and (moved := _moved_away(answer)):
        return moved
    return _by_body(answer) if answer.media_type == "html" else None


def sends_on(answer: Answer) -> str:
    """Return the address a page refers browsers to by meta refresh when it has nothing else to say, else ""."""
    if answer.status != 200 or answer.media_type != "html" or len(answer.payload) > SHORT_PAYLOAD:
        return ""
    if not _REFRESH.search(answer.payload):
        return ""
    text = decode(answer.payload).text
    found = blocks.META_REFRESH.search(text)
    if not found or len(_visible(text)) > SHORT_TEXT or blocks.CHALLENGE_CODE.search(text):
        return ""
    return found.group(1).replace("&amp;", "&")


def _by_status(answer: Answer) -> tuple[Outcome, str]:
    status = answer.status
    if status in _STATUSES:
        return _STATUSES[status]
    blocked = _by_body(answer) if answer.media_type == "html" else None
    if blocked and blocked[0] in {Outcome.BLOCKED_CHALLENGE, Outcome.BLOCKED_WAF}:
        return blocked[0], f"{status}, {blocked[1]}"
    if status == 403:
        return Outcome.BLOCKED_WAF, "403 forbidden"
    if 400 <= status < 500:
        return Outcome.HTTP_4XX, f"status {status}"
    if 500 <= status < 600:
        return _server_error(answer)
    return Outcome.MALFORMED_RESPONSE, f"status {status} is no answer to a request for a page"


def _server_error(answer: Answer) -> tuple[Outcome, str]:
    if answer.status == 521 and ("__jsl" in answer.headers.get("set-cookie", "") or b"<script" in answer.payload):
        return Outcome.BLOCKED_CHALLENGE, "521, a script challenge"
    if answer.status == 503 and "retry-after" in answer.headers:
        return Outcome.RATE_LIMITED, "503 with Retry-After"
    return Outcome.HTTP_5XX, f"status {answer.status}"


def _moved_away(answer: Answer) -> Verdict:
    asked, final = urlsplit(answer.asked).path, urlsplit(answer.final_url).path
    if blocks.ERROR_PATH.fullmatch(final) and not blocks.ERROR_PATH.fullmatch(asked):
        return Outcome.SOFT_404, f"redirected to an error page, {final[:100]}"
    if blocks.HOME.fullmatch(final) and not blocks.HOME.fullmatch(asked):
        return Outcome.SOFT_404, "redirected to the home page"
    return None


def _by_body(answer: Answer) -> Verdict:
    title = _title(answer.payload, answer.headers.get("content-type", ""))
    named = _by_title(title)
    if named:
        return named
    long = len(answer.payload) > SHORT_PAYLOAD
    if long and (len(answer.payload) > MOST_CODE or _uncoded(answer.payload) > SHORT_PAYLOAD):
        return None
    text = decode(answer.payload, answer.headers.get("content-type", "")).text
    visible = _visible(text)
    if len(visible) > SHORT_TEXT:
        return None
    # So much code may be an application with the article inside: then only what a reader sees counts.
    return _by_text("" if long else text, visible)


def _by_title(title: str) -> Verdict:
    bare = _SITE_NAME.sub("", title)
    for pattern, outcome, kind in (
        (blocks.CHALLENGE_TITLE, Outcome.BLOCKED_CHALLENGE, "a challenge page"),
        (blocks.WAF_TITLE, Outcome.BLOCKED_WAF, "a firewall's page"),
        (blocks.MISSING_TITLE, Outcome.SOFT_404, "an error page"),
        (blocks.LOGIN_TITLE, Outcome.SOFT_404, "a login page"),
    ):
        if pattern.fullmatch(title) or (bare and pattern.fullmatch(bare)):
            return outcome, f"{kind}, titled {title[:60]!r}"
    return None


def _by_text(text: str, visible: str) -> Verdict:
    for pattern, looked_at, outcome, kind in (
        (blocks.CHALLENGE_CODE, text, Outcome.BLOCKED_CHALLENGE, "a script challenge"),
        (blocks.WAF_TEXT, visible, Outcome.BLOCKED_WAF, "a firewall's page"),
        (blocks.CHALLENGE_TEXT, visible, Outcome.BLOCKED_CHALLENGE, "a challenge page"),
        (blocks.MISSING_TEXT, visible, Outcome.SOFT_404, "an error page"),
        (blocks.PASSWORD_FIELD, text, Outcome.SOFT_404, "a login page"),
    ):
        found = pattern.search(looked_at)
        if found:
            return outcome, f"{kind}, it says {found.group()[:60]!r}"
    moved = blocks.SCRIPT_MOVE.search(text) if len(visible) <= BARE_TEXT else None
    return (Outcome.SOFT_404, f"a page that only sends browsers on to {moved.group(1)[:100]!r}") if moved else None


def _title(payload: bytes, declared: str) -> str:
    found = _TITLE.search(payload[:SHORT_PAYLOAD])
    return _SPACE.sub(" ", decode(found.group(1), declared).text).strip() if found else ""


def _uncoded(payload: bytes) -> int:
    """Return how many bytes of a page lie outside its scripts and styles."""
    lowered, count = payload.lower(), len(payload)
    for opening, closing in ((b"<script", b"</script"), (b"<style", b"</style")):
        end = 0
        while (start := lowered.find(opening, end)) >= 0:
            end = lowered.find(closing, start)
            if end < 0:
                return count - (len(payload) - start)
            count -= end - start
    return count


def _visible(text: str) -> str:
    """Return what a reader would see, without white space: scripts, styles, comments and tags taken out."""
    lowered = text.lower()
    if len(lowered) == len(text):  # else the two cannot be cut at the same places
        for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head", "</head")):
            text, lowered = _without(text, lowered, opening, closing)
    return _SPACE.sub("", _TAG.sub("", text))


def _without(text: str, lowered: str, opening: str, closing: str) -> tuple[str, str]:
    """Return both without what stands between the marks; `lowered` is the text in lower case, of the same length."""
    kept, at = [], 0
    while (start := lowered.find(opening, at)) >= 0:
        kept.append(slice(at, start))
        end = lowered.find(closing, start)
        at = end + len(closing) if end >= 0 else len(text)
    if not kept:
        return text, lowered
    kept.append(slice(at, len(text)))
    return "".join(text[part] for part in kept), "".join(lowered[part] for part in kept)
