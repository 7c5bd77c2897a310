"""What to do about each cause a finding can have, one line each, in English and Chinese.

Every outcome that can be a finding has one; a test holds that.
"""

RUNBOOK = {
    "timeout": (
        "The host is slow or away. It is tried again by the next run; look when it stays so for a week.",
        "主机缓慢或不在线，下次采集会重试；持续一周时再查看。",
    ),
    "conn_refused": (
        "Nothing answers on the host's port. Open the site; if it has moved, change the source's url.",
        "端口无人应答。请打开网站；若已迁移，修改来源的 url。",
    ),
    "conn_reset": (
        "The host hangs up. Raise the source's delay; if a browser works, report it as a block.",
        "主机断开连接。调大来源的 delay；若浏览器可打开，按封锁处理。",
    ),
    "dns_temp": (
        "The name did not resolve. Check this machine's DNS first, then whether the site has a new name.",
        "域名无法解析。先查本机 DNS，再查网站是否更名。",
    ),
    "http_5xx": (
        "The site is broken on its side. It is tried again by the next run.",
        "网站自身故障，下次采集会重试。",
    ),
    "rate_limited": (
        "We ask too often for this host. Raise the delay of its sources in the registry.",
        "对该主机请求过密。请在登记文件中调大其来源的 delay。",
    ),
    "truncated": (
        "The answer ended early. It is tried again; if it stays, the site's server is at fault.",
        "应答提前结束，会重试；若持续出现，是网站服务器的问题。",
    ),
    "blocked_challenge": (
        "The site wants a browser to solve a puzzle. We never do; ask the site's owner for access.",
        "网站要求浏览器解题。我们从不解题；请向网站主办单位申请访问。",
    ),
    "blocked_waf": (
        "A firewall turned us away. Pause the host, raise its delay, and write to the site's owner.",
        "被防火墙拒绝。暂停该主机，调大 delay，并联系网站主办单位。",
    ),
    "tls_error": (
        "The certificate is wrong. Check the date of this machine; then wait for the site to renew it.",
        "证书有误。先核对本机日期，再等网站更新证书。",
    ),
    "robots_unreachable": (
        "robots.txt could not be read, so nothing may be fetched. Open it in a browser.",
        "读不到 robots.txt，因此不得抓取。请用浏览器打开它。",
    ),
    "geo_blocked_suspect": (
        "The site seems to answer only from within China. Run this host's worker from there.",
        "网站似乎只应答境内访问。请在境内运行该主机的 worker。",
    ),
    "empty_listing": (
        "The listing has no entries. Open it; if it has some, the source's platform or url is wrong.",
        "列表没有条目。请打开它；若有条目，则来源的 platform 或 url 有误。",
    ),
    "layout_changed": (
        "Pages no longer look as they did. Compare one with the source's platform and change it.",
        "页面与以往不同。对照来源的 platform 检查并修改。",
    ),
    "below_expected": (
        "Fewer entries than the source should have. Check min_reports and whether paging still works.",
        "条目少于应有数量。检查 min_reports 以及翻页是否仍有效。",
    ),
    "above_expected": (
        "Far more reports than usual. Open the listing: a column may have been merged, or titles are judged wrongly.",
        "报告数量远多于以往。请打开列表：栏目可能已合并，或标题判断有误。",
    ),
    "unknown_override": (
        "An override names an address that no listing offers. Correct it in the registry, or remove it.",
        "登记文件中的 override 所指地址不在任何列表中。请更正或删除。",
    ),
    "endless_listing": (
        "The listing goes on without an end. Set max_pages of the source, or give it a better url.",
        "列表没有尽头。请设置来源的 max_pages，或换一个 url。",
    ),
    "damaged_listing": (
        "The listing's answer is broken. Open it; when it is whole in a browser, the source's platform is wrong.",
        "列表的应答已损坏。请打开它；若浏览器中完整，则来源的 platform 有误。",
    ),
    "soft_404": (
        "A page says it is missing but answers 200. Nothing to do unless the report is elsewhere now.",
        "页面称不存在却应答 200。除非报告已移至他处，否则无需处理。",
    ),
    "off_scope_redirect": (
        "The page leads to another host. If it is the body's new one, add it to the source's allow.",
        "页面转向其他主机。若为该机关的新主机，将其加入来源的 allow。",
    ),
    "ssrf_blocked": (
        "An address leads into a private network. Never allow it; tell the site's owner.",
        "网址指向内网。切勿放行；请告知网站主办单位。",
    ),
    "bomb": (
        "A payload unpacks to far more than it is. Leave it; tell the site's owner.",
        "内容解压后远超其大小。不予处理；请告知网站主办单位。",
    ),
    "too_large": (
        "A payload is larger than we take. Download it by hand if it is a report.",
        "内容超过上限。若是报告，请手工下载。",
    ),
    "parser_limit": (
        "Reading the page took too long or too much memory. Report the page to the reader's maintainers.",
        "解析耗时或内存过多。请将该页面报告给解析器维护者。",
    ),
    "mojibake": (
        "No encoding makes sense of the bytes. Report the page to the reader's maintainers.",
        "没有编码能正确解读内容。请将该页面报告给解析器维护者。",
    ),
    "unsupported_format": (
        "The document's format is not read yet. Its bytes are kept and can be read again later.",
        "尚不支持该文档格式。原始内容已保存，以后可重新解析。",
    ),
    "needs_ocr": (
        "The document is a scan. Its bytes are kept; it is read when text recognition is on.",
        "文档是扫描件。原始内容已保存，启用文字识别后解析。",
    ),
    "malformed_response": (
        "The answer was no valid HTTP. It is tried again by the next run.",
        "应答不是有效的 HTTP，下次采集会重试。",
    ),
    "http_4xx": (
        "The site refuses this address. Open it; if it works there, report it as a block.",
        "网站拒绝此网址。请打开它；若可访问，按封锁处理。",
    ),
    "gone": (
        "What was archived stays. Where a whole column is gone, look for its new address and correct the url.",
        "已归档的内容保留。若整个栏目消失，请查找新网址并修改 url。",
    ),
    "fixity_mismatch": (
        "Stored bytes do not match their name. Run the doctor with --verify and restore from a copy.",
        "存储内容与其名称不符。请用 --verify 运行 doctor，并从副本恢复。",
    ),
    "store_incapable": (
        "The store cannot keep the archive's promises. Run the doctor: it names what is missing.",
        "存储无法满足档案的要求。请运行 doctor，它会指出缺什么。",
    ),
}
