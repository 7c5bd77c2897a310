"""How an address can end in a run, and what each end asks of us.

The set is closed, and an outcome without a disposition is an alarm: there is no `else: success`. The words are
those of the failure model (docs/decisions/005-outcomes-added.md says which were added).
"""

from enum import StrEnum


class Disposition(StrEnum):
    """What an outcome asks of us: nothing, another try, a pause of the host, or a person."""

    OK = "ok"
    RETRY = "retry"
    PARK = "park"
    ALARM = "alarm"


class Outcome(StrEnum):
    """The one terminal word on an address in a run. The set is closed: there is no `else: success`."""

    ARCHIVED_NEW = "archived_new"
    ARCHIVED_SAME = "archived_same"
    UNCHANGED = "unchanged"
    NOT_A_REPORT = "not_a_report"
    NOT_FOUND = "not_found"
    GONE_410 = "gone_410"
    GONE = "gone"
    ROBOTS_DISALLOWED = "robots_disallowed"
    TIMEOUT = "timeout"
    CONN_REFUSED = "conn_refused"
    CONN_RESET = "conn_reset"
    DNS_TEMP = "dns_temp"
    HTTP_5XX = "http_5xx"
    RATE_LIMITED = "rate_limited"
    TRUNCATED = "truncated"
    BLOCKED_CHALLENGE = "blocked_challenge"
    BLOCKED_WAF = "blocked_waf"
    TLS_ERROR = "tls_error"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    GEO_BLOCKED_SUSPECT = "geo_blocked_suspect"
    EMPTY_LISTING = "empty_listing"
    LAYOUT_CHANGED = "layout_changed"
    BELOW_EXPECTED = "below_expected"
    ABOVE_EXPECTED = "above_expected"
    UNKNOWN_OVERRIDE = "unknown_override"
    ENDLESS_LISTING = "endless_listing"
    DAMAGED_LISTING = "damaged_listing"
    SOFT_404 = "soft_404"
    OFF_SCOPE_REDIRECT = "off_scope_redirect"
    SSRF_BLOCKED = "ssrf_blocked"
    BOMB = "bomb"
    TOO_LARGE = "too_large"
    PARSER_LIMIT = "parser_limit"
    MOJIBAKE = "mojibake"
    UNSUPPORTED_FORMAT = "unsupported_format"
    NEEDS_OCR = "needs_ocr"
    MALFORMED_RESPONSE = "malformed_response"
    HTTP_4XX = "http_4xx"
    FIXITY_MISMATCH = "fixity_mismatch"
    STORE_INCAPABLE = "store_incapable"

    @property
    def disposition(self) -> Disposition:
        """Return what this outcome asks of us."""
        return _DISPOSITIONS.get(self, Disposition.ALARM)


_DISPOSITIONS = {
    **dict.fromkeys(
        (
            Outcome.ARCHIVED_NEW,
            Outcome.ARCHIVED_SAME,
            Outcome.UNCHANGED,
            Outcome.NOT_A_REPORT,
            Outcome.NOT_FOUND,
            Outcome.GONE_410,
            Outcome.GONE,
            Outcome.ROBOTS_DISALLOWED,
        ),
        Disposition.OK,
    ),
    **dict.fromkeys(
        (
            Outcome.TIMEOUT,
            Outcome.CONN_REFUSED,
            Outcome.CONN_RESET,
            Outcome.DNS_TEMP,
            Outcome.HTTP_5XX,
            Outcome.RATE_LIMITED,
            Outcome.TRUNCATED,
        ),
        Disposition.RETRY,
    ),
    **dict.fromkeys(
        (
            Outcome.BLOCKED_CHALLENGE,
            Outcome.BLOCKED_WAF,
            Outcome.TLS_ERROR,
            Outcome.ROBOTS_UNREACHABLE,
            Outcome.GEO_BLOCKED_SUSPECT,
        ),
        Disposition.PARK,
    ),
}
