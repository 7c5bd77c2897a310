"""Whose word a host is: a government's own, a medium that prints reports in full, or anybody's.

Enters: an absolute address. Leaves: why nothing on that host is an original, or nothing. It refuses to look at pages:
hijacked domains copy whole government paths, so only the registered name counts. The registry is the exception to
this gate: a host that a person put there is read.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

_RESTRICTED = (".gov.cn", ".edu.cn", ".mil.cn")
"""Names that only such bodies can register (《中国互联网络域名管理办法》: the registrant's papers are examined)."""
_MEDIA = """
people.com.cn people.cn xinhuanet.com news.cn cnr.cn cctv.com gmw.cn ce.cn chinanews.com.cn legaldaily.com.cn
chinapeace.gov.cn peopleweekly.cn npc.gov.cn bjnews.com.cn qianlong.com tianjinwe.com enorth.com.cn hebnews.cn
sxrb.com daynews.com.cn nmgnews.com.cn nmgqq.com.cn lnd.com.cn nen.com.cn dltv.cn daliandaily.com.cn dlxww.com
runsky.com chinajilin.com.cn hljnews.cn dbw.cn jfdaily.com eastday.com xhby.net jschina.com.cn zjol.com.cn
hangzhou.com.cn cnnb.com.cn anhuinews.com ahnews.com.cn fjsen.com fznews.com.cn jxnews.com.cn dzwww.com iqilu.com
dahe.cn henandaily.cn cnhubei.com cjn.cn rednet.cn voc.com.cn southcn.com nfnews.com ycwp.com sznews.com
gxnews.com.cn hinews.cn hndaily.com.cn cqnews.net scol.com.cn newssc.org gog.cn gzstv.com yunnan.cn yndaily.com
xzxw.com tibet.cn cnwest.com sxdaily.com.cn gscn.com.cn gansudaily.com.cn qhnews.com nxnews.net nxrb.cn ts.cn
xjdaily.com
"""
"""Newspapers and news portals of Party and government organs, and people's-congress specials on them."""


def unofficial(url: str) -> str:
    """Return why an address cannot be an original of a report; empty when it can, or when it names no host.

    Network addresses pass: only a registry of ours leads to one.
    """
    host = host_of(url)
    if not host or _is_number(host) or f".{host}".endswith(_RESTRICTED):
        return ""
    if any(host == medium or host.endswith(f".{medium}") for medium in _MEDIA.split()):
        return ""
    return f"{host} is neither a government's host nor a medium that prints reports: a copy at best"


def host_of(url: str) -> str:
    """Return an address's host, lowercase, without trailing dot, port and login; empty when it has none."""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
