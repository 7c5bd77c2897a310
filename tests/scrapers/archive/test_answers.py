"""The answers table, line by line."""

import pytest

from scrapers.archive.answers import Answer, fix, judge

TABLE = [
    (412, "PreconditionFailed", Answer.EXISTS),
    (412, "", Answer.EXISTS),
    (304, "", Answer.EXISTS),
    (404, "NoSuchKey", Answer.ABSENT),
    (404, "404", Answer.ABSENT),
    (404, "NoSuchBucket", Answer.REFUSED),
    (409, "ConditionalRequestConflict", Answer.AGAIN),
    (409, "OperationAborted", Answer.AGAIN),
    (500, "InternalError", Answer.AGAIN),
    (502, "502", Answer.AGAIN),
    (503, "SlowDown", Answer.AGAIN),
    (504, "", Answer.AGAIN),
    (429, "", Answer.AGAIN),
    (400, "RequestTimeout", Answer.AGAIN),
    (400, "BadDigest", Answer.DAMAGED),
    (400, "XAmzContentSHA256Mismatch", Answer.DAMAGED),
    (400, "IncompleteBody", Answer.DAMAGED),
    (501, "NotImplemented", Answer.INCAPABLE),
    (501, "", Answer.INCAPABLE),
    (400, "NotImplemented", Answer.INCAPABLE),
    (507, "", Answer.REFUSED),
    (403, "AccessDenied", Answer.REFUSED),
    (403, "InvalidAccessKeyId", Answer.REFUSED),
    (403, "SignatureDoesNotMatch", Answer.REFUSED),
    (403, "RequestTimeTooSkewed", Answer.REFUSED),
    (401, "", Answer.REFUSED),
    (301, "PermanentRedirect", Answer.REFUSED),
    (400, "InvalidArgument", Answer.REFUSED),
]
VARIABLES = [
    (403, "InvalidAccessKeyId", "REPORT_ARCHIVE_ACCESS_KEY"),
    (403, "SignatureDoesNotMatch", "REPORT_ARCHIVE_SECRET_KEY"),
    (403, "AccessDenied", "PutObject"),
    (403, "403", "REPORT_ARCHIVE_BUCKET"),
    (404, "NoSuchBucket", "REPORT_ARCHIVE_BUCKET"),
    (400, "AuthorizationHeaderMalformed", "REPORT_ARCHIVE_REGION"),
    (301, "", "REPORT_ARCHIVE_ENDPOINT"),
    (507, "", "full"),
    (403, "RequestTimeTooSkewed", "clock"),
    (405, "MethodNotAllowed", "REPORT_ARCHIVE_ENDPOINT"),
]


@pytest.mark.parametrize(("status", "code", "answer"), TABLE)
def test_an_answer_means(status, code, answer):
    assert judge(status, code) is answer


@pytest.mark.parametrize(("status", "code", "named"), VARIABLES)
def test_a_refusal_names_what_to_change(status, code, named):
    assert named in fix(status, code)
